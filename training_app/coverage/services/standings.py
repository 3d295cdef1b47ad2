"""Counting where each province stands beside the national targets, at the ends of quarters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.coverage.folders import goals_near
from training_app.coverage.models import TargetStanding
from training_app.coverage.queries.places import NATION_PATH, Place
from training_app.coverage.queries.standings import provinces
from training_app.coverage.queries.support import supported_teams
from training_app.coverage.rollups import Measuring, progress
from training_app.coverage.rules.targets import TargetMeasure, days_of_history, quarter_end
from training_app.db import Unscoped
from training_app.programme.queries import asked_in_unit

COUNT_JOB: Final = "coverage.standings"
_EVERYBODY: Final = Scope(everything=True, unit_paths=(NATION_PATH,))
_COUNTS: Final = Unscoped("ready counts are replaced as a whole")


def standings_wanted(session: Session, today: date) -> list[tuple[Place, date]]:
    """What is to be counted: each province at the last quarter ends, and yesterday."""
    days = days_of_history(today - timedelta(days=1))
    return [(place, day) for day in days for place in provinces(session, day)]


def count_standings(
    session: Session, place: Place, on: date, *, now: datetime
) -> list[TargetStanding]:
    """Count a province on a day, one row per national target. Writes nothing."""
    teams, _ = supported_teams(session, place.path, on)
    if not teams:
        return []
    asked = tuple(asked_in_unit(session, place.path, on))
    measuring = Measuring(place, on, _EVERYBODY, asked, compared=False)
    found = progress(session, measuring, goals_near(on))
    return [
        TargetStanding(
            path=place.path,
            goal=goal.key,
            on=on,
            whole=one.whole,
            done=one.done,
            required=one.required(goal),
            counted_at=now,
        )
        for goal, one in found
        if goal.valid_from <= on < goal.valid_to
        # A province that entered no figures is not in the sum of the country.
        if one.whole or goal.measure is not TargetMeasure.SETTLED
    ]


def keep_standings(
    session: Session, place: Place, on: date, rows: Sequence[TargetStanding]
) -> None:
    """Put the counts of a province and day in the place of earlier ones."""
    session.execute(
        delete(TargetStanding)
        .where(TargetStanding.path == place.path, TargetStanding.on == on)
        .execution_options(scope=_COUNTS)
    )
    session.add_all(rows)
    session.flush()


def forget_standings(session: Session, today: date) -> None:
    """Remove the counts of past days on which no quarter ended."""
    last = today - timedelta(days=1)
    known = session.scalars(
        select(TargetStanding.on)
        .where(TargetStanding.on < last)
        .distinct()
        .execution_options(scope=_COUNTS)
    )
    if past := [day for day in known if quarter_end(day) != day]:
        session.execute(
            delete(TargetStanding)
            .where(TargetStanding.on.in_(past))
            .execution_options(scope=_COUNTS)
        )
