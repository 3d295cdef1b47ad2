"""A wide place as known then: what the worker prepared, how far it is, or how to ask for it."""

from __future__ import annotations

from dataclasses import replace

from flask import url_for
from flask_babel import gettext

from training_app.coverage import rollups
from training_app.coverage.queries import Place, UnitTable
from training_app.coverage.queries.prepared import Prepared, prepared
from training_app.coverage.routes import cells
from training_app.coverage.routes.base import Preparing, Question, View, filter_values
from training_app.coverage.routes.tables import Table
from training_app.coverage.services import READING_KEPT
from training_app.errors import N_
from training_app.extensions import current_session
from training_app.web.pages import format_date

SMALL_THEN = N_(
    "Counts under 5, and those that would tell them, are not shown; nor are those that differ by"
    " less than 5 from what is known now."
)


def prepared_view(view: View, question: Question, here: Place) -> View:
    """The page of a wide place as known then."""
    asking = question.asking
    if asking is None:
        return view
    found = prepared(current_session(), asking.requirement.id, here, asking.on)
    if found is None or found.table is None:
        return replace(view, preparing=_preparing(question, here, found), definitions=False)
    values = filter_values(question, unit_id=here.id)
    counted = found.counted_at or question.now
    kept = gettext(
        "Prepared beforehand, and kept until %(day)s.", day=format_date(counted + READING_KEPT)
    )
    table, notes = _table(found.table, question)
    return replace(
        view,
        table=table,
        notes=(*notes, kept),
        file_url=url_for("coverage.unit_table" if here.id else "coverage.overview_table", **values),
        prepared_at=counted,
    )


def _table(found: UnitTable, question: Question) -> tuple[Table, tuple[str, ...]]:
    if not question.scope.totals_only or question.asking is None:
        return cells.unit_table(found, question), cells.unit_notes(found)
    # Beside what is known now, a difference of some people would tell about them.
    now = rollups.unit_table(current_session(), question.asking, found.place)
    return cells.totals_table(found, question, beside=now), (gettext(SMALL_THEN),)


def _preparing(question: Question, here: Place, found: Prepared | None) -> Preparing:
    name = "unit" if here.id else "overview"
    values = filter_values(question, unit_id=here.id)
    again = url_for(f"coverage.{name}", **values)
    if found is not None and (found.waiting or found.running):
        return Preparing("", again, "", found.waiting, found.done, found.whole)
    action = url_for(f"coverage.prepare_{name}", **values)
    return Preparing(action, "", found.error_code if found else "")
