"""PIN or passphrase once more before a sensitive act, good for five minutes."""

import math
from datetime import datetime

from flask import session
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Viewer
from training_app.accounts import services
from training_app.accounts.forms import PasskeyAnswerForm, ProveForm
from training_app.accounts.models import Device, Kind
from training_app.accounts.routes.asking import answered, question
from training_app.accounts.routes.base import (
    apart,
    bp,
    carry,
    complain,
    database,
    device_tokens,
    own_account,
    settings,
)
from training_app.accounts.rules.lifetimes import recently_proved
from training_app.accounts.services import Wait
from training_app.errors import N_, NotAllowed
from training_app.web.guard import current_viewer, signed_in
from training_app.web.pages import render, see_other

_AFTER = "after_proof"
_WRONG = N_("This is not right. Try again.")
_NO_PASSKEY = N_("The passkey was not accepted. Try it once more, or enter the passphrase.")
_WAIT = N_("Too many tries. Wait %(minutes)d minutes and try again.")
_NO_MORE = N_("This phone can no longer try. Enter again with a card or code.")


def proof_wanted(viewer: Viewer, endpoint: str, **values: object) -> ResponseReturnValue | None:
    """The way to the proof when it is too old; it leads on to ``endpoint``. None when fresh.

    The address to go on to waits in the signed cookie, as an endpoint of ours.
    """
    if recently_proved(viewer.extra, clock.now()):
        return None
    session[_AFTER] = [endpoint, values]
    return see_other("accounts.prove")


@bp.get("/prove/")
@signed_in("everybody may prove to be the one who signed in")
def prove() -> ResponseReturnValue:
    """Ask for PIN or passphrase."""
    return _page(ProveForm(), 200)


@bp.post("/prove/")
@signed_in("everybody may prove to be the one who signed in")
def prove_submit() -> ResponseReturnValue:
    """Check it, renew the sign-in's token and go on."""
    viewer, form = current_viewer(), ProveForm()
    if not form.validate_on_submit() or not proved(viewer, form, "secret", clock.now()):
        return _page(form, 422)
    return _go_on(viewer)


@bp.post("/prove/passkey/")
@signed_in("everybody may prove to be the one who signed in")
def prove_passkey_submit() -> ResponseReturnValue:
    """Check one of the own passkeys, renew the sign-in's token and go on."""
    viewer = current_viewer()
    account = answered(PasskeyAnswerForm())
    if account is None or account.id != viewer.account_id:
        form = ProveForm(formdata=None)
        complain(form, "secret", _NO_PASSKEY)
        return _page(form, 422)
    return _go_on(viewer)


def _go_on(viewer: Viewer) -> ResponseReturnValue:
    """Renew the sign-in's token after a proof, and go on to what wanted it."""
    endpoint, values = session.pop(_AFTER, ("accounts.front", {}))
    token = services.renew_sign_in(database(), viewer, now=clock.now())
    carry(token, lasting=session.permanent)
    database().commit()
    return see_other(endpoint, **values)


def _page(form: ProveForm, status: int) -> ResponseReturnValue:
    viewer = current_viewer()
    staff = viewer.extra.get("kind") == Kind.STAFF
    return render(
        "accounts/prove.html",
        status,
        form=form,
        staff=staff,
        passkey=question(own_account(viewer)) if staff else "",
        errors_in_title=bool(form.errors),
    )


def proved(viewer: Viewer, form: ProveForm, field: str, now: datetime) -> bool:
    """Whether the PIN (or passphrase and code) in the form is right; the try is counted first."""
    account = own_account(viewer)
    if account.kind == Kind.STAFF:
        return _staff_proved(account.login_name or "", form, field, now)
    return pin_is_right(viewer, form, field, now)


def pin_is_right(viewer: Viewer, form: ProveForm, field: str, now: datetime) -> bool:
    """Whether the PIN typed in ``field`` is right; the try is counted on this phone first."""
    if "device_id" not in viewer.extra:
        raise NotAllowed  # a demonstration sign-in has neither phone nor PIN
    with apart() as own:
        counted = services.count_try(own, Device, int(viewer.extra["device_id"]), now=now)
    if isinstance(counted, Wait):
        _say_wait(form, field, counted, now)
        return False
    typed = form[field].data or ""
    if services.matches(counted.secret_hash, typed, pepper=settings().pepper, purpose="pin"):
        services.try_was_right(database(), counted, now=now)
        return True
    with apart() as own:
        services.try_was_wrong(own, counted, now=now)
    complain(form, field, _WRONG)
    return False


def _say_wait(form: ProveForm, field: str, wait: Wait, now: datetime) -> None:
    if wait.until is None:
        complain(form, field, _NO_MORE)
        return
    minutes = max(1, math.ceil((wait.until - now).total_seconds() / 60))
    complain(form, field, _WAIT, minutes=minutes)


def _staff_proved(login: str, form: ProveForm, field: str, now: datetime) -> bool:
    pepper = settings().pepper
    with apart() as own:
        counted = services.count_staff_try(own, login, device_tokens(), pepper=pepper, now=now)
    if counted.wait is not None:
        _say_wait(form, field, Wait(now + counted.wait), now)
        return False
    step = services.staff_matches(
        counted.factors,
        form[field].data or "",
        form["code"].data or "",
        pepper=pepper,
        now=now,
    )
    if step is not None and services.staff_was_right(database(), counted, step):
        return True
    complain(form, field, _WRONG)
    return False
