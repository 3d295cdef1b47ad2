"""A branching dispute as its forms edit it: turns by their names, and where each one leads.

The forms change plain data; the text of the file is written from it, so what a form does not
touch comes out as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from pydantic import BaseModel

from training_app.authoring.rules.editing import Unreadable, read_table, tidy
from training_app.authoring.rules.fields import Typed, citations, day, number
from training_app.catalogue.source import COMPETENCIES, Choice, Ending, Node, Scenario
from training_app.laws.parsing import write_toml

TurnKind: TypeAlias = Literal["node", "ending"]
Story: TypeAlias = dict[str, Any]

NODE: Final = "node"
ENDING: Final = "ending"
OFFERED: Final = 4  # ways to respond that a form has room for
NEW_TURN: Final = "+node"
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_PREFIX: Final[Mapping[str, str]] = {NODE: "n", ENDING: "e"}
_NAME: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_LONGEST_NAME: Final = 40
_KEY: Final = re.compile(r"(?:node|ending)\[\d+\]\.?")
_CHOICE: Final = re.compile(r"choice\[(\d+)\]\.?([a-z]*)")
_BLANK: Final[tuple[Any, ...]] = ("", [], {}, False, None)


@dataclass(frozen=True, slots=True)
class Turn:
    """A node or an ending where it stands: ``index`` counts from 0 among its kind."""

    kind: TurnKind
    index: int
    data: Story

    @property
    def name(self) -> str:
        """Its id; empty where it has none."""
        return str(self.data.get("id", ""))


def read_story(text: str) -> Story:
    """The data of a scenario's file. Raises :class:`Unreadable` where a form could not show it."""
    data = read_table(text)
    for kind in (NODE, ENDING):
        for one in _tables(data.get(kind, [])):
            _tables([choice.get("scores", {}) for choice in _tables(one.get("choice", []))])
    return data


def _tables(value: Any) -> list[Story]:
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return value
    raise Unreadable("not a list of tables")


def write_story(data: Mapping[str, Any]) -> str:
    """The text of a scenario's file."""
    return write_toml(data)


def turns(data: Mapping[str, Any]) -> list[Turn]:
    """All nodes, then all endings, in their order."""
    nodes = [Turn("node", n, one) for n, one in enumerate(data.get(NODE, []))]
    return nodes + [Turn("ending", n, one) for n, one in enumerate(data.get(ENDING, []))]


def turn_named(data: Mapping[str, Any], name: str) -> Turn | None:
    """The first turn with this id, or None."""
    return next((turn for turn in turns(data) if turn.name == name), None)


# -- where it leads ----------------------------------------------------------------------------


def unreached(data: Mapping[str, Any]) -> frozenset[str]:
    """Names of turns to which no path leads from the start."""
    steps = {turn.name: _next(turn) for turn in turns(data)}
    start = str(data.get("start", ""))
    reached, waiting = {start}, [start]
    while waiting:
        fresh = set(steps.get(waiting.pop(), ())) - reached
        reached |= fresh
        waiting.extend(fresh)
    return frozenset(name for name in steps if name not in reached)


def dead_ends(data: Mapping[str, Any]) -> frozenset[str]:
    """Names of nodes without a way on, or with one that leads to nothing."""
    known = {turn.name for turn in turns(data)}
    return frozenset(
        turn.name
        for turn in turns(data)
        if turn.kind == NODE and (not _next(turn) or not known.issuperset(_next(turn)))
    )


def _next(turn: Turn) -> list[str]:
    return [str(choice.get("next", "")) for choice in turn.data.get("choice", [])]


def field_of(key: str) -> str:
    """The field of a turn's form that a problem's key means: ``node[2].choice[1].why`` → why-0."""
    rest = _KEY.sub("", key, count=1)
    if match := _CHOICE.match(rest):
        row = int(match[1]) - 1
        return f"{match[2] or 'text'}-{row}"
    return rest.partition("[")[0].partition(".")[0]


# -- changing ----------------------------------------------------------------------------------


def head(story: Story) -> Story:
    """The scenario without its turns."""
    return {key: value for key, value in story.items() if key not in (NODE, ENDING)}


def story_from(typed: Typed, before: Mapping[str, Any]) -> Story:
    """The head of a scenario from its form; its turns stay."""
    data = {
        "title": _line(typed, "title"),
        "intro": _text(typed, "intro"),
        "minutes": number(_line(typed, "minutes")),
        "feedback": _line(typed, "feedback") or "each",
        "start": _line(typed, "start"),
        "cites": citations(typed),
        "reviewed_on": day(_line(typed, "reviewed_on")),
        "reviewer": _line(typed, "reviewer"),
    }
    return _ordered(Scenario, data, before)


def node_from(typed: Typed, before: Mapping[str, Any]) -> Story:
    """A node from its form; its id stays what it is."""
    data = {
        "situation": _text(typed, "situation"),
        "speaker": _line(typed, "speaker"),
        "line": _text(typed, "line"),
        "choice": list(_choices(typed, before.get("choice", []))),
    }
    return _ordered(Node, data, before)


def ending_from(typed: Typed, before: Mapping[str, Any]) -> Story:
    """An ending from its form; its id stays what it is."""
    data = {
        "outcome": _line(typed, "outcome"),
        "title": _line(typed, "title"),
        "summary": _text(typed, "summary"),
        "better": _text(typed, "better"),
        "cites": citations(typed),
    }
    return _ordered(Ending, data, before)


def _choices(typed: Typed, before: Sequence[Story]) -> Iterator[Story]:
    """The ways to respond; one without words is left out, a new one gets a free id."""
    known = {str(one.get("id")): one for one in before}
    rows = range(max(OFFERED, len(before)))
    free = iter(letter for letter in _LETTERS if letter not in known)
    for row in rows:
        texts = {name: _text(typed, f"{name}-{row}") for name in ("text", "consequence", "why")}
        if not any(texts.values()):
            continue
        key = _line(typed, f"id-{row}")
        old = known.get(key, {})
        data: Story = {
            "id": key if old else next(free),
            **texts,
            "cites": _cited(typed, row),
            "next": _line(typed, f"next-{row}"),
            "scores": _scores(typed, row, old.get("scores", {})),
            "harmful": str(row) in typed("harmful-rows"),
        }
        yield _ordered(Choice, data, old)


def _cited(typed: Typed, row: int) -> list[str]:
    """What this way to respond cites; the article picked goes to the way that was named."""

    def seen(name: str) -> Sequence[str]:
        return typed(f"cites-{row}" if name == "cites" else name)

    if _line(typed, "add_to") == str(row):
        return citations(seen)
    return list(dict.fromkeys(one for one in seen("cites") if one))


def _scores(typed: Typed, row: int, before: Mapping[str, Any]) -> dict[str, int | str]:
    """Only what was scored, as it stood before: nothing said is not the same as 0."""
    order = dict.fromkeys([*(name for name in before if name in COMPETENCIES), *COMPETENCIES])
    found = {name: _line(typed, f"{name}-{row}") for name in order}
    return {
        name: int(value) if value in {"-1", "0", "1"} else value
        for name, value in found.items()
        if value
    }


def _ordered(model: type[BaseModel], data: Mapping[str, Any], before: Mapping[str, Any]) -> Story:
    """In the order of the model; what is as without the key is left out unless it was there."""
    defaults = {
        info.alias or name: None if info.is_required() else info.default
        for name, info in model.model_fields.items()
    }
    required = {info.alias or n for n, info in model.model_fields.items() if info.is_required()}
    merged = {**before, **data}
    return {
        key: merged[key]
        for key in dict.fromkeys([*defaults, *merged])
        if key in merged
        and (
            key in before
            or key in required
            or (merged[key] not in _BLANK and merged[key] != defaults.get(key))
        )
    }


def with_turn(data: Mapping[str, Any], turn: Turn, changed: Story) -> Story:
    """The story with this turn as changed; a way that asks for a new turn gets one."""
    listed = list(data[turn.kind])
    listed[turn.index] = changed
    story = {**data, turn.kind: listed}
    for choice in changed.get("choice", []):
        if choice.get("next") == NEW_TURN:
            story, choice["next"] = added(story, "node")
    return story


def added(data: Mapping[str, Any], kind: TurnKind) -> tuple[Story, str]:
    """The story with an empty turn at the end, and the free name that it got."""
    taken = {turn.name for turn in turns(data)}
    letter = _PREFIX[kind]
    name = next(n for n in (f"{letter}{i}" for i in range(1, len(taken) + 2)) if n not in taken)
    empty: Story = {"id": name, "situation": "", "speaker": "", "line": "", "choice": []}
    if kind == ENDING:
        empty = {"id": name, "outcome": "partial", "title": "", "summary": "", "better": ""}
        empty["cites"] = []
    return {**data, kind: [*data.get(kind, []), empty]}, name


def removed(data: Mapping[str, Any], turn: Turn) -> Story:
    """The story without this turn; ways that led to it lead to nothing until they are mended."""
    rest = [one for n, one in enumerate(data[turn.kind]) if n != turn.index]
    return {**data, turn.kind: rest}


def may_be_named(data: Mapping[str, Any], turn: Turn, name: str) -> bool:
    """Whether the turn may bear this name: plain signs, and nobody else's."""
    if name == turn.name:
        return True
    taken = {one.name for one in turns(data)}
    return bool(_NAME.fullmatch(name)) and len(name) <= _LONGEST_NAME and name not in taken


def renamed(data: Mapping[str, Any], old: str, name: str) -> Story:
    """The story with a turn called otherwise, wherever something leads to it."""
    story = {**data, "start": name if data.get("start") == old else data.get("start", "")}
    for kind in (NODE, ENDING):
        story[kind] = [_led(one, old, name) for one in data.get(kind, [])]
    return story


def _led(turn: Story, old: str, name: str) -> Story:
    data = {**turn, "id": name if turn.get("id") == old else turn.get("id")}
    if "choice" in turn:
        data["choice"] = [
            {**one, "next": name} if one.get("next") == old else one for one in turn["choice"]
        ]
    return data


def _line(typed: Typed, name: str) -> str:
    return " ".join(_text(typed, name).split())


def _text(typed: Typed, name: str) -> str:
    found: Iterable[str] = typed(name)
    return tidy(next(iter(found), "")).strip()
