"""What every way in ends with: phone, sign-in, cookie, news; and what a failed one costs."""

import logging
from datetime import datetime, timedelta

from flask import request
from flask.typing import ResponseReturnValue

from training_app.access import Viewer
from training_app.accounts import queries, services
from training_app.accounts.models import Account, Kind
from training_app.accounts.routes.base import (
    allow_new_pin,
    apart,
    carry,
    database,
    device_tokens,
    keep_device,
    settings,
)
from training_app.accounts.rules.lifetimes import Way
from training_app.accounts.rules.tokens import keyed
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.errors import N_
from training_app.web.guard import current_viewer
from training_app.web.pages import format_moment, notice, see_other
from training_app.work import services as work

log = logging.getLogger("training_app")

_FAILURES_A_MINUTE = 60
_ALARM_AN_HOUR = 300
_NEWS = N_(
    "%(name)s issued a card or code for this account on %(moment)s. If nobody asked for it, call"
    " the commune."
)
_MORE_NEWS = N_(
    "%(count)d cards or codes were issued for this account since the last entry, the latest by"
    " %(name)s on %(moment)s. If nobody asked for them, call the commune."
)

_SHOWN_AGAIN = N_(
    "On %(moment)s somebody showed the card of this account without the right PIN. Nobody was let"
    " in. If it was not you, ask for a new card; the old one then dies."
)


def come_in(
    account: Account, way: Way, *, now: datetime, new_pin: bool = False
) -> ResponseReturnValue:
    """Sign the account in on this phone with a new token and go to the next step."""
    session, staff = database(), account.kind == Kind.STAFF
    services.end_sign_in(session, now=now, actor=current_viewer())  # whoever was in before
    device, device_token, lent = None, None, None
    if way != Way.DEMO:
        lent = None if staff else queries.lent_here(session, device_tokens(), now=now)
        device, device_token = services.device_at_entry(
            session, account, device_tokens(), request.user_agent.string, now=now
        )
    lent_until = lent.ends_at if lent else None
    token = services.start_sign_in(
        session, account, way=way, device=device, now=now, lent_until=lent_until
    )
    news = services.tell_issued(session, account.id, now=now)
    shown_again = services.tell_shown_again(session, account.id)
    carry(token, lasting=not staff and lent is None and not (device is not None and device.shared))
    if news is not None:
        name, moment = news.issuer or "–", format_moment(news.issued_at)
        message = _NEWS if news.count == 1 else _MORE_NEWS
        notice(message, "info", count=news.count, name=name, moment=moment)
    if shown_again is not None:
        notice(_SHOWN_AGAIN, "warning", moment=format_moment(shown_again))
    choose = new_pin and not staff and account.secret_hash is not None
    if choose:
        allow_new_pin(now)
    session.commit()
    response = see_other("accounts.first_pin" if choose else "accounts.front")
    if device_token is not None:
        keep_device(response, device_token)
    return response


def failed_entry(now: datetime) -> int:
    """Count a failed card or code; the status to answer with.

    A right card or code is never refused, whatever others at the same address have tried: only
    failures are counted, and above the limit told to wait.
    """
    pepper = settings().pepper
    address = keyed(pepper, "address", request.remote_addr or "").hex()[:32]
    with apart() as session:
        over = work.throttle(
            session,
            f"entry-failed:{address}",
            limit=_FAILURES_A_MINUTE,
            window=timedelta(minutes=1),
            now=now,
        )
        hour = timedelta(hours=1)
        many = work.throttle(session, "entry-failed", limit=_ALARM_AN_HOUR, window=hour, now=now)
        first = many is not None and not work.throttle(
            session, "entry-alarm", limit=1, window=hour, now=now
        )
        if first:
            log.warning("more than %d cards or codes failed within an hour", _ALARM_AN_HOUR)
            audit.record(
                session,
                Action.SIGN_IN_FAILED,
                actor=Viewer.anonymous(),
                now=now,
                object_kind="entry",
                detail={"alarm": "many failed cards or codes"},
            )
    return 422 if over is None else 429
