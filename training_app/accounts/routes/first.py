"""First entry, step by step: PIN, whose phone, privacy notice."""

from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Viewer
from training_app.accounts import services
from training_app.accounts.forms import NewPinForm, NoticeForm, PhoneForm
from training_app.accounts.models import Device, SignIn
from training_app.accounts.routes.base import (
    bp,
    database,
    let_cookie_end_with_browser,
    may_choose_pin,
    no_new_pin,
    own_account,
    settings,
)
from training_app.errors import N_, InvalidInput
from training_app.web.guard import current_viewer, signed_in
from training_app.web.pages import notice, render, see_other

_OWN = "everybody sets up the own way in"


@bp.get("/first-entry/pin/")
@signed_in(_OWN)
def first_pin() -> ResponseReturnValue:
    """Choose a PIN, alone; nobody else ever sees or sets it."""
    viewer = current_viewer()
    if not may_choose_pin(viewer):
        return see_other("accounts.front")
    return render("accounts/first_pin.html", form=NewPinForm(), **_pin_page(viewer))


@bp.post("/first-entry/pin/")
@signed_in(_OWN)
def first_pin_submit() -> ResponseReturnValue:
    """Store the chosen PIN."""
    viewer = current_viewer()
    if not may_choose_pin(viewer):
        return see_other("accounts.front")
    form = NewPinForm()
    if form.validate_on_submit():
        try:
            services.choose_pin(
                database(),
                own_account(viewer),
                form.pin.data or "",
                pepper=settings().pepper,
                now=clock.now(),
                actor=viewer,
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            no_new_pin()
            notice(N_("The PIN is kept."))
            database().commit()
            return see_other("accounts.front")
    page = _pin_page(viewer)
    return render("accounts/first_pin.html", 422, form=form, errors_in_title=True, **page)


def _pin_page(viewer: Viewer) -> dict[str, bool]:
    return {"may_keep": viewer.extra.get("step") != "pin"}


@bp.get("/first-entry/phone/")
@signed_in(_OWN)
def first_phone() -> ResponseReturnValue:
    """Own phone or shared phone."""
    if current_viewer().extra.get("step") != "phone":
        return see_other("accounts.front")
    return render("accounts/first_phone.html", form=PhoneForm())


@bp.post("/first-entry/phone/")
@signed_in(_OWN)
def first_phone_submit() -> ResponseReturnValue:
    """Note whose phone it is, once; a shared one asks for the PIN each time."""
    if current_viewer().extra.get("step") != "phone":
        return see_other("accounts.front")
    form = PhoneForm()
    if not form.validate_on_submit():
        return render("accounts/first_phone.html", 422, form=form, errors_in_title=True)
    session, viewer = database(), current_viewer()
    sign_in = session.get_one(SignIn, viewer.sign_in_id)
    if sign_in.device_id is not None:
        device = session.get_one(Device, sign_in.device_id)
        shared = form.whose.data == "shared"
        services.say_whose_phone(session, sign_in, device, shared=shared, now=clock.now())
        let_cookie_end_with_browser(ends=shared)
    session.commit()
    return see_other("accounts.front")


@bp.get("/first-entry/notice/")
@signed_in(_OWN)
def first_notice() -> ResponseReturnValue:
    """What is kept about the person, for what, and who may see it."""
    return render("accounts/first_notice.html", form=NoticeForm())


@bp.post("/first-entry/notice/")
@signed_in(_OWN)
def first_notice_submit() -> ResponseReturnValue:
    """Note that the notice was shown, and the optional consents."""
    form = NoticeForm()
    account = own_account(current_viewer())
    services.accept_notice(database(), account, form.chosen(), now=clock.now())
    database().commit()
    return see_other("accounts.front")
