"""What a browser's passkey is asked, and the answer: shared by sign-in, proof and the own list.

The question waits in the signed cookie; each is answered once (decided by the database).
"""

from datetime import timedelta

from flask import request, session
from webauthn.helpers import bytes_to_base64url, generate_challenge

from training_app import clock
from training_app.accounts import queries, services
from training_app.accounts.forms import PasskeyAnswerForm
from training_app.accounts.models import Account
from training_app.accounts.routes.base import apart, database, settings
from training_app.accounts.rules import passkeys as rules
from training_app.accounts.rules.passkeys import Site

_CHALLENGE = "passkey"
_REUSED = timedelta(minutes=5)
_LIFE = timedelta(minutes=services.CHALLENGE_MINUTES)


def site() -> Site | None:
    """The site of this request; its host is one that the settings trust."""
    return rules.site_of(settings().canonical_url.partition(":")[0], request.host)


def challenge() -> bytes:
    """The question of this page, new unless another page of this browser has just asked it."""
    text, at = session.get(_CHALLENGE, ("", 0.0))
    now = clock.now().timestamp()
    if not text or now - at > _REUSED.total_seconds():
        text = bytes_to_base64url(generate_challenge())
        session[_CHALLENGE] = [text, now]
    return rules.read_challenge(text)


def take_challenge() -> bytes | None:
    """The question that this browser was asked, once; None when it is too old or was answered."""
    text, at = session.pop(_CHALLENGE, ("", 0.0))
    now = clock.now()
    if not text or now.timestamp() - at > _LIFE.total_seconds():
        return None
    taken = rules.read_challenge(text)
    with apart() as own:
        return taken if services.use_challenge(own, taken, now=now) else None


def question(account: Account | None = None) -> str:
    """What the browser is asked, for the page; empty where passkeys cannot work.

    Of a signed-in person only the own passkeys are asked for, and nothing without any.
    """
    place = site()
    if place is None:
        return ""
    if account is None:
        return rules.asking(place, challenge())
    known = [one.credential_id for one in queries.passkeys_of(database(), account.id)]
    return rules.asking(place, challenge(), known) if known else ""


def answered(form: PasskeyAnswerForm) -> Account | None:
    """The account whose passkey answered in the form; None when anything is wrong."""
    place, taken, answer = site(), take_challenge(), form.credential.data or ""
    if place is None or taken is None:
        return None
    account = services.prove_passkey(database(), answer, place, taken, now=clock.now())
    if account is None:
        with apart() as own:
            services.passkey_was_wrong(own, answer, now=clock.now())
    return account
