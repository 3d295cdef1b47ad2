"""The first lock: every view declares a policy, everything undeclared is refused.

The second lock is ``access.permissions.GRANTS``, the third the scope that every query joins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from training_app.access import Permission, Viewer
from training_app.db import set_writing
from training_app.errors import NotAllowed

View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN_ENDPOINT = "accounts.front"


@dataclass(frozen=True)
class Policy:
    """What a view demands: one of ``permissions``, or nothing because it is ``public``."""

    permissions: frozenset[Permission] = frozenset()
    public_reason: str = ""
    any_account: bool = False

    @property
    def public(self) -> bool:
        """Whether anybody may come."""
        return bool(self.public_reason)


def needs(*permissions: Permission) -> Callable[[View], View]:
    """Demand that the viewer holds one of the permissions (rows are decided by their scope)."""
    return _declare(Policy(permissions=frozenset(permissions)))


def public(reason: str) -> Callable[[View], View]:
    """Open a view to anybody, and say why."""
    return _declare(Policy(public_reason=reason))


def signed_in(reason: str) -> Callable[[View], View]:
    """Open a view to every account, whatever its roles, and say why."""
    del reason  # read by people, and by the architecture test's printed table
    return _declare(Policy(any_account=True))


def _declare(policy: Policy) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        cast("Any", view).policy = policy
        return view

    return decorate


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """The policy that the endpoint's view declares, or None."""
    return getattr(app.view_functions.get(endpoint), "policy", None)


def current_viewer() -> Viewer:
    """The viewer of this request."""
    viewer: Viewer = g.viewer
    return viewer


def demand(permission: Permission) -> Viewer:
    """The viewer, if the permission is held; otherwise 403."""
    viewer = current_viewer()
    if not viewer.may(permission):
        raise NotAllowed
    return viewer


def install(app: Flask, load_viewer: Callable[[], Viewer]) -> None:
    """Put the guard before every request; ``load_viewer`` says who asks."""
    public("pictures and styles carry no data")(app.view_functions["static"])

    @app.before_request
    def guard() -> ResponseReturnValue | None:
        set_writing(intent=request.method not in SAFE_METHODS)
        g.viewer = Viewer.anonymous()
        if request.endpoint is None:
            return None  # Flask answers 404 or 405 itself
        if request.endpoint == "static":
            return None
        _refuse_foreign_origin()
        g.viewer = load_viewer()
        return _enforce(policy_of(app, request.endpoint))

    @app.teardown_request
    def over(error: BaseException | None) -> None:
        del error
        set_writing(intent=None)


def _enforce(policy: Policy | None) -> ResponseReturnValue | None:
    """Let the request pass, send it to the sign-in page, or refuse it."""
    viewer = current_viewer()
    if policy is None:
        raise NotAllowed
    if policy.public:
        return None
    if not viewer.signed_in:
        if request.method in SAFE_METHODS:
            return redirect(url_for(SIGN_IN_ENDPOINT), 303)
        abort(401)
    if policy.any_account or policy.permissions & viewer.permissions:
        return None
    raise NotAllowed


def _refuse_foreign_origin() -> None:
    """Refuse unsafe requests that another site sent (beside the form token)."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        raise NotAllowed
    origin = request.headers.get("Origin")
    if origin not in {None, "null"} and urlsplit(str(origin)).netloc != request.host:
        raise NotAllowed


def undeclared(app: Flask) -> list[str]:
    """Endpoints whose view declares no policy."""
    return sorted(
        rule.endpoint for rule in app.url_map.iter_rules() if policy_of(app, rule.endpoint) is None
    )
