"""Teams of split units that nobody has placed yet, and the people in them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, distinct, false, func, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.organisation import scope as scoping
from training_app.organisation.models import (
    Level,
    Membership,
    Person,
    Share,
    TeamSpan,
    Unit,
    UnitSpan,
    UnitSuccession,
    holds,
)

_Old = aliased(TeamSpan, name="old")


@dataclass(frozen=True)
class WaitingTeam:
    """A team of a split unit that nobody has placed yet, and the units it may belong to."""

    team_id: int
    name: str
    village: str
    waits_at: int
    old_unit_id: int
    people: int
    candidates: tuple[int, ...]


@dataclass(frozen=True)
class WaitingUnit:
    """A split unit with the teams and people that wait."""

    unit_id: int
    teams: int
    people: int


def waiting_units(session: Session, scope: Scope, on: date) -> list[WaitingUnit]:
    """One row per split unit with teams that wait on the day; the most people first."""
    found = select(
        _Old.unit_id,
        func.count(distinct(TeamSpan.team_id)),
        func.count(distinct(Membership.person_id)).label("people"),
    )
    chosen = _waiting(found, scope, on).group_by(_Old.unit_id)
    rows = session.execute(chosen.order_by(func.count().desc(), _Old.unit_id))
    return [WaitingUnit(*row) for row in rows]


def waiting_teams(
    session: Session, scope: Scope, on: date, old_unit_id: int | None = None
) -> list[WaitingTeam]:
    """Teams that on the day stand above the successors of their split unit, in order of units.

    ``old_unit_id`` narrows to the teams of one split unit.
    """
    found = select(
        TeamSpan.team_id,
        TeamSpan.name,
        TeamSpan.village,
        TeamSpan.unit_id.label("waits_at"),
        _Old.unit_id.label("old_unit_id"),
        func.count(distinct(Membership.person_id)).label("people"),
    )
    chosen = _waiting(found, scope, on).group_by(TeamSpan.id, _Old.id)
    if old_unit_id is not None:
        chosen = chosen.where(_Old.unit_id == old_unit_id)
    ordered = chosen.order_by(_Old.unit_id, TeamSpan.sort_key, TeamSpan.team_id)
    rows = session.execute(ordered).all()
    candidates = _successors(session, {row.old_unit_id for row in rows})
    return [WaitingTeam(**row._mapping, candidates=candidates[row.old_unit_id]) for row in rows]  # noqa: SLF001 - the public way to read a row by label


def people_of(
    session: Session, scope: Scope, team_ids: Collection[int], on: date
) -> dict[int, list[tuple[int, str]]]:
    """Team id → id and full name of everybody who serves in it on the day, by given name."""
    rows = session.execute(
        select(Membership.team_id, Person.id, Person.full_name)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.team_id.in_(scoping.teams(scope, on).where(TeamSpan.team_id.in_(team_ids))),
            holds(Membership, on),
        )
        .order_by(Person.sort_key, Person.id)
        .execution_options(scope=scope)
    )
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for team_id, person_id, full_name in rows:
        found[team_id].append((person_id, full_name))
    return found


def _waiting(found: Select[*tuple[Any, ...]], scope: Scope, on: date) -> Select[*tuple[Any, ...]]:
    """Teams above the level of communes that came there when their unit was split."""
    parts = select(UnitSuccession.new_unit_id).where(
        UnitSuccession.old_unit_id == _Old.unit_id,
        UnitSuccession.share == Share.PART,
        UnitSuccession.on == _Old.valid_to,
    )
    return (
        found.select_from(TeamSpan)
        .join(_Old, and_(_Old.team_id == TeamSpan.team_id, _Old.valid_to == _last_elsewhere()))
        .outerjoin(Membership, and_(Membership.team_id == TeamSpan.team_id, holds(Membership, on)))
        .where(
            TeamSpan.unit_id.in_(_above_communes(scope, on)),
            holds(TeamSpan, on),
            parts.exists(),
            TeamSpan.unit_id.not_in(parts),
        )
        .execution_options(scope=scope)
    )


def _above_communes(scope: Scope, on: date) -> Select[int]:
    """Few units: teams live in communes, and wait at the lowest unit above several of them."""
    above = select(Unit.id).where(Unit.level != Level.COMMUNE)
    chosen = scoping.units(scope, on).where(UnitSpan.unit_id.in_(above))
    return chosen.where(false()) if scope.totals_only else chosen


def _last_elsewhere() -> ScalarSelect[date | None]:
    """The day on which a team came to the unit where it stands."""
    earlier = aliased(TeamSpan)
    return (
        select(func.max(earlier.valid_to))
        .where(earlier.team_id == TeamSpan.team_id, earlier.unit_id != TeamSpan.unit_id)
        .correlate(TeamSpan)
        .scalar_subquery()
    )


def _successors(session: Session, old: Collection[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    rows = select(UnitSuccession.old_unit_id, UnitSuccession.new_unit_id).where(
        UnitSuccession.share == Share.PART, UnitSuccession.old_unit_id.in_(old)
    )
    for row in session.execute(rows.order_by(UnitSuccession.new_unit_id)):
        found[row.old_unit_id] = (*found.get(row.old_unit_id, ()), row.new_unit_id)
    return found
