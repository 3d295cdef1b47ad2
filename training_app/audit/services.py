"""Recording events beside the change, sealing them, proving the chain."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent, AuditSeal
from training_app.audit.rules import START, Anchor, Break, anchor_line, read_anchor, seal

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
    last = head(session)
    sequence, previous = (last.sequence, bytes.fromhex(last.seal)) if last else (0, START)
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


def verify(session: Session, *, key: bytes, anchors: Iterable[Anchor] = ()) -> Break | None:
    """The first break of the chain, or None when every seal holds.

    A deleted event, an edited one, a changed order and a gap all show as a break. A chain cannot
    see its own newest tail cut off: that shows against ``anchors``, kept elsewhere.
    """
    wanted: dict[int, list[Anchor]] = {}
    for anchor in anchors:
        wanted.setdefault(anchor.sequence, []).append(anchor)
    previous, expected = START, 0
    for expected, (sealed, event) in enumerate(_chain(session), start=1):
        if problem := _problem(key, previous, expected, sealed, event):
            return Break(expected, problem)
        for anchor in wanted.pop(expected, ()):
            if not anchor.fits(sealed.seal):
                return Break(expected, _other_than(anchor))
        previous = sealed.seal
    if wanted:
        anchor = wanted[max(wanted)][0]
        lost = anchor.sequence - expected
        return Break(expected + 1, f"the tail was cut: {lost} events are missing{_noted(anchor)}")
    return None


def _problem(
    key: bytes, previous: bytes, expected: int, sealed: AuditSeal, event: AuditEvent | None
) -> str:
    """What is wrong with one link of the chain, or nothing."""
    if sealed.sequence != expected:
        return "a seal is missing"
    if event is None:
        return "the event of this seal is missing"
    if seal(key, previous, _as_mapping(event)) != sealed.seal:
        return "the event was changed after it was sealed"
    return ""


def _other_than(anchor: Anchor) -> str:
    return f"the chain was cut and grown again: its seal differs{_noted(anchor)}"


def _noted(anchor: Anchor) -> str:
    return f" from what was noted ({anchor.noted})" if anchor.noted else " from what was noted"


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


def head(session: Session) -> Anchor | None:
    """The end of the chain, to be written down elsewhere; None while nothing is sealed."""
    last = session.execute(
        select(AuditSeal.sequence, AuditSeal.seal).order_by(AuditSeal.sequence.desc()).limit(1)
    ).first()
    return Anchor(last.sequence, last.seal.hex()) if last else None


def keep_anchor(session: Session, file: Path, *, now: datetime) -> Anchor | None:
    """Add a line with the end of the chain to the file of anchors, and to the disk at once.

    None when nothing was sealed since the last line. The file only ever grows; it is worth most
    on another machine than the database.
    """
    end = head(session)
    known = kept_anchors(file)
    if end is None or (known and known[-1].sequence == end.sequence):
        return None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    with file.open("a", encoding="ascii") as lines:
        lines.write(anchor_line(end, now) + "\n")
        lines.flush()
        os.fsync(lines.fileno())
    return end


def kept_anchors(file: Path) -> list[Anchor]:
    """The anchors of the file, oldest first; lines that are none (remarks) are passed over."""
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    return [anchor for line in lines if (anchor := read_anchor(line)) is not None]
