"""What the pages of plans and of figures share: entries of a unit, each with a form to end it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from flask.typing import ResponseReturnValue
from sqlalchemy import select

from training_app import clock
from training_app.access import Permission, Scope
from training_app.coverage import queries
from training_app.coverage.forms import WithdrawForm
from training_app.coverage.models import DisputeCount, Target
from training_app.coverage.queries import Place
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.web.forms import Form
from training_app.web.guard import current_viewer
from training_app.web.pages import render

Entry = TypeVar("Entry", Target, DisputeCount)
Shown = TypeVar("Shown")


def managed(unit_id: int) -> Place:
    """The unit as it stands today, where the reader enters plans and figures; else NotFound."""
    return queries.place(current_session(), _scope(), unit_id, clock.today())


def entry(kind: type[Entry], number: int, here: Place, standing: Iterable[int | None]) -> Entry:
    """An entry of the unit that is among those that stand; else NotFound."""
    row = (
        current_session()
        .scalars(
            select(kind)
            .where(kind.id == number, kind.unit_id == here.id)
            .execution_options(scope=_scope())
        )
        .one_or_none()
    )
    if row is None or row.id not in set(standing):
        raise NotFound
    return row


def page(
    template: str,
    here: Place,
    form: Form,
    entries: Iterable[tuple[int, Shown]],
    *,
    ending: type[WithdrawForm],
    refused: WithdrawForm | None,
) -> ResponseReturnValue:
    """The entries by their numbers, each with an ``ending`` form, and the form to enter more.

    ``refused`` is an ending as it was sent; with errors in it or in ``form`` the status is 422.
    """
    rows = [
        (shown, refused if refused and refused.number == number else ending(number, sent=False))
        for number, shown in entries
    ]
    errors = [*form.error_list(), *(refused.error_list() if refused else ())]
    return render(
        template,
        422 if errors else 200,
        here=here,
        rows=rows,
        form=form,
        errors=errors,
        errors_in_title=bool(errors),
    )


def _scope() -> Scope:
    return current_viewer().scope(Permission.TARGET_MANAGE)
