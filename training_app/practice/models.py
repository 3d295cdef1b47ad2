"""Practice answers, paths through scenarios, and cards of the spaced review."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Identity, Owned, PrimaryKey, code_point_string

CLIENT_KEY_LENGTH = 64
KEY_LENGTH = 80


class PracticeAnswer(Owned, Base):
    """One answer to a practice question; practice may be repeated at will."""

    __tablename__ = "practice_answer"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    response: Mapped[dict[str, Any]]
    right: Mapped[bool]
    answered_at: Mapped[datetime]
    client_key: Mapped[str] = mapped_column(code_point_string(CLIENT_KEY_LENGTH), unique=True)

    __table_args__ = (Index(None, "person_id", "question_version_id"),)


class ScenarioRun(Owned, Base):
    """One walk of a person through a frozen version of a scenario."""

    __tablename__ = "scenario_run"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    scenario_version_id: Mapped[int] = mapped_column(ForeignKey("scenario_version.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ending: Mapped[str | None] = mapped_column(code_point_string(KEY_LENGTH))

    __table_args__ = (Index(None, "person_id", "scenario_version_id"),)


class ScenarioStep(Owned, Base):
    """One move: a choice made at a node, or (``choice`` NULL) a step back to the turn before.

    The moves in their sequence replay to the same place for ever; nothing is removed by going
    back.
    """

    __tablename__ = "scenario_step"

    run_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("scenario_run.id"), primary_key=True, autoincrement=False
    )
    sequence: Mapped[int] = mapped_column(Identity, primary_key=True, autoincrement=False)
    node: Mapped[str] = mapped_column(code_point_string(KEY_LENGTH))
    choice: Mapped[str | None] = mapped_column(code_point_string(KEY_LENGTH))
    at: Mapped[datetime]


class ReviewCard(Owned, Base):
    """When a person should meet a question again (FSRS); the question by its stable key."""

    __tablename__ = "review_card"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    question_key: Mapped[str] = mapped_column(code_point_string(KEY_LENGTH))
    state: Mapped[int] = mapped_column(SmallInteger)
    step: Mapped[int | None] = mapped_column(SmallInteger)
    stability: Mapped[float | None] = mapped_column(Float)
    difficulty: Mapped[float | None] = mapped_column(Float)
    due_at: Mapped[datetime]
    last_review_at: Mapped[datetime | None]
    reviews: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        UniqueConstraint("person_id", "module_id", "question_key"),
        Index(None, "person_id", "due_at"),
    )
