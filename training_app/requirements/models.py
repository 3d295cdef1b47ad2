"""Requirements and their dated versions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_app.db import Base, Identity, PrimaryKey, code_point_string

KEY_LENGTH = 60
TITLE_LENGTH = 160
REASON_LENGTH = 500


class Requirement(Base):
    """Who must hold something: an audience of the nation (``unit_id`` NULL) or of one subtree.

    ``audience`` is a ``requirements.rules.Audience``. What must be held stands on the versions.
    ``carries_on_id`` is the requirement of a unit that ended, which this one goes on with.
    """

    __tablename__ = "requirement"

    id: Mapped[PrimaryKey]
    key: Mapped[str] = mapped_column(code_point_string(KEY_LENGTH), unique=True)
    title: Mapped[str] = mapped_column(code_point_string(TITLE_LENGTH))
    title_en: Mapped[str] = mapped_column(code_point_string(TITLE_LENGTH), default="")
    audience: Mapped[str] = mapped_column(code_point_string(12))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    created_at: Mapped[datetime]
    # An account id; the system that seeds has none, so no foreign key, as in the audit trail.
    created_by: Mapped[int | None]
    carries_on_id: Mapped[int | None] = mapped_column(ForeignKey("requirement.id"), index=True)

    __table_args__ = (
        CheckConstraint(
            "audience IN ('mediators', 'leaders', 'trainers', 'officials')", name="audience"
        ),
    )


class RequirementVersion(Base):
    """What must be held from one day to another: modules, hours, and for how long.

    ``valid_months`` NULL: held for ever once complete. ``renewal`` is a
    ``requirements.rules.Renewing``; window and minimum are whole months. ``grace_days`` is how
    long after the need arises nobody is called overdue. ``hours`` NULL: no hours are asked.
    """

    __tablename__ = "requirement_version"

    id: Mapped[PrimaryKey]
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    in_force_from: Mapped[date]
    in_force_to: Mapped[date | None]
    valid_months: Mapped[int | None]
    renewal: Mapped[str] = mapped_column(code_point_string(10))
    window_months: Mapped[int] = mapped_column(default=0)
    minimum_months: Mapped[int] = mapped_column(default=0)
    grace_days: Mapped[int] = mapped_column(default=0)
    hours: Mapped[int | None]
    # Only what was learned in a class counts; without modules and hours, any one class.
    class_only: Mapped[bool] = mapped_column(default=False, server_default="0")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]
    # When the end was written down: a report "as known then" asks for it.
    end_recorded_at: Mapped[datetime | None]

    modules: Mapped[list[RequirementModule]] = relationship(
        back_populates="version", lazy="raise", order_by="RequirementModule.module_id"
    )

    __table_args__ = (
        UniqueConstraint("requirement_id", "in_force_from"),
        # One open version of a requirement: the database decides between two officers.
        Index(
            "uq_requirement_version_open",
            "requirement_id",
            unique=True,
            sqlite_where=text("in_force_to IS NULL"),
            postgresql_where=text("in_force_to IS NULL"),
        ),
        CheckConstraint("in_force_to IS NULL OR in_force_to >= in_force_from", name="forward"),
        CheckConstraint("renewal IN ('completion', 'expiry', 'fixed')", name="renewal"),
    )


class RequirementModule(Base):
    """A module that a version of a requirement asks for."""

    __tablename__ = "requirement_module"

    requirement_version_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("requirement_version.id"), primary_key=True, autoincrement=False
    )
    module_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("module.id"), primary_key=True, autoincrement=False, index=True
    )

    version: Mapped[RequirementVersion] = relationship(back_populates="modules", lazy="raise")


class RequirementEquivalence(Base):
    """Within a version of a requirement, ``module_id`` counts as ``counts_for_id`` as well."""

    __tablename__ = "requirement_equivalence"

    requirement_version_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("requirement_version.id"), primary_key=True, autoincrement=False
    )
    module_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("module.id"), primary_key=True, autoincrement=False
    )
    counts_for_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("module.id"), primary_key=True, autoincrement=False
    )


class RequirementDecision(Base):
    """What was decided on the requirement of an ended unit, for one of the units in its place.

    One row for each such unit: the database decides between two officers. ``carried_on``: it goes
    on there as a requirement of its own (``Requirement.carries_on_id``). Rows are only added.
    """

    __tablename__ = "requirement_decision"

    requirement_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("requirement.id"), primary_key=True, autoincrement=False
    )
    unit_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("unit.id"), primary_key=True, autoincrement=False
    )
    carried_on: Mapped[bool]
    reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]
