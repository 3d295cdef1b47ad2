"""Hall mode: the open hall of a class, the rounds projected in it, votes and raised hands.

A vote names nobody. While a round is open a row holds the fingerprint of a random number of the
phone, different in every round; when the round closes only the counts stay.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Identity, Owned, PrimaryKey, code_point_string

NODE_LENGTH = 80
FINGERPRINT_LENGTH = 64
CHOICES_LENGTH = 400
_OPEN = text("closed_at IS NULL")


class Hall(Owned, Base):
    """A class that answers together for some hours; ``code`` is what people type to join it."""

    __tablename__ = "hall"
    __table_args__ = (
        Index("uq_hall_code", "code", unique=True, sqlite_where=_OPEN,
              postgresql_where=_OPEN),
        Index("uq_hall_workshop", "workshop_id", unique=True, sqlite_where=_OPEN,
              postgresql_where=_OPEN),
    )  # fmt: skip

    id: Mapped[PrimaryKey]
    workshop_id: Mapped[int] = mapped_column(ForeignKey("workshop.id"), index=True)
    code: Mapped[int]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    opened_by: Mapped[int | None]


class HallRound(Owned, Base):
    """One question or one turn of a scenario, projected once.

    ``tally`` is written when the round closes: how many phones gave each answer (ids of the
    choices, joined by a blank) – the votes themselves are deleted then.
    """

    __tablename__ = "hall_round"
    __table_args__ = (
        UniqueConstraint("hall_id", "number"),
        Index("uq_hall_round_open", "hall_id", unique=True, sqlite_where=_OPEN,
              postgresql_where=_OPEN),
        CheckConstraint(
            "(question_version_id IS NULL) <> (scenario_version_id IS NULL)", name="asked"
        ),
        CheckConstraint("(scenario_version_id IS NULL) = (node IS NULL)", name="node"),
        CheckConstraint("(closed_at IS NULL) = (tally IS NULL)", name="tally"),
    )  # fmt: skip

    id: Mapped[PrimaryKey]
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"))
    number: Mapped[int]
    question_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("question_version.id"), index=True
    )
    scenario_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("scenario_version.id"), index=True
    )
    node: Mapped[str | None] = mapped_column(code_point_string(NODE_LENGTH))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    tally: Mapped[dict[str, Any] | None]


class HallVote(Base):
    """One phone's answer in the open round. No person, no account, no time."""

    __tablename__ = "hall_vote"

    round_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("hall_round.id"), primary_key=True, autoincrement=False
    )
    voter: Mapped[str] = mapped_column(code_point_string(FINGERPRINT_LENGTH), primary_key=True)
    choices: Mapped[str] = mapped_column(code_point_string(CHOICES_LENGTH))


class HallHands(Owned, Base):
    """Raised hands counted in by the trainer; a correction adds a row, the newest one counts."""

    __tablename__ = "hall_hands"
    __table_args__ = (Index(None, "round_id", "id"),)

    id: Mapped[PrimaryKey]
    round_id: Mapped[int] = mapped_column(ForeignKey("hall_round.id"))
    counts: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]
