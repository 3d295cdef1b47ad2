"""One page for every error: what happened, whether work is safe, what to do next."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus

from flask import Flask, got_request_exception, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from training_app.app import features
from training_app.errors import N_, NotAllowed, TooManyTries, TrainingError
from training_app.extensions import db
from training_app.web import guard, pages

log = logging.getLogger("training_app")

SERVER_FAULT = 500

_TITLES = {
    400: N_("The page could not be used"),
    401: N_("Please sign in again"),
    403: N_("This page is not open to this account"),
    404: N_("This page could not be found"),
    405: N_("This page could not be found"),
    409: N_("This cannot be done now"),
    413: N_("The file is too big"),
    422: N_("Please check what was entered"),
    429: N_("Please wait a little"),
    500: N_("The service has a fault"),
}
_WORDS = {
    400: N_(
        "The page was open for too long or was sent twice. Saved answers are safe. Go back,"
        " load the page again and repeat the last step."
    ),
    401: N_("The sign-in has ended. Saved answers are safe. Sign in and go on where you were."),
    403: N_(
        "Nothing was changed. If this page is needed for the work, ask the office that"
        " gave the account."
    ),
    404: N_("The address may be mistyped, or the page is not there any more. Saved work is safe."),
    405: N_("The address may be mistyped, or the page is not there any more. Saved work is safe."),
    413: N_("Nothing was saved. Choose a smaller file, or split it, and send it again."),
    422: N_("Nothing was saved. Go back, correct the entry and send it again."),
    429: N_("Too many tries in a short time. Nothing is lost. Wait a minute and try again."),
    500: N_(
        "The last step may not have been saved; what was shown as saved is safe. Go back"
        " and look, or call the helper and say the reference."
    ),
}


def error_page(
    status: int,
    title: str,
    words: str,
    reference: str = "",
    onward: tuple[str, str] | None = None,
) -> ResponseReturnValue:
    """The page for one error; ``words`` are already in the reader's language."""
    return pages.render(
        "web/error.html",
        status,
        title=gettext(title),
        words=words,
        reference=reference,
        onward=onward,
    )


def install(app: Flask) -> None:
    """Answer every error with a page of our own."""
    app.register_error_handler(TrainingError, _ours)
    app.register_error_handler(CSRFError, _stale_token)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SERVER_FAULT, _crashed)
    got_request_exception.connect(_rollback, app, weak=False)


def _ours(error: TrainingError) -> ResponseReturnValue:
    db.session.rollback()
    if error.status >= SERVER_FAULT:
        return _unexpected(error)
    if isinstance(error, NotAllowed):
        features.audit_refusal(guard.current_viewer(), request.endpoint or "")
    # A stranger's row and a missing one read the same; our own words say more elsewhere.
    general = error.status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
    words = gettext(_WORDS[error.status]) if general else pages.explain(error)
    response = make_response(
        error_page(error.status, _TITLES[error.status], words, onward=error.onward)
    )
    if isinstance(error, TooManyTries):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _stale_token(error: CSRFError) -> ResponseReturnValue:
    del error
    db.session.rollback()
    return error_page(400, _TITLES[400], gettext(_WORDS[400]))


def _http(error: HTTPException) -> ResponseReturnValue:
    db.session.rollback()
    status = error.code or SERVER_FAULT
    original = error.get_response()
    if status < HTTPStatus.BAD_REQUEST:
        return original
    known = status if status in _WORDS else 400
    page = make_response(error_page(status, _TITLES[known], gettext(_WORDS[known])))
    if "Allow" in original.headers:
        page.headers["Allow"] = original.headers["Allow"]
    return page


def _crashed(error: HTTPException) -> ResponseReturnValue:
    return _unexpected(getattr(error, "original_exception", None) or error)


def _unexpected(error: BaseException) -> ResponseReturnValue:
    """Log the fault under a reference; the page shows the reference and nothing else."""
    reference = secrets.token_hex(3).upper()
    # Neither path nor query is logged: they may name a person.
    log.error("fault %s at %s %s", reference, request.method, request.endpoint, exc_info=error)
    db.session.rollback()
    return error_page(SERVER_FAULT, _TITLES[500], gettext(_WORDS[500]), reference)


def _rollback(sender: Flask, **extra: object) -> None:
    """Leave no half-done transaction behind an unexpected error."""
    del sender, extra
    db.session.rollback()
