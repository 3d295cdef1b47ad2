"""Reading ``laws.toml``."""

from __future__ import annotations

from typing import Any

from training_app.errors import N_
from training_app.laws.parsing.documents import Document, build, read_document
from training_app.laws.source import Instrument, Located, Problem, Register


def parse_register(file: str, text: str) -> tuple[Register, list[Problem]]:
    """Read the register; instruments that cannot be read are left out and have their problem."""
    document, problems = read_document(file, text)
    if document is None:
        return Register(), problems
    found: list[Located[Instrument]] = []
    for index, data in enumerate(_instruments(document, problems)):
        one, wrong = build(Instrument, document, data, ("instrument", index))
        problems += wrong
        if one:
            found.append(one)
            problems += _check_instrument(one)
    register = Register(tuple(one.value for one in found))
    problems += _check_keys(found, register)
    return register, problems


def _instruments(document: Document, problems: list[Problem]) -> list[Any]:
    where = Located(None, document.file, document.lines)
    for key in document.data:
        if key != "instrument":
            message = N_("The key “%(name)s” is not known.")
            remedy = N_("Remove it; the keys known here are: %(allowed)s.")
            problems.append(where.problem((key,), message, remedy, name=key, allowed="instrument"))
    listed = document.data.get("instrument", [])
    return listed if isinstance(listed, list) else [listed]


def _check_instrument(one: Located[Instrument]) -> list[Problem]:
    """Dates in order, no article twice."""
    law, problems, seen = one.value, [], set[str]()
    if law.in_force_from and law.in_force_to and law.in_force_to <= law.in_force_from:
        message = N_("The end of force is not after its beginning.")
        remedy = N_("Correct one of the two dates; the end is the first day no longer in force.")
        problems.append(one.problem(("in_force_to",), message, remedy))
    for index, article in enumerate(law.articles):
        if article.number in seen:
            message = N_("Article %(number)s stands twice.")
            remedy = N_("Keep one of them.")
            path = ("article", index, "number")
            problems.append(one.problem(path, message, remedy, number=article.number))
        seen.add(article.number)
    return problems


def _check_keys(found: list[Located[Instrument]], register: Register) -> list[Problem]:
    """No key twice, every successor known."""
    problems, seen = [], set[str]()
    for one in found:
        if one.value.key in seen:
            message = N_("The key “%(name)s” is used twice.")
            remedy = N_("Give one of the two another key.")
            problems.append(one.problem(("key",), message, remedy, name=one.value.key))
        seen.add(one.value.key)
        successor = one.value.replaced_by.partition("#")[0]
        if successor and register.instrument(successor) is None:
            message = N_("The successor “%(name)s” is not in the register.")
            remedy = N_("Add that instrument or correct the key.")
            problems.append(one.problem(("replaced_by",), message, remedy, name=successor))
    return problems
