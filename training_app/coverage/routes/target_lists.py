"""The lists behind the numbers of targets: people who did or did not, teams that are or are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from training_app.access import Permission
from training_app.coverage.forms import EARLIEST
from training_app.coverage.queries import Place
from training_app.coverage.queries.support import professions_by_team
from training_app.coverage.queries.targets import DonePerson, DoneQuestion, done_people
from training_app.coverage.routes.base import (
    Question,
    View,
    bp,
    crumbs,
    download,
    filter_values,
    note_names,
    place_name,
    read_filter,
    said,
)
from training_app.coverage.routes.lists import MOST_EXPORTED, TOO_MANY, fifty_or_all
from training_app.coverage.routes.places import NOT_YET, find_place
from training_app.coverage.routes.tables import Column, Row, Table, words
from training_app.coverage.rules.support import PROFESSION_MESSAGES, Profession
from training_app.coverage.rules.targets import MEASURE_MESSAGES, TargetMeasure
from training_app.errors import NotFound, RuleBroken
from training_app.extensions import current_session
from training_app.organisation.queries.teams import TeamRow, teams_under
from training_app.organisation.rules import LACK_MESSAGES, repair_message
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import MOST_ON_PAPER, format_date, paginate, render


@bp.get("/coverage/units/<int:unit_id>/targets/list/")
@needs(Permission.COVERAGE_NAMES)
def target_list(unit_id: int) -> ResponseReturnValue:
    """Who did, or did not yet do, what a target counts; teams that are complete, or not yet."""
    view, count = fifty_or_all(_list_view, unit_id)
    note_names(view.question, count, kind="unit", object_id=unit_id)
    return render(
        "coverage/target_list.html",
        view=view,
        page=paginate(view.total or 0, most=MOST_ON_PAPER),
        said=said(view),
    )


@bp.get("/coverage/units/<int:unit_id>/targets/list/table.xlsx")
@bp.get("/coverage/units/<int:unit_id>/targets/list/table.json", endpoint="target_list_data")
@needs(Permission.COVERAGE_NAMES)
def target_list_table(unit_id: int) -> ResponseReturnValue:
    """The whole list as XLSX, or as data. RuleBroken when it is too long for one file."""
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
    arguments: dict[str, Any] = {
        key: value for key, value in request.args.items() if key not in {"page", "rows"}
    }
    view = replace(
        view, file_url=url_for("coverage.target_list_table", unit_id=unit_id, **arguments)
    )
    if measure is TargetMeasure.COMPLETE:
        return _team_list(view, here, done=done, limit=limit, offset=offset), 0
    if measure is TargetMeasure.SUPPORTED:
        return _support_list(view, here, done=done, limit=limit, offset=offset), 0
    return _people_list(view, here, measure, done=done, limit=limit, offset=offset)


def _wanted() -> tuple[TargetMeasure, bool]:
    """The measure and the half of the list that the address names. NotFound for others."""
    listed = {
        TargetMeasure.TAUGHT,
        TargetMeasure.KIT,
        TargetMeasure.COMPLETE,
        TargetMeasure.SUPPORTED,
    }
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
    return (
        *_team(team, question),
        words("; ".join(gettext(LACK_MESSAGES[rule]) for rule in team.composition.lacks)),
        words("; ".join(steps)),
    )


def _team(team: TeamRow, question: Question) -> Row:
    name = f"{team.name}, {team.village}" if team.village else team.name
    href = url_for("coverage.team", **filter_values(question, team_id=team.id))
    return (words(name, href), words(team.unit_name))


def _support_list(view: View, here: Place, *, done: bool, limit: int, offset: int) -> View:
    """Teams with those who support them, or those that nobody supports."""
    question, session = view.question, current_session()
    last = min(question.on, _day("last", question.on))
    by_team = professions_by_team(session, question.scope, here.path, last)
    everyone = teams_under(session, question.scope, here.path, last)
    found = [team for team in everyone if (team.id in by_team) is done]
    if done:
        note = ngettext("%(num)s team is supported.", "%(num)s teams are supported.", len(found))
    else:
        note = ngettext(
            "%(num)s team is not supported yet.",
            "%(num)s teams are not supported yet.",
            len(found),
        )
    table = Table(
        caption=gettext("Teams by unit and name"),
        head=(Column(gettext("Team")), Column(gettext("Unit")), Column(gettext("Supported by"))),
        rows=tuple(
            (*_team(team, question), words(professions_said(by_team, team.id)))
            for team in found[offset : offset + limit]
        ),
    )
    empty = "" if found else gettext("No team stands in this group.")
    if here.is_commune and current_viewer().may(Permission.TEAM_MANAGE):
        way = (gettext("Record who supports a team"), url_for("coverage.support", unit_id=here.id))
        view = replace(view, links=(way, *view.links))
    return replace(view, table=table, total=len(found), notes=(note,), empty=empty)


def professions_said(by_team: Mapping[int, Sequence[Profession]], team_id: int) -> str:
    """Who supports a team, in words."""
    return ", ".join(gettext(PROFESSION_MESSAGES[one]) for one in by_team.get(team_id, ()))
