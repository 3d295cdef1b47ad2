"""Operations that were carried out, and the names of what they speak of."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.db import Unscoped
from training_app.organisation import scope as scoping
from training_app.organisation.models import Person, TeamSpan, UnitOperation, UnitSpan

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


def latest_of(session: Session, account_id: int | None, since: datetime) -> list[UnitOperation]:
    """What an account signed since a moment and nobody took back, the latest first."""
    chosen = select(UnitOperation).where(
        UnitOperation.signed_by == account_id,
        UnitOperation.recorded_at >= since,
        UnitOperation.undone_at.is_(None),
    )
    return list(session.scalars(chosen.order_by(UnitOperation.id.desc())))


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
