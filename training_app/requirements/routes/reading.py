"""Looking at requirements, and trying a rule."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission
from training_app.errors import InvalidInput
from training_app.extensions import current_session
from training_app.requirements import queries
from training_app.requirements.forms import TryForm, renewal_names
from training_app.requirements.queries import RequirementRow
from training_app.requirements.routes.base import (
    Line,
    bp,
    line,
    lines,
    may_manage,
    own_units,
    visible_versions,
)
from training_app.requirements.rules import (
    Period,
    Renewal,
    Renewing,
    refuse_long_window,
    renewal,
)
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import format_number, render, waiting_at

_SMALL: Final = 5


@bp.get("/requirements/")
@needs(Permission.REQUIREMENT_VIEW)
def requirement_list() -> ResponseReturnValue:
    """Requirements of the nation and of the units around the viewer."""
    session, today = current_session(), clock.today()
    scope = current_viewer().scope(Permission.REQUIREMENT_VIEW)
    rows = queries.visible(session, queries.all_requirements(session, today), scope, today)
    return render(
        "requirements/requirement_list.html",
        lines=lines(rows, today),
        may_set=bool(own_units(today)),
        waits=waiting_at("requirements.requirement_list"),
    )


@bp.get("/requirements/<int:requirement_id>/")
@needs(Permission.REQUIREMENT_VIEW)
def requirement_page(requirement_id: int) -> ResponseReturnValue:
    """One requirement with all its versions and how many people it touches today."""
    today = clock.today()
    rows = visible_versions(requirement_id, today)
    current = next((row for row in rows if row.in_force(today)), rows[-1])
    last = rows[-1]
    return render(
        "requirements/requirement_page.html",
        line=line(current, today),
        versions=lines(rows, today),
        people=_people(current, today),
        before=_before(current, today),
        may_change=last.in_force_to is None and may_manage(current.unit_id, today),
    )


def _before(row: RequirementRow, today: date) -> list[Line]:
    """The requirements of ended units that this one goes on with, as far as they may be seen."""
    session, scope = current_session(), current_viewer().scope(Permission.REQUIREMENT_VIEW)
    found = queries.rows_of(session, row.required.carries_on)
    last = {one.requirement_id: one for one in queries.visible(session, found, scope, today)}
    return lines(list(last.values()), today)


def _people(row: RequirementRow, today: date) -> str:
    """Return how many people it touches; small numbers stay hidden where names are."""
    viewer = current_viewer()
    scope = viewer.scope(Permission.REQUIREMENT_VIEW)
    count = queries.audience_size(current_session(), row, scope, today)
    if 0 < count < _SMALL and not viewer.may(Permission.RESULT_VIEW):
        return _("fewer than 5")
    return format_number(count)


@bp.get("/requirements/try/")
@needs(Permission.REQUIREMENT_VIEW)
def try_rule() -> ResponseReturnValue:
    """Compare the three ways of renewal on dates of one's own; nothing is saved."""
    asked = "completed" in request.args
    form = TryForm(request.args if asked else None, meta={"csrf": False})
    form.prepare()
    if not asked:
        form.period.data, form.window.data, form.minimum.data = 24, 3, 6
        return render("requirements/try_rule.html", form=form, results=())
    results: list[tuple[str, Renewal]] = []
    if form.validate():
        try:
            results = [(words, _tried(form, mode)) for mode, words in renewal_names().items()]
        except InvalidInput as error:
            form.blame(error)
    status = 200 if results else 422
    return render(
        "requirements/try_rule.html",
        status,
        form=form,
        results=results,
        errors_in_title=not results,
    )


def _tried(form: TryForm, mode: Renewing) -> Renewal:
    assert form.completed.data is not None, "validated"  # noqa: S101 - a fact for mypy
    period, window = Period(months=form.period.data or 0), Period(months=form.window.data or 0)
    refuse_long_window(form.completed.data, period=period, window=window)
    return renewal(
        mode,
        completed=form.completed.data,
        period=period,
        window=window,
        minimum=Period(months=form.minimum.data or 0),
        held_until=form.held_until.data,
        due=form.due.data,
    )
