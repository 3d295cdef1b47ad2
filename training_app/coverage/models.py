"""Ready counts (disposable, rebuilt at will, never the truth), and the plans of units."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Identity, Owned, PrimaryKey, code_point_string

PATH_LENGTH = 40
MEASURE_LENGTH = 30
SOURCE_LENGTH = 300


class CoverageYear(Owned, Base):
    """What one requirement counts in one place through a year (``rules.series``).

    ``path`` is the place (``/`` the nation). ``leaf`` is empty for the counts of the place
    itself; else it is a commune below, and the row holds those of its people who are counted in
    an earlier commune of the place as well, and are taken out of its total. ``unit_id`` is the
    commune that was counted, or 0 for a place above communes.
    """

    __tablename__ = "coverage_year"

    id: Mapped[PrimaryKey]
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    path: Mapped[str] = mapped_column(code_point_string(PATH_LENGTH))
    leaf: Mapped[str] = mapped_column(code_point_string(PATH_LENGTH))
    year: Mapped[int]
    unit_id: Mapped[int]
    counts: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("uq_coverage_year_place", "requirement_id", "path", "leaf", "year", unique=True),
        Index(None, "unit_id", "requirement_id"),
    )


class CoverageState(Base):
    """A requirement whose counts are ready, since when, and how often they were written.

    ``turn`` decides between two writers: each writes only upon the state it has read.
    """

    __tablename__ = "coverage_state"

    requirement_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("requirement.id"), primary_key=True, autoincrement=False
    )
    turn: Mapped[int]
    counted_at: Mapped[datetime]


class Target(Owned, Base):
    """A row of a unit's plan: so much of a measure by the end of a period, and who says so.

    Rows are only added. Of rows for the same unit, measure, requirement and period the last one
    holds; without ``value`` it takes the plan back, and ``source`` says why. ``value`` is a
    percentage, or teams per trainer.
    """

    __tablename__ = "target"

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    measure: Mapped[str] = mapped_column(code_point_string(MEASURE_LENGTH))
    requirement_id: Mapped[int | None] = mapped_column(ForeignKey("requirement.id"))
    period_from: Mapped[date]
    period_to: Mapped[date]
    value: Mapped[int | None]
    source: Mapped[str] = mapped_column(code_point_string(SOURCE_LENGTH))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("period_to > period_from", name="forward"),
        CheckConstraint("value IS NULL OR value > 0", name="positive"),
    )
