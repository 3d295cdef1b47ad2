"""From the text of a module's files to frozen objects, with every problem located.

The browser editor and the folder loader both come through here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from training_app.catalogue.source import (
    Lesson,
    LessonHead,
    ModuleFiles,
    ModuleHead,
    NamedScenario,
    Picture,
    Scenario,
    TestSettings,
)
from training_app.errors import N_
from training_app.laws.parsing import Document, build, decomposed, read_document
from training_app.laws.source import SLUG, Located, Problem
from training_app.questions.parsing import parse_question
from training_app.questions.source import Question

T = TypeVar("T")

FENCE: Final = "+++"
LESSON_NAME: Final = re.compile(r"\d{2,3}-[a-z0-9]+(?:-[a-z0-9]+)*")
SCENARIO_ENDING: Final = ".scenario.toml"
_SLUG: Final = re.compile(SLUG)


@dataclass(frozen=True, slots=True)
class TextFile:
    """One file of a content folder: its path as messages name it, and its text."""

    path: str
    text: str

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class ModuleTexts:
    """The files of one module; ``folder`` is what messages call the place as a whole."""

    slug: str
    folder: str
    head: TextFile | None
    lessons: tuple[TextFile, ...] = ()
    bank: TextFile | None = None
    scenarios: tuple[TextFile, ...] = ()
    pictures: TextFile | None = None


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank as far as it could be read."""

    test: Located[TestSettings] | None
    questions: tuple[Located[Question], ...]


def parse_module(texts: ModuleTexts) -> ModuleFiles:
    """Read all files of one module; whatever cannot be read is left out and has its problem."""
    problems = _check_slug(texts.slug, texts.folder)
    head = None
    if texts.head is None:
        message, remedy = N_("The file module.toml is missing."), N_("Add it with title and so on.")
        problems.append(Problem(f"{texts.folder}/module.toml", 0, "", message, remedy))
    else:
        head, wrong = parse_head(texts.head)
        problems += wrong
    lessons = _gather(parse_lesson, texts.lessons, problems)
    scenarios = _gather(parse_scenario, texts.scenarios, problems)
    pictures, wrong = parse_pictures(texts.pictures) if texts.pictures else ((), [])
    problems += wrong
    bank, wrong = parse_bank(texts.bank) if texts.bank else (Bank(None, ()), [])
    return ModuleFiles(
        texts.slug,
        texts.folder,
        head,
        lessons,
        bank.test,
        bank.questions,
        scenarios,
        pictures,
        tuple(problems + wrong),
    )


def parse_head(file: TextFile) -> tuple[Located[ModuleHead] | None, list[Problem]]:
    """Read ``module.toml``."""
    document, problems = read_document(file.path, file.text)
    if document is None:
        return None, problems
    head, wrong = build(ModuleHead, document, document.data)
    return head, problems + wrong


def parse_lesson(file: TextFile) -> tuple[Located[Lesson] | None, list[Problem]]:
    """Read a lesson: front matter in TOML between two ``+++`` lines, then Markdown."""
    slug = file.name.removesuffix(".md")
    if not LESSON_NAME.fullmatch(slug):
        message = N_("The name of a lesson's file is a number, a hyphen and a short name.")
        remedy = N_("Rename it, for example 10-first-steps.md, without accents.")
        return None, [Problem(file.path, 0, "", message, remedy)]
    front, body, body_line = split_front_matter(file.text)
    if front is None:
        message = N_("The front matter is missing.")
        remedy = N_("Begin the file with a line +++, then title and minutes, then a line +++.")
        return None, [Problem(file.path, 1, "", message, remedy)]
    document, problems = read_document(file.path, front, first_line=2)
    problems += decomposed(file.path, body, body_line)
    if document is None:
        return None, problems
    head, wrong = build(LessonHead, document, document.data)
    problems += wrong
    if head is None:
        return None, problems
    lesson = Lesson(slug, head.value, body.strip("\n"), body_line + _leading_lines(body))
    return Located(lesson, file.path, document.lines), problems


def split_front_matter(text: str) -> tuple[str | None, str, int]:
    """Front matter, Markdown and the line on which the Markdown begins; None without fences."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != FENCE:
        return None, text, 1
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == FENCE:
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), number + 2
    return None, text, 1


def parse_bank(file: TextFile) -> tuple[Bank, list[Problem]]:
    """Read ``bank.toml``; a question that cannot be read does not hide the others."""
    document, problems = read_document(file.path, file.text)
    if document is None:
        return Bank(None, ()), problems
    problems += _unknown_tables(document, "test", "question")
    test, questions = None, []
    if "test" in document.data:
        test, wrong = build(TestSettings, document, document.data["test"], ("test",))
        problems += wrong
    listed = document.data.get("question", [])
    for index, data in enumerate(listed if isinstance(listed, list) else [listed]):
        question, wrong = parse_question(document, data, ("question", index))
        problems += wrong
        if question:
            questions.append(question)
    return Bank(test, tuple(questions)), problems


def parse_pictures(file: TextFile) -> tuple[tuple[Located[Picture], ...], list[Problem]]:
    """Read ``pictures.toml``: what each picture beside the lessons is called and shows."""
    document, problems = read_document(file.path, file.text)
    if document is None:
        return (), problems
    problems += _unknown_tables(document, "picture")
    pictures = []
    listed = document.data.get("picture", [])
    for index, data in enumerate(listed if isinstance(listed, list) else [listed]):
        picture, wrong = build(Picture, document, data, ("picture", index))
        problems += wrong
        if picture:
            pictures.append(picture)
    return tuple(pictures), problems


def parse_scenario(file: TextFile) -> tuple[Located[NamedScenario] | None, list[Problem]]:
    """Read ``<slug>.scenario.toml``."""
    slug = file.name.removesuffix(SCENARIO_ENDING)
    problems = _check_slug(slug, file.path)
    document, wrong = read_document(file.path, file.text)
    problems += wrong
    if document is None:
        return None, problems
    scenario, wrong = build(Scenario, document, document.data)
    problems += wrong
    if scenario is None:
        return None, problems
    return Located(NamedScenario(slug, scenario.value), file.path, document.lines), problems


def _gather(
    parse: Callable[[TextFile], tuple[T | None, list[Problem]]],
    files: Iterable[TextFile],
    problems: list[Problem],
) -> tuple[T, ...]:
    found = []
    for file in files:
        value, wrong = parse(file)
        problems += wrong
        if value is not None:
            found.append(value)
    return tuple(found)


def _check_slug(slug: str, place: str) -> list[Problem]:
    if _SLUG.fullmatch(slug):
        return []
    message = N_("“%(found)s” has characters that may not stand here.")
    remedy = N_("Use small letters without accents, digits and hyphens.")
    return [Problem(place, 0, "", message, remedy, {"found": slug})]


def _unknown_tables(document: Document, *known: str) -> list[Problem]:
    where = Located(None, document.file, document.lines)
    message = N_("The key “%(name)s” is not known.")
    remedy = N_("Remove it; the keys known here are: %(allowed)s.")
    unknown: Mapping[str, Any] = {
        key: value for key, value in document.data.items() if key not in known
    }
    return [
        where.problem((key,), message, remedy, name=key, allowed=", ".join(known))
        for key in unknown
    ]


def _leading_lines(body: str) -> int:
    """How many empty lines stand before the first one with text."""
    return len(body) - len(body.lstrip("\n"))
