"""The first page, help, language and text size, signing out."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.exceptions import NotFound as WerkzeugNotFound
from werkzeug.routing import MapAdapter
from werkzeug.wrappers import Response

from training_app import clock
from training_app.accounts import services
from training_app.accounts.routes.base import (
    STEP_PAGES,
    bp,
    database,
    forget,
    settings,
)
from training_app.accounts.routes.entry import sign_in_page
from training_app.errors import NotFound
from training_app.web.guard import current_viewer, public
from training_app.web.pages import home_endpoint, render, see_other

YEAR = 365 * 24 * 3600
LANGUAGES = ("vi", "en")
TEXT_SIZES = ("t1", "t2", "t3")


@bp.get("/")
@public("says what this is and offers the ways in")
def front() -> ResponseReturnValue:
    """The first page of a stranger; whoever is signed in goes on to work."""
    viewer = current_viewer()
    if not viewer.signed_in:
        form, phones = sign_in_page()
        return render("accounts/front.html", form=form, phones=phones)
    if step := viewer.extra.get("step"):
        return see_other(STEP_PAGES[step])
    home = home_endpoint(viewer)
    if home == "accounts.front":
        return render("accounts/no_role.html")
    return see_other(home)


@bp.get("/help/")
@public("help must be found by whoever cannot get in")
def help_page() -> ResponseReturnValue:
    """M12: telephone first, then settings."""
    results = "programme.my_results"
    known = results in current_app.view_functions and current_viewer().signed_in
    data = "dossier.my_data"
    own_data = data if known and data in current_app.view_functions else ""
    return render("accounts/help.html", results=results if known else "", own_data=own_data)


@bp.post("/sign-out/")
@public("a second press finds nobody signed in and is harmless")
def sign_out() -> ResponseReturnValue:
    """End this sign-in."""
    services.end_sign_in(database(), now=clock.now(), actor=current_viewer())
    forget()
    database().commit()
    return see_other("accounts.front")


@bp.post("/preferences/")
@public("language and text size are cookies of the reader, not data")
def preferences() -> ResponseReturnValue:
    """Keep language or text size in a cookie and go back to where the reader was."""
    endpoint, values = _where_from()
    response = see_other(endpoint, **values)
    _keep(response, "lang", request.form.get("language"), LANGUAGES)
    _keep(response, "text_size", request.form.get("text_size"), TEXT_SIZES)
    return response


def _keep(response: Response, name: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value in allowed:
        response.set_cookie(
            name, value, max_age=YEAR, secure=settings().secure, httponly=True, samesite="Lax"
        )


@bp.get("/not-here/")
@public("says only that nothing is here, in the language just chosen")
def nowhere() -> ResponseReturnValue:
    """What a reader of a page that does not exist comes back to after choosing a language."""
    raise NotFound


def _nearest(adapter: MapAdapter, path: str) -> tuple[str, Mapping[str, Any]]:
    """The page at the path; above an address that only takes forms, the next page on the way up.

    Raises HTTPException where nothing is.
    """
    takes_forms = False
    while True:
        try:
            return adapter.match(path, method="GET")
        except MethodNotAllowed:
            takes_forms = True
        except WerkzeugNotFound:
            if not takes_forms:
                raise
        path = path.rstrip("/").rpartition("/")[0] + "/"


def _where_from() -> tuple[str, dict[str, Any]]:
    """The page that the reader came from, as an endpoint of ours with its values.

    The address is taken apart and built again from our own map, so it cannot lead elsewhere.
    """
    fallback: tuple[str, dict[str, Any]] = ("accounts.front", {})
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host:
        return fallback
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return fallback
    try:
        endpoint, values = _nearest(adapter, came.path)
    except WerkzeugNotFound:
        return "accounts.nowhere", {}
    except HTTPException:
        return fallback
    if endpoint == "static":
        return fallback
    query = {name: found for name, found in parse_qs(came.query).items() if name not in values}
    return endpoint, {**values, **query}
