"""Whether a lesson can be read on a telephone in a few minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from training_app.catalogue.checks.wording import check_wording
from training_app.catalogue.markdown import PICTURE, surprises
from training_app.catalogue.source import Lesson, count_words
from training_app.errors import N_
from training_app.laws.source import Located, Problem

SHORTEST, LONGEST = 250, 500  # tiếng: three to five minutes
LONGEST_SECTION: Final = 160
_HEADING: Final = re.compile(r"(#{1,6})\s*(.*)")
_ITEM: Final = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")


def check_lesson(located: Located[Lesson]) -> list[Problem]:
    """Every problem of one lesson; citations are looked up elsewhere."""
    lesson = located.value
    lines = {**located.lines} | {
        ("text", number): number + lesson.body_line - 1
        for number in range(1, lesson.markdown.count("\n") + 2)
    }
    where = Located(lesson, located.file, lines)
    return [
        *_check_head(where),
        *_check_length(where),
        *_check_headings(where),
        *_check_lines(where),
    ]


def _in_text(
    where: Located[Lesson], number: int, message: str, remedy: str, **params: object
) -> Problem:
    """A warning at a line of the Markdown, counted from 1."""
    line = where.line("text", number)
    return Problem(where.file, line, "", message, remedy, params, warning=True)


def _check_head(where: Located[Lesson]) -> Iterator[Problem]:
    if not where.value.head.cites:
        message = N_("No article of law is cited.")
        remedy = N_("Add “cites” with at least one article of the register.")
        yield where.problem(("cites",), message, remedy)
    yield from check_wording(where, ("title",), where.value.head.title)


def _check_length(where: Located[Lesson]) -> Iterator[Problem]:
    words = where.value.words
    if not SHORTEST <= words <= LONGEST:
        message = N_("The lesson has %(found)d tiếng.")
        remedy = N_("Write %(low)d to %(high)d, or make two lessons of it.")
        line = where.line("text", 1)
        params = {"found": words, "low": SHORTEST, "high": LONGEST}
        yield Problem(where.file, line, "", message, remedy, params)


def _check_headings(where: Located[Lesson]) -> Iterator[Problem]:
    """Begin with a sentence; a heading now and then; no level left out."""
    level, begun, length = 0, False, 0
    for number, line in enumerate(where.value.markdown.split("\n"), start=1):
        heading = _HEADING.match(line)
        if heading is None:
            begun = begun or bool(line.strip())
            length += count_words(line)
            if length > LONGEST_SECTION >= length - count_words(line):
                message = N_("More than %(limit)d tiếng follow each other without a heading.")
                remedy = N_("Put a heading “## …” where the thought changes.")
                yield _in_text(where, number, message, remedy, limit=LONGEST_SECTION)
            continue
        if not begun:
            message = N_("The lesson begins with a heading.")
            remedy = N_("Begin with a sentence; the title already stands above it.")
            yield _in_text(where, number, message, remedy)
        if level and len(heading[1]) > level + 1:
            message = N_("A level of headings is left out.")
            yield _in_text(where, number, message, N_("Use one number sign less."))
        level, begun, length = len(heading[1]), True, 0


def _check_lines(where: Located[Lesson]) -> Iterator[Problem]:
    markdown = where.value.markdown
    for surprise in surprises(markdown):
        yield _in_text(where, surprise.line, surprise.message, surprise.remedy)
    for number, line in enumerate(markdown.split("\n"), start=1):
        text = PICTURE.sub(r"\g<alt>", _ITEM.sub("", _HEADING.sub(r"\2", line), count=1))
        for problem in check_wording(where, ("text", number), text.replace("*", "")):
            yield _in_text(where, number, problem.message, problem.remedy, **problem.params)
