"""Recording events beside the change, sealing them, proving the chain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent, AuditSeal
from training_app.audit.rules import START, Break, seal

_BATCH = 5_000


def record(  # noqa: PLR0913 - an event has that many sides
    session: Session,
    action: Action,
    *,
    actor: Viewer,
    now: datetime,
    object_kind: str = "",
    object_id: int | None = None,
    unit_id: int | None = None,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Write one event in the caller's transaction. ``detail`` holds no personal data."""
    role = actor.system or "+".join(sorted(actor.roles)) or "anonymous"
    session.add(
        AuditEvent(
            at=now,
            actor_account_id=actor.account_id,
            actor_role=role[:40],
            action=action.value,
            object_kind=object_kind,
            object_id=object_id,
            unit_id=unit_id,
            reason=reason[:500],
            detail=detail or {},
        )
    )


def seal_new(session: Session, *, key: bytes, now: datetime, limit: int = _BATCH) -> int:
    """Chain the events not yet sealed, oldest first; returns how many. One sealer at a time."""
    last = session.execute(
        select(AuditSeal.sequence, AuditSeal.seal).order_by(AuditSeal.sequence.desc()).limit(1)
    ).first()
    sequence, previous = (last.sequence, last.seal) if last else (0, START)
    fresh = session.scalars(
        select(AuditEvent)
        .where(~select(AuditSeal.event_id).where(AuditSeal.event_id == AuditEvent.id).exists())
        .order_by(AuditEvent.id)
        .limit(limit)
    ).all()
    for event in fresh:
        sequence += 1
        previous = seal(key, previous, _as_mapping(event))
        session.add(AuditSeal(event_id=event.id, sequence=sequence, seal=previous, sealed_at=now))
    session.flush()
    return len(fresh)


def verify(session: Session, *, key: bytes) -> Break | None:
    """The first break of the chain, or None when every seal holds.

    A deleted event, an edited one, a changed order and a gap all show as a break. The cut of
    the newest tail shows only against an anchor kept elsewhere (``docs/operations.md``).
    """
    previous = START
    for expected, (sealed, event) in enumerate(_chain(session), start=1):
        if sealed.sequence != expected:
            return Break(expected, "a seal is missing")
        if event is None:
            return Break(expected, "the event of this seal is missing")
        if seal(key, previous, _as_mapping(event)) != sealed.seal:
            return Break(expected, "the event was changed after it was sealed")
        previous = sealed.seal
    return None


def _chain(session: Session) -> Iterator[tuple[AuditSeal, AuditEvent | None]]:
    rows = session.execute(
        select(AuditSeal, AuditEvent)
        .outerjoin(AuditEvent, AuditEvent.id == AuditSeal.event_id)
        .order_by(AuditSeal.sequence)
        .execution_options(yield_per=1_000)
    )
    yield from rows


def _as_mapping(event: AuditEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "at": event.at.isoformat(),
        "actor": event.actor_account_id,
        "role": event.actor_role,
        "action": event.action,
        "object": [event.object_kind, event.object_id],
        "unit": event.unit_id,
        "reason": event.reason,
        "detail": event.detail,
    }
