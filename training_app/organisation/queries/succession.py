"""Units that ended, and the units that came in their place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from training_app.organisation.models import UnitSpan, UnitSuccession


@dataclass(frozen=True)
class EndedUnit:
    """A unit as it was last; ``ended_on``, which may lie ahead, is the first day without it."""

    id: int
    name: str
    path: str
    parent_id: int | None
    ended_on: date


@dataclass(frozen=True)
class Succession:
    """Units that ended, and step by step what came after each, down to units that go on."""

    ended: dict[int, EndedUnit]
    after: dict[int, tuple[int, ...]]

    def heirs(self, unit_id: int, settled: Collection[int] = ()) -> tuple[int, ...]:
        """Ids of the units that go on in place of one that ended.

        Nothing is asked beyond a unit in ``settled`` that ended as well.
        """
        found: set[int] = set()
        seen: set[int] = {unit_id}
        waiting = [unit_id]
        while waiting:
            for unit in self.after.get(waiting.pop(), ()):
                if unit in seen:
                    continue
                seen.add(unit)
                if unit not in self.ended:
                    found.add(unit)
                elif unit not in settled:
                    waiting.append(unit)
        return tuple(sorted(found))


def goes_on(unit_id: Any) -> ColumnElement[bool]:
    """The unit has no last day."""
    span = aliased(UnitSpan)
    return select(span.id).where(span.unit_id == unit_id, span.valid_to.is_(None)).exists()


def succession(session: Session, unit_ids: Collection[int]) -> Succession:
    """What became of those of the units that ended. Three SELECTs for each step in time.

    Where nothing was recorded, as when a level was abolished, the units that stood directly below
    are in its place, else the unit above.
    """
    ended: dict[int, EndedUnit] = {}
    after: dict[int, tuple[int, ...]] = {}
    asked = set(unit_ids)
    while asked:
        found = _ended(session, asked)
        ended |= found
        after |= _after(session, found)
        asked = {unit for one in found for unit in after[one]} - ended.keys()
        asked -= {unit for unit in asked if unit in after}
    return Succession(ended, after)


def _ended(session: Session, unit_ids: Collection[int]) -> dict[int, EndedUnit]:
    """Those of the units that have a last day, by id."""
    rows = session.execute(
        select(
            UnitSpan.unit_id,
            UnitSpan.type,
            UnitSpan.name,
            UnitSpan.path,
            UnitSpan.parent_id,
            UnitSpan.valid_to,
        )
        .where(UnitSpan.unit_id.in_(unit_ids), ~goes_on(UnitSpan.unit_id))
        .order_by(UnitSpan.valid_from)
    )
    # The last span of a unit comes last.
    return {
        row.unit_id: EndedUnit(
            row.unit_id, f"{row.type} {row.name}", row.path, row.parent_id, row.valid_to
        )
        for row in rows
    }


def _after(session: Session, ended: dict[int, EndedUnit]) -> dict[int, tuple[int, ...]]:
    """Unit id → the units in its place on the day it ended."""
    if not ended:
        return {}
    taken = _pairs(
        session,
        ended,
        select(UnitSuccession.old_unit_id, UnitSuccession.new_unit_id, UnitSuccession.on).where(
            UnitSuccession.old_unit_id.in_(ended)
        ),
    )
    left = ended.keys() - taken.keys()
    below = _pairs(
        session,
        ended,
        select(UnitSpan.parent_id, UnitSpan.unit_id, UnitSpan.valid_to).where(
            UnitSpan.parent_id.in_(left)
        ),
    )
    above = {one: (parent,) if (parent := ended[one].parent_id) else () for one in left}
    return {**above, **below, **taken}


def _pairs(
    session: Session, ended: dict[int, EndedUnit], rows: Select[*tuple[Any, ...]]
) -> dict[int, tuple[int, ...]]:
    """First id → second ids of the rows that speak of the day on which the first ended."""
    found: dict[int, set[int]] = defaultdict(set)
    for old, new, on in session.execute(rows):
        if on == ended[old].ended_on and new != old:
            found[old].add(new)
    return {old: tuple(sorted(new)) for old, new in found.items()}
