"""Audit events and their seals. Both tables refuse UPDATE and DELETE (see the migration)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Identity, PrimaryKey


class AuditEvent(Base):
    """One thing done; holds ids and codes, never a name or a number of a person."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_object", "object_kind", "object_id"),
        Index("ix_audit_event_unit_id_at", "unit_id", "at"),
    )

    id: Mapped[PrimaryKey]
    at: Mapped[datetime]
    # Accounts live above this package; the id is kept as a plain number.
    actor_account_id: Mapped[int | None] = mapped_column(Identity, index=True)
    actor_role: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40), index=True)
    object_kind: Mapped[str] = mapped_column(String(30))
    object_id: Mapped[int | None]
    unit_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(500))
    detail: Mapped[dict[str, Any]]


class AuditSeal(Base):
    """The link of one event in the chain: HMAC(key, previous seal, canonical event)."""

    __tablename__ = "audit_seal"

    event_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("audit_event.id"), primary_key=True, autoincrement=False
    )
    sequence: Mapped[int] = mapped_column(Identity, unique=True)
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_at: Mapped[datetime]
