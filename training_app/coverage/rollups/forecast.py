"""What lapses in the next four quarters where nobody renews."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import Asking
from training_app.coverage.queries.teams import coverage_by_team
from training_app.coverage.rollups.ready import unit_table
from training_app.organisation.models import Level

QUARTERS: Final = 4
_MONTHS: Final = 3


@dataclass(frozen=True)
class ForecastRow:
    """One row per part of a place: who holds it on the day, and at the end of each quarter."""

    part_id: int
    name: str
    held: tuple[int, ...]
    is_commune: bool = False

    @property
    def lapsing(self) -> tuple[int, ...]:
        """How many fewer hold it after each quarter."""
        return tuple(
            before - after for before, after in zip(self.held, self.held[1:], strict=False)
        )


@dataclass(frozen=True)
class Forecast:
    """The parts of a place; ``days`` are the day asked about and the first day after each quarter.

    ``total`` counts human beings of the whole place, ``overlap`` takes out who stands in several
    rows: rows + overlap = total.
    """

    days: tuple[date, ...]
    rows: tuple[ForecastRow, ...]
    overlap: ForecastRow
    total: ForecastRow


def quarters(on: date) -> tuple[date, ...]:
    """The day itself, and the first day after this quarter and after each of the next three."""
    month = (on.month - 1) // _MONTHS * _MONTHS + 1
    found = [on]
    for step in range(1, QUARTERS + 1):
        months = month - 1 + step * _MONTHS
        found.append(date(on.year + months // 12, months % 12 + 1, 1))
    return tuple(found)


def forecast(session: Session, asking: Asking, here: Place) -> Forecast:
    """One row per part, those where most lapses first; five tables of the place, day by day."""
    days = quarters(asking.on)
    held: dict[int, list[int]] = {}
    names: dict[int, tuple[str, bool]] = {}
    totals, overlaps = [], []
    for at, day in enumerate(days):
        parts, total, overlap = _held(session, replace(asking, on=day), here)
        totals.append(total)
        overlaps.append(overlap)
        for part, name, commune, count in parts:
            names.setdefault(part, (name, commune))
            held.setdefault(part, [0] * len(days))[at] = count
    rows = [
        ForecastRow(part, names[part][0], tuple(counts), names[part][1])
        for part, counts in held.items()
    ]
    rows.sort(key=lambda row: -sum(row.lapsing))
    return Forecast(
        days,
        tuple(rows),
        ForecastRow(0, "", tuple(overlaps)),
        ForecastRow(0, "", tuple(totals)),
    )


def _held(
    session: Session, asking: Asking, here: Place
) -> tuple[list[tuple[int, str, bool, int]], int, int]:
    """Who holds it on a day: by part (a commune or not), in all, and what repeats take out."""
    if here.is_commune and asking.by_team:
        teams = coverage_by_team(session, asking, here)
        parts = [(row.team.id, row.team.name, False, row.counts.held) for row in teams.rows]
        return parts, teams.total.held, teams.overlap.held
    units = unit_table(session, asking, here)
    parts = [
        (row.unit_id, row.name, row.level == Level.COMMUNE, row.counts.held) for row in units.rows
    ]
    return parts, units.total.held, units.overlap.held
