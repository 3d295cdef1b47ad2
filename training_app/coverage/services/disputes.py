"""The counts of disputes of units: rows are only added, the last one of a period holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.coverage.models import SOURCE_LENGTH, DisputeCount
from training_app.errors import N_, InvalidInput


@dataclass(frozen=True)
class NewDisputes:
    """What an office counted from a first to a last day; ``received`` has those carried over."""

    unit_id: int
    first_day: date
    last_day: date
    received: int
    in_progress: int
    successful: int
    source: str


def record_disputes(
    session: Session, new: NewDisputes, *, now: datetime, today: date, actor: Viewer
) -> DisputeCount:
    """Write the figures down; they take the place of those for the same period.

    Raises InvalidInput for a period that is not over, sums that cannot be, or without a source.
    """
    if new.last_day < new.first_day:
        raise InvalidInput(N_("The last day comes after the first."), field="last_day")
    if new.last_day > today:
        raise InvalidInput(
            N_("The period is not over. Enter the figures up to a day that has come."),
            field="last_day",
        )
    if min(new.received, new.in_progress, new.successful) < 0:
        raise InvalidInput(N_("Write a whole number from 0 on."), field="received")
    if new.in_progress + new.successful > new.received:
        raise InvalidInput(
            N_("In progress and successful together are more than received. Check the figures."),
            field="received",
        )
    if not new.source.strip():
        raise InvalidInput(N_("Write which paper says so."), field="source")
    return _add(session, new, Action.DISPUTES_COUNTED, taken_back=False, now=now, actor=actor)


def withdraw_disputes(
    session: Session, row: DisputeCount, reason: str, *, now: datetime, actor: Viewer
) -> DisputeCount:
    """Take figures back; what they were stays on record. Raises InvalidInput without a reason."""
    if not reason.strip():
        raise InvalidInput(N_("Say why the figures are taken back."), field="reason")
    last = row.period_to - timedelta(days=1)
    new = NewDisputes(row.unit_id, row.period_from, last, 0, 0, 0, reason)
    return _add(session, new, Action.DISPUTES_WITHDRAWN, taken_back=True, now=now, actor=actor)


def _add(
    session: Session,
    new: NewDisputes,
    action: Action,
    *,
    taken_back: bool,
    now: datetime,
    actor: Viewer,
) -> DisputeCount:
    row = DisputeCount(
        unit_id=new.unit_id,
        period_from=new.first_day,
        period_to=new.last_day + timedelta(days=1),
        received=None if taken_back else new.received,
        in_progress=None if taken_back else new.in_progress,
        successful=None if taken_back else new.successful,
        source=new.source.strip()[:SOURCE_LENGTH],
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        action,
        actor=actor,
        now=now,
        object_kind="dispute-count",
        object_id=row.id,
        unit_id=new.unit_id,
        detail={
            "from": new.first_day.isoformat(),
            "to": new.last_day.isoformat(),
            "received": row.received,
            "in_progress": row.in_progress,
            "successful": row.successful,
        },
    )
    session.flush()
    return row
