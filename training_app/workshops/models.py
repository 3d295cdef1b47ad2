"""Classes, what they covered, whom they invited, and the roll."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Identity, Owned, PrimaryKey, code_point_string

NAME_LENGTH = 200
REASON_LENGTH = 500
_OPEN = text("replaced_at IS NULL")


class Workshop(Owned, Base):
    """One class held, or to be held, in a hall of a unit."""

    __tablename__ = "workshop"
    __table_args__ = (
        Index(None, "unit_id", "held_on"),
        CheckConstraint("minutes > 0", name="minutes"),
    )

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    title: Mapped[str] = mapped_column(code_point_string(NAME_LENGTH))
    held_on: Mapped[date]
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(code_point_string(NAME_LENGTH))
    trainer_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    # A lecturer from outside who is nobody's account here.
    guest_trainer: Mapped[str] = mapped_column(code_point_string(NAME_LENGTH), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH), default="")


class WorkshopModule(Owned, Base):
    """A module that the class covers, in the version current when it was recorded."""

    __tablename__ = "workshop_module"

    workshop_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("workshop.id"), primary_key=True, autoincrement=False
    )
    module_version_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("module_version.id"), primary_key=True, autoincrement=False, index=True
    )


class WorkshopTeam(Owned, Base):
    """A team invited to the class."""

    __tablename__ = "workshop_team"

    workshop_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("workshop.id"), primary_key=True, autoincrement=False
    )
    team_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("team.id"), primary_key=True, autoincrement=False, index=True
    )


class Attendance(Owned, Base):
    """A line of the roll. A correction adds a line and closes the one before; none is changed."""

    __tablename__ = "attendance"
    __table_args__ = (
        Index(
            "uq_attendance_current",
            "workshop_id",
            "person_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "person_id"),
    )

    id: Mapped[PrimaryKey]
    workshop_id: Mapped[int] = mapped_column(ForeignKey("workshop.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    present: Mapped[bool]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]
    replaced_at: Mapped[datetime | None]
