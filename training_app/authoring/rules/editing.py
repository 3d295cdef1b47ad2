"""From the files of a draft to what a form edits, and back. Nothing typed is ever lost.

A value that cannot be right (minutes "four") is kept as text: reading the file then tells the
problem beside its line.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from training_app.catalogue.parsing import BANK, HEAD, join_front_matter, split_front_matter
from training_app.laws.parsing import write_toml
from training_app.questions.source import Kind

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# What reading asks of each kind, so that a new question is told its lacks in the author's words.
_EMPTY: Final[Mapping[Kind, dict[str, Any]]] = {
    Kind.SINGLE: {"option": []},
    Kind.MULTIPLE: {"option": []},
    Kind.TRUE_FALSE: {"answer": True},
    Kind.ORDER: {"step": []},
    Kind.MATCH: {"pair": []},
    Kind.SHORT: {"accept": []},
    Kind.WRITTEN: {"use": "test", "criterion": [], "model": ""},
}
_STEP: Final = 10  # lessons are numbered 10, 20, … so that one fits between
_NUMBER: Final = re.compile(r"\d+")
_OTHER: Final = re.compile(r"[^a-z0-9]+")


class Unreadable(ValueError):
    """The file's TOML has to be mended as text before a form can show it."""


def tidy(text: str) -> str:
    """Text from a browser: composed letters, plain line ends, no control characters."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", unicodedata.normalize("NFC", plain))


def read_table(text: str) -> dict[str, Any]:
    """The data of a TOML text. Raises :class:`Unreadable`."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(str(error)) from error


def lesson_data(text: str) -> tuple[dict[str, Any], str, int]:
    """Front matter, Markdown and the Markdown's first line. Raises :class:`Unreadable`."""
    front, body, line = split_front_matter(text)
    if front is None:
        raise Unreadable("no front matter")
    return read_table(front), body.strip("\n"), line + len(body) - len(body.lstrip("\n"))


def lesson_text(head: Mapping[str, Any], markdown: str) -> str:
    """The file of a lesson."""
    return join_front_matter(head, tidy(markdown).strip("\n"))


def questions(bank: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The questions of a bank's data, as far as they are tables."""
    listed = bank.get("question", [])
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def question_named(bank: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    """The question with this id, or None."""
    return next((one for one in questions(bank) if one.get("id") == key), None)


def with_question(text: str, key: str, data: Mapping[str, Any] | None) -> str:
    """The bank with this question changed, added at the end, or (None) removed."""
    bank = read_table(text)
    kept, found = [], False
    for one in questions(bank):
        if one.get("id") == key:
            found = True
            kept += [dict(data)] if data else []
        else:
            kept.append(one)
    if data and not found:
        kept.append(dict(data))
    return write_toml({**bank, "question": kept})


# -- beginnings --------------------------------------------------------------------------------


def new_module(title: str, position: int, on: date) -> dict[str, str]:
    """The files of a module that has nothing but its title."""
    head = {
        "title": title,
        "title_en": "",
        "purpose": "",
        "audience": ["mediator"],
        "minutes": 30,
        "position": position,
        "requires": [],
        "objectives": [],
        "reviewed_on": on,
        "reviewer": "",
        "cites": [],
    }
    return {HEAD: write_toml(head), BANK: write_toml({"test": {"draw": 10, "pass_mark": 8}})}


def lesson_name(fold: str, taken: Mapping[str, str]) -> str:
    """A name for a new lesson, after the last one; ``fold`` is its title without accents."""
    numbers = [int(match[0]) for name in taken if (match := _NUMBER.match(name))]
    return f"{max(numbers, default=0) // _STEP * _STEP + _STEP}-{slug_of(fold)}"


def slug_of(fold: str) -> str:
    """Small letters, digits and hyphens of a folded text; at most eight words of it."""
    return "-".join(_OTHER.sub("-", fold.lower()).strip("-").split("-")[:8]) or "bai"


def new_question(bank: Mapping[str, Any], kind: Kind, stem: str) -> dict[str, Any]:
    """A question with a free id and nothing but its stem."""
    taken = {str(one.get("id")) for one in questions(bank)}
    number = next(n for n in range(1, len(taken) + 2) if f"q{n:02}" not in taken)
    data = {"id": f"q{number:02}", "kind": kind.value, "topic": "general", "stem": stem}
    return data | _EMPTY[kind] | {"explanation": "", "cites": []}


def new_scenario(title: str, on: date) -> str:
    """A scenario of one turn that ends well, to be written on."""
    choice = {"id": "a", "text": "…", "consequence": "…", "why": "…", "next": "e1"}
    node = {"id": "n1", "situation": "…", "choice": [choice, choice | {"id": "b"}]}
    ending = {"id": "e1", "outcome": "good", "title": "…", "summary": "…", "better": ""}
    return write_toml(
        {
            "title": title,
            "intro": "…",
            "minutes": 8,
            "start": "n1",
            "cites": [],
            "reviewed_on": on,
            "node": [node],
            "ending": [ending | {"cites": []}],
        }
    )
