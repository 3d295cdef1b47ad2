"""Problems of a draft in the reader's language: where each stands, and the page that mends it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import url_for
from flask_babel import gettext

from training_app.authoring.models import Draft
from training_app.authoring.rules import parts
from training_app.authoring.rules.words import words_of
from training_app.catalogue.parsing import BANK, HEAD, LESSON_ENDING, PICTURES, SCENARIO_ENDING
from training_app.laws.source import Problem

_QUESTION: Final = re.compile(r"question\[(\d+)\]")
_TURN: Final = re.compile(r"(node|ending)\[(\d+)\]")


@dataclass(frozen=True)
class Said:
    """A problem in words, the part it stands in, and the page that mends it.

    ``line`` counts in the file; ``text_line`` in the text of a lesson, as its author sees it, with
    the beginning of that line ``quoted``; 0 and nothing where there is no such line.
    """

    place: str
    href: str
    line: int
    what: str
    remedy: str
    warning: bool
    file: str = ""
    key: str = ""
    text_line: int = 0
    quoted: str = ""


@dataclass(frozen=True)
class _Names:
    """What the parts of a draft are called where a problem only counts them or names a file."""

    questions: Sequence[str]
    turns: Mapping[tuple[str, str, int], str]
    lessons: Mapping[str, parts.LessonPart]
    scenarios: Mapping[str, str]


def say(
    problems: Iterable[Problem], draft: Draft, files: Mapping[str, Any], *, as_file: bool = False
) -> list[Said]:
    """The problems as a page shows them, errors first; ``as_file`` in the words of the files."""
    names = _Names(
        parts.question_ids(files),
        parts.turn_names(files),
        {one.slug + LESSON_ENDING: one for one in parts.lessons(files)},
        parts.scenarios(files),
    )
    told = [_said(problem, draft, names, as_file=as_file) for problem in problems]
    return sorted(told, key=lambda one: one.warning)


def file_names(files: Mapping[str, Any]) -> dict[str, str]:
    """What the author calls each file: a lesson and a scenario by title."""
    found = {one.slug + LESSON_ENDING: one.title for one in parts.lessons(files)}
    found |= {slug + SCENARIO_ENDING: title for slug, title in parts.scenarios(files).items()}
    head, bank = gettext("Title and test"), gettext("Questions")
    return found | {HEAD: head, BANK: bank, PICTURES: gettext("Pictures")}


def beside(told: Iterable[Said], field: Callable[[str], str]) -> dict[str, list[Said]]:
    """What is said, by the field that it concerns; ``field`` reads a problem's key."""
    found: dict[str, list[Said]] = {}
    for one in told:
        found.setdefault(field(one.key), []).append(one)
    return found


def _said(problem: Problem, draft: Draft, names: _Names, *, as_file: bool) -> Said:
    place, href = _place(problem, draft.id, names)

    def in_words(message: str) -> str:
        if as_file:
            return gettext(message, **problem.params)
        return words_of(problem, message, gettext)

    said = Said(
        place,
        href,
        problem.line,
        in_words(problem.message),
        in_words(problem.remedy),
        problem.warning,
        problem.file,
        problem.key,
    )
    if lesson := names.lessons.get(problem.file):
        line = problem.line
        said = replace(said, text_line=lesson.text_line(line), quoted=lesson.quoted(line))
    return said


def _place(problem: Problem, draft_id: int, names: _Names) -> tuple[str, str]:
    """What the author calls the place, and its editor."""
    name, key, keys = problem.file, problem.key, names.questions
    asked = _QUESTION.match(key)
    if name == BANK and asked and int(asked[1]) <= len(keys) and keys[int(asked[1]) - 1]:
        question = keys[int(asked[1]) - 1]
        href = url_for("authoring.question", draft_id=draft_id, question_key=question)
        return gettext("Question %(name)s", name=question), href
    if name == HEAD or (name == BANK and key.startswith("test")):
        return gettext("Title and test"), url_for("authoring.head", draft_id=draft_id)
    if lesson := names.lessons.get(name):
        href = url_for("authoring.lesson", draft_id=draft_id, lesson_slug=lesson.slug)
        return gettext("Lesson “%(name)s”", name=lesson.title), href
    if name.endswith(SCENARIO_ENDING):
        return _scenario_place(problem, draft_id, names)
    if name == PICTURES:
        return gettext("Pictures"), url_for("authoring.pictures", draft_id=draft_id)
    return name, url_for("authoring.file", draft_id=draft_id, file_name=name)


def _scenario_place(problem: Problem, draft_id: int, names: _Names) -> tuple[str, str]:
    """A turn of a scenario where the problem stands in one, else the scenario."""
    slug = problem.file.removesuffix(SCENARIO_ENDING)
    title = names.scenarios.get(slug, slug)
    inside = _TURN.match(problem.key)
    turn = names.turns.get((problem.file, inside[1], int(inside[2]))) if inside else None
    if turn:
        href = url_for("authoring.turn", draft_id=draft_id, scenario_slug=slug, turn_name=turn)
        return gettext("Scenario “%(name)s”, turn %(turn)s", name=title, turn=turn), href
    href = url_for("authoring.scenario", draft_id=draft_id, scenario_slug=slug)
    return gettext("Scenario “%(name)s”", name=title), href
