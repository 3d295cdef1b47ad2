"""Targets of a unit: how far it is, the pace needed, where it leads, and the lists behind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app.access import Permission
from training_app.coverage.folders import goals_near, local_base
from training_app.coverage.queries import Asking, Place
from training_app.coverage.queries.targets import plans
from training_app.coverage.rollups import Measuring, progress
from training_app.coverage.routes import target_cells as cells
from training_app.coverage.routes.base import (
    Question,
    View,
    bp,
    crumbs,
    download,
    filter_values,
    place_name,
    read_filter,
    said,
)
from training_app.coverage.routes.nation_targets import closed_goals
from training_app.coverage.routes.places import CLOSED, NOT_YET, find_place, shown_above
from training_app.coverage.rules.targets import Goal, TargetMeasure
from training_app.errors import N_
from training_app.extensions import current_session
from training_app.programme.queries import asked_in_unit
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import render

NO_TARGETS: Final = N_("No target holds here on that day. Enter the plan of the unit.")


@dataclass(frozen=True)
class TargetsView:
    """The page of targets."""

    view: View
    sources: list[str]
    definitions: list[str]
    plan_url: str
    steps: tuple[cells.Step, ...] = ()


@bp.get("/coverage/units/<int:unit_id>/targets/")
@needs(Permission.COVERAGE_VIEW)
def targets(unit_id: int) -> ResponseReturnValue:
    """One row per target of the unit, of the units above, and of the nation."""
    found = _view(unit_id)
    failed = found.view.question.form.failed
    return render(
        "coverage/targets.html",
        422 if failed else 200,
        found=found,
        view=found.view,
        said=said(found.view),
        errors_in_title=failed,
    )


@bp.get("/coverage/units/<int:unit_id>/targets/table.xlsx")
@bp.get("/coverage/units/<int:unit_id>/targets/table.json", endpoint="targets_data")
@needs(Permission.COVERAGE_EXPORT)
def targets_table(unit_id: int) -> ResponseReturnValue:
    """The same table as XLSX, or as data, with sources and definitions."""
    found = _view(unit_id)
    notes = (*found.view.notes, *found.sources, *found.definitions)
    return download(replace(found.view, notes=notes), f"targets-{unit_id}")


def goals_here(here: Place, on: date) -> tuple[Goal, ...]:
    """Plans first, the own before those above; then the national targets near the day."""
    local = TargetMeasure.LOCAL_TRAINERS
    own = (
        replace(one, base=local_base(on)) if one.measure is local else one
        for one in plans(current_session(), here, on)
    )
    return (*own, *goals_near(on))


def _view(unit_id: int) -> TargetsView:
    """Everything the page shows."""
    question = read_filter(Permission.COVERAGE_VIEW)
    here = find_place(question, unit_id)
    if here is None:
        empty = gettext(NOT_YET)
        view = View(gettext("Targets"), question, [], empty=empty, definitions=False)
        return TargetsView(view, [], [], "")
    view = View(
        heading=gettext("Targets – %(place)s", place=place_name(here)),
        question=question,
        crumbs=crumbs(here, question, (gettext("Targets"), None)),
        definitions=False,
        links=_links(here, question),
    )
    plan_url = ""
    if current_viewer().may(Permission.TARGET_MANAGE):
        plan_url = url_for("coverage.plan", unit_id=here.id)
    if question.form.failed:
        return TargetsView(view, [], [], plan_url)
    return _measured(TargetsView(view, [], [], plan_url), here)


def _measured(page: TargetsView, here: Place) -> TargetsView:
    """Add the table; none when it would tell about single people."""
    session, question = current_session(), page.view.question
    asked = tuple(asked_in_unit(session, here.path, question.on))
    measuring = Measuring(here, question.on, question.scope, asked)
    if not may_show(measuring, question):
        return replace(page, view=replace(page.view, empty=gettext(CLOSED)))
    ahead = question.on > question.form.today
    found = [
        (goal, replace(one, ahead=ahead))
        for goal, one in progress(session, measuring, goals_here(here, question.on))
    ]
    found.sort(key=lambda pair: pair[0].last_day < question.on)  # what is over stands last
    if not found:
        return replace(page, view=replace(page.view, empty=gettext(NO_TARGETS)))
    by_id = {one.id: one for one in asked}
    names = not question.scope.totals_only and current_viewer().may(Permission.COVERAGE_NAMES)
    closed: frozenset[str] = frozenset()
    if question.scope.totals_only:
        closed = closed_goals(here.id, question.on, [goal for goal, _ in found])
    view = replace(
        page.view,
        table=cells.targets_table(found, here, by_id, question.on, names=names, closed=closed),
        notes=() if names else (cells.small_note(),),
        file_url=url_for("coverage.targets_table", **filter_values(question, unit_id=here.id)),
    )
    return replace(
        page,
        view=view,
        sources=cells.sources(found, by_id),
        definitions=cells.definitions(found),
        steps=tuple(cells.steps(found, measuring.here, by_id, question.on)) if names else (),
    )


def may_show(measuring: Measuring, question: Question) -> bool:
    """Whether every table above shows the place: what is hidden there is hidden here."""
    if not question.scope.totals_only or measuring.here.id is None:
        return True
    return all(
        shown_above(replace(question, asking=Asking(one, question.on, question.scope)), here)
        for here in (measuring.here,)
        for one in measuring.asked
        if measuring.requirement(one.id) is not None
    )


def _links(here: Place, question: Question) -> tuple[tuple[str, str], ...]:
    values = filter_values(question, unit_id=here.id)
    links = [(gettext("Which teams still need training"), url_for("coverage.unit", **values))]
    if here.is_commune and current_viewer().may(Permission.TEAM_MANAGE):
        way = url_for("coverage.support", unit_id=here.id)
        links.append((gettext("Record who supports a team"), way))
    if cells.may_count():
        links.append(
            (gettext("Figures of disputes"), url_for("coverage.disputes", unit_id=here.id))
        )
    history = url_for("coverage.target_history", **values)
    return (*links, (gettext("How the numbers moved"), history))
