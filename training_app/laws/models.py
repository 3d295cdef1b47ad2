"""Instruments and articles, and what changed of them by law.

A correction of the register is made in place and kept in the audit trail. A change of law is a
row of its own that is never edited: it may be withdrawn.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Identity, PrimaryKey, code_point_string

REASON_LENGTH = 500


class LegalInstrument(Base):
    """A law, decree, circular or decision; in force on the days from <= day < to."""

    __tablename__ = "instrument"

    id: Mapped[PrimaryKey]
    key: Mapped[str] = mapped_column(code_point_string(80), unique=True)
    kind: Mapped[str]
    number: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str]
    issued_on: Mapped[date | None]
    in_force_from: Mapped[date | None]
    in_force_to: Mapped[date | None]
    replaced_by: Mapped[str]
    confidence: Mapped[str]
    reviewed_on: Mapped[date]
    reviewer: Mapped[str]
    position: Mapped[int]
    recorded_at: Mapped[datetime]


class LegalArticle(Base):
    """An article with the dates that hold for it: its own, or those of its instrument."""

    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("instrument_id", "number"),)

    id: Mapped[PrimaryKey]
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"))
    number: Mapped[str] = mapped_column(code_point_string(10))
    heading: Mapped[str]
    gist: Mapped[str]
    confidence: Mapped[str]
    in_force_from: Mapped[date | None]
    in_force_to: Mapped[date | None]
    replaced_by: Mapped[str]
    position: Mapped[int]
    recorded_at: Mapped[datetime]


class LawChange(Base):
    """An article, or a clause or point of it, reads otherwise or ends from a day on.

    ``kind`` is a ``laws.rules.ChangeKind``. ``heading`` and ``gist`` are the new text (empty where
    nothing is said anew), ``replaced_by`` the key of the successor. ``base`` is the article as the
    register had it before any change; ``source`` the act that decided it.
    """

    __tablename__ = "law_change"
    __table_args__ = (CheckConstraint("kind IN ('amended', 'replaced', 'repealed')", name="kind"),)

    id: Mapped[PrimaryKey]
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    clause: Mapped[str] = mapped_column(code_point_string(10))
    point: Mapped[str] = mapped_column(code_point_string(10))
    kind: Mapped[str] = mapped_column(code_point_string(10))
    in_force_from: Mapped[date]
    heading: Mapped[str]
    gist: Mapped[str] = mapped_column(Text)
    replaced_by: Mapped[str]
    source: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH))
    base: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]
    # Accounts stand above this package; the id is kept as a plain number.
    recorded_by: Mapped[int | None] = mapped_column(Identity)


class LawChangeWithdrawal(Base):
    """A change recorded by mistake: it asks nothing any more, and both stay readable."""

    __tablename__ = "law_change_withdrawal"

    law_change_id: Mapped[int] = mapped_column(
        Identity, ForeignKey("law_change.id"), primary_key=True, autoincrement=False
    )
    reason: Mapped[str] = mapped_column(code_point_string(REASON_LENGTH))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(Identity)
