"""The record of learning. Facts are only ever added; holdings can be rebuilt from them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Identity, Owned, PrimaryKey, code_point_string

REASON_LENGTH = 500


class FactKind(StrEnum):
    """What happened."""

    TEST_PASSED = "test_passed"
    CLASS_ATTENDED = "class_attended"
    EXEMPTION = "exemption"
    EQUIVALENCE = "equivalence"


class LessonProgress(Owned, Base):
    """A person read a lesson to its end, the first time at ``read_at``."""

    __tablename__ = "lesson_progress"

    person_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    lesson_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("lesson.id"), primary_key=True, autoincrement=False
    )
    read_at: Mapped[datetime]


class Enrolment(Owned, Base):
    """A person began a module."""

    __tablename__ = "enrolment"

    person_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    module_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("module.id"), primary_key=True, autoincrement=False
    )
    started_at: Mapped[datetime]


class Fact(Owned, Base):
    """Something that counts as evidence: it happened on a day and was recorded at a moment.

    ``minutes`` is the length of the whole occasion (``source_kind``, ``source_id``), the same on
    each of its facts. ``valid_until`` limits an exemption or equivalence: it counts before that
    day. The person is the one the fact was written with, whatever was merged since.
    """

    __tablename__ = "fact"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(code_point_string(20))
    module_id: Mapped[int | None] = mapped_column(ForeignKey("module.id"))
    module_version_id: Mapped[int | None] = mapped_column(ForeignKey("module_version.id"))
    minutes: Mapped[int | None]
    happened_on: Mapped[date]
    valid_until: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    recorded_by: Mapped[int | None]
    source_kind: Mapped[str] = mapped_column(code_point_string(20))
    source_id: Mapped[int]

    __table_args__ = (
        UniqueConstraint("source_kind", "source_id", "person_id", "module_id"),
        # NULL never equals NULL: facts without a module need an index of their own.
        Index(
            "uq_fact_source_without_module",
            "source_kind",
            "source_id",
            "person_id",
            unique=True,
            sqlite_where=text("module_id IS NULL"),
            postgresql_where=text("module_id IS NULL"),
        ),
        Index(None, "person_id", "happened_on"),
        Index(None, "module_id", "happened_on"),
        CheckConstraint(
            "kind IN ('test_passed', 'class_attended', 'exemption', 'equivalence')", name="kind"
        ),
    )


class FactWithdrawal(Owned, Base):
    """A fact found to be wrong: it counts no more, and both stay readable."""

    __tablename__ = "fact_withdrawal"

    fact_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("fact.id"), primary_key=True, autoincrement=False
    )
    withdrawn_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    recorded_by: Mapped[int | None]
    reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH))


class Holding(Owned, Base):
    """A person meets a requirement: ``held_from <= day < held_until`` (NULL: for ever).

    Derived by ``requirements.rules`` under the version in force, and rebuilt at will.
    ``person_id`` is the canonical person; ``basis`` lists the fact ids it rests on.
    """

    __tablename__ = "holding"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    requirement_version_id: Mapped[int] = mapped_column(ForeignKey("requirement_version.id"))
    held_from: Mapped[date]
    held_until: Mapped[date | None]
    basis: Mapped[list[Any]]
    derived_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("person_id", "requirement_id", "held_from"),
        Index(None, "requirement_id", "person_id"),
        Index(None, "requirement_id", "held_from", "held_until"),
        CheckConstraint("held_until IS NULL OR held_until > held_from", name="forward"),
    )


class UpdateNeed(Owned, Base):
    """A pass rests on an old text: ``opened_on <= day < closed_on`` (NULL: still open).

    Derived and rebuilt with the holdings, in the same shape: who, for which requirement. On such
    a day the person holds the requirement and does not count as trained. ``module_version_id``
    is the version to learn, ``effect`` what it asks (``catalogue.models.Change``);
    ``law_change_id`` NULL: the content itself changed, not the law. ``cause`` names both.
    """

    __tablename__ = "update_need"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    law_change_id: Mapped[int | None] = mapped_column(ForeignKey("law_change.id"))
    cause: Mapped[str] = mapped_column(code_point_string(40))
    effect: Mapped[str] = mapped_column(code_point_string(20))
    fact_id: Mapped[int] = mapped_column(ForeignKey("fact.id"))
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    derived_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("person_id", "requirement_id", "cause", "opened_on"),
        Index(None, "requirement_id", "person_id"),
        CheckConstraint("closed_on IS NULL OR closed_on > opened_on", name="forward"),
    )


class ShortUpdate(Owned, Base):
    """A person read what changed in a version and answered its changed questions rightly."""

    __tablename__ = "short_update"

    person_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    module_version_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("module_version.id"), primary_key=True, autoincrement=False
    )
    done_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(index=True)


class Exemption(Owned, Base):
    """An officer relieves a person of a requirement: ``exempt_from <= day < exempt_until``.

    The reason is the officer's; the fact that it makes counts as the whole requirement.
    """

    __tablename__ = "exemption"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    exempt_from: Mapped[date]
    exempt_until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("exempt_until IS NULL OR exempt_until > exempt_from", name="forward"),
    )


class ExemptionRevocation(Owned, Base):
    """An exemption ends on ``revoked_on``, before its time; until then it was one."""

    __tablename__ = "exemption_revocation"

    exemption_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("exemption.id"), primary_key=True, autoincrement=False
    )
    revoked_on: Mapped[date]
    reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]
