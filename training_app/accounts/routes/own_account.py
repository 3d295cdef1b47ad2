"""One's own account: phones, PIN or passphrase, consents."""

from flask import request
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission
from training_app.accounts import queries, services
from training_app.accounts.forms import ChangePinForm, EmptyForm, NewPassphraseForm, NoticeForm
from training_app.accounts.models import Device, Kind
from training_app.accounts.routes.base import bp, database, forget, own_account, settings
from training_app.accounts.routes.proof import pin_is_right, proof_wanted
from training_app.accounts.routes.staff_entry import kept_passphrase
from training_app.errors import N_, InvalidInput, NotFound
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other

_ASKS = N_("This phone asks for the PIN after 12 hours without use.")
_ASKS_NOT = N_("This phone stays signed in.")


@bp.get("/my-devices/")
@needs(Permission.ACCOUNT_MANAGE_OWN)
def devices() -> ResponseReturnValue:
    """Phones used, and cards and codes that were issued."""
    viewer, session = current_viewer(), database()
    account_id = viewer.account_id or 0
    return render(
        "accounts/devices.html",
        form=EmptyForm(),
        devices=queries.devices_of(session, account_id, now=clock.now()),
        here=int(viewer.extra.get("device_id", 0)),
        issued=queries.issued_passes(session, account_id, now=clock.now()),
    )


@bp.post("/my-devices/<int:device_id>/remove/")
@needs(Permission.ACCOUNT_MANAGE_OWN)
def device_remove_submit(device_id: int) -> ResponseReturnValue:
    """Remove a phone: it is signed out at once and must enter anew.

    Leaving the phone in hand is like signing out; for another one the PIN is asked again.
    """
    viewer, session = current_viewer(), database()
    account = own_account(viewer)
    _own_device(device_id)
    here = str(device_id) == viewer.extra.get("device_id")
    if not here and (wanted := proof_wanted(viewer, "accounts.devices")):
        return wanted
    services.remove_devices(session, account, device_id=device_id, now=clock.now(), actor=viewer)
    if here:
        forget()
    notice(N_("The phone is removed and signed out."))
    session.commit()
    return see_other("accounts.front" if here else "accounts.devices")


@bp.post("/my-devices/<int:device_id>/asking/")
@needs(Permission.ACCOUNT_MANAGE_OWN)
def device_asking_submit(device_id: int) -> ResponseReturnValue:
    """Choose whether the own phone asks for the PIN after half a day without use."""
    viewer, device = current_viewer(), _own_device(device_id)
    if wanted := proof_wanted(viewer, "accounts.devices"):
        return wanted
    asks = request.form.get("asks") == "yes"
    services.choose_asking(database(), device, asks_pin=asks)
    notice(_ASKS if asks else _ASKS_NOT)
    database().commit()
    return see_other("accounts.devices")


def _own_device(device_id: int) -> Device:
    """The viewer's own phone; anybody else's is as if there were none."""
    account_id = current_viewer().account_id or 0
    found = queries.devices_of(database(), account_id, now=clock.now())
    device = next((device for device in found if device.id == device_id), None)
    if device is None:
        raise NotFound
    return device


@bp.get("/my-pin/")
@needs(Permission.ACCOUNT_MANAGE_OWN)
def change_pin() -> ResponseReturnValue:
    """Change the PIN; staff change the passphrase instead."""
    if current_viewer().extra.get("kind") == Kind.STAFF:
        return see_other("accounts.change_passphrase")
    return render("accounts/change_pin.html", form=ChangePinForm())


@bp.post("/my-pin/")
@needs(Permission.ACCOUNT_MANAGE_OWN)
def change_pin_submit() -> ResponseReturnValue:
    """Store a new PIN after the present one; all other phones are signed out."""
    viewer, form, now = current_viewer(), ChangePinForm(), clock.now()
    if form.validate_on_submit() and pin_is_right(viewer, form, "current", now):
        try:
            services.choose_pin(
                database(),
                own_account(viewer),
                form.pin.data or "",
                pepper=settings().pepper,
                now=now,
                actor=viewer,
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            notice(N_("The PIN is kept."))
            database().commit()
            return see_other("accounts.help_page")
    return render("accounts/change_pin.html", 422, form=form, errors_in_title=True)


@bp.get("/my-passphrase/")
@needs(Permission.ACCOUNT_MANAGE_OWN)
def change_passphrase() -> ResponseReturnValue:
    """Change the passphrase, after a fresh proof."""
    viewer = current_viewer()
    if wanted := proof_wanted(viewer, "accounts.change_passphrase"):
        return wanted
    return render(
        "accounts/first_passphrase.html", form=NewPassphraseForm(), account=own_account(viewer)
    )


@bp.post("/my-passphrase/")
@needs(Permission.ACCOUNT_MANAGE_OWN)
def change_passphrase_submit() -> ResponseReturnValue:
    """Store a new passphrase; all other sign-ins end."""
    viewer, form = current_viewer(), NewPassphraseForm()
    if viewer.extra.get("kind") != Kind.STAFF:
        raise NotFound
    if wanted := proof_wanted(viewer, "accounts.change_passphrase"):
        return wanted
    if not form.validate_on_submit() or not kept_passphrase(viewer, form):
        account = own_account(viewer)
        return render(
            "accounts/first_passphrase.html", 422, form=form, account=account, errors_in_title=True
        )
    notice(N_("The passphrase is kept."))
    database().commit()
    return see_other("accounts.help_page")


@bp.get("/my-consents/")
@needs(Permission.ACCOUNT_MANAGE_OWN)
def consents() -> ResponseReturnValue:
    """What is kept about the person, and the optional consents."""
    given = queries.open_consents(database(), current_viewer().account_id or 0)
    form = NoticeForm(data={consent.purpose: True for consent in given})
    since = {consent.purpose: consent.given_at for consent in given}
    return render("accounts/consents.html", form=form, since=since)


@bp.post("/my-consents/")
@needs(Permission.ACCOUNT_MANAGE_OWN)
def consents_submit() -> ResponseReturnValue:
    """Give or withdraw optional consents."""
    account = own_account(current_viewer())
    services.set_consents(database(), account, NoticeForm().chosen(), now=clock.now())
    notice(N_("The choice is kept."))
    database().commit()
    return see_other("accounts.help_page")
