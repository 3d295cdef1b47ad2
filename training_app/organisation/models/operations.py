"""Reorganisations that were carried out, with what it takes to take them back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, PrimaryKey, code_point_string

REASON_LENGTH = 500
SIGNED_LENGTH = 160


class UnitOperation(Base):
    """One reorganisation: what was done, when it takes effect, why, and who signed.

    ``counts`` holds the numbers affected, ``questions`` what was left to decide, ``undo`` the
    rows that were added and closed with a digest of them; no personal data in any of them but
    ids of people in ``questions`` and the names of those who signed.

    ``unit_id`` is the lowest unit that holds everything it touched (NULL: the nation): whoever
    looks after that unit sees it. ``decision`` names the decision behind it.
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
    # No foreign key: taking back an earlier operation may remove the unit, the record stays.
    unit_id: Mapped[int | None] = mapped_column(index=True)
    decision: Mapped[str] = mapped_column(
        code_point_string(SIGNED_LENGTH), default="", server_default=text("''")
    )
    signed_name: Mapped[str] = mapped_column(
        code_point_string(SIGNED_LENGTH), default="", server_default=text("''")
    )
    recorded_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None]
    undo_reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH), default="")
    undone_name: Mapped[str] = mapped_column(
        code_point_string(SIGNED_LENGTH), default="", server_default=text("''")
    )

    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)
