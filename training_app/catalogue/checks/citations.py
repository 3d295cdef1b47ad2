"""Whether everything cited stands in the register and was in force when it was reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from training_app.catalogue.source import ModuleFiles, NamedScenario
from training_app.errors import N_
from training_app.laws.rules import Ended, NotYet, Unknown, in_force
from training_app.laws.source import Citation, KeyPath, Located, Problem, Register

Cited = Iterable[tuple[Located[object], KeyPath, Citation]]


def check_citations(files: ModuleFiles, register: Register) -> list[Problem]:
    """Every problem with a citation anywhere in the module."""
    reviewed_on = files.head.value.reviewed_on if files.head else None
    problems = _check(_in_module(files), register, reviewed_on)
    for scenario in files.scenarios:
        reviewed_on = scenario.value.scenario.reviewed_on
        problems += _check(_in_scenario(scenario), register, reviewed_on)
    return problems


def _in_module(files: ModuleFiles) -> Cited:
    if files.head:
        yield from _listed(files.head, (), files.head.value.cites)
    for lesson in files.lessons:
        yield from _listed(lesson, (), lesson.value.head.cites)
    for question in files.questions:
        yield from _listed(question, (), question.value.cites)


def _in_scenario(located: Located[NamedScenario]) -> Cited:
    scenario = located.value.scenario
    yield from _listed(located, (), scenario.cites)
    for index, node in enumerate(scenario.nodes):
        for place, choice in enumerate(node.choices):
            yield from _listed(located, ("node", index, "choice", place), choice.cites)
    for index, ending in enumerate(scenario.endings):
        yield from _listed(located, ("ending", index), ending.cites)


def _listed(where: Located[object], path: KeyPath, cites: Iterable[Citation]) -> Cited:
    for index, citation in enumerate(cites):
        yield where, (*path, "cites", index), citation


def _check(cited: Cited, register: Register, on: date | None) -> list[Problem]:
    return [
        problem
        for where, path, citation in cited
        for problem in _check_one(where, path, citation, register, on)
    ]


def _check_one(
    where: Located[object], path: KeyPath, citation: Citation, register: Register, on: date | None
) -> Iterator[Problem]:
    article = register.find(citation)
    if article is None:
        message = N_("“%(citation)s” is not in the register of laws.")
        remedy = N_("Correct the citation, or add the article to courses/laws.toml.")
        yield where.problem(path, message, remedy, citation=citation)
        return
    force = in_force(article, on) if on else None
    if isinstance(force, Ended):
        message = N_("“%(citation)s” is no longer in force since %(day)s.")
        remedy = N_("Cite what replaced it: %(successor)s.")
        successor = force.replaced_by or "?"
        yield where.problem(
            path, message, remedy, citation=citation, day=force.on, successor=successor
        )
    elif isinstance(force, NotYet):
        message = N_("“%(citation)s” comes into force only on %(day)s.")
        remedy = N_("Cite what holds on the day of review.")
        yield where.problem(path, message, remedy, citation=citation, day=force.since)
    elif isinstance(force, Unknown):
        message = N_("No date of force is known for “%(citation)s”.")
        remedy = N_("Add “in_force_from” to the register once a source says it.")
        yield where.problem(path, message, remedy, warning=True, citation=citation)
