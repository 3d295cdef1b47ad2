"""What an office counts of disputes: entering it by period, and taking it back."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission
from training_app.coverage import services
from training_app.coverage.forms import DisputesForm, WithdrawDisputesForm
from training_app.coverage.models import DisputeCount
from training_app.coverage.queries import Place
from training_app.coverage.queries.disputes import disputes as figures_of
from training_app.coverage.routes import taking_back
from training_app.coverage.routes.base import bp
from training_app.coverage.services import NewDisputes
from training_app.errors import N_, InvalidInput
from training_app.extensions import current_session
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, see_other


@bp.get("/coverage/units/<int:unit_id>/targets/disputes/")
@needs(Permission.TARGET_MANAGE)
def disputes(unit_id: int) -> ResponseReturnValue:
    """The figures of the unit by period, and a form to enter some."""
    return _page(taking_back.managed(unit_id), _form())


@bp.post("/coverage/units/<int:unit_id>/targets/disputes/")
@needs(Permission.TARGET_MANAGE)
def disputes_submit(unit_id: int) -> ResponseReturnValue:
    """Enter figures; those for the same period take the place of the earlier."""
    here, session, now = taking_back.managed(unit_id), current_session(), clock.now()
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
    return _page(here, form)


@bp.post("/coverage/units/<int:unit_id>/targets/disputes/<int:count_id>/withdraw/")
@needs(Permission.TARGET_MANAGE)
def disputes_withdraw(unit_id: int, count_id: int) -> ResponseReturnValue:
    """Take figures back, with a reason; what they were stays on record."""
    here, session = taking_back.managed(unit_id), current_session()
    standing = [one.row_id for one in figures_of(session, unit_id)]
    row = taking_back.entry(DisputeCount, count_id, here, standing)
    form = WithdrawDisputesForm(count_id, sent=True)
    if form.validate():
        services.withdraw_disputes(
            session, row, form.reason.data or "", now=clock.now(), actor=current_viewer()
        )
        session.commit()
        notice(N_("The figures are taken back."))
        return see_other("coverage.disputes", unit_id=unit_id)
    return _page(here, _form(filled=False), form)


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


def _page(
    here: Place, form: DisputesForm, refused: WithdrawDisputesForm | None = None
) -> ResponseReturnValue:
    entries = [(one.row_id, one) for one in figures_of(current_session(), here.id)]
    return taking_back.page(
        "coverage/disputes.html",
        here,
        form,
        entries,
        ending=WithdrawDisputesForm,
        refused=refused,
    )
