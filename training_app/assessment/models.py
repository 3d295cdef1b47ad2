"""Attempts at graded tests, the answers given, the marks they earned and what changed them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Identity, Owned, PrimaryKey, code_point_string

SEED_LENGTH = 32
CLIENT_KEY_LENGTH = 64
NOTE_LENGTH = 1_000
REASON_LENGTH = 500
NAME_LENGTH = 120


class Attempt(Owned, Base):
    """One sitting of a person at the test of a frozen module version.

    Born on the server at the start with everything that decides it: ``questions`` are the ids of
    the drawn question versions in the order to ask them, ``seed`` orders their options. Until
    ``submitted_at`` is set the result columns are empty; afterwards they are what
    ``rules.outcome`` makes of the stored answers and of what was decided about them since (see
    :class:`Remark`), and ``counts`` says whether this attempt is the one that counts under
    ``policy``. While ``waiting``, people have still to mark what was written: it is not passed.
    ``news_at``: since when a correction has changed the result without the person having read it.
    """

    __tablename__ = "attempt"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"), index=True)
    number: Mapped[int]
    seed: Mapped[str] = mapped_column(code_point_string(SEED_LENGTH))
    questions: Mapped[list[Any]]
    started_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    points: Mapped[float | None] = mapped_column(Float)
    out_of: Mapped[int]
    right_count: Mapped[int | None]
    passed: Mapped[bool | None]
    safety_failed: Mapped[bool | None]
    policy: Mapped[str] = mapped_column(String(8))
    counts: Mapped[bool] = mapped_column(default=False)
    mistakes_seen_at: Mapped[datetime | None]
    shared_phone: Mapped[bool] = mapped_column(default=False)
    waiting: Mapped[bool] = mapped_column(default=False, server_default="0")
    news_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("person_id", "module_version_id", "number"),
        # The database decides between two phones: one open attempt, one that counts.
        Index(
            "uq_attempt_open",
            "person_id",
            "module_version_id",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        Index(
            "uq_attempt_counts",
            "person_id",
            "module_version_id",
            unique=True,
            sqlite_where=text("counts"),
            postgresql_where=text("counts"),
        ),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(submitted_at IS NULL) = (passed IS NULL)", name="result"),
    )


class Answer(Owned, Base):
    """One answer as it was given; a later one for the same question has a higher sequence.

    ``client_key`` is made by the page or the phone for each answer, so that a second press, a
    retry or a late delivery is recognised.
    """

    __tablename__ = "answer"

    id: Mapped[PrimaryKey]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    sequence: Mapped[int]
    response: Mapped[dict[str, Any]]
    answered_at: Mapped[datetime]
    client_key: Mapped[str] = mapped_column(code_point_string(CLIENT_KEY_LENGTH), unique=True)

    __table_args__ = (UniqueConstraint("attempt_id", "question_version_id", "sequence"),)


class LateAnswer(Owned, Base):
    """An answer that arrived after its attempt had closed or been handed in.

    Kept as it came and shown to those who mark; it earns nothing and changes no result.
    """

    __tablename__ = "late_answer"

    id: Mapped[PrimaryKey]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    response: Mapped[dict[str, Any]]
    arrived_at: Mapped[datetime] = mapped_column(index=True)
    client_key: Mapped[str] = mapped_column(code_point_string(CLIENT_KEY_LENGTH), unique=True)


class AnswerMark(Owned, Base):
    """What the answer to one question earned when it was handed in, from 0 to 1.

    Unanswered and not yet marked earn nothing. Never changed: a later decision is a Remark.
    """

    __tablename__ = "answer_mark"

    attempt_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("attempt.id"), primary_key=True, autoincrement=False
    )
    question_version_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("question_version.id"), primary_key=True, autoincrement=False
    )
    points: Mapped[float] = mapped_column(Float)
    right: Mapped[bool]
    harmful: Mapped[bool]

    # Everybody who was asked one question, in the order of their attempts.
    __table_args__ = (Index(None, "question_version_id", "attempt_id"),)


class Remark(Owned, Base):
    """A later decision on one answer of a handed-in attempt: append-only, numbered from 1.

    ``points``, ``right`` and ``harmful`` are what the answer earns since, the ``attempt_…``
    columns what the whole attempt amounts to since; ``before`` holds the same seven values as
    they stood. Causes: people marked what was written, or a key was corrected (``cause_id`` is
    the correction).
    """

    __tablename__ = "remark"

    id: Mapped[PrimaryKey]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int]
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    cause: Mapped[str] = mapped_column(code_point_string(12))
    cause_id: Mapped[int]
    before: Mapped[dict[str, Any]]
    points: Mapped[float] = mapped_column(Float)
    right: Mapped[bool]
    harmful: Mapped[bool]
    attempt_points: Mapped[float] = mapped_column(Float)
    attempt_right_count: Mapped[int]
    attempt_passed: Mapped[bool]
    attempt_safety_failed: Mapped[bool]
    reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]

    __table_args__ = (
        UniqueConstraint("attempt_id", "number"),
        # One cause changes an answer once, however often it is applied.
        UniqueConstraint("attempt_id", "question_version_id", "cause", "cause_id"),
        Index(None, "question_version_id", "attempt_id", "number"),
        CheckConstraint("cause IN ('written', 'correction')", name="cause"),
    )


# -- what people mark -----------------------------------------------------------------------


class WrittenAnswer(Owned, Base):
    """A written answer that was handed in and has to be marked: a line of the queue.

    ``step`` is what it waits for (first, second, third) or done; it follows from the marks.
    """

    __tablename__ = "written_answer"

    id: Mapped[PrimaryKey]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    handed_in_at: Mapped[datetime]
    step: Mapped[str] = mapped_column(code_point_string(6))
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("attempt_id", "question_version_id"),
        Index(
            "ix_written_answer_open",
            "handed_in_at",
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
        CheckConstraint("step IN ('first', 'second', 'third', 'done')", name="step"),
    )


class WrittenMark(Owned, Base):
    """What one marker gave: points per criterion and a note to the learner. Append-only.

    Two people never give the same ``number``, and nobody marks the same answer twice.
    """

    __tablename__ = "written_mark"

    id: Mapped[PrimaryKey]
    written_answer_id: Mapped[int] = mapped_column(ForeignKey("written_answer.id"))
    number: Mapped[int]
    points: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(code_point_string(NOTE_LENGTH))
    marked_at: Mapped[datetime]
    marked_by: Mapped[int]

    __table_args__ = (
        UniqueConstraint("written_answer_id", "number"),
        UniqueConstraint("written_answer_id", "marked_by"),
        CheckConstraint("number BETWEEN 1 AND 3", name="number"),
    )


# -- a key found wrong ----------------------------------------------------------------------


class KeyCorrection(Base):
    """The key of a question version as it should have been: ``body`` replaces the published one.

    Append-only; the latest ``number`` holds. The wording stays as people read it. ``void``: the
    question had no right answer, so everybody is right.
    """

    __tablename__ = "key_correction"

    id: Mapped[PrimaryKey]
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    number: Mapped[int]
    body: Mapped[dict[str, Any]]
    void: Mapped[bool]
    reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH))
    corrected_at: Mapped[datetime]
    corrected_by: Mapped[int | None]

    __table_args__ = (UniqueConstraint("question_version_id", "number"),)


class LoweringDecision(Base):
    """Somebody decided by name that a correction also lowers results. Append-only.

    ``passes_too``: passes that no longer hold are taken back, else they stand with fewer points.
    """

    __tablename__ = "lowering_decision"

    correction_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("key_correction.id"), primary_key=True, autoincrement=False
    )
    passes_too: Mapped[bool]
    decided_name: Mapped[str] = mapped_column(code_point_string(NAME_LENGTH))
    reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH))
    decided_at: Mapped[datetime]
    decided_by: Mapped[int | None]


class CountingPolicy(Base):
    """Since when which attempt counts at a module's test: best, last or first. Append-only.

    The latest ``number`` of a module holds; without one the best attempt counts. ``lowering``:
    somebody decided by name that passes count no longer where the policy says so. ``changes``
    lists the pairs of attempts of which the second counts since instead of the first.
    """

    __tablename__ = "counting_policy"

    id: Mapped[PrimaryKey]
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    number: Mapped[int]
    policy: Mapped[str] = mapped_column(String(8))
    lowering: Mapped[bool]
    reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH))
    changes: Mapped[list[Any]]
    decided_at: Mapped[datetime]
    decided_by: Mapped[int | None]
    decided_for: Mapped[str] = mapped_column(code_point_string(NAME_LENGTH))

    __table_args__ = (
        # Of two people who decide at once one is told what the other decided.
        UniqueConstraint("module_id", "number"),
        CheckConstraint("policy IN ('best', 'last', 'first')", name="policy"),
    )
