"""Instruments and articles. Changes are made in place and kept in the audit trail."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, PrimaryKey, code_point_string


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
