"""Readings "as known then" of wide places, as the worker prepared them."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.coverage.models import PreparedReading
from training_app.coverage.queries.places import Place
from training_app.coverage.queries.units import UnitCoverage, UnitTable
from training_app.coverage.rules import Counts
from training_app.db import Unscoped
from training_app.work.models import Job
from training_app.work.rules import State

READINGS: Final = {"scope": Unscoped("counts of units; the page asks whose place it is")}


@dataclass(frozen=True)
class Prepared:
    """A reading that somebody asked for: its table once counted, else how far the worker is."""

    id: int
    table: UnitTable | None
    counted_at: datetime | None
    state: State | None
    done: int
    whole: int
    error_code: str

    @property
    def waiting(self) -> bool:
        """Whether no worker has taken it up yet."""
        return self.table is None and self.state is State.WAITING

    @property
    def running(self) -> bool:
        """Whether a worker counts it now."""
        return self.table is None and self.state is State.RUNNING


def prepared(session: Session, requirement_id: int, here: Place, on: date) -> Prepared | None:
    """The reading of a place and day, or None while nobody asked for it. Two SELECTs at most."""
    chosen = select(PreparedReading).where(
        PreparedReading.unit_id == (here.id or 0),
        PreparedReading.requirement_id == requirement_id,
        PreparedReading.on == on,
    )
    row = session.scalars(chosen.execution_options(**READINGS)).one_or_none()
    if row is None:
        return None
    job = session.get(Job, row.job_id) if row.job_id and not row.counted_at else None
    return Prepared(
        row.id,
        from_counts(row.counts, here) if row.counted_at else None,
        row.counted_at,
        State(job.state) if job else None,
        job.progress if job else 0,
        job.total if job else 0,
        (job.error_code if job else None) or "",
    )


def to_counts(table: UnitTable) -> dict[str, Any]:
    """The table as it is kept."""
    return {
        "rows": [
            [row.unit_id, row.name, row.level, row.teams, row.teams_covered, *astuple(row.counts)]
            for row in table.rows
        ],
        "overlap": list(astuple(table.overlap)),
    }


def from_counts(kept: dict[str, Any], here: Place) -> UnitTable:
    """The table that was kept."""
    rows = tuple(
        UnitCoverage(unit_id, name, level, teams, covered, Counts(*counts))
        for unit_id, name, level, teams, covered, *counts in kept["rows"]
    )
    return UnitTable(here, rows, Counts(*kept["overlap"]), by_team=True)
