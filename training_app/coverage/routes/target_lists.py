"""The lists behind the numbers of targets: people who did or did not, teams that are or are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from training_app.access import Permission
from training_app.coverage.printing import (
    Value,
    complete_line,
    done_line,
    support_line,
    target_head,
)
from training_app.coverage.queries import Place
from training_app.coverage.queries.targets import (
    DonePerson,
    DoneQuestion,
    done_people,
    listed_teams,
)
from training_app.coverage.routes.base import (
    Question,
    View,
    bp,
    filter_values,
    note_names,
    said,
    spoken,
)
from training_app.coverage.routes.files import TARGETS, with_file
from training_app.coverage.routes.lists import Listed, fifty_or_all
from training_app.coverage.routes.tables import Column, Row, Table, words
from training_app.coverage.routes.target_asked import about_target, target_asked
from training_app.coverage.rules.files import TargetList
from training_app.coverage.rules.targets import TargetMeasure
from training_app.extensions import current_session
from training_app.organisation.queries.teams import TeamRow
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import MOST_ON_PAPER, format_date, paginate, render

_LIST = Listed("unit", "targets-list")


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
    return _LIST.whole(unit_id, _list_view, most=TARGETS.most)


def _list_view(unit_id: int, *, limit: int, offset: int) -> tuple[View, int]:
    """Everything a list shows, and how many people it names."""
    view, here = about_target(unit_id)
    if here is None:
        return view, 0
    asked = target_asked(view.question)
    if asked.measure.of_teams:
        view, named = _team_list(view, here, asked, limit=limit, offset=offset), 0
    else:
        view, named = _people_list(view, here, asked, limit=limit, offset=offset)
    return with_file(TARGETS, view, here, view.total or 0), named


def _people_list(
    view: View, here: Place, asked: TargetList, *, limit: int, offset: int
) -> tuple[View, int]:
    question = view.question
    who = DoneQuestion(asked.measure, here, asked.first, asked.last, question.scope)
    rows, total = done_people(current_session(), who, done=asked.done, limit=limit, offset=offset)
    table = Table(
        caption=gettext("People, by given name"),
        head=_head(asked),
        rows=tuple(_person_row(row, question) for row in rows),
    )
    note = _people_said(total, done=asked.done, first=asked.first, last=asked.last)
    empty = "" if total else gettext("Nobody stands in this group.")
    return replace(view, table=table, total=total, notes=(note,), empty=empty), len(rows)


def _head(asked: TargetList) -> tuple[Column, ...]:
    return tuple(Column(one) for one in target_head(asked.measure, spoken()))


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
    return _linked(done_line(row), person, team)


def _linked(line: Sequence[Value], *addresses: str) -> Row:
    """The cells of a line, the first of which lead on."""
    led = (*addresses, *[""] * (len(line) - len(addresses)))
    return tuple(words(str(text), href) for text, href in zip(line, led, strict=True))


def _team_list(view: View, here: Place, asked: TargetList, *, limit: int, offset: int) -> View:
    """Teams that are complete or supported, and by whom, or those that are not, and why."""
    question, say = view.question, spoken()
    found, by_team = listed_teams(current_session(), question.scope, here, asked)

    def row(team: TeamRow) -> Row:
        href = url_for("coverage.team", **filter_values(question, team_id=team.id))
        if asked.measure is TargetMeasure.COMPLETE:
            return _linked(complete_line(team, say), href)
        return _linked(support_line(team, by_team, say), href)

    table = Table(
        caption=gettext("Teams by unit and name"),
        head=_head(asked),
        rows=tuple(row(team) for team in found[offset : offset + limit]),
    )
    empty = "" if found else gettext("No team stands in this group.")
    note = _teams_said(asked, len(found))
    if (
        asked.measure is TargetMeasure.SUPPORTED
        and here.is_commune
        and current_viewer().may(Permission.TEAM_MANAGE)
    ):
        way = (gettext("Record who supports a team"), url_for("coverage.support", unit_id=here.id))
        view = replace(view, links=(way, *view.links))
    return replace(view, table=table, total=len(found), notes=(note,), empty=empty)


def _teams_said(asked: TargetList, total: int) -> str:
    if asked.measure is TargetMeasure.COMPLETE and asked.done:
        return ngettext("%(num)s team is complete.", "%(num)s teams are complete.", total)
    if asked.measure is TargetMeasure.COMPLETE:
        return ngettext("%(num)s team is not complete.", "%(num)s teams are not complete.", total)
    if asked.done:
        return ngettext("%(num)s team is supported.", "%(num)s teams are supported.", total)
    return ngettext(
        "%(num)s team is not supported yet.", "%(num)s teams are not supported yet.", total
    )
