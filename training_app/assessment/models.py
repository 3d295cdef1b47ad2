"""Attempts at graded tests, the answers given and the marks they earned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Identity, Owned, PrimaryKey, code_point_string

SEED_LENGTH = 32
CLIENT_KEY_LENGTH = 64


class Attempt(Owned, Base):
    """One sitting of a person at the test of a frozen module version.

    Born on the server at the start with everything that decides it: ``questions`` are the ids of
    the drawn question versions in the order to ask them, ``seed`` orders their options. Until
    ``submitted_at`` is set the result columns are empty; afterwards they are what
    ``rules.outcome`` makes of the stored answers, and ``counts`` says whether this attempt is
    the one that counts under ``policy``.
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


class AnswerMark(Owned, Base):
    """What the counting answer to one question earned, from 0 to 1; unanswered earns nothing."""

    __tablename__ = "answer_mark"

    attempt_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("attempt.id"), primary_key=True, autoincrement=False
    )
    question_version_id: Mapped[int] = mapped_column(
        Identity,
        ForeignKey("question_version.id"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )
    points: Mapped[float] = mapped_column(Float)
    right: Mapped[bool]
    harmful: Mapped[bool]
