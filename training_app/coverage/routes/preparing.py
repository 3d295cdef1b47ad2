"""Asking the worker to prepare what was known of a wide place at the end of a day."""

from __future__ import annotations

from flask import redirect
from flask.typing import ResponseReturnValue

from training_app.access import Permission
from training_app.coverage import rollups, services
from training_app.coverage.routes.base import ask, bp, place_url, read_filter
from training_app.coverage.routes.places import at_place, find_place_then, reads_then
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.web.guard import current_viewer, needs


@bp.post("/coverage/prepare/")
@needs(Permission.COVERAGE_VIEW)
def prepare_overview() -> ResponseReturnValue:
    """Have the country read as known then."""
    return _prepare(None)


@bp.post("/coverage/units/<int:unit_id>/prepare/")
@needs(Permission.COVERAGE_VIEW)
def prepare_unit(unit_id: int) -> ResponseReturnValue:
    """Have a big province read as known then."""
    return _prepare(unit_id)


def _prepare(unit_id: int | None) -> ResponseReturnValue:
    session, viewer = current_session(), current_viewer()
    question = at_place(read_filter(Permission.COVERAGE_VIEW), unit_id)
    here = find_place_then(question, unit_id)
    if here is None:
        raise NotFound
    question = ask(question, here.path)
    asking = question.asking
    if asking is None or not reads_then(question) or not rollups.too_wide(session, asking, here):
        raise NotFound
    services.ask_reading(session, asking, here, now=question.now, actor=viewer)
    session.commit()
    return redirect(place_url(here, question), 303)
