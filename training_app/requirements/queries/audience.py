"""Of whom something is required, and how many they are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from training_app.access import Role, Scope
from training_app.accounts.models import Account, RoleGrant
from training_app.organisation.models import (
    Leadership,
    Membership,
    Person,
    TeamSpan,
    UnitSpan,
    holds,
)
from training_app.organisation.queries.succession import EndedUnit
from training_app.organisation.scope import units, within
from training_app.requirements.queries.versions import RequirementRow
from training_app.requirements.rules import Audience

_SERVICES: Final[dict[Audience, type[Membership | Leadership]]] = {
    Audience.MEDIATORS: Membership,
    Audience.LEADERS: Leadership,
}
_ROLE_OF: Final = {
    Audience.TRAINERS: Role.TRAINER,
    Audience.OFFICIALS: Role.COMMUNE_OFFICER,
}


def would_ask(
    session: Session, audience: Audience, unit_id: int | None, scope: Scope, on: date
) -> int:
    """How many people a requirement on the unit would touch on the day, within the scope."""
    people = _asked_of(audience, unit_id, scope, on).subquery()
    counted = select(func.count()).select_from(people).execution_options(scope=scope)
    return session.scalar(counted) or 0


def _asked_of(audience: Audience, unit_id: int | None, scope: Scope, on: date) -> Select[int]:
    if audience in _SERVICES:
        chosen = _served(_SERVICES[audience], unit_id, scope, on)
    else:
        chosen = _granted(_ROLE_OF[audience], unit_id, scope, on)
    return chosen.distinct().execution_options(scope=scope)


def audience_size(session: Session, requirement: RequirementRow, scope: Scope, on: date) -> int:
    """How many people it touches on the day, within the scope."""
    return would_ask(session, requirement.audience, requirement.unit_id, scope, on)


def came_from(
    session: Session, audience: Audience, ended: EndedUnit, unit_id: int, *, scope: Scope, on: date
) -> int | None:
    """How many of those whom it would touch in the unit serve in a team of the ended unit.

    None of audiences that do not serve in teams.
    """
    if audience not in _SERVICES:
        return None
    was = aliased(TeamSpan)
    last = ended.ended_on - timedelta(days=1)
    there = select(UnitSpan.unit_id).where(within(ended.path), holds(UnitSpan, last))
    came = select(was.team_id).where(was.valid_to == ended.ended_on, was.unit_id.in_(there))
    people = _served(_SERVICES[audience], unit_id, scope, on).where(TeamSpan.team_id.in_(came))
    counted = select(func.count()).select_from(people.distinct().subquery())
    return session.scalar(counted.execution_options(scope=scope)) or 0


def _counted_id() -> Any:
    """The id under which a human being is counted, whatever rows were linked."""
    return func.coalesce(Person.canonical_id, Person.id)


def _served(
    service: type[Membership | Leadership], unit_id: int | None, scope: Scope, on: date
) -> Select[int]:
    """People who serve in (or lead) a team living in the requirement's units and in scope."""
    seen = or_(TeamSpan.team_id.in_(scope.teams), TeamSpan.unit_id.in_(units(scope, on)))
    return (
        select(_counted_id())
        .join(service, service.person_id == Person.id)
        .join(TeamSpan, TeamSpan.team_id == service.team_id)
        .where(
            holds(service, on),
            holds(TeamSpan, on),
            true() if scope.everything else seen,
            _below(TeamSpan.unit_id, unit_id, on),
        )
    )


def _granted(role: Role, unit_id: int | None, scope: Scope, on: date) -> Select[int]:
    """People who hold a role over one of the requirement's units, in scope."""
    seen = or_(Person.id.in_(scope.people), RoleGrant.unit_id.in_(units(scope, on)))
    return (
        select(_counted_id())
        .join(Account, Account.person_id == Person.id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.role == role.value,
            holds(RoleGrant, on),
            true() if scope.everything else seen,
            _below(RoleGrant.unit_id, unit_id, on),
        )
    )


def _below(column: Any, unit_id: int | None, on: date) -> Any:
    """The column names a unit in the subtree of ``unit_id`` as it stands on the day."""
    if unit_id is None:
        return true()
    top, below = aliased(UnitSpan), aliased(UnitSpan)
    after = func.substr(top.path, 1, func.length(top.path) - 1).op("||")("0")
    subtree = (
        select(below.unit_id)
        .join(top, and_(below.path >= top.path, below.path < after))
        .where(top.unit_id == unit_id, holds(top, on), holds(below, on))
    )
    return column.in_(subtree)
