"""The table of a place read from ready counts: as many rows as it shows, whoever lives there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from training_app.coverage.models import CoverageYear
from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import Asking
from training_app.coverage.queries.units import (
    UnitCoverage,
    UnitTable,
    coverage_by_unit,
    least_first,
    parts_of,
)
from training_app.coverage.rollups.pending import Pending, neighbours, pending, turns
from training_app.coverage.rollups.recount import recount
from training_app.coverage.rollups.stored import STORED, moved, stored_rows, totals_of
from training_app.coverage.rules import Counts, total_of
from training_app.coverage.rules.lasting import NOTHING, Measure, State, Tally
from training_app.coverage.rules.series import state_on
from training_app.organisation.models import UnitSpan

# As many communes that wait are counted while the page is made; beyond, the page says since when.
MOST_WAITING: Final = 12


def unit_table(session: Session, asking: Asking, here: Place) -> UnitTable:
    """One row per unit directly under ``here``, from ready counts where there are any.

    Three SELECTs, whatever the population. What happened since the counts were made is counted
    here and now; when too much waits, the table of a unit is counted as a whole, and that of the
    nation says when it was counted.
    """
    state = turns(session).get(asking.requirement.id) if asking.by_team else None
    if state is None:
        return coverage_by_unit(session, asking, here)
    waiting = pending(session, most=10 * MOST_WAITING)
    units = frozenset[int]()
    if waiting.rows:
        units = _below(session, waiting, here)
        if waiting.whole(asking.requirement.id) or len(units) > MOST_WAITING:
            if here.id is not None:
                return coverage_by_unit(session, asking, here)
            return _table(session, asking, here, {}, state.counted_at)
    return _table(session, asking, here, _moves(session, asking, units), None)


def _below(session: Session, waiting: Pending, here: Place) -> frozenset[int]:
    """The waiting communes that were ever part of a place."""
    if here.id is None or not waiting.units:
        return waiting.units
    mine = select(UnitSpan.unit_id).where(
        UnitSpan.unit_id.in_(waiting.units), UnitSpan.path.contains(f"/{here.id}/")
    )
    return frozenset(session.scalars(mine))


def _moves(session: Session, asking: Asking, units: Collection[int]) -> dict[str, State]:
    """By how much each place changes on the day for what happened since the counts were made."""
    if not units:
        return {}
    requirement_id = asking.requirement.id
    units = neighbours(session, units)
    changed = moved(
        stored_rows(session, requirement_id, units=units), recount(session, requirement_id, units)
    )
    totals: dict[str, Tally] = {path: one for (path, leaf), one in changed.items() if not leaf}
    totals_of(changed, totals)
    return {path: tally.state_on(asking.on) for path, tally in totals.items()}


def _table(
    session: Session,
    asking: Asking,
    here: Place,
    moves: Mapping[str, State],
    counted_at: datetime | None,
) -> UnitTable:
    parts = [row for row in session.execute(parts_of(asking, here)) if row.path != here.path]
    states = read_states(
        session, asking.requirement.id, [here.path, *(row.path for row in parts)], asking.on
    )
    for path, more in moves.items():
        before = states.get(path, NOTHING)
        states[path] = tuple(one + other for one, other in zip(before, more, strict=True))
    rows = [
        UnitCoverage(
            unit_id=part.unit_id,
            name=f"{part.type} {part.name}",
            level=part.level,
            teams=states.get(part.path, NOTHING)[Measure.TEAMS],
            teams_covered=states.get(part.path, NOTHING)[Measure.COVERED],
            counts=counts_of(states.get(part.path, NOTHING)),
        )
        for part in parts
    ]
    total = counts_of(states.get(here.path, NOTHING))
    return UnitTable(
        place=here,
        rows=tuple(sorted(rows, key=least_first)),
        overlap=total + -total_of(row.counts for row in rows),
        by_team=True,
        counted_at=counted_at,
    )


def counts_of(state: State) -> Counts:
    """The people of a stored state."""
    return Counts(*state[: Measure.TEAMS])


def read_states(
    session: Session, requirement_id: int, paths: Collection[str], on: date
) -> dict[str, State]:
    """Path → what is stored of the place on the day. One SELECT, one row per place."""
    latest = aliased(CoverageYear)
    year = (
        select(func.max(latest.year))
        .where(
            latest.requirement_id == CoverageYear.requirement_id,
            latest.path == CoverageYear.path,
            latest.leaf == CoverageYear.leaf,
            latest.year <= on.year,
        )
        .correlate(CoverageYear)
        .scalar_subquery()
    )
    rows = session.execute(
        select(CoverageYear.path, CoverageYear.year, CoverageYear.counts)
        .where(
            CoverageYear.requirement_id == requirement_id,
            CoverageYear.path.in_(paths),
            CoverageYear.leaf == "",
            CoverageYear.year == year,
        )
        .execution_options(**STORED)
    )
    return {path: state_on(found, counts, on) for path, found, counts in rows}
