"""Which list behind a target an address asks for, and the head of its page."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from training_app.access import Permission
from training_app.coverage.queries import Place
from training_app.coverage.routes.base import Question, View, crumbs, place_name, read_filter
from training_app.coverage.routes.places import NOT_YET, find_place
from training_app.coverage.rules.files import LISTED_MEASURES, TargetList
from training_app.coverage.rules.targets import MEASURE_MESSAGES, TargetMeasure
from training_app.errors import NotFound
from training_app.learning.rules import EARLIEST


def target_asked(question: Question) -> TargetList:
    """The measure, the half of the list and the days that the address names."""
    measure, done = _wanted()
    first = _day("first", date(question.on.year, 1, 1))
    return TargetList(measure, done, first, min(question.on, _day("last", question.on)))


def target_values(unit_id: int) -> dict[str, Any]:
    """The list as arguments of an address."""
    kept = {key: value for key, value in request.args.items() if key not in {"page", "rows"}}
    return {**kept, "unit_id": unit_id}


def about_target(unit_id: int) -> tuple[View, Place | None]:
    """The head of the list, and the place while it can be looked at."""
    question = read_filter(Permission.COVERAGE_NAMES)
    here = find_place(question, unit_id)
    measure, _ = _wanted()
    if here is None:
        empty = gettext(NOT_YET)
        return View(gettext("Targets"), question, [], empty=empty, definitions=False), None
    title = gettext(MEASURE_MESSAGES[measure])
    return View(
        heading=gettext("%(what)s – %(place)s", what=title, place=place_name(here)),
        question=question,
        crumbs=crumbs(here, question, (title, None)),
        definitions=False,
        links=((gettext("Targets"), url_for("coverage.targets", unit_id=unit_id)),),
    ), here


def _wanted() -> tuple[TargetMeasure, bool]:
    """The measure and the half of the list that the address names. NotFound for others."""
    chosen = request.args.get("measure") or TargetMeasure.COMPLETE.value
    if chosen not in {one.value for one in LISTED_MEASURES}:
        raise NotFound
    return TargetMeasure(chosen), request.args.get("done") == "yes"


def _day(name: str, otherwise: date) -> date:
    """A day of the address. NotFound for one that cannot be."""
    try:
        found = date.fromisoformat(request.args.get(name, otherwise.isoformat()))
    except ValueError as error:
        raise NotFound from error
    return max(found, EARLIEST)
