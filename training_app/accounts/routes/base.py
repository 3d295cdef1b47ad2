"""The blueprint, the viewer of each request, and the cookies that carry tokens."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import flask_login
from flask import Blueprint, current_app, g, request, session
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from config import Settings
from training_app import clock
from training_app.access import Viewer
from training_app.accounts import queries, services
from training_app.accounts.models import Account
from training_app.accounts.queries import Live
from training_app.accounts.rules import lifetimes
from training_app.errors import InvalidInput
from training_app.extensions import db, login_manager
from training_app.web.asides import aside, at_once
from training_app.web.forms import Form
from training_app.web.guard import SAFE_METHODS, policy_of
from training_app.web.pages import see_other

bp = Blueprint("accounts", __name__, template_folder="../templates")

# The sign-in row decides; an address or browser that changes on the way home proves nothing.
login_manager.session_protection = None

STEP_PAGES = {
    "pin": "accounts.first_pin",
    "passphrase": "accounts.first_passphrase",
    "second_factor": "accounts.second_factor",
    "phone": "accounts.first_phone",
    "notice": "accounts.first_notice",
}


class SignedIn(flask_login.UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """What Flask-Login carries: the random token in the signed cookie, never an account id."""

    def __init__(self, token: str, live: Live | None = None) -> None:
        self.token = token
        self.live = live

    def get_id(self) -> str:
        """The alternative token."""
        return self.token


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load_signed_in(token: str) -> SignedIn | None:
    now = clock.now()
    live = queries.live_sign_in(database(), token, now=now, on=clock.local_date(now))
    return SignedIn(token, live) if live else None


@bp.record_once
def _keep_cookie_as_long_as_the_sign_in(state: BlueprintSetupState) -> None:
    config: dict[str, Any] = state.app.config
    config["PERMANENT_SESSION_LIFETIME"] = lifetimes.OWN_PHONE.absolute
    config["SESSION_REFRESH_EACH_REQUEST"] = False


def load_viewer() -> Viewer:
    """The viewer of this request: one SELECT when signed in, none otherwise."""
    user = flask_login.current_user
    live: Live | None = user.live if user.is_authenticated else None
    if live is None:
        return Viewer.anonymous()
    viewer = queries.viewer_of(live)
    if clock.now() - live.last_seen_at >= live.life.notice_after:
        _note_seen(live.sign_in_id)
    return viewer


def _note_seen(sign_in_id: int) -> None:
    """Keep the sign-in alive; an unsafe request writes it with its own change."""
    now = clock.now()
    if request.method in SAFE_METHODS:
        # A writer that holds the database for long is no reason to refuse a reader.
        with contextlib.suppress(OperationalError), aside(db.engine) as own:
            services.note_seen(own, sign_in_id, now=now)
    else:
        services.note_seen(database(), sign_in_id, now=now)


@bp.before_app_request
def _finish_first_entry() -> ResponseReturnValue | None:
    """Lead a person who has not finished the first entry back to it, from wherever."""
    viewer: Viewer = g.viewer
    step = viewer.extra.get("step", "")
    if not step:
        return None
    open_pages = {STEP_PAGES[step]}
    if may_choose_pin(viewer):  # came with a code because the PIN was forgotten
        open_pages.add(STEP_PAGES["pin"])
    if (request.endpoint or "").removesuffix("_submit") in open_pages:
        return None
    policy = policy_of(current_app, request.endpoint or "")
    if policy is None or policy.public:
        return None
    return see_other(STEP_PAGES[step])


def database() -> Session:
    """The database session of this request."""
    session: Session = db.session()
    return session


def settings() -> Settings:
    """The settings of this deployment."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def carry(token: str, *, lasting: bool) -> None:
    """Put a new sign-in's token into a fresh cookie; nothing of the old session survives.

    The cookie of a staff or shared sign-in goes with the browser; the row ends it on time anyway.
    """
    waiting = session.get("notice")
    session.clear()
    if waiting is not None:
        session["notice"] = waiting
    session.permanent = lasting
    flask_login.login_user(SignedIn(token))


def forget() -> None:
    """Empty the cookie."""
    flask_login.logout_user()
    session.clear()


# -- the phone's own cookie ------------------------------------------------------------------

# On one shared phone; a lent one keeps those of the team beside whoever was there before.
_MOST_PEOPLE = services.MOST_PEOPLE + 4


def _device_cookie() -> str:
    return "__Host-device" if settings().secure else "device"


def device_tokens() -> list[str]:
    """The tokens of this phone: one for each person who has entered on it."""
    found = request.cookies.get(_device_cookie(), "").split(".")
    return [token for token in found if token][:_MOST_PEOPLE]


def keep_device(response: Response, *tokens: str) -> None:
    """Add tokens to the phone's cookie; the oldest fall out of a full one."""
    kept = [*tokens, *device_tokens()][:_MOST_PEOPLE]
    response.set_cookie(
        _device_cookie(),
        ".".join(kept),
        max_age=timedelta(days=lifetimes.DEVICE_DAYS),
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )


# -- short notes in the signed cookie --------------------------------------------------------

_CARD = "card"
_NEW_PIN = "new_pin"
_CARD_MINUTES = 10
_NEW_PIN_MINUTES = 15


def keep_card_in_hand(pass_id: int) -> None:
    """Note for ten minutes that a used card was shown, so that its PIN may be given."""
    session[_CARD] = [pass_id, clock.now().timestamp()]


def card_in_hand() -> int | None:
    """The used card that was shown on this phone a moment ago."""
    pass_id, at = session.get(_CARD, (None, 0.0))
    fresh = clock.now().timestamp() - at < _CARD_MINUTES * 60
    return pass_id if fresh else None


def allow_new_pin(now: datetime) -> None:
    """Note that somebody came in with a code and may choose a new PIN."""
    session[_NEW_PIN] = now.timestamp()


def no_new_pin() -> None:
    """The PIN was chosen or kept."""
    session.pop(_NEW_PIN, None)


def may_choose_pin(viewer: Viewer) -> bool:
    """Whether the viewer has no PIN yet, or came in with a code a moment ago."""
    fresh = clock.now().timestamp() - session.get(_NEW_PIN, 0.0) < _NEW_PIN_MINUTES * 60
    return viewer.extra.get("step") == "pin" or fresh


# -- small helpers of all screens here -------------------------------------------------------


def own_account(viewer: Viewer) -> Account:
    """The viewer's own account, to be changed."""
    return database().get_one(Account, viewer.account_id)


def let_cookie_end_with_browser(*, ends: bool) -> None:
    """On a shared phone the sign-in's cookie goes with the browser."""
    session.permanent = not ends


@contextlib.contextmanager
def apart() -> Iterator[Session]:
    """A short transaction of its own, for counting tries; the request's own reads end first."""
    database().rollback()
    with at_once(db.engine) as own:
        yield own


def complain(form: Form, field: str, message: str, **params: object) -> None:
    """Show a message beside a field."""
    form.blame(InvalidInput(message, field, **params))
