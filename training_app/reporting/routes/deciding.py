"""Checked, sent back, approved by another person, locked, corrected."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app import clock
from training_app.access import Permission
from training_app.errors import N_, InvalidInput
from training_app.extensions import current_session
from training_app.reporting.forms import LockForm, ReasonForm, TurnForm
from training_app.reporting.routes.base import Opened, bp, crumbs, opened
from training_app.reporting.rules.states import State
from training_app.reporting.services import deciding, drafting
from training_app.reporting.services.deciding import Signature
from training_app.reporting.services.drafting import demand_own
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other


@dataclass(frozen=True)
class Words:
    """What a page of a step says: heading, what it does, its button."""

    heading: str
    explains: str
    asks: str
    button: str
    endpoint: str


RETURN = Words(
    N_("Send the report back"),
    N_("It becomes a draft again. Whoever prepared it reads what you write here."),
    N_("What has to be mended"),
    N_("Send back"),
    "reporting.send_back_submit",
)
CORRECT = Words(
    N_("Correct a report that was sent"),
    N_(
        "The report that was sent stays as it is. A new one is counted now, goes the same way, and"
        " replaces it once it is locked; both are kept."
    ),
    N_("What is corrected, and why"),
    N_("Make the correction"),
    "reporting.correct_submit",
)


@bp.post("/reports/<int:report_id>/check/")
@needs(Permission.REPORT_PREPARE)
def check(report_id: int) -> ResponseReturnValue:
    """Pass the draft on to another person."""
    one = opened(report_id)
    deciding.check(
        current_session(), one.report, one.who, TurnForm().seen,
        now=clock.now(), actor=current_viewer(),
    )  # fmt: skip
    notice(N_("Checked. Another officer of the unit now has to approve the report."))
    current_session().commit()
    return see_other("reporting.report", report_id=report_id)


@bp.post("/reports/<int:report_id>/approve/")
@needs(Permission.REPORT_APPROVE)
def approve(report_id: int) -> ResponseReturnValue:
    """Approve what another person prepared."""
    one = opened(report_id)
    deciding.approve(
        current_session(), one.report, one.who, TurnForm().seen,
        now=clock.now(), actor=current_viewer(),
    )  # fmt: skip
    notice(N_("Approved. Print it, have it signed, then lock and send it."))
    current_session().commit()
    return see_other("reporting.report", report_id=report_id)


@bp.get("/reports/<int:report_id>/send-back/")
@needs(Permission.REPORT_PREPARE, Permission.REPORT_APPROVE)
def send_back(report_id: int) -> ResponseReturnValue:
    """Say what has to be mended."""
    return _ask(_own(report_id), RETURN, _reason_form(report_id), 200)


@bp.post("/reports/<int:report_id>/send-back/")
@needs(Permission.REPORT_PREPARE, Permission.REPORT_APPROVE)
def send_back_submit(report_id: int) -> ResponseReturnValue:
    """Make it a draft again."""
    one, form = _own(report_id), ReasonForm()
    if not form.validate():
        return _ask(one, RETURN, form, 422)
    if not one.draft and not one.locked and form.outdated(one.report.turn):
        return _ask(one, RETURN, form, 409)
    deciding.send_back(
        current_session(), one.report, one.who, form.seen,
        reason=form.reason.data or "", now=clock.now(), actor=current_viewer(),
    )  # fmt: skip
    notice(N_("The report is a draft again."))
    current_session().commit()
    return see_other("reporting.report", report_id=report_id)


@bp.get("/reports/<int:report_id>/correct/")
@needs(Permission.REPORT_PREPARE)
def correct(report_id: int) -> ResponseReturnValue:
    """Say what is corrected."""
    return _ask(_own(report_id), CORRECT, _reason_form(report_id), 200)


@bp.post("/reports/<int:report_id>/correct/")
@needs(Permission.REPORT_PREPARE)
def correct_submit(report_id: int) -> ResponseReturnValue:
    """Begin the report that will replace this one."""
    one, form, now = _own(report_id), ReasonForm(), clock.now()
    if not form.validate():
        return _ask(one, CORRECT, form, 422)
    new = drafting.correct(
        current_session(), one.report, one.who,
        reason=form.reason.data or "",
        now=now, today=clock.local_date(now), actor=current_viewer(),
    )  # fmt: skip
    notice(N_("This is the correction, counted now. The report that was sent is unchanged."))
    current_session().commit()
    return see_other("reporting.report", report_id=new.id)


def _own(report_id: int) -> Opened:
    one = opened(report_id)
    demand_own(one.report, one.who)
    return one


def _reason_form(report_id: int) -> ReasonForm:
    return ReasonForm(data={"turn": opened(report_id).report.turn})


def _ask(one: Opened, words: Words, form: ReasonForm, status: int) -> ResponseReturnValue:
    form.reason.label.text = (
        gettext("What has to be mended")
        if words is RETURN
        else gettext("What is corrected, and why")
    )
    return render(
        "reporting/step.html",
        status,
        one=one,
        words=words,
        form=form,
        action=url_for(words.endpoint, report_id=one.report.id),
        crumbs=crumbs(one, gettext(words.heading)),
        errors_in_title=status != 200,  # noqa: PLR2004 - the page as it was asked for
    )


# -- locking -------------------------------------------------------------------------------------


@bp.get("/reports/<int:report_id>/lock/")
@needs(Permission.REPORT_PREPARE, Permission.REPORT_APPROVE)
def lock(report_id: int) -> ResponseReturnValue:
    """Number, day and signer of the paper, before the report is locked."""
    one = _own(report_id)
    return _lock_page(one, LockForm(data={"turn": one.report.turn}), 200)


@bp.post("/reports/<int:report_id>/lock/")
@needs(Permission.REPORT_PREPARE, Permission.REPORT_APPROVE)
def lock_submit(report_id: int) -> ResponseReturnValue:
    """Freeze the report and send it to the office above."""
    one, form, now = _own(report_id), LockForm(), clock.now()
    if not form.validate():
        return _lock_page(one, form, 422)
    if one.report.state == State.APPROVED and form.outdated(one.report.turn):
        return _lock_page(one, form, 409)
    signature = Signature(
        form.document_number.data or "", form.signed_on.data, form.signer.data or ""
    )
    try:
        deciding.lock(
            current_session(), one.report, one.who, form.seen, signature,
            now=now, today=clock.local_date(now), actor=current_viewer(),
        )  # fmt: skip
    except InvalidInput as error:
        form.blame(error)
        return _lock_page(one, form, 422)
    notice(N_("The report is locked and sent. It will never change."))
    current_session().commit()
    return see_other("reporting.report", report_id=report_id)


def _lock_page(one: Opened, form: LockForm, status: int) -> ResponseReturnValue:
    return render(
        "reporting/lock.html",
        status,
        one=one,
        form=form,
        crumbs=crumbs(one, gettext("Lock and send")),
        ready=one.report.state == State.APPROVED,
        errors_in_title=status != 200,  # noqa: PLR2004 - the page as it was asked for
    )
