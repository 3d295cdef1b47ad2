"""Counts are worked out while others go on writing, and written in one short transaction."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, tuple_, update
from sqlalchemy.orm import Session

from training_app.coverage.models import CoverageState, CoverageYear
from training_app.coverage.rollups.pending import neighbours, turns
from training_app.coverage.rollups.reading import batches
from training_app.coverage.rollups.recount import Key, recount
from training_app.coverage.rollups.stored import (
    STORED,
    Change,
    Rows,
    all_rows,
    difference,
    moved,
    raised,
    rows_of,
    stored_rows,
    totals_of,
)
from training_app.coverage.rules.lasting import Tally
from training_app.db import touched
from training_app.work.models import Stale

Told = Callable[[int, int], object]
# Communes counted at once: enough for few statements, few enough for little memory.
AT_ONCE: Final = 150
_PART: Final = 1_000


@dataclass(frozen=True)
class Draft:
    """Counts worked out upon the state ``seen`` (0: none), not yet written.

    ``whole``: they take the place of everything that is stored of the requirement.
    """

    requirement_id: int
    seen: int
    whole: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Difference:
    """A stored year that does not equal the recount."""

    requirement_id: int
    path: str
    leaf: str
    year: int


def draft(
    session: Session,
    requirement_id: int,
    unit_ids: Collection[int] | None = None,
    *,
    tell: Told | None = None,
) -> Draft:
    """Count some communes again (None: all, from nothing). Reads only."""
    state = turns(session).get(requirement_id)
    seen = state.turn if state else 0
    if unit_ids is None or not state:
        communes, totals = _all_counted(session, requirement_id, tell)
        changes = difference({}, communes) + difference({}, totals, totals=True)
        return Draft(requirement_id, seen, whole=True, changes=tuple(changes))
    stored: Rows = {}
    right: dict[Key, Tally] = {}
    ordered = sorted(unit_ids)
    wanted: set[int] = set()
    for start in range(0, len(ordered), AT_ONCE):
        wanted |= neighbours(session, ordered[start : start + AT_ONCE])
    ordered = sorted(wanted)
    for start in range(0, len(ordered), AT_ONCE):
        part = ordered[start : start + AT_ONCE]
        stored |= stored_rows(session, requirement_id, units=part)
        right |= recount(session, requirement_id, part)
    before, after = raised(session, requirement_id, moved(stored, right))
    changes = difference(stored, rows_of(right)) + difference(before, after, totals=True)
    return Draft(requirement_id, seen, whole=False, changes=tuple(changes))


def _all_counted(session: Session, requirement_id: int, tell: Told | None) -> tuple[Rows, Rows]:
    """Everything counted from the ground up: communes, and totals above them."""
    communes: Rows = {}
    totals: dict[str, Tally] = {}
    parts = batches(session, AT_ONCE)
    done, units = 0, sum(map(len, parts))
    with _nothing_collected():
        for part in parts:
            counted = recount(session, requirement_id, part)
            communes |= rows_of(counted)
            totals_of(counted, totals)
            done += len(part)
            if tell is not None:
                tell(done, units)
    return communes, rows_of({(path, ""): tally for path, tally in totals.items()})


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Without looking for cycles meanwhile: counts make none, and the search took a third."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def write(session: Session, made: Draft, *, now: datetime) -> bool:
    """Store what was worked out; False when somebody else wrote since it was read."""
    if not _take_turn(session, made, now):
        return False
    if made.whole:
        _execute(session, delete(CoverageYear).where(_of(made)))
    else:
        keys = [(*change.key, change.year) for change in made.changes]
        for start in range(0, len(keys), _PART):
            _forget_rows(session, made, keys[start : start + _PART])
    rows = [
        {
            "requirement_id": made.requirement_id,
            "path": change.key[0],
            "leaf": change.key[1],
            "year": change.year,
            "unit_id": change.unit_id,
            "counts": change.counts,
        }
        for change in made.changes
        if change.counts is not None
    ]
    if rows:
        session.execute(insert(CoverageYear), rows)
    return True


def _of(made: Draft) -> Any:
    return CoverageYear.requirement_id == made.requirement_id


def _forget_rows(session: Session, made: Draft, keys: Sequence[tuple[str, str, int]]) -> None:
    place = tuple_(CoverageYear.path, CoverageYear.leaf, CoverageYear.year)
    _execute(session, delete(CoverageYear).where(_of(made), place.in_(keys)))


def _take_turn(session: Session, made: Draft, now: datetime) -> bool:
    """Write upon the state that was read, or not at all."""
    if made.seen:
        taken = _execute(
            session,
            update(CoverageState)
            .where(
                CoverageState.requirement_id == made.requirement_id,
                CoverageState.turn == made.seen,
            )
            .values(turn=made.seen + 1, counted_at=now),
        )
        return taken == 1
    if session.get(CoverageState, made.requirement_id) is not None:
        return False
    session.add(CoverageState(requirement_id=made.requirement_id, turn=1, counted_at=now))
    session.flush()
    return True


def forget(session: Session, rows: Sequence[int]) -> None:
    """Take what was counted off the list of what waits."""
    for start in range(0, len(rows), _PART):
        _execute(session, delete(Stale).where(Stale.id.in_(rows[start : start + _PART])))


def verify(session: Session, requirement_id: int, *, tell: Told | None = None) -> list[Difference]:
    """Hold what is stored against a full recount; empty when every year of every place equals."""
    communes, totals = _all_counted(session, requirement_id, tell)
    found = difference(all_rows(session, requirement_id), communes | totals, totals=True)
    return sorted(
        (Difference(requirement_id, *one.key, one.year) for one in found),
        key=lambda one: (one.path, one.leaf, one.year),
    )


def _execute(session: Session, statement: Any) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False, **STORED})
    return touched(result)
