"""1 July 2025 and 30 April 2026 as operations, made of the shipped lists."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from training_app.organisation.models import Level, Unit, UnitSpan, UnitSuccession, holds
from training_app.organisation.rules.operations import (
    AbolishLevel,
    ChangeUnit,
    MergeUnits,
    Operation,
    SetUpUnit,
    SplitUnit,
    Step,
    UnitPart,
)
from training_app.organisation.rules.states import PART, WHOLE
from training_app.organisation.services.units import (
    FIRST_OWN_ID,
    REFORM_DAY,
    reserve_ids,
    shipped_spans,
    shipped_successions,
)

CITY_DAY: Final = date(2026, 4, 30)
_Row = dict[str, Any]


@cache
def _shipped() -> tuple[_Row, ...]:
    return tuple(shipped_spans())


def load_units_before(session: Session) -> int:
    """Add the units that stood before 1 July 2025 as if nothing were known of that day."""
    rows = [row | {"valid_to": None} for row in _shipped() if row["valid_from"] < REFORM_DAY]
    levels = [{"id": row["unit_id"], "level": row.pop("level")} for row in rows]
    session.execute(insert(Unit), levels)
    session.execute(insert(UnitSpan), rows)
    reserve_ids(session, "unit", FIRST_OWN_ID)
    return len(rows)


def listed(on: date) -> dict[int, _Row]:
    """The rows of the shipped list that hold on a day, by the list's own number of the unit."""
    return {
        row["unit_id"]: row
        for row in _shipped()
        if row["valid_from"] <= on and (row["valid_to"] is None or row["valid_to"] > on)
    }


def reform() -> Operation:
    """63 provinces, 696 districts and 10,035 wards become 34 provinces and 3,321 communes.

    A unit to set up is named by its number in the lists, below zero.
    """
    before, after = listed(date(2025, 6, 30)), listed(REFORM_DAY)
    new = {unit for unit in after if unit not in before}
    return Operation(
        (*_set_up(after, new), *_succeed(), AbolishLevel("district"), *_changed(before, after))
    )


def city(session: Session) -> Operation:
    """Đồng Nai becomes a city and ten of its communes wards; found by the codes of the day."""
    before, after = listed(REFORM_DAY), listed(CITY_DAY)
    rows = session.execute(select(UnitSpan.code, UnitSpan.unit_id).where(holds(UnitSpan, CITY_DAY)))
    ids = {row.code: row.unit_id for row in rows}
    return Operation(
        tuple(
            replace(step, unit=ids[before[step.unit]["code"]]) for step in _changed(before, after)
        )
    )


def province_successors(session: Session) -> dict[int, int]:
    """The province that took each old one over, by unit id."""
    rows = session.execute(
        select(UnitSuccession.old_unit_id, UnitSuccession.new_unit_id)
        .join(Unit, Unit.id == UnitSuccession.old_unit_id)
        .where(Unit.level == Level.PROVINCE)
    )
    return {row.old_unit_id: row.new_unit_id for row in rows}


def _set_up(after: dict[int, _Row], new: set[int]) -> Iterator[Step]:
    for unit in sorted(new, key=lambda one: len(after[one]["code"])):
        row = after[unit]
        parent = row["parent_id"]
        yield SetUpUnit(
            ref=-unit,
            level=row["level"],
            parent=-parent if parent in new else parent,
            code=row["code"],
            name=row["name"],
            type=row["type"],
        )


def _succeed() -> Iterator[Step]:
    """Merges of what went whole, splits of what went in parts; what is split names no team."""
    whole, split = defaultdict(list), defaultdict(list)
    for link in shipped_successions():
        if link["share"] == WHOLE:
            whole[link["new_unit_id"]].append(link["old_unit_id"])
        elif link["share"] == PART:
            split[link["old_unit_id"]].append(link["new_unit_id"])
    for new, old in whole.items():
        yield MergeUnits(tuple(old), -new)
    for unit, parts in split.items():
        yield SplitUnit(unit, tuple(UnitPart(-part) for part in parts))


def _changed(before: dict[int, _Row], after: dict[int, _Row]) -> Iterator[ChangeUnit]:
    """New names, types and codes of units that stand on."""
    for unit in sorted(before.keys() & after.keys()):
        old, new = before[unit], after[unit]
        if any(old[key] != new[key] for key in ("name", "type", "code")):
            yield ChangeUnit(unit, new["name"], new["type"], new["code"])
