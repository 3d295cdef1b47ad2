"""The people behind a number, as counted: same day, same knowledge."""

from __future__ import annotations

from typing import Any, Final

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app import clock
from training_app.access import Permission
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.errors import NotFound
from training_app.extensions import current_session, db
from training_app.reporting.queries.register import people_behind
from training_app.reporting.routes.base import Opened, bp, crumbs, language, opened
from training_app.reporting.routes.working import LISTED
from training_app.reporting.rules.figures import Line
from training_app.reporting.rules.layouts import Column, Measure
from training_app.web.asides import aside
from training_app.web.guard import current_viewer, demand, needs
from training_app.web.pages import render

MOST: Final = 2_000


@bp.get("/reports/<int:report_id>/rows/<row_key>/people/<column_key>/")
@needs(Permission.COVERAGE_NAMES)
def people(report_id: int, row_key: str, column_key: str) -> ResponseReturnValue:
    """Who is counted in a cell. The view is written down; the restricted flag needs its right."""
    demand(Permission.REPORT_VIEW)
    one = opened(report_id)
    line, column = _cell(one, row_key, column_key)
    if column.measure is Measure.MINORITY:
        demand(Permission.MINORITY_VIEW)
    found = people_behind(current_session(), one.counting, line.key, column.measure, limit=MOST)
    _note(one, line, column, len(found))
    counted = line.counted.get(column.key, 0)
    return render(
        "reporting/people.html",
        one=one,
        line=line,
        title=column.named(language()),
        people=found,
        by_team=not line.key.startswith("team-"),
        counted=counted,
        changed=line.changes.get(column.key),
        moved=len(found) != counted and len(found) < MOST,
        restricted=column.measure is Measure.MINORITY,
        crumbs=crumbs(one, gettext("People counted")),
    )


def _cell(one: Opened, row_key: str, column_key: str) -> tuple[Line, Column]:
    """The cell; NotFound for what has no list: totals, shares, rows taken from a report below."""
    line, column = one.figures.line(row_key), one.layout.column(column_key)
    if line is None or column is None or one.who.totals_only:
        raise NotFound
    if line.report_id is not None or column.measure.value not in LISTED:
        raise NotFound
    return line, column


def _note(one: Opened, line: Line, column: Column, count: int) -> None:
    viewer = current_viewer()
    detail: dict[str, Any] = {"row": line.key, "column": column.key, "count": count}
    restricted = column.measure is Measure.MINORITY
    with aside(db.engine) as session:
        audit.record(
            session,
            Action.MINORITY_VIEWED if restricted else Action.NAMES_VIEWED,
            actor=viewer,
            now=clock.now(),
            object_kind="report",
            object_id=one.report.id,
            unit_id=one.report.unit_id,
            detail=detail,
        )
