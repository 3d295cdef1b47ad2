"""Whether the parts of one module fit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from training_app.catalogue.checks.lessons import check_lesson
from training_app.catalogue.checks.pictures import check_pictures
from training_app.catalogue.checks.scenarios import check_scenario
from training_app.catalogue.checks.wording import check_wording
from training_app.catalogue.source import ModuleFiles, ModuleHead, TestSettings
from training_app.errors import N_
from training_app.laws.source import KeyPath, Located, Problem
from training_app.questions.checks import check_question
from training_app.questions.rules import Part, room
from training_app.questions.source import (
    Match,
    Multiple,
    Order,
    Question,
    Single,
    TrueFalse,
    Written,
)

LESSONS: Final = (4, 6)
OBJECTIVES: Final = (3, 5)
FEWEST_QUESTIONS: Final = 16


def check_module(files: ModuleFiles) -> list[Problem]:
    """Every problem of one module, those of reading it included; citations come apart."""
    problems = list(files.problems)
    if files.head:
        problems += _check_head(files.head)
    for lesson in files.lessons:
        problems += check_lesson(lesson)
    problems += _check_parts(files)
    problems += _check_bank(files)
    for question in files.questions:
        problems += [*check_question(question), *_check_words(question)]
        problems += _check_lesson_exists(question, files)
    for scenario in files.scenarios:
        problems += check_scenario(scenario)
    problems += check_pictures(files)
    return problems


def _check_head(head: Located[ModuleHead]) -> Iterator[Problem]:
    low, high = OBJECTIVES
    if not low <= len(head.value.objectives) <= high:
        message = N_("There are %(found)d of “%(key)s”.")
        remedy = N_("Give %(low)d to %(high)d of them.")
        found = len(head.value.objectives)
        yield head.problem(
            ("objectives",), message, remedy, found=found, key="objectives", low=low, high=high
        )
    if not head.value.audience:
        message = N_("No audience is named.")
        remedy = N_("Add at least one of mediator, leader, trainer, official.")
        yield head.problem(("audience",), message, remedy)
    if not head.value.cites:
        message = N_("No article of law is cited.")
        remedy = N_("Add “cites” with at least one article of the register.")
        yield head.problem(("cites",), message, remedy)
    yield from check_wording(head, ("title",), head.value.title)
    yield from check_wording(head, ("purpose",), head.value.purpose)
    for index, objective in enumerate(head.value.objectives):
        yield from check_wording(head, ("objectives", index), objective)


def _check_parts(files: ModuleFiles) -> Iterator[Problem]:
    low, high = LESSONS
    found = len(files.lessons)
    place = f"{files.folder}/module.toml"
    if not found:
        message = N_("The module has no lesson.")
        yield Problem(place, 0, "", message, N_("Add at least one lesson."))
    elif not low <= found <= high:
        message = N_("The module has %(found)d lessons.")
        remedy = N_("A module is best taught in %(low)d to %(high)d.")
        params = {"found": found, "low": low, "high": high}
        yield Problem(place, 0, "", message, remedy, params, warning=True)
    if not files.scenarios:
        message = N_("The module has no scenario.")
        yield Problem(place, 0, "", message, N_("Add a branching scenario."), warning=True)


def _check_bank(files: ModuleFiles) -> Iterator[Problem]:
    seen: set[str] = set()
    for question in files.questions:
        if question.value.id in seen:
            message = N_("The id “%(name)s” is used twice.")
            remedy = N_("Give one of the two another id.")
            yield question.problem(("id",), message, remedy, name=question.value.id)
        seen.add(question.value.id)
    place = f"{files.folder}/module.toml"
    if len(files.questions) < FEWEST_QUESTIONS:
        message = N_("The bank has %(found)d questions.")
        remedy = N_("Write at least %(low)d, so that a second test is not the first again.")
        params = {"found": len(files.questions), "low": FEWEST_QUESTIONS}
        yield Problem(place, 0, "", message, remedy, params, warning=True)
    if files.test:
        yield from _check_test(files)


def _check_test(files: ModuleFiles) -> Iterator[Problem]:
    """The test that the settings promise can be drawn and passed."""
    if files.test is None:
        return
    test, settings = files.test, files.test.value
    pool = [question.value for question in files.questions if question.value.in_test]
    safety = sum(question.safety for question in pool)
    if settings.pass_mark > settings.draw:
        message = N_("More right answers are asked for than questions are drawn.")
        yield test.problem(("pass_mark",), message, N_("Lower “pass_mark” or raise “draw”."))
    if settings.draw > len(pool):
        message = N_("The test draws %(draw)d questions, the bank has %(found)d for it.")
        remedy = N_("Lower “draw” or add questions for the test.")
        yield test.problem(("draw",), message, remedy, draw=settings.draw, found=len(pool))
    if settings.safety_always and safety > settings.draw:
        message = N_("%(found)d safety questions do not fit into a test of %(draw)d.")
        remedy = N_("Raise “draw”, or keep some safety questions for practice.")
        yield test.problem(("draw",), message, remedy, draw=settings.draw, found=safety)
    elif settings.part:
        yield from _check_blueprint(test, pool)


def _check_blueprint(test: Located[TestSettings], pool: list[Question]) -> Iterator[Problem]:
    """Each part of the test can be drawn, and all of them fit into it."""
    settings = test.value
    parts = [Part(one.topic, one.count, one.difficulty) for one in settings.part]
    needed = room(pool, parts, safety_always=settings.safety_always)
    for place, part in enumerate(parts):
        key = ("part", place)
        if [(one.topic, one.difficulty) for one in parts].index(
            (part.topic, part.difficulty)
        ) != place:
            message = N_("Questions of “%(topic)s” are asked for twice.")
            yield test.problem(key, message, N_("Leave one line out."), topic=part.topic)
        elif place in needed.short:
            message = N_("For “%(topic)s” the bank has %(found)d, and a test asks for %(count)d.")
            remedy = N_("Write more of them, or ask for fewer.")
            found = needed.short[place]
            yield test.problem(
                key, message, remedy, found=found, topic=part.topic, count=part.count
            )
    if needed.places > settings.draw:
        message = N_("Safety questions and parts take %(found)d places of %(draw)d.")
        remedy = N_("Raise “draw”, or ask for fewer.")
        yield test.problem(("draw",), message, remedy, found=needed.places, draw=settings.draw)


def _check_lesson_exists(question: Located[Question], files: ModuleFiles) -> Iterator[Problem]:
    known = {lesson.value.slug for lesson in files.lessons}
    unread = {p.file.rpartition("/")[2].removesuffix(".md") for p in files.problems}
    if question.value.lesson and question.value.lesson not in known | unread:
        message = N_("There is no lesson “%(name)s” in this module.")
        remedy = N_("Write the file name of a lesson without “.md”.")
        yield question.problem(("lesson",), message, remedy, name=question.value.lesson)


def _check_words(located: Located[Question]) -> Iterator[Problem]:
    question = located.value
    texts: list[tuple[KeyPath, str]] = [
        (("stem",), question.stem),
        (("explanation",), question.explanation),
    ]
    match question:
        case Single() | Multiple():
            for index, option in enumerate(question.options):
                texts.append((("option", index, "text"), option.text))
                texts.append((("option", index, "why"), option.why))
        case TrueFalse():
            texts += [(("reason", i, "text"), one.text) for i, one in enumerate(question.reasons)]
        case Order():
            texts += [(("step", i, "text"), one.text) for i, one in enumerate(question.steps)]
        case Match():
            texts += [(("pair", i, "left"), one.left) for i, one in enumerate(question.pairs)]
            texts += [(("pair", i, "right"), one.right) for i, one in enumerate(question.pairs)]
        case Written():
            texts.append((("model",), question.model))
            texts += [
                (("criterion", i, "text"), one.text) for i, one in enumerate(question.criteria)
            ]
        case _:
            pass
    for path, text in texts:
        yield from check_wording(located, path, text)
