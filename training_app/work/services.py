"""Queueing, leasing and finishing jobs; counting tries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.db import touched
from training_app.work.models import Job, Schedule, Stale, Throttle
from training_app.work.rules import KEPT, LEASE, MOST_TRIES, UNDONE, StaleKind, State


def enqueue(
    session: Session,
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    actor: Viewer,
    request_key: str | None = None,
) -> Job:
    """Queue a job in the caller's transaction; a worker sees it once that is committed.

    With ``request_key`` the same request, while undone, returns the job that exists.
    """
    job = Job(
        kind=kind,
        request_key=request_key,
        state=State.WAITING.value,
        payload=dict(payload),
        result={},
        progress=0,
        total=0,
        tries=0,
        created_at=now,
        created_by=actor.account_id,
    )
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        return session.scalars(
            select(Job).where(Job.request_key == request_key, Job.state.in_(UNDONE))
        ).one()
    return job


def claim(session: Session, *, now: datetime) -> Job | None:
    """Take the oldest job that waits, or whose worker died; None when there is none.

    The conditional UPDATE decides between workers. A job that failed too often is given up.
    """
    free = or_(
        Job.state == State.WAITING.value,
        and_(Job.state == State.RUNNING.value, Job.lease_until < now),
    )
    job_id = session.scalar(select(Job.id).where(free).order_by(Job.id).limit(1))
    if job_id is None:
        return None
    taken = _execute(
        session,
        update(Job)
        .where(Job.id == job_id, free)
        .values(
            state=case((Job.tries >= MOST_TRIES, State.FAILED.value), else_=State.RUNNING.value),
            tries=Job.tries + 1,
            started_at=now,
            lease_until=now + LEASE,
        ),
    )
    if taken == 0:
        return None
    job = session.get_one(Job, job_id, populate_existing=True)
    return job if job.state == State.RUNNING.value else None


def report(session: Session, job_id: int, progress: int, total: int, *, now: datetime) -> bool:
    """Note how far a running job is and extend its lease; False when it was cancelled."""
    return (
        _execute(
            session,
            update(Job)
            .where(Job.id == job_id, Job.state == State.RUNNING.value)
            .values(progress=progress, total=total, lease_until=now + LEASE),
        )
        == 1
    )


def finish(session: Session, job_id: int, result: Mapping[str, Any], *, now: datetime) -> None:
    """Mark a running job done with its result."""
    _end(session, job_id, State.DONE, now, result=dict(result))


def fail(session: Session, job_id: int, error_code: str, *, now: datetime) -> None:
    """Mark a running job failed; the code leads to the log."""
    _end(session, job_id, State.FAILED, now, error_code=error_code)


def _end(session: Session, job_id: int, state: State, now: datetime, **values: Any) -> None:
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == State.RUNNING.value)
        .values(state=state.value, finished_at=now, lease_until=None, **values)
    )


def cancel(session: Session, job_id: int, *, now: datetime, actor: Viewer) -> bool:
    """Cancel an own job that is not done; False when it was too late."""
    return (
        _execute(
            session,
            update(Job)
            .where(Job.id == job_id, Job.created_by == actor.account_id, Job.state.in_(UNDONE))
            .values(state=State.CANCELLED.value, finished_at=now),
        )
        == 1
    )


def forget_old(session: Session, *, now: datetime) -> int:
    """Delete jobs finished more than a week ago; their results are promised for seven days."""
    return _execute(session, delete(Job).where(Job.finished_at < now - KEPT))


def take_turn(session: Session, name: str, every: timedelta, *, now: datetime) -> bool:
    """Whether this worker may run the recurring task now; one worker in each period."""
    taken = _execute(
        session,
        update(Schedule)
        .where(Schedule.name == name, Schedule.due_at <= now)
        .values(due_at=now + every),
    )
    if taken:
        return True
    if session.get(Schedule, name) is not None:
        return False
    try:
        with session.begin_nested():
            session.execute(insert(Schedule).values(name=name, due_at=now + every))
    except IntegrityError:
        return False
    return True


def throttle(
    session: Session, key: str, *, limit: int, window: timedelta, now: datetime
) -> timedelta | None:
    """Count one try of ``key``; None while within ``limit``, else how long to wait.

    One upsert, so parallel tries on any number of machines are all counted. The window is
    fixed: it starts with the first try and is forgotten when it has passed.
    """
    dialect = session.get_bind().dialect.name
    upsert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    statement = upsert(Throttle).values(key=key, window_start=now, count=1)
    passed = Throttle.window_start <= now - window
    counted = statement.on_conflict_do_update(
        index_elements=[Throttle.key],
        set_={
            "count": case((passed, 1), else_=Throttle.count + 1),
            "window_start": case((passed, now), else_=Throttle.window_start),
        },
    ).returning(Throttle.count, Throttle.window_start)
    count, started = session.execute(counted).one()
    return None if count <= limit else started + window - now


def clear_throttle(session: Session, key: str) -> None:
    """Forget the tries of ``key``, after a success."""
    session.execute(delete(Throttle).where(Throttle.key == key))


def forget_throttles(session: Session, *, now: datetime) -> int:
    """Delete counters that have not moved for two days."""
    return _execute(
        session, delete(Throttle).where(Throttle.window_start < now - timedelta(days=2))
    )


def mark_stale(
    session: Session, kind: StaleKind, object_ids: Iterable[int] = (0,), *, now: datetime
) -> None:
    """Note beside a change that ready counts of these objects are to be made again.

    Whoever keeps counts stands above and comes by within seconds; see ``docs/decisions/0013``.
    """
    rows = [{"kind": kind.value, "object_id": one, "noted_at": now} for one in set(object_ids)]
    if rows:
        session.execute(insert(Stale), rows)


def _execute(session: Session, statement: Any) -> int:
    """Run a bulk statement without synchronising objects; returns the rows it touched."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return touched(result)
