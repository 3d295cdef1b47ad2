"""From a module back to the text of its files: the same module gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from training_app.catalogue.parsing.reading import FENCE, SCENARIO_ENDING, ModuleTexts, TextFile
from training_app.catalogue.source import Lesson, Module, Picture, Scenario, TestSettings
from training_app.laws.parsing import write_toml
from training_app.questions.source import Question, to_body

HEAD: Final = "module.toml"
BANK: Final = "bank.toml"
LESSON_ENDING: Final = ".md"
PICTURES: Final = "pictures.toml"


def write_module(module: Module) -> dict[str, str]:
    """File name → text, for every file of the module."""
    files = {HEAD: write_toml(module.head.model_dump())}
    for lesson in module.lessons:
        files[lesson.slug + LESSON_ENDING] = write_lesson(lesson)
    if module.test or module.questions:
        files[BANK] = _bank(module.test, module.questions)
    for named in module.scenarios:
        files[named.slug + SCENARIO_ENDING] = _scenario(named.scenario)
    if module.pictures:
        files[PICTURES] = write_pictures(module.pictures)
    return files


def write_pictures(pictures: Iterable[Picture]) -> str:
    """``pictures.toml``."""
    return write_toml({"picture": [picture.model_dump() for picture in pictures]})


def write_lesson(lesson: Lesson) -> str:
    """A lesson as its file: front matter, then Markdown."""
    return join_front_matter(lesson.head.model_dump(), lesson.markdown)


def join_front_matter(head: Mapping[str, Any], markdown: str) -> str:
    """The text of a lesson whose front matter holds ``head``, whatever it is worth."""
    return f"{FENCE}\n{write_toml(head)}{FENCE}\n{markdown}\n"


def module_texts(slug: str, files: Mapping[str, str]) -> ModuleTexts:
    """The files of one module, by name, as :func:`parse_module` takes them."""
    found = [TextFile(f"{slug}/{name}", files[name]) for name in sorted(files)]
    named = {file.name: file for file in found}
    return ModuleTexts(
        slug,
        slug,
        named.get(HEAD),
        tuple(file for file in found if file.name.endswith(LESSON_ENDING)),
        named.get(BANK),
        tuple(file for file in found if file.name.endswith(SCENARIO_ENDING)),
        named.get(PICTURES),
    )


def _bank(test: TestSettings | None, questions: tuple[Question, ...]) -> str:
    data: dict[str, Any] = {}
    if test:
        values = test.model_dump(exclude_none=True)
        data["test"] = {key: value for key, value in values.items() if value != ()}
    if questions:
        data["question"] = [_question(question) for question in questions]
    return write_toml(data)


def _question(question: Question) -> dict[str, Any]:
    body = to_body(question)
    return {"id": body.pop("id"), "kind": body.pop("kind")} | body


def _scenario(scenario: Scenario) -> str:
    """Only what the author set: the fingerprint of a scenario knows the difference."""
    return write_toml(scenario.model_dump(by_alias=True, exclude_unset=True))
