"""Jobs, schedules, throttles, and what has to be counted again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Identity, PrimaryKey

_UNDONE = text("state IN ('waiting', 'running')")


class Job(Base):
    """One piece of queued work, with its state, progress and lease."""

    __tablename__ = "job"
    __table_args__ = (
        # The same request twice gives the same job while it is not done.
        Index(
            "uq_job_request_key",
            "request_key",
            unique=True,
            sqlite_where=_UNDONE,
            postgresql_where=_UNDONE,
        ),
        Index("ix_job_undone", "id", sqlite_where=_UNDONE, postgresql_where=_UNDONE),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(40))
    request_key: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10))
    payload: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    progress: Mapped[int]
    total: Mapped[int]
    tries: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(Identity, index=True)  # an account
    started_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(12))


class Schedule(Base):
    """When a recurring task ran last; a conditional UPDATE lets one worker take the turn."""

    __tablename__ = "schedule"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_at: Mapped[datetime]


class Throttle(Base):
    """How often something was tried in the present window."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    window_start: Mapped[datetime]
    count: Mapped[int]


class Stale(Base):
    """Something happened to an object of which others keep ready counts: count it again.

    ``kind`` is a ``work.rules.StaleKind``; rows are taken away by whoever has counted.
    """

    __tablename__ = "stale"

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(12))
    object_id: Mapped[int]
    noted_at: Mapped[datetime]
