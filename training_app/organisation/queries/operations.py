"""Reorganisations that were carried out, and what they left to decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, and_, distinct, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.db import Unscoped
from training_app.organisation import scope as scoping
from training_app.organisation.models import (
    Membership,
    Person,
    TeamSpan,
    UnitOperation,
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


def waiting_teams(session: Session, scope: Scope, on: date) -> list[WaitingTeam]:
    """Teams that on the day stand above the successors of their split unit, in order of units."""
    parts = select(UnitSuccession.new_unit_id).where(
        UnitSuccession.old_unit_id == _Old.unit_id,
        UnitSuccession.share == "part",
        UnitSuccession.on == _Old.valid_to,
    )
    rows = session.execute(
        select(
            TeamSpan.team_id,
            TeamSpan.name,
            TeamSpan.village,
            TeamSpan.unit_id,
            _Old.unit_id.label("old_unit_id"),
            func.count(distinct(Membership.person_id)).label("people"),
        )
        .select_from(TeamSpan)
        .join(_Old, and_(_Old.team_id == TeamSpan.team_id, _Old.valid_to == _last_elsewhere()))
        .outerjoin(Membership, and_(Membership.team_id == TeamSpan.team_id, holds(Membership, on)))
        .where(
            holds(TeamSpan, on),
            TeamSpan.team_id.in_(scoping.teams(scope, on)),
            parts.exists(),
            TeamSpan.unit_id.not_in(parts),
        )
        .group_by(TeamSpan.id, _Old.id)
        .order_by(_Old.unit_id, TeamSpan.sort_key, TeamSpan.team_id)
        .execution_options(scope=scope)
    ).all()
    candidates = _successors(session)
    return [WaitingTeam(*row, candidates=candidates[row.old_unit_id]) for row in rows]


def _last_elsewhere() -> ScalarSelect[date | None]:
    """The day on which a team came to the unit where it stands."""
    earlier = aliased(TeamSpan)
    return (
        select(func.max(earlier.valid_to))
        .where(earlier.team_id == TeamSpan.team_id, earlier.unit_id != TeamSpan.unit_id)
        .correlate(TeamSpan)
        .scalar_subquery()
    )


def _successors(session: Session) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    rows = select(UnitSuccession.old_unit_id, UnitSuccession.new_unit_id).where(
        UnitSuccession.share == "part"
    )
    for row in session.execute(rows.order_by(UnitSuccession.new_unit_id)):
        found[row.old_unit_id] = (*found.get(row.old_unit_id, ()), row.new_unit_id)
    return found


# -- what was carried out ------------------------------------------------------------------

_NAMED = {"scope": Unscoped("names of what an operation in the viewer's scope speaks of")}


def operations(session: Session, scope: Scope, size: int, offset: int) -> list[UnitOperation]:
    """One row per operation within the scope's units, as they stand or stood; latest first."""
    chosen = select(UnitOperation).where(_inside(scope)).order_by(UnitOperation.id.desc())
    return list(session.scalars(chosen.limit(size).offset(offset)))


def operation_count(session: Session, scope: Scope) -> int:
    """How many operations there are within the scope's units."""
    counted = select(func.count()).select_from(UnitOperation).where(_inside(scope))
    return session.scalar(counted) or 0


def operation(session: Session, scope: Scope, operation_id: int) -> UnitOperation | None:
    """The operation, or None when there is none within the scope's units."""
    chosen = select(UnitOperation).where(UnitOperation.id == operation_id, _inside(scope))
    return session.scalars(chosen).first()


def teams_set_up(session: Session, operation_id: int) -> set[int]:
    """Ids of the teams that an operation set up; empty after it was taken back."""
    chosen = select(UnitOperation.undo).where(
        UnitOperation.id == operation_id, UnitOperation.undone_at.is_(None)
    )
    undo = session.scalar(chosen) or {}
    added = undo.get("added", {}).get("team", [])
    return {one for first, last in added for one in range(first, last + 1)}


def _inside(scope: Scope) -> ColumnElement[bool]:
    if scope.everything:
        return true()
    # On any day: what happened in a unit that has ended since is still its office's.
    inside = (scoping.within(path) for path in scope.unit_paths)
    return UnitOperation.unit_id.in_(select(UnitSpan.unit_id).where(or_(false(), *inside)))


def unit_names(session: Session, ids: Iterable[int], on: date) -> dict[int, str]:
    """Unit id → type and name before the day, else the first ones it had."""
    rows = session.execute(
        select(UnitSpan.unit_id, UnitSpan.type, UnitSpan.name, UnitSpan.valid_from)
        .where(UnitSpan.unit_id.in_(set(ids)))
        .order_by(UnitSpan.valid_from)
    )
    found: dict[int, str] = {}
    for row in rows:
        if row.unit_id not in found or row.valid_from < on:
            found[row.unit_id] = f"{row.type} {row.name}"
    return found


def team_names(session: Session, ids: Iterable[int], on: date) -> dict[int, str]:
    """Team id → its name before the day, else the first one it had."""
    rows = session.execute(
        select(TeamSpan.team_id, TeamSpan.name, TeamSpan.valid_from)
        .where(TeamSpan.team_id.in_(set(ids)))
        .order_by(TeamSpan.valid_from)
        .execution_options(**_NAMED)
    )
    found: dict[int, str] = {}
    for row in rows:
        if row.team_id not in found or row.valid_from < on:
            found[row.team_id] = row.name
    return found


def own_name(session: Session, person_id: int | None) -> str:
    """The full name under which somebody signs; empty where the account has no person."""
    return person_names(session, [person_id]).get(person_id, "") if person_id else ""


def person_names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Person id → full name."""
    chosen = select(Person.id, Person.full_name).where(Person.id.in_(set(ids)))
    return dict(session.execute(chosen.execution_options(**_NAMED)).all())
