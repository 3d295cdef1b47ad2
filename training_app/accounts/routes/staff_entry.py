"""Ways in of staff: passphrase and second factor, and the proof before sensitive acts."""

import math
from datetime import datetime

import segno
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Viewer
from training_app.accounts import services
from training_app.accounts.forms import (
    CodeForm,
    NewPassphraseForm,
    PasskeyAnswerForm,
    StaffSignInForm,
)
from training_app.accounts.models import Account
from training_app.accounts.routes.asking import answered, question
from training_app.accounts.routes.base import (
    apart,
    bp,
    complain,
    database,
    device_tokens,
    own_account,
    settings,
)
from training_app.accounts.routes.coming_in import come_in
from training_app.accounts.rules import second_factor as factor
from training_app.accounts.rules.lifetimes import Way
from training_app.accounts.rules.qr import draw
from training_app.errors import N_, InvalidInput
from training_app.web.guard import current_viewer, public, signed_in
from training_app.web.pages import notice, render, see_other

REFUSED = 422
_OWN = "everybody sets up the own way in"
_WRONG = N_("Name, passphrase or code is not right.")
_NO_PASSKEY = N_(
    "The passkey did not let in. Try it once more, or sign in with name, passphrase and code."
)
_WAIT = N_("Too many tries for this name. Wait %(minutes)d minutes and try again.")


@bp.get("/staff/sign-in/")
@public("a way in, for people who are not signed in yet")
def staff_sign_in() -> ResponseReturnValue:
    """Sign-in of offices and trainers."""
    return _sign_in_page(StaffSignInForm(), 200)


@bp.post("/staff/sign-in/")
@public("a way in, for people who are not signed in yet")
def staff_sign_in_submit() -> ResponseReturnValue:
    """Check name, passphrase and code together; what was wrong is not told."""
    form = StaffSignInForm()
    account = _checked(form, clock.now()) if form.validate_on_submit() else None
    if account is None:
        return _sign_in_page(form, REFUSED)
    return come_in(account, Way.PASSPHRASE, now=clock.now())


def _sign_in_page(form: StaffSignInForm, status: int) -> ResponseReturnValue:
    return render(
        "accounts/staff_sign_in.html",
        status,
        form=form,
        passkey=question(),
        errors_in_title=bool(form.errors),
    )


@bp.post("/staff/sign-in/passkey/")
@public("a way in, for people who are not signed in yet")
def passkey_sign_in_submit() -> ResponseReturnValue:
    """Sign in with a passkey, which names its account and stands for both factors."""
    now, account = clock.now(), answered(PasskeyAnswerForm())
    if account is not None:
        return come_in(account, Way.PASSKEY, now=now)
    form = StaffSignInForm(formdata=None)
    complain(form, "login_name", _NO_PASSKEY)
    return _sign_in_page(form, REFUSED)


def _checked(form: StaffSignInForm, now: datetime) -> Account | None:
    """The account, if everything is right; otherwise the form says so."""
    pepper, login = settings().pepper, form.login_name.data or ""
    with apart() as session:
        counted = services.count_staff_try(session, login, device_tokens(), pepper=pepper, now=now)
    if counted.wait is not None:
        minutes = max(1, math.ceil(counted.wait.total_seconds() / 60))
        complain(form, "login_name", _WAIT, minutes=minutes)
        return None
    step = services.staff_matches(
        counted.factors, form.passphrase.data or "", form.code.data or "", pepper=pepper, now=now
    )
    if step is None:
        with apart() as session:
            services.staff_was_wrong(session, counted, now=now)
    account = None if step is None else services.staff_was_right(database(), counted, step)
    if account is None:
        complain(form, "login_name", _WRONG)
    return account


@bp.get("/first-entry/passphrase/")
@signed_in(_OWN)
def first_passphrase() -> ResponseReturnValue:
    """Choose a passphrase after a code from the office above."""
    if current_viewer().extra.get("step") != "passphrase":
        return see_other("accounts.front")
    return _passphrase_page(NewPassphraseForm(), 200)


@bp.post("/first-entry/passphrase/")
@signed_in(_OWN)
def first_passphrase_submit() -> ResponseReturnValue:
    """Store the passphrase."""
    viewer, form = current_viewer(), NewPassphraseForm()
    if viewer.extra.get("step") != "passphrase":
        return see_other("accounts.front")
    if not form.validate_on_submit() or not kept_passphrase(viewer, form):
        return _passphrase_page(form, REFUSED)
    database().commit()
    return see_other("accounts.front")


def kept_passphrase(viewer: Viewer, form: NewPassphraseForm) -> bool:
    """Store the form's passphrase; False when it was refused and the form says why."""
    try:
        services.set_passphrase(
            database(),
            own_account(viewer),
            form.passphrase.data or "",
            pepper=settings().pepper,
            now=clock.now(),
            actor=viewer,
        )
    except InvalidInput as error:
        form.blame(error)
        return False
    return True


def _passphrase_page(form: NewPassphraseForm, status: int) -> ResponseReturnValue:
    return render(
        "accounts/first_passphrase.html",
        status,
        form=form,
        account=own_account(current_viewer()),
        errors_in_title=status == REFUSED,
    )


@bp.get("/first-entry/second-factor/")
@signed_in(_OWN)
def second_factor() -> ResponseReturnValue:
    """Enrol the authenticator application: QR, secret, first code."""
    if current_viewer().extra.get("step") != "second_factor":
        return see_other("accounts.front")
    return _factor_page(CodeForm(), 200)


@bp.post("/first-entry/second-factor/")
@signed_in(_OWN)
def second_factor_submit() -> ResponseReturnValue:
    """Confirm with a first code."""
    viewer, form = current_viewer(), CodeForm()
    if viewer.extra.get("step") != "second_factor":
        return see_other("accounts.front")
    account = own_account(viewer)
    if not form.validate_on_submit():
        return _factor_page(form, REFUSED)
    try:
        services.confirm_second_factor(
            database(),
            account,
            form.code.data or "",
            pepper=settings().pepper,
            now=clock.now(),
            actor=viewer,
        )
    except InvalidInput as error:
        form.blame(error)
        return _factor_page(form, REFUSED)
    notice(N_("The second factor is set up."))
    database().commit()
    return see_other("accounts.front")


def _factor_page(form: CodeForm, status: int) -> ResponseReturnValue:
    """The enrolment page."""
    viewer, account = current_viewer(), own_account(current_viewer())
    secret = services.offered_secret(account, pepper=settings().pepper)
    login = account.login_name or viewer.name
    link = factor.address(secret, login, settings().canonical_url.partition("://")[2])
    return render(
        "accounts/second_factor.html",
        status,
        form=form,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        link=link,
        qr=draw(segno.make(link, micro=False, error="m").matrix),
        errors_in_title=status == REFUSED,
    )
