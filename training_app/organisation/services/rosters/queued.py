"""Long rosters as jobs: the file waits for the worker, which reads it and puts it on record.

Every step is a conditional UPDATE, so a job that is done twice, after a worker died, is done once.
"""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.db import writing
from training_app.errors import InvalidInput, RuleBroken
from training_app.organisation.models import RosterImport, RosterState
from training_app.organisation.roster_file import (
    Limits,
    Refusal,
    Roster,
    Workbook,
    open_workbook,
    understand,
)
from training_app.organisation.services.conditions import CHANGE
from training_app.organisation.services.rosters import stored
from training_app.organisation.services.rosters.changes import apply, prepare
from training_app.organisation.services.rosters.kept import forget, keep
from training_app.work.services import enqueue

READ_JOB: Final = "read-roster"
APPLY_JOB: Final = "apply-roster"
# Above these a page would keep its reader waiting. How many rows a file has is known only
# after reading, so the file is judged by its bytes: about 2,000 rows.
LARGE_FILE: Final = 200_000
LARGE_LIST: Final = 2_000
# What the worker says of itself: so many steps of so many.
READ_STEPS: Final = 3
APPLY_STEPS: Final = 2

Report = Callable[[int, int], bool]
Clock = Callable[[], datetime]


def receive(
    session: Session,
    unit_id: int,
    content: bytes,
    *,
    file_name: str,
    file_hash: str,
    limits: Limits,
    now: datetime,
    actor: Viewer,
) -> int:
    """Keep a file for the worker to read; returns the id of the import. Nothing is on record."""
    row = RosterImport(
        unit_id=unit_id,
        file_name=file_name,
        file_hash=file_hash,
        state=RosterState.ARRIVED,
        parsed={},
        upload=content,
        created_at=now,
        created_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    queue_reading(session, row, limits=limits, now=now, actor=actor)
    return row.id


def queue_reading(
    session: Session, row: RosterImport, *, limits: Limits, now: datetime, actor: Viewer
) -> None:
    """Let the worker read a file that waits; asked twice, it is read once."""
    payload = {"import_id": row.id, "limits": asdict(limits)}
    _queue(session, row, READ_JOB, payload, now=now, actor=actor)


def queue_applying(
    session: Session, row: RosterImport, *, expected: str, now: datetime, actor: Viewer
) -> None:
    """Let the worker carry out the plan that the officer saw; asked twice, it is done once."""
    payload = {"import_id": row.id, "expected": expected, "account_id": actor.account_id}
    _queue(session, row, APPLY_JOB, payload, now=now, actor=actor)


def _queue(
    session: Session,
    row: RosterImport,
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    actor: Viewer,
) -> None:
    job = enqueue(session, kind, payload, now=now, actor=actor, request_key=f"roster-{row.id}")
    row.job_id = job.id
    session.flush()


# -- what the worker does ------------------------------------------------------------------------


def read_queued(
    engine: Engine, payload: Mapping[str, Any], report: Report, *, clock: Clock, today: date
) -> dict[str, Any]:
    """Read a file that waits, and keep what was understood or why it is refused."""
    import_id = int(payload["import_id"])
    with Session(engine) as session:
        row = session.execute(
            select(RosterImport.file_name, RosterImport.upload)
            .where(RosterImport.id == import_id, RosterImport.state == RosterState.ARRIVED)
            .execution_options(**CHANGE)
        ).first()
    if row is None or row.upload is None or not report(0, READ_STEPS):
        return {}
    book = _open(row.file_name, row.upload, Limits(**payload["limits"]))
    report(1, READ_STEPS)
    roster = None if isinstance(book, Refusal) else understand(book, today=today)
    report(2, READ_STEPS)
    with writing(), Session(engine) as session, session.begin():
        if isinstance(book, Refusal) or roster is None:
            _settle(session, import_id, RosterState.REFUSED, summary={"refusal": _plain(book)})
        elif _settle(session, import_id, RosterState.READ, parsed=stored.to_json(roster)):
            keep(session, import_id, book)
    report(READ_STEPS, READ_STEPS)
    return {"people": len(roster.people) if isinstance(roster, Roster) else 0, "at": str(clock())}


def _open(name: str, content: bytes, limits: Limits) -> Workbook | Refusal:
    with tempfile.TemporaryDirectory(prefix="roster-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return open_workbook(path, limits=limits)


def _plain(book: Workbook | Refusal) -> dict[str, Any]:
    return asdict(book) if isinstance(book, Refusal) else {}


def _settle(session: Session, import_id: int, state: RosterState, **values: Any) -> bool:
    """Let a file that waited be read or refused; False when that happened before."""
    settled = session.scalars(
        update(RosterImport)
        .where(RosterImport.id == import_id, RosterImport.state == RosterState.ARRIVED)
        .values(state=state, upload=None, **values)
        .returning(RosterImport.id)
        .execution_options(**CHANGE)
    ).all()
    return bool(settled)


def apply_queued(
    engine: Engine, payload: Mapping[str, Any], report: Report, *, clock: Clock, today: date
) -> dict[str, Any]:
    """Carry out a plan in one transaction; what refuses it is in the result, for the page."""
    import_id = int(payload["import_id"])
    if not report(0, APPLY_STEPS):
        return {}
    with Session(engine) as session:
        chosen = select(RosterImport.state).where(RosterImport.id == import_id)
        if session.scalar(chosen.execution_options(**CHANGE)) != RosterState.READ:
            return {}
        ready = prepare(session, import_id, on=today)
    if not report(1, APPLY_STEPS):
        return {}
    actor = Viewer(account_id=payload["account_id"], system="roster")
    try:
        with writing(), Session(engine) as session, session.begin():
            done = apply(
                session, import_id, on=today, now=clock(), actor=actor,
                expected=payload["expected"], prepared=ready,
            )  # fmt: skip
            forget(session, import_id)
    except (RuleBroken, InvalidInput) as error:
        return {"refused": error.message, "values": {k: str(v) for k, v in error.params.items()}}
    report(APPLY_STEPS, APPLY_STEPS)
    return dict(done.summary)
