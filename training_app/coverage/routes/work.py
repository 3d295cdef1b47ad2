"""The worklist: teams in need, why, whom to call, and the smallest next step."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from training_app.access import Permission
from training_app.coverage import queries
from training_app.coverage.printing import steps_words, team_name, why_words, work_head
from training_app.coverage.queries import WorklistRow
from training_app.coverage.routes.base import (
    Question,
    View,
    bp,
    filter_values,
    spoken,
)
from training_app.coverage.routes.files import WORKLIST, with_file
from training_app.coverage.routes.lists import Listed, about
from training_app.coverage.routes.tables import Column, Row, Table, share, telephone, words
from training_app.errors import N_
from training_app.extensions import current_session
from training_app.web.guard import current_viewer, needs

NO_TEAMS: Final = N_("This is asked of people outside the teams: see the list of people.")
_WORK: Final = Listed("unit", "worklist")
ALL_DONE: Final = N_("No team needs training, and all are complete by Article 12.")


@bp.get("/coverage/units/<int:unit_id>/worklist/")
@needs(Permission.COVERAGE_NAMES)
def worklist(unit_id: int) -> ResponseReturnValue:
    """Teams in need, the least trained and largest first, fifty to a page."""
    return _WORK.stretch(unit_id, _view)


@bp.get("/coverage/units/<int:unit_id>/worklist/table.xlsx")
@bp.get("/coverage/units/<int:unit_id>/worklist/table.json", endpoint="worklist_data")
@needs(Permission.COVERAGE_NAMES)
def worklist_table(unit_id: int) -> ResponseReturnValue:
    """The whole worklist as XLSX, or as data. RuleBroken when it is too long for one file."""
    return _WORK.whole(unit_id, _view, most=WORKLIST.most)


def _view(unit_id: int, *, limit: int | None, offset: int) -> tuple[View, int]:
    """Everything the worklist shows, and how many leaders it names."""
    title = gettext("Teams that still need training")
    view, here = about(unit_id, Permission.COVERAGE_NAMES, title)
    question = view.question
    if here is None or question.asking is None:
        return view, 0
    if not question.asking.by_team:
        return replace(view, empty=gettext(NO_TEAMS), definitions=False), 0
    phones = current_viewer().may(Permission.PHONE_VIEW)
    found = queries.worklist(
        current_session(), question.asking, here, limit=limit, offset=offset, phones=phones
    )
    said = ngettext(
        "%(needy)s of %(num)s team needs something.",
        "%(needy)s of %(num)s teams need something.",
        found.teams,
        needy=found.total,
    )
    view = replace(
        view,
        table=_table(found.rows, question, by_unit=not here.is_commune),
        total=found.total,
        notes=(said,) if found.teams else (),
        empty="" if found.total else gettext(ALL_DONE),
    )
    named = sum(bool(row.leader_name) for row in found.rows)
    return with_file(WORKLIST, view, here, found.total), named


def _table(rows: tuple[WorklistRow, ...], question: Question, *, by_unit: bool) -> Table:
    """One row per team in need."""
    head = work_head(spoken(), by_unit=by_unit)
    return Table(
        caption=gettext("Teams in need, the least trained first"),
        head=tuple(Column(one) for one in head),
        rows=tuple(_row(row, question, by_unit=by_unit) for row in rows),
    )


def _row(row: WorklistRow, question: Question, *, by_unit: bool) -> Row:
    team, counts, asking, say = row.team.team, row.team.counts, question.asking, spoken()
    return (
        words(team_name(row), url_for("coverage.team", **filter_values(question, team_id=team.id))),
        *([words(team.unit_name)] if by_unit else []),
        share(counts.held, counts.people),
        words(why_words(row, say)),
        words(steps_words(row, asking, say) if asking else ""),
        words(row.leader_name),
        telephone(row.leader_phone),
    )
