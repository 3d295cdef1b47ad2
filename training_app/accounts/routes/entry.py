"""Ways in of mediators: card, code, PIN on a known phone, and demonstration links."""

import math
from datetime import datetime

from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.accounts import queries, services
from training_app.accounts.forms import CardPinForm, EmptyForm, EnterForm, PinForm
from training_app.accounts.models import Account, Device, EntryPass, PassKind
from training_app.accounts.queries import KnownPhone
from training_app.accounts.routes.base import (
    apart,
    bp,
    card_in_hand,
    complain,
    database,
    device_tokens,
    keep_card_in_hand,
    settings,
)
from training_app.accounts.routes.coming_in import come_in, failed_entry
from training_app.accounts.rules.lifetimes import Way
from training_app.accounts.services import LetIn, PinWanted, Try, Wait
from training_app.errors import N_, NotFound
from training_app.web.forms import choices
from training_app.web.guard import public
from training_app.web.pages import render, see_other

_WRONG_CODE = N_(
    "This code lets nobody in: it may be mistyped, used or run out. Check the eight characters,"
    " or call whoever issued it for a new one."
)
_CARD_ENDED = N_("This card has run out or was replaced. Call the team leader for a new one.")
_WRONG_PIN = N_("The PIN is not right. Tries left: %(left)d.")
_LAST_PIN = N_(
    "The PIN is not right. This phone can no longer try; call the team leader for a new code."
)
_NO_MORE = N_("This phone can no longer try. Call the team leader for a new code.")
_WAIT = N_("Wait %(minutes)d minutes and try again, or call the team leader.")


@bp.get("/enter/")
@public("a way in; reading the page consumes nothing")
def enter() -> ResponseReturnValue:
    """Card or code: the secret of a QR code stays behind the "#" until the button is pressed."""
    return render("accounts/enter.html", form=EnterForm())


@bp.post("/enter/")
@public("a way in, for people who are not signed in yet")
def enter_submit() -> ResponseReturnValue:
    """Use a card or code up and let its person in."""
    form = EnterForm()
    if not form.validate_on_submit():
        return render("accounts/enter.html", 422, form=form, errors_in_title=True)
    given = form.secret.data or form.code.data or ""
    now = clock.now()
    outcome = services.use_pass(database(), given, pepper=settings().pepper, now=now)
    if isinstance(outcome, LetIn):
        way = Way.CARD if outcome.kind == PassKind.CARD else Way.CODE
        return come_in(outcome.account, way, now=now, new_pin=way == Way.CODE)
    database().rollback()
    if isinstance(outcome, PinWanted):
        with apart() as session:
            services.note_shown_again(session, outcome.pass_id, now=now)
        keep_card_in_hand(outcome.pass_id)
        return see_other("accounts.enter_pin")
    status = failed_entry(now)
    complain(form, "code", _CARD_ENDED if outcome.known else _WRONG_CODE)
    form.secret.data = ""
    return render("accounts/enter.html", status, form=form, errors_in_title=True)


@bp.get("/enter/pin/")
@public("a way in; shows a field only to whoever brought a card that was used before")
def enter_pin() -> ResponseReturnValue:
    """The PIN beside a card that was used before."""
    if card_in_hand() is None:
        return see_other("accounts.enter")
    return render("accounts/enter_pin.html", form=CardPinForm())


@bp.post("/enter/pin/")
@public("a way in, for people who are not signed in yet")
def enter_pin_submit() -> ResponseReturnValue:
    """Let in with card and PIN."""
    pass_id = card_in_hand()
    if pass_id is None:
        return see_other("accounts.enter")
    form = CardPinForm()
    if not form.validate_on_submit():
        return render("accounts/enter_pin.html", 422, form=form, errors_in_title=True)
    account = _checked(form, EntryPass, pass_id)
    if account is None:
        return render("accounts/enter_pin.html", 422, form=form, errors_in_title=True)
    return come_in(account, Way.PIN, now=clock.now())


@bp.get("/sign-in/")
@public("a way in; a phone without a token sees no PIN field")
def sign_in() -> ResponseReturnValue:
    """PIN on a phone that was used before."""
    form, phones = sign_in_page()
    return render("accounts/sign_in.html", form=form, phones=phones)


@bp.post("/sign-in/")
@public("a way in, for people who are not signed in yet")
def sign_in_submit() -> ResponseReturnValue:
    """Check the PIN of one of the people whom this phone knows."""
    form, phones = sign_in_page()
    if len(phones) == 1:
        form.device.data = phones[0].device_id
    account = None
    if phones and form.validate():
        account = _checked(form, Device, form.device.data)
    if account is None:
        return render(
            "accounts/sign_in.html", 422, form=form, phones=phones, errors_in_title=bool(phones)
        )
    return come_in(account, Way.PIN, now=clock.now())


def sign_in_page() -> tuple[PinForm, list[KnownPhone]]:
    """The form for a PIN, and the people whom this phone knows."""
    phones = queries.known_phones(database(), device_tokens(), now=clock.now())
    form = PinForm()
    form.device.choices = choices((phone.device_id, phone.short_name) for phone in phones)
    return form, phones


def _checked(
    form: PinForm | CardPinForm, holder: type[Device] | type[EntryPass], holder_id: int
) -> Account | None:
    """The account, if the PIN is right; otherwise the form says what to do.

    The try is counted and committed first, so that nothing can be tried for free.
    """
    now = clock.now()
    with apart() as session:
        counted = services.count_try(session, holder, holder_id, now=now)
    if isinstance(counted, Wait):
        _say_wait(form, counted.until, now)
        return None
    right = services.matches(
        counted.secret_hash, form.pin.data or "", pepper=settings().pepper, purpose="pin"
    )
    if right:
        services.try_was_right(database(), counted, now=now)
        return database().get_one(Account, counted.account_id)
    with apart() as session:
        services.try_was_wrong(session, counted, now=now)
    _say_wrong(form, counted)
    return None


def _say_wait(form: PinForm | CardPinForm, until: datetime | None, now: datetime) -> None:
    if until is None:
        complain(form, "pin", _NO_MORE)
    else:
        minutes = max(1, math.ceil((until - now).total_seconds() / 60))
        complain(form, "pin", _WAIT, minutes=minutes)


def _say_wrong(form: PinForm | CardPinForm, counted: Try) -> None:
    if counted.dead:
        complain(form, "pin", _LAST_PIN)
    elif counted.wait_until is not None:
        _say_wait(form, counted.wait_until, counted.counted_at)
    else:
        complain(form, "pin", _WRONG_PIN, left=counted.left)


@bp.get("/demo/<token>/")
@public("exists in a demonstration only; reading the page consumes nothing")
def demo_enter(token: str) -> ResponseReturnValue:
    """A demonstration link: the button lets in."""
    if not settings().demo:
        raise NotFound
    return render("accounts/demo.html", form=EmptyForm(), token=token)


@bp.post("/demo/<token>/")
@public("exists in a demonstration only")
def demo_enter_submit(token: str) -> ResponseReturnValue:
    """Use the link up and sign in directly, staff as well."""
    if not settings().demo:
        raise NotFound
    now = clock.now()
    outcome = services.use_pass(
        database(), token, pepper=settings().pepper, now=now, kinds=frozenset({PassKind.DEMO})
    )
    if not isinstance(outcome, LetIn):
        raise NotFound
    return come_in(outcome.account, Way.DEMO, now=now)
