"""What the screens of the organisation share: the blueprint, rows in scope, one way to act."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, current_app, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from training_app import clock
from training_app.access import Permission, Scope
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.errors import N_, InvalidInput, NotFound, RuleBroken
from training_app.extensions import current_session, db
from training_app.organisation.models import Level
from training_app.organisation.queries import people as people_queries
from training_app.organisation.queries import teams as team_queries
from training_app.organisation.queries import units as unit_queries
from training_app.organisation.queries.people import PersonDetail
from training_app.organisation.queries.teams import TeamRow
from training_app.organisation.queries.units import UnitRow
from training_app.web.asides import aside
from training_app.web.forms import Form
from training_app.web.guard import SAFE_METHODS, current_viewer
from training_app.web.pages import format_date

bp = Blueprint("organisation", __name__, template_folder="../templates")

UNPROCESSABLE = 422


def scope_of(permission: Permission) -> Scope:
    """The viewer's scope for the permission."""
    return current_viewer().scope(permission)


_TEAM_ENDED: Final = N_(
    "This team stands no more since %(day)s: it was merged or ended, perhaps by a colleague a"
    " moment ago. Nothing was done. The list of changes says what happened."
)
_UNIT_ENDED: Final = N_(
    "This unit stands no more since %(day)s: it was merged or split, perhaps by a colleague a"
    " moment ago. Nothing was done. The list of changes says what happened."
)


def team_in_scope(team_id: int, permission: Permission) -> TeamRow:
    """The team, or 404 as if there were none.

    Raises RuleBroken where a form was sent about a team of the scope that ended meanwhile.
    """
    session, scope = current_session(), scope_of(permission)
    team = team_queries.team_on(session, scope, team_id, clock.today())
    if team is not None:
        return team
    ended = _ended(team_queries.ended_on, team_id)
    if ended and team_queries.team_on(session, scope, team_id, ended - timedelta(days=1)):
        raise RuleBroken(_TEAM_ENDED, day=format_date(ended))
    raise NotFound


def _ended(asked: Callable[[Session, int, date], date | None], object_id: int) -> date | None:
    """Where a form was sent: the day since which the team or unit stands no more."""
    if request.method != "POST":
        return None
    return asked(current_session(), object_id, clock.today())


def person_in_scope(person_id: int, permission: Permission) -> PersonDetail:
    """The person, serving or left, or 404 as if there were none."""
    person = people_queries.person_detail(
        current_session(), scope_of(permission), person_id, clock.today()
    )
    if person is None:
        raise NotFound
    return person


def unit_in_scope(unit_id: int, scope: Scope) -> UnitRow:
    """The unit, or 404 when it does not stand today or lies outside the scope.

    Raises RuleBroken where a form was sent about a unit of the scope that ended meanwhile.
    """
    session, today = current_session(), clock.today()
    unit = unit_queries.unit_on(session, unit_id, today)
    if unit is not None and _inside(unit, scope):
        return unit
    ended = _ended(unit_queries.ended_on, unit_id) if unit is None else None
    before = unit_queries.unit_on(session, unit_id, ended - timedelta(days=1)) if ended else None
    if ended and before is not None and _inside(before, scope):
        raise RuleBroken(_UNIT_ENDED, day=format_date(ended))
    raise NotFound


def _inside(unit: UnitRow, scope: Scope) -> bool:
    within = any(unit.path.startswith(path) for path in scope.unit_paths)
    return (scope.everything or within) and not scope.totals_only


def own_units(scope: Scope) -> list[UnitRow]:
    """The units at the head of the scope's subtrees, as they stand today."""
    session, on = current_session(), clock.today()
    heads = [int(path.rstrip("/").rpartition("/")[2]) for path in scope.unit_paths]
    found = (unit_queries.unit_on(session, unit_id, on) for unit_id in heads)
    return [unit for unit in found if unit is not None]


def communes_of(scope: Scope) -> list[UnitRow]:
    """The communes and wards of the scope: its own heads, or those of its provinces."""
    found: list[UnitRow] = []
    for unit in own_units(scope):
        if unit.level == Level.COMMUNE:
            found.append(unit)
        else:
            found += unit_queries.children(current_session(), unit.id, clock.today())
    return found


def done(form: Form, act: Callable[[], object]) -> bool:
    """Act and commit; a rule that refuses is told on the form and nothing is kept."""
    session = current_session()
    try:
        act()
    except (RuleBroken, InvalidInput) as error:
        session.rollback()
        tell(form, error)
        return False
    session.commit()
    return True


def tell(form: Form, error: RuleBroken | InvalidInput) -> None:
    """Show a refusal beside the field that it names, or in the summary."""
    if isinstance(error, InvalidInput):
        form.blame(error)
    else:
        form.form_errors.append(_(error.message, **error.params))


def past(day: date | None, field: str = "on") -> date:
    """The day given, which may not lie ahead; today where none is given."""
    today = clock.today()
    if day is not None and day > today:
        raise InvalidInput(N_("This day lies ahead. Write a day up to today."), field=field)
    return day or today


def note_names(kind: str, object_id: int | None, unit_id: int | None, **detail: Any) -> None:
    """Write down that names were shown; a form shown again with its errors shows nothing new."""
    if request.method not in SAFE_METHODS:
        return
    with aside(db.engine) as session:
        audit.record(
            session,
            Action.NAMES_VIEWED,
            actor=current_viewer(),
            now=clock.now(),
            object_kind=kind,
            object_id=object_id,
            unit_id=unit_id,
            detail=detail,
        )


def link(endpoint: str, **values: Any) -> str:
    """The address of a page of another feature, empty where that feature is not installed."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""
