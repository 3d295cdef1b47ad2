"""Passkeys of staff: their list, adding one, removing one. TOTP stays beside them."""

from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission
from training_app.accounts import queries, services
from training_app.accounts.forms import EmptyForm, PasskeyForm
from training_app.accounts.models import Account, Kind, Passkey
from training_app.accounts.routes.asking import challenge, site, take_challenge
from training_app.accounts.routes.base import bp, complain, database, own_account, settings
from training_app.accounts.routes.proof import proof_wanted
from training_app.accounts.rules import passkeys as rules
from training_app.errors import N_, InvalidInput, NotFound
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other

_NOT_MADE = N_("No passkey was made. The passphrase and the application's code still let in.")
_OLD_PAGE = N_("The page was open for too long. Press the button once more.")


@bp.get("/my-passkeys/")
@needs(Permission.ACCOUNT_MANAGE_OWN)
def passkeys() -> ResponseReturnValue:
    """The own passkeys, each with when it was last used; mediators have phones instead."""
    account = own_account(current_viewer())
    if account.kind != Kind.STAFF:
        return see_other("accounts.devices")
    return render(
        "accounts/passkeys.html",
        form=EmptyForm(),
        passkeys=queries.passkeys_of(database(), account.id),
        possible=site() is not None,
    )


@bp.get("/my-passkeys/new/")
@needs(Permission.ACCOUNT_MANAGE_OWN)
def passkey_new() -> ResponseReturnValue:
    """Name a passkey and let the browser make it."""
    viewer = current_viewer()
    if viewer.extra.get("kind") != Kind.STAFF:
        return see_other("accounts.devices")
    if wanted := proof_wanted(viewer, "accounts.passkey_new"):
        return wanted
    return _new_page(PasskeyForm(), 200)


@bp.post("/my-passkeys/new/")
@needs(Permission.ACCOUNT_MANAGE_OWN)
def passkey_new_submit() -> ResponseReturnValue:
    """Keep the passkey that the browser made."""
    viewer, form, account = current_viewer(), PasskeyForm(), _own_staff_account()
    if wanted := proof_wanted(viewer, "accounts.passkey_new"):
        return wanted
    if not form.validate_on_submit() or not _kept(account.id, form):
        return _new_page(form, 422)
    notice(N_("The passkey is kept. It signs in from now on."))
    database().commit()
    return see_other("accounts.passkeys")


def _kept(account_id: int, form: PasskeyForm) -> bool:
    """Keep the passkey in the form; False when it was refused and the form says why."""
    place, answer = site(), form.credential.data or ""
    taken = take_challenge() if answer else None
    if answer and taken is None:
        complain(form, "name", _OLD_PAGE)
        return False
    key = rules.made(answer, place, taken) if place is not None and taken is not None else None
    if key is None:
        complain(form, "name", _NOT_MADE)
        return False
    account = database().get_one(Account, account_id)
    try:
        services.add_passkey(
            database(), account, form.name.data or "", key, now=clock.now(), actor=current_viewer()
        )
    except InvalidInput as error:
        form.blame(error)
        return False
    return True


def _new_page(form: PasskeyForm, status: int) -> ResponseReturnValue:
    account, place = own_account(current_viewer()), site()
    options = ""
    if place is not None:
        options = rules.making(
            place,
            challenge(),
            handle=services.handle_of(account, pepper=settings().pepper),
            login_name=account.login_name or "",
            known=[one.credential_id for one in queries.passkeys_of(database(), account.id)],
        )
    return render(
        "accounts/passkey_new.html",
        status,
        form=form,
        options=options,
        errors_in_title=bool(form.errors),
    )


@bp.post("/my-passkeys/<int:passkey_id>/remove/")
@needs(Permission.ACCOUNT_MANAGE_OWN)
def passkey_remove_submit(passkey_id: int) -> ResponseReturnValue:
    """Remove one of the own passkeys."""
    viewer, account = current_viewer(), _own_staff_account()
    passkey = _own_passkey(account, passkey_id)
    if wanted := proof_wanted(viewer, "accounts.passkeys"):
        return wanted
    services.remove_passkey(database(), passkey, now=clock.now(), actor=viewer)
    notice(N_("The passkey is removed and signs in no longer."))
    database().commit()
    return see_other("accounts.passkeys")


def _own_passkey(account: Account, passkey_id: int) -> Passkey:
    """One of the own passkeys; anybody else's is as if there were none."""
    found = queries.passkeys_of(database(), account.id)
    passkey = next((one for one in found if one.id == passkey_id), None)
    if passkey is None:
        raise NotFound
    return passkey


def _own_staff_account() -> Account:
    """The own account, of staff; mediators enter with card and PIN and have no passkeys."""
    account = own_account(current_viewer())
    if account.kind != Kind.STAFF:
        raise NotFound
    return account
