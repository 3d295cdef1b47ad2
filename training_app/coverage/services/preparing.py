"""Readings "as known then" of wide places: asked for on a page, counted by the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Scope, Viewer
from training_app.coverage.models import PreparedReading
from training_app.coverage.queries import Asking, Place, place_then
from training_app.coverage.queries.places import NATION
from training_app.coverage.queries.prepared import READINGS, to_counts
from training_app.coverage.rollups import Stopped, last_moment, units_then
from training_app.db import touched, writing
from training_app.programme.queries import asked_in_unit
from training_app.work.services import enqueue

READING_JOB: Final = "coverage.reading"
# How long a reading stays; whoever needs it later asks again, and gets the same.
READING_KEPT: Final = timedelta(days=90)
_EVERYBODY: Final = Scope(everything=True)

Report = Callable[[int, int], bool]


def ask_reading(
    session: Session, asking: Asking, here: Place, *, now: datetime, actor: Viewer
) -> int:
    """Have a wide place read as known then; asked twice, it is counted once. Returns its id."""
    values = {
        "unit_id": here.id or 0,
        "requirement_id": asking.requirement.id,
        "on": asking.on,
    }
    row = PreparedReading(counts={}, asked_at=now, asked_by=actor.account_id, **values)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        chosen = select(PreparedReading).filter_by(**values)
        row = session.scalars(chosen.execution_options(**READINGS)).one()
    if row.counted_at is None:
        payload = {"reading_id": row.id}
        key = f"reading-{row.id}"
        job = enqueue(session, READING_JOB, payload, now=now, actor=actor, request_key=key)
        row.job_id = job.id
    session.flush()
    return row.id


def count_reading(
    engine: Engine, payload: Mapping[str, Any], report: Report, *, clock: Callable[[], datetime]
) -> dict[str, Any]:
    """Count a reading that waits. Counting holds no lock; it is written in a short transaction."""
    reading_id = int(payload["reading_id"])
    with Session(engine) as session:
        row = session.get(PreparedReading, reading_id, execution_options=READINGS)
        if row is None or row.counted_at is not None or not report(0, 0):
            return {}
        unit_id, requirement_id, on = row.unit_id, row.requirement_id, row.on
        begun = clock()
        try:
            counts = _counted(session, unit_id, requirement_id, on, report)
        except Stopped:
            return {}
    with writing(), Session(engine) as session, session.begin():
        kept = session.execute(
            update(PreparedReading)
            .where(PreparedReading.id == reading_id, PreparedReading.counted_at.is_(None))
            .values(counts=counts, counted_at=begun)
            .execution_options(**READINGS)
        )
        return {"units": len(counts["rows"])} if touched(kept) else {}


def _counted(
    session: Session, unit_id: int, requirement_id: int, on: date, report: Report
) -> dict[str, Any]:
    here = NATION
    if unit_id:
        here = place_then(session, _EVERYBODY, unit_id, on, last_moment(on))
    asked = {row.id: row for row in asked_in_unit(session, here.path, on)}[requirement_id]
    return to_counts(units_then(session, Asking(asked, on, _EVERYBODY), here, report=report))


def forget_readings(session: Session, *, now: datetime) -> int:
    """Remove readings that were kept as long as was said, and requests as old."""
    since = func.coalesce(PreparedReading.counted_at, PreparedReading.asked_at)
    gone = delete(PreparedReading).where(since < now - READING_KEPT)
    return touched(session.execute(gone.execution_options(synchronize_session=False)))
