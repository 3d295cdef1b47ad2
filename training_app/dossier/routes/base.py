"""What the screens of the dossier share: the blueprint, a fresh proof, one way to act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, session
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app import clock
from training_app.access import Permission, Role, Scope
from training_app.accounts.rules.lifetimes import recently_proved
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.dossier.queries import pairs, requests
from training_app.dossier.routes import words
from training_app.errors import InvalidInput, RuleBroken
from training_app.extensions import current_session, db
from training_app.web.asides import aside
from training_app.web.forms import Form
from training_app.web.guard import SAFE_METHODS, current_viewer
from training_app.web.pages import english, render, see_other

bp = Blueprint("dossier", __name__, template_folder="../templates")

UNPROCESSABLE = 422


@bp.record_once
def _count_what_waits(state: BlueprintSetupState) -> None:
    """Let menus and lists say how much waits behind these pages."""
    state.app.extensions.setdefault("waiting", {}).update(
        {"dossier.same_list": _pairs_waiting, "dossier.request_list": _requests_waiting}
    )


def _pairs_waiting() -> int:
    """Counted for a commune; those of a province take half a second, spent on their page alone."""
    if Role.PROVINCE_OFFICER in current_viewer().roles:
        return 0
    scope = scope_of(Permission.PERSON_MANAGE)
    return 0 if scope.empty else pairs.waiting_count(current_session(), scope, clock.today())


def _requests_waiting() -> int:
    desk = own_desk()
    return 0 if desk.empty else requests.waiting_count(current_session(), desk, clock.today())


def own_desk() -> requests.Desk:
    """Whose requests the viewer answers."""
    unplaced = current_viewer().may(Permission.DATA_REQUEST_UNPLACED)
    return requests.Desk(scope_of(Permission.DATA_REQUEST_DECIDE), unplaced=unplaced)


# Where the accounts' page of proof leads on to.
_AFTER = "after_proof"


def proof_wanted(endpoint: str, **values: object) -> ResponseReturnValue | None:
    """The way to PIN or passphrase when the last proof is too old; None when it is fresh."""
    if recently_proved(current_viewer().extra, clock.now()):
        return None
    session[_AFTER] = [endpoint, values]
    return see_other("accounts.prove")


def scope_of(permission: Permission) -> Scope:
    """The viewer's scope for the permission."""
    return current_viewer().scope(permission)


def done(form: Form, act: Callable[[], object]) -> bool:
    """Act; a refusal is told on the form and nothing is kept. The caller commits."""
    try:
        act()
    except (RuleBroken, InvalidInput) as error:
        current_session().rollback()
        if isinstance(error, InvalidInput):
            form.blame(error)
        else:
            form.form_errors.append(gettext(error.message, **error.params))
        return False
    return True


def form_page(template: str, form: Form, status: int = 200, **shown: Any) -> ResponseReturnValue:
    """A page with a form; its title says when something is to be put right."""
    return render(
        template,
        status,
        form=form,
        errors_in_title=bool(form.errors or form.form_errors),
        language="en" if english() else "vi",
        words=words,
        **shown,
    )


def note_names(kind: str, object_id: int | None, **detail: Any) -> None:
    """Write down that names were shown."""
    if request.method not in SAFE_METHODS:
        return
    with aside(db.engine) as own:
        audit.record(
            own,
            Action.NAMES_VIEWED,
            actor=current_viewer(),
            now=clock.now(),
            object_kind=kind,
            object_id=object_id,
            detail=detail,
        )
