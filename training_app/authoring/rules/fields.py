"""What was typed into a form, as the data of a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from pydantic.fields import FieldInfo

from training_app.authoring.rules.editing import tidy
from training_app.questions.source import CLASSES, Kind

_DAY: Final = re.compile(r"\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})\s*")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
# How many lines a form offers for the parts of each kind of question, and what each holds.
ROWS: Final[Mapping[Kind, tuple[str, int, tuple[str, ...]]]] = {
    Kind.SINGLE: ("option", 3, ("text", "why")),
    Kind.MULTIPLE: ("option", 5, ("text", "why")),
    Kind.TRUE_FALSE: ("reason", 3, ("text",)),
    Kind.ORDER: ("step", 6, ("text",)),
    Kind.MATCH: ("pair", 5, ("left", "right")),
}
_CRITERION: Final = re.compile(r"(\d{1,3})\s*[-–—:.]?\s*(.+)")
_QUESTION_KEY: Final = re.compile(r"question\[\d+\]\.?")
_ROW_KEY: Final = re.compile(r"(option|reason|step|pair)\[(\d+)\]\.?([a-z]*)")
_FIRST: Final[Mapping[str, str]] = {"pair": "left"}
Typed = Callable[[str], Sequence[str]]


def head_from(typed: Typed, before: Mapping[str, Any]) -> dict[str, Any]:
    """``module.toml`` from its form; keys that the form does not show stay."""
    return {
        **before,
        "title": _line(typed, "title"),
        "title_en": _line(typed, "title_en"),
        "purpose": _line(typed, "purpose"),
        "audience": list(typed("audience")),
        "minutes": number(_line(typed, "minutes")),
        "position": number(_line(typed, "position")),
        "requires": list(typed("requires")),
        "objectives": lines(_line(typed, "objectives", several=True)),
        "reviewed_on": day(_line(typed, "reviewed_on")),
        "reviewer": _line(typed, "reviewer"),
        "cites": citations(typed),
    }


def test_from(typed: Typed, before: Mapping[str, Any]) -> dict[str, Any]:
    """``[test]`` of a bank; empty when no number of questions is given: no graded test."""
    if not _line(typed, "draw"):
        return {}
    data = {**before, "safety_always": bool(typed("safety_always"))}
    for key in ("draw", "pass_mark", "retake_after_minutes", "attempts"):
        data[key] = number(_line(typed, key))
    data["minutes"] = number(_line(typed, "test_minutes"))
    data["part"] = _parts(lines(_line(typed, "part", several=True)))
    return {key: value for key, value in data.items() if value not in ("", [])}


def _parts(typed: Sequence[str]) -> list[dict[str, Any]]:
    """A part of the test per line: how many, of which topic, of which difficulty if of one."""
    parts: list[dict[str, Any]] = []
    for line in typed:
        count, _, rest = line.partition(" ")
        topic, _, difficulty = rest.strip().partition(" ")
        part = {"topic": topic, "difficulty": number(difficulty.strip()), "count": number(count)}
        parts.append({key: value for key, value in part.items() if value != ""})
    return parts


def topics(bank: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Topic and difficulty ("safety 3") of the questions that a test may ask, and how many."""
    asked = (one for one in bank.get("question", ()) if isinstance(one, dict))
    found = Counter(
        f"{one.get('topic', '')} {one.get('difficulty', 1)}".strip()
        for one in asked
        if one.get("use") != "practice"
    )
    return sorted(found.items())


def question_from(typed: Typed, before: Mapping[str, Any]) -> dict[str, Any]:
    """A question from its form; id and kind stay what they are."""
    kind = Kind(before["kind"])
    data = {
        **before,
        "use": _line(typed, "use") or "both",
        "topic": _line(typed, "topic"),
        "difficulty": number(_line(typed, "difficulty") or "1"),
        "safety": bool(typed("safety")),
        "lesson": _line(typed, "lesson"),
        "stem": _line(typed, "stem", several=True),
        "explanation": _line(typed, "explanation", several=True),
        "cites": citations(typed),
    }
    if kind is Kind.TRUE_FALSE:
        data["answer"] = _line(typed, "answer") == "true"
    if kind is Kind.SHORT:
        data["accept"] = lines(_line(typed, "accept", several=True))
    if kind is Kind.WRITTEN:
        data["model"] = _line(typed, "model", several=True)
        typed_lines = lines(_line(typed, "criterion", several=True))
        data["criterion"] = _criteria(typed_lines, before.get("criterion", []))
    if kind is Kind.MATCH:
        data["extra"] = lines(_line(typed, "extra", several=True))
    if kind in ROWS:
        data[ROWS[kind][0]] = _rows(typed, kind, before.get(ROWS[kind][0], []))
    return _canonical(kind, data)


def question_field(key: str) -> str:
    """The field of the form that a problem's key means: ``question[3].option[2].why`` → why-1."""
    rest = _QUESTION_KEY.sub("", key, count=1)
    if match := _ROW_KEY.match(rest):
        return f"{match[3] or _FIRST.get(match[1], 'text')}-{int(match[2]) - 1}"
    return rest.partition("[")[0].partition(".")[0]


def head_field(key: str) -> str:
    """The field of the form that a problem's key means: ``objectives[2]``, ``test.draw``."""
    rest = key.removeprefix("test.")
    if rest == "minutes" != key:
        return "test_minutes"
    return rest.partition("[")[0]


def _canonical(kind: Kind, data: Mapping[str, Any]) -> dict[str, Any]:
    """In the order of the model, what is empty or as by default left out, as an export does."""
    fields = {info.alias or name: info for name, info in CLASSES[kind].model_fields.items()}
    order = dict.fromkeys(["id", "kind", *fields, *data])
    return {
        key: data[key]
        for key in order
        if key in data and (key == "kind" or key not in fields or _says(data[key], fields[key]))
    }


def _says(value: Any, field: FieldInfo) -> bool:
    """A required key always speaks; another one where it differs from what holds without it."""
    return field.is_required() or (value != field.default and value not in ("", [], ()))


def _criteria(typed: Sequence[str], before: Sequence[Any]) -> list[dict[str, Any]]:
    """A criterion per line, points first ("4 – Hears both"); the id stays with its place."""
    ids = [str(one.get("id", "")) for one in before if isinstance(one, dict)]
    free = (f"c{n}" for n in range(1, len(typed) + len(ids) + 1) if f"c{n}" not in ids)
    rows: list[dict[str, Any]] = []
    for place, line in enumerate(typed):
        found = _CRITERION.fullmatch(line)
        points, text = (number(found[1]), found[2]) if found else ("", line)
        key = ids[place] if place < len(ids) else next(free)
        rows.append({"id": key, "text": text, "points": points})
    return rows


def _rows(typed: Typed, kind: Kind, before: Sequence[Any]) -> list[dict[str, Any]]:
    """Options, reasons, steps or pairs; an empty line is left out, a new one gets a free id."""
    _, offered, texts = ROWS[kind]
    count = max(offered, len(before))
    rows: list[dict[str, Any]] = []
    pinned = {one.get("id") for one in before if isinstance(one, dict) and one.get("pinned")}
    taken = {_line(typed, f"id-{n}") for n in range(count)}
    free = (letter for letter in _LETTERS if letter not in taken)
    for n in range(count):
        row: dict[str, Any] = {name: _line(typed, f"{name}-{n}") for name in texts}
        if not any(row.values()):
            continue
        marks = {mark: True for mark in ("right", "harmful") if str(n) in typed(f"{mark}-rows")}
        row = {key: value for key, value in row.items() if value or key == texts[0]}
        key = _line(typed, f"id-{n}") or next(free)
        row = {texts[0]: row.pop(texts[0]), **marks, **row}
        rows.append({"id": key, **row} | ({"pinned": True} if key in pinned else {}))
    return rows


def citations(typed: Typed) -> list[str]:
    """The citations that stay ticked, and the one added from the register, each once."""
    kept = [cite for cite in typed("cites") if cite]
    if added := _line(typed, "add_article"):
        tail = [_line(typed, "add_clause"), _line(typed, "add_point")]
        kept.append(".".join([added, *(part for part in tail if part)]))
    return list(dict.fromkeys(kept))


def number(text: str) -> int | str:
    """A whole number where it is one; else what was typed, for reading to complain about."""
    return int(text) if re.fullmatch(r"\d{1,6}", text) else text


def day(text: str) -> date | str:
    """A date written day first or as in the files; else what was typed."""
    try:
        if match := _DAY.fullmatch(text):
            return date(int(match[3]), int(match[2]), int(match[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        return text


def lines(text: str) -> list[str]:
    """One item per line that has words."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def _line(typed: Typed, name: str, *, several: bool = False) -> str:
    found: Iterable[str] = typed(name)
    text = tidy(next(iter(found), "")).strip()
    return text if several else " ".join(text.split())
