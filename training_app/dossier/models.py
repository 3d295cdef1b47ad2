"""Requests that people make about their own data, with the clock of each."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Owned, PrimaryKey, code_point_string

TEXT_LENGTH = 2_000
REASON_LENGTH = 500
_OPEN = text("decided_at IS NULL AND withdrawn_at IS NULL")


class DataRequest(Owned, Base):
    """A person asks to correct, restrict or delete the own data, or objects to its use.

    ``unit_id`` is the office whose queue it stands in. ``recorded_by`` is an account: the person's
    own, or with ``by_office`` that of the officer who wrote down what was asked by telephone or
    on paper on ``received_on``. The days due are stored as the deadlines stood on that day.
    """

    __tablename__ = "data_request"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(code_point_string(12))
    wish: Mapped[str] = mapped_column(code_point_string(TEXT_LENGTH))
    received_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]
    by_office: Mapped[bool] = mapped_column(default=False)
    acknowledge_by: Mapped[date]
    due_on: Mapped[date]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None]
    extended_at: Mapped[datetime | None]
    extension_reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH), default="")
    decision: Mapped[str | None] = mapped_column(code_point_string(8))
    decision_reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH), default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        # A second press or a second phone meets the request that is open already.
        Index(
            "uq_data_request_open",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        CheckConstraint("kind IN ('correct', 'restrict', 'erase', 'object')", name="kind"),
        CheckConstraint("decision IN ('granted', 'refused')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
    )
