"""Official reports of a unit, and the numbers that were written by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Owned, PrimaryKey, code_point_string

KEY_LENGTH: Final = 40
REASON_LENGTH: Final = 500
NAME_LENGTH: Final = 120
NUMBER_LENGTH: Final = 60


class Report(Owned, Base):
    """One report of a unit for a period; ``number`` counts its corrections from 1.

    Counted as of the day ``as_of`` from what was on record at ``filled_at``. ``rows`` are the rows
    as counted (``rules.figures``); ``frozen`` the whole document as it was locked, never written
    again. ``turn`` grows with every change: who decides names the turn that was on the page.
    """

    __tablename__ = "report"

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    layout: Mapped[str] = mapped_column(code_point_string(KEY_LENGTH))
    layout_version: Mapped[int]
    kind: Mapped[str] = mapped_column(code_point_string(20))
    year: Mapped[int]
    number: Mapped[int] = mapped_column(default=1)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), unique=True)
    correction_reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH), default="")
    period_from: Mapped[date]
    period_to: Mapped[date]
    as_of: Mapped[date]
    state: Mapped[str] = mapped_column(code_point_string(10))
    turn: Mapped[int] = mapped_column(default=1)
    rows: Mapped[list[Any]] = mapped_column(deferred=True)
    started_at: Mapped[datetime]
    started_by: Mapped[int | None]
    filled_at: Mapped[datetime]
    filled_by: Mapped[int | None]
    returned_note: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH), default="")
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[int | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[int | None]
    locked_at: Mapped[datetime | None]
    locked_by: Mapped[int | None]
    document_number: Mapped[str] = mapped_column(code_point_string(NUMBER_LENGTH), default="")
    signed_on: Mapped[date | None]
    signer: Mapped[str] = mapped_column(code_point_string(NAME_LENGTH), default="")
    frozen: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)
    # SHA-256 of the frozen document: what was sent can be held against what is stored.
    digest: Mapped[str] = mapped_column(code_point_string(64), default="")

    __table_args__ = (
        # One report of a kind, and one of each correction: two people who start at once get one.
        UniqueConstraint("unit_id", "layout", "kind", "year", "number"),
        Index(None, "layout", "kind", "year", "state"),
        CheckConstraint("state IN ('draft', 'checked', 'approved', 'locked')", name="state"),
        CheckConstraint("(state = 'locked') = (locked_at IS NOT NULL)", name="locked"),
        CheckConstraint(
            "approved_by IS NULL OR (approved_by <> filled_by AND approved_by <> started_by)",
            name="two_people",
        ),
    )


class ReportChange(Owned, Base):
    """A number written by hand instead of the one counted. Rows are only added.

    ``line`` and ``column_key`` name the cell; ``counted`` is what stood there. The last row of a
    cell holds; one without ``value`` gives the count back.
    """

    __tablename__ = "report_change"

    id: Mapped[PrimaryKey]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    line: Mapped[str] = mapped_column(code_point_string(KEY_LENGTH))
    column_key: Mapped[str] = mapped_column(code_point_string(KEY_LENGTH))
    value: Mapped[int | None]
    counted: Mapped[int]
    reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("value >= 0", name="value"),
        CheckConstraint("value IS NULL OR reason <> ''", name="reason"),
    )
