"""Builds the application. The only importer of screens and commands; owner of the error pages."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, has_request_context, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, get_translations, gettext
from markupsafe import Markup

from config import Settings
from training_app.app import failures, features, templating
from training_app.db import prepare_engine
from training_app.errors import N_
from training_app.extensions import babel, compress, csrf, db, login_manager, migrate
from training_app.web import addresses, asides, guard, headers, pages

PACKAGE = Path(__file__).parent.parent
STATIC = PACKAGE / "web" / "static"
HOUR = 3600
YEAR = 365 * 24 * HOUR
LANGUAGE_SWITCH = "accounts.preferences"
TEXT_SIZES = frozenset({"t2", "t3"})
LANGUAGES = ("vi", "en")


def create_app(settings: Settings) -> Flask:
    """An application for the given settings, ready to serve.

    Raises RuntimeError when an endpoint declares no policy: nothing is open by omission.
    """
    app = templating.App(
        "training_app", static_folder="web/static", template_folder="web/templates"
    )
    _configure(app, settings)
    _extend(app, settings)
    _prepare_templates(app)
    addresses.install(app)
    headers.install(app)
    asides.install(app)
    _announce_maintenance(app, settings)
    guard.install(app, features.load_viewer)
    features.register(app)
    failures.install(app)
    if missing := guard.undeclared(app):
        message = f"endpoints without a policy: {', '.join(missing)}; add needs() or public()"
        raise RuntimeError(message)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    """Settings of this deployment and limits that hold before any view runs."""
    cookie_prefix = "__Host-" if settings.secure else ""
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.old_secret_keys),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=settings.limits.request,
        MAX_FORM_MEMORY_SIZE=settings.limits.form_text,
        MAX_FORM_PARTS=settings.limits.form_parts,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        SESSION_COOKIE_NAME=f"{cookie_prefix}session",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SEND_FILE_MAX_AGE_DEFAULT=YEAR,
        BABEL_DEFAULT_LOCALE="vi",
        BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh",
        BABEL_TRANSLATION_DIRECTORIES=str(PACKAGE / "translations"),
        COMPRESS_MIMETYPES=[
            "text/html",
            "text/javascript",
            "application/json",
            "image/svg+xml",
            "text/plain",
        ],
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        COMPRESS_MIN_SIZE=500,
        WTF_CSRF_TIME_LIMIT=None,  # lives as long as the sign-in; people leave pages open for days
        WTF_CSRF_SSL_STRICT=False,  # Origin and Sec-Fetch-Site are checked by the guard
    )


def _extend(app: Flask, settings: Settings) -> None:
    """Bind the extensions and give the engine its rules."""
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(PACKAGE.parent / "migrations"))
    csrf.init_app(app)
    babel.init_app(app, locale_selector=_reader_language)
    # Pages ask for the viewer instead; the error page must not need the database to say so.
    login_manager.init_app(app, add_context_processor=False)
    compress.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def _reader_language() -> str:
    """The language chosen by the switch, Vietnamese otherwise."""
    chosen = request.cookies.get("lang", "vi") if has_request_context() else "vi"
    return chosen if chosen in LANGUAGES else "vi"


@cache
def _fingerprint(filename: str) -> str:
    return hashlib.sha256((STATIC / filename).read_bytes()).hexdigest()[:8]


def _static_url(filename: str) -> str:
    """The address of a static file, changed with its content so that it may be kept for a year."""
    return url_for("static", filename=filename, v=_fingerprint(filename))


def _translations() -> Any:
    """The catalogue of this request, looked up once: a page asks for some sixty messages."""
    found = g.get("translations")
    if found is None:
        found = g.translations = get_translations()
    return found


def _prepare_templates(app: Flask) -> None:
    """Whitespace, helpers and the few values that every page needs."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(pages.template_helpers())
    app.jinja_env.globals["static_url"] = _static_url
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: _translations().ugettext(message),
        lambda one, many, count: _translations().ungettext(one, many, count),
        newstyle=True,
    )

    style = Markup(headers.inline_style())  # noqa: S704 - our own file

    @app.context_processor
    def per_request() -> dict[str, Any]:
        size = request.cookies.get("text_size", "")
        locale = get_locale()
        return {
            "viewer": getattr(g, "viewer", features.ANONYMOUS),
            "lang": locale.language if locale else "vi",
            "text_size": size if size in TEXT_SIZES else "",
            "inline_style": style,
        }


def _announce_maintenance(app: Flask, settings: Settings) -> None:
    """Answer 503 to everything while the machine is being worked on."""
    if not settings.maintenance:
        return

    @app.before_request
    def closed() -> ResponseReturnValue | None:
        if request.endpoint == "static":
            return None
        g.viewer = features.ANONYMOUS
        if request.endpoint == LANGUAGE_SWITCH and request.method == "POST":
            view = app.view_functions[LANGUAGE_SWITCH]
            switched: ResponseReturnValue = app.ensure_sync(view)()
            return switched
        page = failures.error_page(
            503,
            N_("The service is being maintained"),
            settings.maintenance_message
            or gettext("Please come back in an hour. Work that was saved is safe."),
        )
        response = make_response(page)
        response.headers["Retry-After"] = str(HOUR)
        return response
