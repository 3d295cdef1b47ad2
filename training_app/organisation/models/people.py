"""People: mediators, officers and trainers alike. An account is something a person may have."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Owned, PrimaryKey, code_point_string
from training_app.organisation.models.dated import Dated
from training_app.organisation.models.units import KEY_LENGTH, NAME_LENGTH


class Person(Owned, Base):
    """A human being as the rosters know them.

    Two rows found to be one human being are linked, never merged: ``canonical_id`` of the one
    points to the other, facts keep the id they were written with, and the link can be undone.
    """

    __tablename__ = "person"

    id: Mapped[PrimaryKey]
    canonical_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    full_name: Mapped[str] = mapped_column(code_point_string(NAME_LENGTH))
    name_fold: Mapped[str] = mapped_column(code_point_string(KEY_LENGTH), index=True)
    sort_key: Mapped[str] = mapped_column(code_point_string(KEY_LENGTH))
    birth_date: Mapped[date | None]
    birth_year: Mapped[int | None]
    sex: Mapped[str | None] = mapped_column(code_point_string(6))
    # Restricted: read only through functions that demand minority:view, counted otherwise.
    ethnic_minority: Mapped[bool | None]
    law_qualified: Mapped[bool | None]
    recorded_at: Mapped[datetime]
    anonymised_at: Mapped[datetime | None]
    # Since when the person's data may only be kept: leaders and trainers no longer see them.
    restricted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("sex IN ('female', 'male')", name="sex"),
        CheckConstraint("canonical_id IS NULL OR canonical_id <> id", name="canonical"),
    )

    @property
    def canonical(self) -> int:
        """The id under which this human being is counted."""
        return self.canonical_id or self.id


class PersonPhone(Dated, Owned, Base):
    """A telephone number, ``+84...``, that reached a person from one day to another.

    Several people may share one telephone; one person may have several.
    """

    __tablename__ = "person_phone"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    number: Mapped[str] = mapped_column(code_point_string(16), index=True)

    __table_args__ = (
        # Each page reads a telephone to call for help; the open ones' index does not serve a day.
        Index("ix_person_phone_person_id_valid_from", "person_id", "valid_from"),
        Index(
            "uq_person_phone_open",
            "person_id",
            "number",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="forward"),
    )
