"""The parts of a draft as its author knows them: titles, not names of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from training_app.authoring.rules.editing import Unreadable, lesson_data, questions, read_table
from training_app.authoring.rules.story import read_story, turns
from training_app.catalogue.parsing import BANK, LESSON_ENDING, SCENARIO_ENDING

_QUOTED: Final = 60


@dataclass(frozen=True)
class LessonPart:
    """A lesson: the name of its file without ending, its title, its text and where that begins.

    ``first`` counts lines of the file from 1; 0 while the file cannot be read, and then the name
    stands in for the title.
    """

    slug: str
    title: str
    markdown: str = ""
    first: int = 0

    def text_line(self, line: int) -> int:
        """A line of the file as the author counts it in the text; 0 above the text."""
        return max(line - self.first + 1, 0) if self.first else 0

    def quoted(self, line: int) -> str:
        """The beginning of a line of the file; nothing above the text."""
        lines, at = self.markdown.split("\n"), self.text_line(line)
        text = lines[at - 1].strip() if 0 < at <= len(lines) else ""
        return text if len(text) <= _QUOTED else text[:_QUOTED].rsplit(" ", 1)[0] + "…"


def lessons(files: Mapping[str, Any]) -> list[LessonPart]:
    """The lessons in their order."""
    return [_lesson(name, files[name]) for name in sorted(files) if name.endswith(LESSON_ENDING)]


def _lesson(name: str, text: str) -> LessonPart:
    slug = name.removesuffix(LESSON_ENDING)
    try:
        head, markdown, first = lesson_data(text)
    except Unreadable:
        return LessonPart(slug, slug)
    return LessonPart(slug, str(head.get("title") or slug), markdown, first)


def scenarios(files: Mapping[str, Any]) -> dict[str, str]:
    """Names and titles of the scenarios in order; the name stands in for a missing title."""
    found: dict[str, str] = {}
    for name in sorted(files):
        if name.endswith(SCENARIO_ENDING):
            slug = name.removesuffix(SCENARIO_ENDING)
            try:
                found[slug] = str(read_story(files[name]).get("title") or slug)
            except Unreadable:
                found[slug] = slug
    return found


def question_ids(files: Mapping[str, Any]) -> list[str]:
    """Ids of the questions in the order of the bank; empty while it cannot be read."""
    try:
        return [str(one.get("id", "")) for one in questions(read_table(files.get(BANK, "")))]
    except Unreadable:
        return []


def turn_names(files: Mapping[str, Any]) -> dict[tuple[str, str, int], str]:
    """Names of the turns of all scenarios, by file, kind and place from 1."""
    found: dict[tuple[str, str, int], str] = {}
    for name, text in files.items():
        if not name.endswith(SCENARIO_ENDING):
            continue
        try:
            listed = turns(read_story(text))
        except Unreadable:
            continue
        found |= {(name, one.kind, one.index + 1): one.name for one in listed}
    return found
