"""Units of Viet Nam as dated records.

A unit is an identity of our own; its code, name, type and parent live on dated spans, because
official codes were given to other places on 1 July 2025: a code means something only with a date.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, PrimaryKey, code_point_string
from training_app.organisation.models.dated import Dated

NAME_LENGTH: Final = 120
# Folding and sort keys write some letters as several characters.
KEY_LENGTH: Final = 3 * NAME_LENGTH
# The published lists say that a unit stood on a day, not since when. Such spans open here.
SINCE_BEFORE_RECORDS: Final = date(1900, 1, 1)


class Level(StrEnum):
    """Level of a unit; the district level ended on 1 July 2025."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class Share(StrEnum):
    """How much of an old unit went to a successor."""

    WHOLE = "whole"
    PART = "part"


class Unit(Base):
    """A province, district or commune through all its names and codes."""

    __tablename__ = "unit"

    id: Mapped[PrimaryKey]
    level: Mapped[str] = mapped_column(code_point_string(10))


class UnitSpan(Dated, Base):
    """What a unit was called and where it belonged from one day to another.

    ``path`` lists the unit ids from the province down, as ``/1/23/``; a subtree is a range of it.
    ``name_fold`` holds letters and digits alone: spaces and hyphens are written at will.
    """

    __tablename__ = "unit_span"

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str] = mapped_column(code_point_string(5))
    name: Mapped[str] = mapped_column(code_point_string(NAME_LENGTH))
    name_fold: Mapped[str] = mapped_column(code_point_string(KEY_LENGTH))
    sort_key: Mapped[str] = mapped_column(code_point_string(KEY_LENGTH))
    type: Mapped[str] = mapped_column(code_point_string(20))
    path: Mapped[str] = mapped_column(code_point_string(40))
    # When the row, and its end, were written down; empty: with the lists of units.
    recorded_at: Mapped[datetime | None]
    end_recorded_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("unit_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="forward"),
        Index(None, "path"),
        Index(None, "code"),
        Index(None, "name_fold"),
        Index(None, "parent_id", "sort_key"),
    )

    @property
    def full_name(self) -> str:
        """Type and name as written in addresses: Phường Ba Đình."""
        return f"{self.type} {self.name}"


class UnitAlias(Base):
    """Another spelling under which people look for a unit."""

    __tablename__ = "unit_alias"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    name: Mapped[str] = mapped_column(code_point_string(NAME_LENGTH), primary_key=True)
    name_fold: Mapped[str] = mapped_column(code_point_string(KEY_LENGTH), index=True)


class UnitSuccession(Base):
    """Where the territory of an old unit went, on the day and by the instrument named."""

    __tablename__ = "unit_succession"

    id: Mapped[PrimaryKey]
    old_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    new_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    share: Mapped[str] = mapped_column(code_point_string(5))
    on: Mapped[date]
    basis: Mapped[str] = mapped_column(code_point_string(200))

    __table_args__ = (
        UniqueConstraint("old_unit_id", "new_unit_id", "on"),
        CheckConstraint("share IN ('whole', 'part')", name="share"),
    )
