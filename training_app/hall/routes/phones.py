"""The phones in the hall: join by a code, answer, look at the screen. Nobody signs in for it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from flask import jsonify, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from training_app import clock
from training_app.accounts.rules.tokens import keyed
from training_app.errors import N_, InvalidInput, TooManyTries
from training_app.extensions import current_session, db
from training_app.hall import queries, rules, services
from training_app.hall.queries import Joined
from training_app.hall.routes.base import bp, settings, words
from training_app.web.asides import aside
from training_app.web.guard import public
from training_app.web.pages import notice, render, see_other
from training_app.work import services as work

_OPEN_TO_ALL: Final = "people in a hall answer without a name; many come without an account"
_TOO_LATE: Final = N_("The trainer closed the question before this answer arrived.")
_COOKIE: Final = "hall"
_TOKEN_BYTES: Final = 16
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
# A hall is one address: the limits are far above what three hundred people do in good faith, and a
# right code opens whatever others behind the same address have typed.
WRONG_CODES: Final = 60
VOTES: Final = 1000


@bp.get("/hall/")
@public(_OPEN_TO_ALL)
def join() -> ResponseReturnValue:
    """Ask for the code on the screen; a whole one leads to the hall."""
    typed = request.args.get("code")
    if typed is None:
        return _join_page("", "")
    digits = "".join(sign for sign in typed if sign.isdecimal() and sign.isascii())
    if len(digits) != len(str(rules.HIGHEST_CODE)) or digits.startswith("0"):
        return _join_page(typed[:20], gettext("The code has six digits. It is on the screen."), 422)
    return see_other("hall.phone", join_code=int(digits))


def _join_page(typed: str, error: str, status: int = 200) -> ResponseReturnValue:
    return render("hall/join.html", status, typed=typed, error=error, errors_in_title=bool(error))


@bp.get("/hall/<int:join_code>/")
@public(_OPEN_TO_ALL)
def phone(join_code: int) -> ResponseReturnValue:
    """What this phone does now: wait, answer, or look at the screen."""
    hall = _hall(join_code)
    if hall is None:
        if _ended(join_code):
            return render("hall/ended.html")
        words = gettext("No hall is open under this code. Compare it with the screen.")
        return _join_page(str(join_code), words, 404)
    token = request.cookies.get(_COOKIE, "")
    if not hall.open or hall.round_id is None or _answered(hall, token):
        return render("hall/look.html", code=join_code, hall=hall, answered=hall.open)
    response = make_response(_question_page(join_code, hall, ""))
    if not token:
        response.set_cookie(
            _COOKIE,
            secrets.token_urlsafe(_TOKEN_BYTES),
            max_age=rules.OPEN_FOR,
            path="/hall/",
            secure=settings().secure,
            httponly=True,
            samesite="Lax",
        )
    return response


def _answered(hall: Joined, token: str) -> bool:
    if not token or hall.round_id is None:
        return False
    mine = services.voter(hall.round_id, token)
    return queries.has_voted(current_session(), hall.round_id, mine)


def _question_page(code: int, hall: Joined, error: str) -> ResponseReturnValue:
    return render(
        "hall/answer.html",
        422 if error else 200,
        code=code,
        hall=hall,
        found=queries.projected(current_session(), hall),
        words=words,
        error=error,
        errors_in_title=bool(error),
    )


@bp.post("/hall/<int:join_code>/")
@public(_OPEN_TO_ALL)
def answer(join_code: int) -> ResponseReturnValue:
    """Store this phone's answer; a second press changes nothing."""
    session = current_session()
    hall = queries.joined(session, join_code, now=clock.now())
    if hall is None:
        return see_other("hall.phone", join_code=join_code)
    if not hall.open:
        notice(_TOO_LATE, "warning")
        return see_other("hall.phone", join_code=join_code)
    if request.form.get("round", type=int) != hall.number:
        notice(N_("The screen shows another question now. The answer to the one before came late."))
        return see_other("hall.phone", join_code=join_code)
    token = request.cookies.get(_COOKIE, "")
    if not token:
        again = gettext("This phone did not keep the page. Nothing was sent; choose once more.")
        return _question_page(join_code, hall, again)
    try:
        ballot = queries.projected(session, hall).ballot
        choices = rules.read_vote(ballot, request.form.getlist("answer"))
    except InvalidInput as error:
        return _question_page(join_code, hall, gettext(error.message, **error.params))
    _refuse(_count(session, f"votes:{hall.round_id}", VOTES, _HOUR))
    if not services.vote(session, hall, token, choices):
        notice(_TOO_LATE, "warning")
    session.commit()
    return see_other("hall.phone", join_code=join_code)


@bp.get("/hall/<int:join_code>/state/")
@public(_OPEN_TO_ALL)
def state(join_code: int) -> ResponseReturnValue:
    """Where the hall stands, for the script of three hundred phones: one read, no page."""
    hall = _hall(join_code)
    return jsonify(state=hall.state if hall else "ended")


# -- limits ---------------------------------------------------------------------------------


def _hall(code: int) -> Joined | None:
    """The open hall; wrong codes are counted, so that codes are not found by trying.

    A code that was right until the hall closed is none: three hundred phones still ask by it.
    """
    found = queries.joined(current_session(), code, now=clock.now())
    if found is None and not _ended(code):
        with aside(db.engine) as own:
            wait = _count(own, "codes", WRONG_CODES, _MINUTE)
        _refuse(wait)
    return found


def _ended(code: int) -> bool:
    return queries.ended_lately(current_session(), code, now=clock.now())


def _count(session: Session, what: str, limit: int, window: timedelta) -> timedelta | None:
    """Count one try from the visitor's address, of which only a fingerprint is kept."""
    address = keyed(settings().pepper, "hall", request.remote_addr or "").hex()[:32]
    key = f"hall-{what}:{address}"
    return work.throttle(session, key, limit=limit, window=window, now=clock.now())


def _refuse(wait: timedelta | None) -> None:
    if wait is not None:
        message = N_("Too many tries from here in a short time. Wait a little and try again.")
        raise TooManyTries(message, retry_after=int(wait.total_seconds()) + 1)
