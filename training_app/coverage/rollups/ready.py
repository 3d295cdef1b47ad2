"""The table of a place read from ready counts: as many rows as it shows, whoever lives there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    Row,
    Select,
    and_,
    bindparam,
    or_,
    select,
)
from sqlalchemy.orm import Session

from training_app.coverage.models import CoverageState, CoverageYear
from training_app.coverage.queries.places import NATION_PATH, Place
from training_app.coverage.queries.sets import Asking
from training_app.coverage.queries.units import (
    UnitCoverage,
    UnitTable,
    coverage_by_unit,
    least_first,
)
from training_app.coverage.rollups.pending import Pending, neighbours, pending
from training_app.coverage.rollups.recount import recount
from training_app.coverage.rollups.stored import STORED, moved, stored_rows, totals_of
from training_app.coverage.rules import Counts, total_of
from training_app.coverage.rules.lasting import NOTHING, Measure, State, Tally
from training_app.coverage.rules.series import state_on
from training_app.db import Identity
from training_app.organisation.models import Unit, UnitSpan
from training_app.work.models import Stale

# As many communes that wait are counted while the page is made; beyond, the page says since when.
MOST_WAITING: Final = 12


def unit_table(session: Session, asking: Asking, here: Place) -> UnitTable:
    """One row per unit directly under ``here``, from ready counts where there are any.

    Two SELECTs, whatever the population. What happened since the counts were made is counted
    here and now; when too much waits, the table of a unit is counted as a whole, and that of the
    nation says when it was counted.
    """
    state = _state(session, asking)
    if state is None:
        return coverage_by_unit(session, asking, here)
    if not state.waiting:
        return _table(session, asking, here, {}, None)
    waiting = pending(session, most=10 * MOST_WAITING)
    units = _below(session, waiting, here)
    if waiting.whole(asking.requirement.id) or len(units) > MOST_WAITING:
        if here.id is not None:
            return coverage_by_unit(session, asking, here)
        return _table(session, asking, here, {}, state.counted_at)
    return _table(session, asking, here, _moves(session, asking, units), None)


def _state(session: Session, asking: Asking) -> Row[*tuple[Any, ...]] | None:
    """When the counts were made and whether anything waits; None where none are kept."""
    if not asking.by_team:
        return None
    return session.execute(_state_of(), {"requirement": asking.requirement.id}).first()


@cache
def _state_of() -> Select[*tuple[Any, ...]]:
    state: Any = CoverageState.__table__
    stale: Any = Stale.__table__
    waiting = select(stale.c.id).limit(1).scalar_subquery().is_not(None)
    return select(state.c.counted_at, waiting.label("waiting")).where(
        state.c.requirement_id == _REQUIREMENT
    )


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
    parts, states = read_ready(session, asking, here)
    for path, more in moves.items():
        before = states.get(path, NOTHING)
        states[path] = tuple(one + other for one, other in zip(before, more, strict=True))
    rows = [_row(part, states.get(part.path, NOTHING)) for part in parts]
    total = counts_of(states.get(here.path, NOTHING))
    return UnitTable(
        place=here,
        rows=tuple(sorted(rows, key=least_first)),
        overlap=total + -total_of(row.counts for row in rows),
        by_team=True,
        counted_at=counted_at,
    )


def _row(part: Row[*tuple[Any, ...]], state: State) -> UnitCoverage:
    return UnitCoverage(
        unit_id=part.unit_id,
        name=f"{part.type} {part.name}",
        level=part.level,
        teams=state[Measure.TEAMS],
        teams_covered=state[Measure.COVERED],
        counts=counts_of(state),
    )


def counts_of(state: State) -> Counts:
    """The people of a stored state."""
    return Counts(*state[: Measure.TEAMS])


def read_ready(
    session: Session, asking: Asking, here: Place
) -> tuple[list[Row[*tuple[Any, ...]]], dict[str, State]]:
    """The units directly under a place that is in scope, and path → what is stored of each.

    The place itself is among the paths. One SELECT with one row per place; for the nation, which
    is no unit, a second with one row.
    """
    values = ready_values(asking, here)
    found = session.execute(ready_units(nation=here.id is None), values).all()
    states = {row.path: state_on(row.counts, asking.on) for row in found if row.counts}
    if here.id is None:
        total = session.scalar(_nation(), values)
        if total is not None:
            states[here.path] = state_on(total, asking.on)
    return [row for row in found if row.path != here.path], states


def ready_values(asking: Asking, here: Place) -> dict[str, Any]:
    """What the statements ask about."""
    return {
        "requirement": asking.requirement.id,
        "here": here.id,
        "day": asking.on,
        "year": asking.on.year,
    }


_REQUIREMENT: Final[Any] = bindparam("requirement", type_=Identity)
_HERE: Final[Any] = bindparam("here", type_=Identity)
_DAY: Final[Any] = bindparam("day", type_=Date)
_YEAR: Final[Any] = bindparam("year", type_=Identity)


# Tables, not entities: the library's work on entities cost more than the database's.
_YEARS: Final[Any] = CoverageYear.__table__
_SPANS: Final[Any] = UnitSpan.__table__
_UNITS: Final[Any] = Unit.__table__


def _latest(path: Any) -> Select[bytes]:
    """The counts of a place in the last stored year that begins by the day: one step in an index.

    Asking for the year first and for its counts then cost as much again.
    """
    return (
        select(_YEARS.c.counts)
        .where(
            _YEARS.c.requirement_id == _REQUIREMENT,
            _YEARS.c.path == path,
            _YEARS.c.leaf == "",
            _YEARS.c.year <= _YEAR,
        )
        .order_by(_YEARS.c.year.desc())
        .limit(1)
    )


@cache
def ready_units(*, nation: bool) -> Select[*tuple[Any, ...]]:
    """One row per unit directly under a place, and the place itself: built once for all pages.

    Building it for each page cost more than running it. It asks for no scope: who may see a
    place may see how its parts stand.
    """
    directly: ColumnElement[bool] = _SPANS.c.parent_id.is_(None)
    if not nation:
        directly = or_(_SPANS.c.parent_id == _HERE, _SPANS.c.unit_id == _HERE)
    until = _SPANS.c.valid_to
    holding = and_(_SPANS.c.valid_from <= _DAY, or_(until.is_(None), until > _DAY))
    return (
        select(
            _SPANS.c.unit_id,
            _SPANS.c.type,
            _SPANS.c.name,
            _UNITS.c.level,
            _SPANS.c.path,
            _latest(_SPANS.c.path).scalar_subquery().label("counts"),
        )
        .join(_UNITS, _UNITS.c.id == _SPANS.c.unit_id)
        .where(holding, directly)
        .order_by(_SPANS.c.sort_key, _SPANS.c.unit_id)
        .execution_options(**STORED)
    )


@cache
def _nation() -> Select[bytes]:
    return _latest(NATION_PATH).execution_options(**STORED)
