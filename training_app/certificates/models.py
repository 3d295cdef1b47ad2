"""Confirmations of completion."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Owned, PrimaryKey, code_point_string

CODE_LENGTH = 12
NAME_LENGTH = 120
REASON_LENGTH = 500


class Certificate(Owned, Base):
    """A confirmation that a person completed a module on a day, issued once per fact.

    ``code`` is 60 random bits as 12 characters; pages show it with the year of issue in front.
    ``printed_name`` and ``unit_id`` stay as they were on the day of issue.
    """

    __tablename__ = "certificate"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(code_point_string(CODE_LENGTH), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    printed_name: Mapped[str] = mapped_column(code_point_string(NAME_LENGTH))
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    # The fact that it rests on. The record of facts stands above, so no foreign key.
    fact_id: Mapped[int] = mapped_column(unique=True)
    # The commune of the team on the day of issue; staff may have none.
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    issued_on: Mapped[date]
    recorded_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None]
    revoke_reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH), default="")

    __table_args__ = (
        Index(None, "unit_id", "issued_on"),
        CheckConstraint("length(code) = 12", name="code"),
    )
