"""Rosters sent by communes, from the file to the change they made, and how to take it back."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Owned, PrimaryKey, code_point_string


class RosterState(StrEnum):
    """How far an import has come."""

    ARRIVED = "arrived"
    REFUSED = "refused"
    READ = "read"
    APPLIED = "applied"
    UNDONE = "undone"
    DROPPED = "dropped"


class RosterImport(Owned, Base):
    """One file for one commune: what was understood, decided, done, and how to undo it."""

    __tablename__ = "roster_import"

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    file_name: Mapped[str] = mapped_column(code_point_string(200))
    file_hash: Mapped[str] = mapped_column(code_point_string(64))
    state: Mapped[str] = mapped_column(code_point_string(10), default=RosterState.READ)
    parsed: Mapped[dict[str, Any]]
    # The cells of the file, packed, until the import ends; never fetched with the row.
    workbook: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    # The file itself while it waits for the worker to read it.
    upload: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    # The last job that worked for this import; jobs are forgotten, so no foreign key.
    job_id: Mapped[int | None]
    decisions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undo: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (Index(None, "unit_id", "created_at"),)


class NotSamePerson(Owned, Base):
    """Two rows that an officer declared to be two human beings; never asked again."""

    __tablename__ = "not_same_person"

    first_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]

    __table_args__ = (CheckConstraint("first_id < second_id", name="ordered"),)
