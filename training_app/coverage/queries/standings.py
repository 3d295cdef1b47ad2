"""Where provinces and the nation stood beside the national targets, as the worker counted it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from training_app.coverage.models import TargetStanding
from training_app.coverage.queries.places import NATION_PATH, Place
from training_app.db import Unscoped
from training_app.organisation.models import Level, Unit, UnitSpan, holds

_COUNTS = Unscoped("counts of provinces, hidden where they are small")


@dataclass(frozen=True)
class Standing:
    """One row per goal and day of a place."""

    goal: str
    on: date
    whole: int
    done: int
    required: int
    counted_at: datetime


@dataclass(frozen=True)
class PartStanding:
    """One row per province and goal on a day."""

    unit_id: int
    name: str
    goal: str
    whole: int
    done: int
    required: int


def standings(session: Session, path: str, days: Collection[date] = ()) -> list[Standing]:
    """One row per goal and day, the earliest first; of the nation the sum of its provinces.

    ``days`` narrows to those. One SELECT.
    """
    row = TargetStanding
    chosen = (
        select(
            row.goal,
            row.on,
            func.sum(row.whole),
            func.sum(row.done),
            func.sum(row.required),
            func.max(row.counted_at),
        )
        .group_by(row.goal, row.on)
        .order_by(row.on)
        .execution_options(scope=_COUNTS)
    )
    if path != NATION_PATH:
        chosen = chosen.where(row.path == path)
    if days:
        chosen = chosen.where(row.on.in_(days))
    return [
        Standing(goal, on, int(whole), int(done), int(required), counted_at)
        for goal, on, whole, done, required, counted_at in session.execute(chosen)
    ]


def part_standings(session: Session, on: date) -> list[PartStanding]:
    """One row per province and goal on a day, in Vietnamese order. One SELECT."""
    found = session.execute(
        select(
            UnitSpan.unit_id,
            UnitSpan.type + " " + UnitSpan.name,
            TargetStanding.goal,
            TargetStanding.whole,
            TargetStanding.done,
            TargetStanding.required,
        )
        .join(UnitSpan, and_(UnitSpan.path == TargetStanding.path, holds(UnitSpan, on)))
        .where(TargetStanding.on == on)
        .order_by(UnitSpan.sort_key, UnitSpan.unit_id)
        .execution_options(scope=_COUNTS)
    )
    return [PartStanding(*row) for row in found]


def provinces(session: Session, on: date) -> list[Place]:
    """The provinces of a day, in Vietnamese order. One SELECT."""
    found = session.execute(
        select(UnitSpan.unit_id, UnitSpan.type + " " + UnitSpan.name, Unit.level, UnitSpan.path)
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .where(Unit.level == Level.PROVINCE.value, holds(UnitSpan, on))
        .order_by(UnitSpan.sort_key, UnitSpan.unit_id)
    )
    return [Place(*row) for row in found]
