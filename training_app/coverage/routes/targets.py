"""Targets of a unit: how far it is, the pace needed, where it leads, and the lists behind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from training_app.access import Permission
from training_app.coverage.folders import national_goals, trainer_ratios
from training_app.coverage.forms import EARLIEST
from training_app.coverage.queries import Asking, Place
from training_app.coverage.queries.targets import (
    DonePerson,
    DoneQuestion,
    done_people,
    plans,
)
from training_app.coverage.rollups import Measuring, progress
from training_app.coverage.routes import target_cells as cells
from training_app.coverage.routes.base import (
    Question,
    View,
    asked_offset,
    bp,
    crumbs,
    download,
    filter_values,
    last_offset,
    note_names,
    place_name,
    read_filter,
    said,
)
from training_app.coverage.routes.lists import MOST_EXPORTED, TOO_MANY
from training_app.coverage.routes.places import CLOSED, NOT_YET, find_place, shown_above
from training_app.coverage.routes.tables import Column, Row, Table, words
from training_app.coverage.rules.ratios import Base
from training_app.coverage.rules.targets import MEASURE_MESSAGES, Goal, TargetMeasure
from training_app.errors import N_, NotFound, RuleBroken
from training_app.extensions import current_session
from training_app.organisation.queries.teams import TeamRow, teams_under
from training_app.organisation.rules import LACK_MESSAGES, repair_message
from training_app.programme.queries import asked_in_unit
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import PAGE_SIZE, format_date, paginate, render

_YEAR: Final = timedelta(days=366)
NO_TARGETS: Final = N_("No target holds here on that day. Enter the plan of the unit.")


@dataclass(frozen=True)
class TargetsView:
    """The page of targets."""

    view: View
    sources: list[str]
    definitions: list[str]
    plan_url: str


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
@needs(Permission.COVERAGE_EXPORT)
def targets_table(unit_id: int) -> ResponseReturnValue:
    """The same table as XLSX, with sources and definitions."""
    found = _view(unit_id)
    notes = (*found.view.notes, *found.sources, *found.definitions)
    return download(replace(found.view, notes=notes), f"targets-{unit_id}")


def goals_here(here: Place, on: date) -> tuple[Goal, ...]:
    """Plans first, the own before those above; then the national targets near the day."""
    nation = [
        *national_goals(),
        *(
            Goal(
                measure=TargetMeasure.TRAINERS,
                valid_from=ratio.valid_from,
                valid_to=ratio.valid_to,
                value=ratio.teams_per_trainer,
                source=ratio.source,
                source_en=ratio.source_en,
                confidence=ratio.confidence,
            )
            for ratio in trainer_ratios()
            if ratio.base is Base.PROVINCE and ratio.valid_to is not None
        ),
    ]
    near = [one for one in nation if one.valid_from <= on + _YEAR and one.valid_to > on - _YEAR]
    return (*plans(current_session(), here, on), *near)


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
    if not _may_show(measuring, question):
        return replace(page, view=replace(page.view, empty=gettext(CLOSED)))
    found = progress(session, measuring, goals_here(here, question.on))
    if not found:
        return replace(page, view=replace(page.view, empty=gettext(NO_TARGETS)))
    by_id = {one.id: one for one in asked}
    names = not question.scope.totals_only and current_viewer().may(Permission.COVERAGE_NAMES)
    view = replace(
        page.view,
        table=cells.targets_table(found, here, by_id, question.on, names=names),
        notes=() if names else (cells.small_note(),),
        file_url=url_for("coverage.targets_table", **filter_values(question, unit_id=here.id)),
    )
    return replace(
        page,
        view=view,
        sources=cells.sources(found, by_id),
        definitions=cells.definitions(found),
    )


def _may_show(measuring: Measuring, question: Question) -> bool:
    """Whether every table above shows the place: what is hidden there is hidden here."""
    if not question.scope.totals_only:
        return True
    return all(
        shown_above(replace(question, asking=Asking(one, question.on, question.scope)), here)
        for here in (measuring.here,)
        for one in measuring.asked
        if measuring.requirement(one.id) is not None
    )


def _links(here: Place, question: Question) -> tuple[tuple[str, str], ...]:
    values = filter_values(question, unit_id=here.id)
    label = gettext("Which teams still need training")
    return ((label, url_for("coverage.unit", **values)),)


# -- the lists behind the numbers ----------------------------------------------------------


@bp.get("/coverage/units/<int:unit_id>/targets/list/")
@needs(Permission.COVERAGE_NAMES)
def target_list(unit_id: int) -> ResponseReturnValue:
    """Who did, or did not yet do, what a target counts; teams that are complete, or not yet."""
    view, count = _list_view(unit_id, limit=PAGE_SIZE, offset=asked_offset())
    if view.total and view.table and not view.table.rows:
        view, count = _list_view(unit_id, limit=PAGE_SIZE, offset=last_offset(view.total))
    note_names(view.question, count, kind="unit", object_id=unit_id)
    return render(
        "coverage/target_list.html",
        view=view,
        page=paginate(view.total or 0),
        said=said(view),
    )


@bp.get("/coverage/units/<int:unit_id>/targets/list/table.xlsx")
@needs(Permission.COVERAGE_NAMES)
def target_list_table(unit_id: int) -> ResponseReturnValue:
    """The whole list as XLSX. RuleBroken when it is too long for one file."""
    view, count = _list_view(unit_id, limit=MOST_EXPORTED, offset=0)
    if (view.total or 0) > MOST_EXPORTED:
        raise RuleBroken(TOO_MANY, count=view.total, most=MOST_EXPORTED)
    note_names(view.question, count, kind="unit", object_id=unit_id, exported=True)
    return download(view, f"targets-list-{unit_id}")


def _list_view(unit_id: int, *, limit: int, offset: int) -> tuple[View, int]:
    """Everything a list shows, and how many people it names."""
    question = read_filter(Permission.COVERAGE_NAMES)
    here = find_place(question, unit_id)
    measure, done = _wanted()
    if here is None:
        empty = gettext(NOT_YET)
        return View(gettext("Targets"), question, [], empty=empty, definitions=False), 0
    title = gettext(MEASURE_MESSAGES[measure])
    view = View(
        heading=gettext("%(what)s – %(place)s", what=title, place=place_name(here)),
        question=question,
        crumbs=crumbs(here, question, (title, None)),
        definitions=False,
        links=((gettext("Targets"), url_for("coverage.targets", unit_id=unit_id)),),
    )
    arguments: dict[str, Any] = {key: value for key, value in request.args.items() if key != "page"}
    view = replace(
        view, file_url=url_for("coverage.target_list_table", unit_id=unit_id, **arguments)
    )
    if measure is TargetMeasure.COMPLETE:
        return _team_list(view, here, done=done, limit=limit, offset=offset), 0
    return _people_list(view, here, measure, done=done, limit=limit, offset=offset)


def _wanted() -> tuple[TargetMeasure, bool]:
    """The measure and the half of the list that the address names. NotFound for others."""
    listed = {TargetMeasure.TAUGHT, TargetMeasure.KIT, TargetMeasure.COMPLETE}
    chosen = next((one for one in listed if one.value == request.args.get("measure")), None)
    if chosen is None and request.args.get("measure"):
        raise NotFound
    return chosen or TargetMeasure.COMPLETE, request.args.get("done") == "yes"


def _day(name: str, otherwise: date) -> date:
    """A day of the address. NotFound for one that cannot be."""
    try:
        found = date.fromisoformat(request.args.get(name, otherwise.isoformat()))
    except ValueError as error:
        raise NotFound from error
    return max(found, EARLIEST)


def _people_list(
    view: View, here: Place, measure: TargetMeasure, *, done: bool, limit: int, offset: int
) -> tuple[View, int]:
    question = view.question
    first = _day("first", date(question.on.year, 1, 1))
    last = min(question.on, _day("last", question.on))
    asked = DoneQuestion(measure, here, first, last, question.scope)
    rows, total = done_people(current_session(), asked, done=done, limit=limit, offset=offset)
    note = _people_said(total, done=done, first=first, last=last)
    table = Table(
        caption=gettext("People, by given name"),
        head=(Column(gettext("Name")), Column(gettext("Team"))),
        rows=tuple(_person_row(row, question) for row in rows),
    )
    empty = "" if total else gettext("Nobody stands in this group.")
    return replace(view, table=table, total=total, notes=(note,), empty=empty), len(rows)


def _people_said(total: int, *, done: bool, first: date, last: date) -> str:
    days: dict[str, Any] = {"first": format_date(first), "last": format_date(last)}
    if done:
        return ngettext(
            "%(num)s person did, from %(first)s to %(last)s.",
            "%(num)s people did, from %(first)s to %(last)s.",
            total,
            **days,
        )
    return ngettext(
        "%(num)s person did not yet, from %(first)s to %(last)s.",
        "%(num)s people did not yet, from %(first)s to %(last)s.",
        total,
        **days,
    )


def _person_row(row: DonePerson, question: Question) -> Row:
    person = url_for("coverage.person", **filter_values(question, person_id=row.person_id))
    team = url_for("coverage.team", **filter_values(question, team_id=row.team_id))
    return (words(row.full_name, person), words(row.team_name, team))


def _team_list(view: View, here: Place, *, done: bool, limit: int, offset: int) -> View:
    question = view.question
    last = min(question.on, _day("last", question.on))
    everyone = teams_under(current_session(), question.scope, here.path, last)
    found = [team for team in everyone if team.composition.complete is done]
    shown = found[offset : offset + limit]
    if done:
        note = ngettext("%(num)s team is complete.", "%(num)s teams are complete.", len(found))
    else:
        note = ngettext(
            "%(num)s team is not complete.", "%(num)s teams are not complete.", len(found)
        )
    table = Table(
        caption=gettext("Teams by unit and name"),
        head=(
            Column(gettext("Team")),
            Column(gettext("Unit")),
            Column(gettext("Why")),
            Column(gettext("Next step")),
        ),
        rows=tuple(_team_row(team, question) for team in shown),
    )
    empty = "" if found else gettext("No team stands in this group.")
    return replace(view, table=table, total=len(found), notes=(note,), empty=empty)


def _team_row(team: TeamRow, question: Question) -> Row:
    steps = []
    for repair in team.composition.repairs:
        message, values = repair_message(repair)
        steps.append(gettext(message, **values))
    name = f"{team.name}, {team.village}" if team.village else team.name
    return (
        words(name, url_for("coverage.team", **filter_values(question, team_id=team.id))),
        words(team.unit_name),
        words("; ".join(gettext(LACK_MESSAGES[rule]) for rule in team.composition.lacks)),
        words("; ".join(steps)),
    )
