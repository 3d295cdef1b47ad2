"""What an office counts of disputes: entering it by period, and taking it back."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from sqlalchemy import select

from training_app import clock
from training_app.access import Permission, Scope
from training_app.coverage import queries, services
from training_app.coverage.forms import DisputesForm, WithdrawDisputesForm
from training_app.coverage.models import DisputeCount
from training_app.coverage.queries import Place
from training_app.coverage.queries.disputes import disputes as figures_of
from training_app.coverage.routes.base import bp
from training_app.coverage.services import NewDisputes
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other


@bp.get("/coverage/units/<int:unit_id>/targets/disputes/")
@needs(Permission.TARGET_MANAGE)
def disputes(unit_id: int) -> ResponseReturnValue:
    """The figures of the unit by period, and a form to enter some."""
    here = _here(unit_id)
    return _page(here, _form(), {})


@bp.post("/coverage/units/<int:unit_id>/targets/disputes/")
@needs(Permission.TARGET_MANAGE)
def disputes_submit(unit_id: int) -> ResponseReturnValue:
    """Enter figures; those for the same period take the place of the earlier."""
    here, session, now = _here(unit_id), current_session(), clock.now()
    form = _form()
    if form.validate():
        try:
            services.record_disputes(
                session,
                _new(unit_id, form),
                now=now,
                today=clock.local_date(now),
                actor=current_viewer(),
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            session.commit()
            notice(N_("The figures are recorded."))
            return see_other("coverage.disputes", unit_id=unit_id)
    return _page(here, form, {}, 422)


@bp.post("/coverage/units/<int:unit_id>/targets/disputes/<int:count_id>/withdraw/")
@needs(Permission.TARGET_MANAGE)
def disputes_withdraw(unit_id: int, count_id: int) -> ResponseReturnValue:
    """Take figures back, with a reason; what they were stays on record."""
    here, session = _here(unit_id), current_session()
    row = session.scalars(
        select(DisputeCount)
        .where(DisputeCount.id == count_id, DisputeCount.unit_id == unit_id)
        .execution_options(scope=_scope())
    ).one_or_none()
    if row is None or row.id not in {one.row_id for one in figures_of(session, unit_id)}:
        raise NotFound
    form = _withdrawing(count_id)
    if form.validate():
        services.withdraw_disputes(
            session, row, form.reason.data or "", now=clock.now(), actor=current_viewer()
        )
        session.commit()
        notice(N_("The figures are taken back."))
        return see_other("coverage.disputes", unit_id=unit_id)
    return _page(here, _form(filled=False), {count_id: form}, 422)


def _scope() -> Scope:
    return current_viewer().scope(Permission.TARGET_MANAGE)


def _here(unit_id: int) -> Place:
    """The unit as it stands today, in scope; 404 otherwise."""
    return queries.place(current_session(), _scope(), unit_id, clock.today())


def _new(unit_id: int, form: DisputesForm) -> NewDisputes:
    return NewDisputes(
        unit_id,
        form.first_day.data,
        form.last_day.data,
        form.received.data or 0,
        form.in_progress.data or 0,
        form.successful.data or 0,
        form.source.data or "",
    )


def _form(*, filled: bool = True) -> DisputesForm:
    form = DisputesForm() if filled else DisputesForm(None)
    form.prepare(clock.today())
    return form


def _withdrawing(count_id: int, *, filled: bool = True) -> WithdrawDisputesForm:
    form = WithdrawDisputesForm() if filled else WithdrawDisputesForm(None)
    form.prepare(count_id)
    return form


def _page(
    here: Place,
    form: DisputesForm,
    withdrawing: dict[int, WithdrawDisputesForm],
    status: int = 200,
) -> ResponseReturnValue:
    rows = [
        (one, withdrawing.get(one.row_id) or _withdrawing(one.row_id, filled=False))
        for one in figures_of(current_session(), here.id)
    ]
    errors = [*form.error_list(), *(e for one in withdrawing.values() for e in one.error_list())]
    return render(
        "coverage/disputes.html",
        status,
        here=here,
        rows=rows,
        form=form,
        errors=errors,
        errors_in_title=bool(errors),
    )
