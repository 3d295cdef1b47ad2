"""Ready counts (disposable, rebuilt at will); plans, counts of disputes, who supports a team."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Identity, Owned, PrimaryKey, code_point_string

PATH_LENGTH = 40
MEASURE_LENGTH = 30
SOURCE_LENGTH = 300
GOAL_LENGTH = 60


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


class TargetStanding(Owned, Base):
    """Where a province stood beside a national target on a day, counted by the worker.

    ``goal`` names what was counted (``rules.targets.Goal.key``). Disposable: counted again at will
    from the dated record.
    """

    __tablename__ = "target_standing"

    id: Mapped[PrimaryKey]
    path: Mapped[str] = mapped_column(code_point_string(PATH_LENGTH))
    goal: Mapped[str] = mapped_column(code_point_string(GOAL_LENGTH))
    on: Mapped[date]
    whole: Mapped[int]
    done: Mapped[int]
    required: Mapped[int]
    counted_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("on", "goal", "path"),)


class TeamSupport(Owned, Base):
    """From a day on people of a legal profession support a team, or no longer do.

    Rows are only added. Of rows about the same team and profession the one with the latest day
    holds, of those of one day the last.
    """

    __tablename__ = "team_support"

    id: Mapped[PrimaryKey]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    profession: Mapped[str] = mapped_column(code_point_string(MEASURE_LENGTH))
    supported: Mapped[bool]
    happened_on: Mapped[date]
    source: Mapped[str] = mapped_column(code_point_string(SOURCE_LENGTH))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]

    __table_args__ = (CheckConstraint("source <> ''", name="source"),)


class DisputeCount(Owned, Base):
    """What a unit's office counted of disputes in a period: received, in progress, successful.

    Rows are only added. Of rows for the same unit and period the last one holds; without numbers
    it takes the figures back, and ``source`` says why.
    """

    __tablename__ = "dispute_count"

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    period_from: Mapped[date]
    period_to: Mapped[date]
    received: Mapped[int | None]
    in_progress: Mapped[int | None]
    successful: Mapped[int | None]
    source: Mapped[str] = mapped_column(code_point_string(SOURCE_LENGTH))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("period_to > period_from", name="forward"),
        CheckConstraint(
            "received IS NULL OR (in_progress >= 0 AND successful >= 0"
            " AND in_progress + successful <= received)",
            name="sum",
        ),
    )


class PreparedReading(Owned, Base):
    """What was known of a wide place at the end of a day, counted by the worker for who asked.

    ``unit_id`` 0 is the nation. ``counts`` is a table of units (``queries.prepared``), empty
    until it is counted; nobody is named. What was known then does not change: it is kept for
    readers to come, and forgotten after a while.
    """

    __tablename__ = "prepared_reading"

    id: Mapped[PrimaryKey]
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    unit_id: Mapped[int]
    on: Mapped[date]
    counts: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]
    # An account id, as in the audit trail; jobs are forgotten, so no foreign key either.
    asked_by: Mapped[int | None]
    job_id: Mapped[int | None]
    counted_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("unit_id", "requirement_id", "on"),)


class PeopleFile(Owned, Base):
    """A list too long for a page's own file: made by the worker for who asked.

    ``standing`` is which list and in what form (``rules.files.FileKey``); one behind a target rests
    on no requirement and names the first on record. ``words`` is what stands above the table, in
    the reader's language; ``content`` the workbook, or the data, once it is made. It is handed to
    nobody else, and forgotten after some days.
    """

    __tablename__ = "people_file"

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    on: Mapped[date]
    standing: Mapped[str] = mapped_column(code_point_string(MEASURE_LENGTH))
    words: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]
    # Jobs are forgotten, so no foreign key.
    job_id: Mapped[int | None]
    made_at: Mapped[datetime | None]
    people: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    __table_args__ = (
        UniqueConstraint("account_id", "unit_id", "requirement_id", "on", "standing"),
        Index(None, "asked_at"),
    )
