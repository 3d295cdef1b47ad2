"""Requirements of units that ended: nobody is asked there any more until somebody decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.organisation.models import UnitSpan
from training_app.organisation.queries.succession import (
    EndedUnit,
    Succession,
    goes_on,
    succession,
)
from training_app.organisation.scope import units
from training_app.requirements.models import (
    Requirement,
    RequirementDecision,
    RequirementVersion,
)
from training_app.requirements.queries.versions import RequirementRow, rows_of


@dataclass(frozen=True)
class Left:
    """A requirement whose unit ended, and the units in its place.

    ``versions`` are those that would still be the rule on ``day`` or later, the oldest first;
    ``day`` is the first on which a decision can take effect.
    """

    versions: tuple[RequirementRow, ...]
    unit: EndedUnit
    heirs: tuple[int, ...]
    decided: frozenset[int]
    day: date

    @property
    def requirement_id(self) -> int:
        """The requirement."""
        return self.versions[0].requirement_id

    @property
    def open(self) -> tuple[int, ...]:
        """The units in its place for which nobody has decided."""
        return tuple(one for one in self.heirs if one not in self.decided)


def left_behind(session: Session, today: date) -> list[Left]:
    """One row per requirement of an ended unit on which somebody has to decide, by last day.

    One SELECT while there is none.
    """
    return _left(session, today, None)


def left_one(session: Session, requirement_id: int, today: date) -> Left | None:
    """The requirement, while somebody has to decide on it."""
    found = _left(session, today, requirement_id)
    return found[0] if found else None


def _left(session: Session, today: date, requirement_id: int | None) -> list[Left]:
    chosen = (
        select(Requirement.id, Requirement.unit_id)
        .join(RequirementVersion, RequirementVersion.requirement_id == Requirement.id)
        .where(
            Requirement.unit_id.is_not(None),
            ~goes_on(Requirement.unit_id),
            or_(RequirementVersion.in_force_to.is_(None), RequirementVersion.in_force_to > today),
        )
        .distinct()
    )
    if requirement_id is not None:
        chosen = chosen.where(Requirement.id == requirement_id)
    places = {row.id: row.unit_id for row in session.execute(chosen)}
    if not places:
        return []
    came = succession(session, set(places.values()))
    decided = _decided(session, places)
    versions: dict[int, list[RequirementRow]] = defaultdict(list)
    for row in rows_of(session, places):
        versions[row.requirement_id].append(row)
    found = (
        _one(versions[key], came, unit_id, decided[key], today) for key, unit_id in places.items()
    )
    return sorted(
        (one for one in found if one is not None and one.open),
        key=lambda one: (one.unit.ended_on, one.unit.name, one.requirement_id),
    )


def _one(
    rows: Iterable[RequirementRow],
    came: Succession,
    unit_id: int,
    decided: frozenset[int],
    today: date,
) -> Left | None:
    """None when it ends with its unit, or before anybody could go on with it."""
    unit = came.ended[unit_id]
    day = max(today, unit.ended_on)
    lasting = [row for row in rows if row.lasts(day)]
    if not lasting:
        return None
    return Left(
        tuple(sorted(lasting, key=lambda row: row.in_force_from)),
        unit,
        came.heirs(unit_id, decided),
        decided,
        day,
    )


def _decided(session: Session, requirement_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Requirement id → units for which it was decided."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = select(RequirementDecision.requirement_id, RequirementDecision.unit_id)
    wanted = set(requirement_ids)
    for key, unit_id in session.execute(rows.where(RequirementDecision.requirement_id.in_(wanted))):
        found[key].add(unit_id)
    return {key: frozenset(found[key]) for key in wanted}


def to_decide(session: Session, scope: Scope, today: date) -> list[tuple[Left, int]]:
    """Pairs of such a requirement and a unit in the scope for which nobody has decided."""
    if scope.empty or scope.totals_only:
        return []
    rows = left_behind(session, today)
    own: dict[date, set[int]] = {}
    for day in {row.day for row in rows}:
        wanted = {unit for row in rows if row.day == day for unit in row.open}
        own[day] = set(session.scalars(units(scope, day).where(UnitSpan.unit_id.in_(wanted))))
    return [(row, unit) for row in rows for unit in row.open if unit in own[row.day]]
