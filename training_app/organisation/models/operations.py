"""Reorganisations that were carried out, with what it takes to take them back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, PrimaryKey, code_point_string

REASON_LENGTH = 500


class UnitOperation(Base):
    """One reorganisation: what was done, when it takes effect, why, and who signed.

    ``counts`` holds the numbers affected, ``questions`` what was left to decide, ``undo`` the
    rows that were added and closed with a digest of them; no personal data in any of them but
    ids of people in ``questions``.
    """

    __tablename__ = "unit_operation"

    id: Mapped[PrimaryKey]
    operation: Mapped[dict[str, Any]]
    on: Mapped[date]
    reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH))
    counts: Mapped[dict[str, Any]]
    questions: Mapped[list[Any]]
    undo: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    # An account id (NULL: a command); accounts stand above the organisation, so no foreign key.
    signed_by: Mapped[int | None]
    recorded_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None]
    undo_reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH), default="")

    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)
