"""What dated rows said until they were taken back: a report "as known then" still reads it."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Owned, PrimaryKey, code_point_string
from training_app.organisation.models.units import KEY_LENGTH, NAME_LENGTH


class Superseded(Owned, Base):
    """A row of ``kind`` (its table's name) as it was known from one moment up to another.

    Written where a change is taken back or a span is replaced on its first day: a reading of what
    was known in between finds here what the row itself says no more. Of several versions known at
    a moment the one known since last holds. ``known_from`` NULL: since before it was noted.
    Columns that the kind does not have are empty. No foreign keys: what was taken back is gone.
    """

    __tablename__ = "superseded"

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(code_point_string(20))
    row_id: Mapped[int]
    person_id: Mapped[int | None]
    team_id: Mapped[int | None]
    unit_id: Mapped[int | None]
    parent_id: Mapped[int | None]
    name: Mapped[str | None] = mapped_column(code_point_string(NAME_LENGTH))
    sort_key: Mapped[str | None] = mapped_column(code_point_string(KEY_LENGTH))
    type: Mapped[str | None] = mapped_column(code_point_string(20))
    path: Mapped[str | None] = mapped_column(code_point_string(40))
    village: Mapped[str | None] = mapped_column(code_point_string(NAME_LENGTH))
    minority_required: Mapped[bool | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    known_from: Mapped[datetime | None]
    known_to: Mapped[datetime]

    # No demand that it goes forward: a clock set back must not keep anybody from an undo.
    __table_args__ = (Index(None, "kind", "row_id"),)
