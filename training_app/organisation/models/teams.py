"""Mediation teams, who belongs to them, who leads them, and the decisions behind it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Owned, PrimaryKey, code_point_string
from training_app.organisation.models.dated import Dated
from training_app.organisation.models.units import KEY_LENGTH, NAME_LENGTH

_OPEN = text("valid_to IS NULL")
# Not strictly after: a row written by mistake is closed on the day it opened, and never held.
_FORWARD = "valid_to IS NULL OR valid_to >= valid_from"


class EndReason(StrEnum):
    """Why somebody stopped being a mediator (Law 35/2013/QH13, Article 11) or left the team."""

    OWN_WISH = "own_wish"
    NO_LONGER_QUALIFIES = "no_longer_qualifies"
    BREACH = "breach"
    DIED = "died"
    MOVED = "moved"
    TEAM_ENDED = "team_ended"
    MISTAKE = "mistake"
    OTHER = "other"


class RecognitionRole(StrEnum):
    """What a decision of the commune's chair recognises."""

    MEDIATOR = "mediator"
    LEADER = "leader"


class Team(Base):
    """A mediation team through all its names and places."""

    __tablename__ = "team"

    id: Mapped[PrimaryKey]


class TeamSpan(Dated, Owned, Base):
    """What a team was called and which commune it belonged to from one day to another.

    ``village`` is the free local label: thôn, ấp, bản, khu phố. ``minority_required`` says that
    Article 12 demands a mediator of an ethnic minority here.
    """

    __tablename__ = "team_span"

    id: Mapped[PrimaryKey]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(code_point_string(NAME_LENGTH))
    name_fold: Mapped[str] = mapped_column(code_point_string(KEY_LENGTH))
    sort_key: Mapped[str] = mapped_column(code_point_string(KEY_LENGTH))
    village: Mapped[str] = mapped_column(code_point_string(NAME_LENGTH), default="")
    minority_required: Mapped[bool] = mapped_column(default=False)
    # When the row, and its end, were written down; empty: before that was noted.
    recorded_at: Mapped[datetime | None]
    end_recorded_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_team_span_open", "team_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index(None, "team_id", "valid_from"),
        Index(None, "unit_id", "valid_from"),
        # One living team of a name in a village of a commune.
        Index(
            "uq_team_span_unit_name_open",
            "unit_id",
            "sort_key",
            "village",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        CheckConstraint(_FORWARD, name="forward"),
    )


class Membership(Dated, Owned, Base):
    """A person serves in a team from one day to another."""

    __tablename__ = "membership"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    end_reason: Mapped[str | None] = mapped_column(code_point_string(20))
    end_note: Mapped[str] = mapped_column(code_point_string(500), default="")
    recorded_at: Mapped[datetime]
    # An account id; accounts stand above the organisation, so no foreign key.
    recorded_by: Mapped[int | None]
    source: Mapped[str] = mapped_column(code_point_string(40), default="")
    # When and by whom the end was written down: a report "as known then" asks for it.
    end_recorded_at: Mapped[datetime | None]
    end_recorded_by: Mapped[int | None]

    __table_args__ = (
        Index(
            "uq_membership_open",
            "person_id",
            "team_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "team_id", "person_id"),
        Index(None, "person_id", "valid_from"),
        CheckConstraint(_FORWARD, name="forward"),
    )


class Leadership(Dated, Owned, Base):
    """A member leads the team from one day to another (Article 14); one leader at a time."""

    __tablename__ = "leadership"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    recorded_at: Mapped[datetime]
    end_recorded_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_leadership_open", "team_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index(None, "team_id", "valid_from"),
        CheckConstraint(_FORWARD, name="forward"),
    )


class Recognition(Owned, Base):
    """A decision of the commune's chair that recognises a mediator or a leader (Articles 8, 14)."""

    __tablename__ = "recognition"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    role: Mapped[str] = mapped_column(code_point_string(10))
    decision_number: Mapped[str] = mapped_column(code_point_string(60), default="")
    decided_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(code_point_string(500), default="")

    __table_args__ = (
        UniqueConstraint("person_id", "team_id", "role", "decision_number", "decided_on"),
    )


class CompositionException(Dated, Owned, Base):
    """A dated reason why one rule of Article 12 is not held against a team."""

    __tablename__ = "composition_exception"

    id: Mapped[PrimaryKey]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    rule: Mapped[str] = mapped_column(code_point_string(20))
    reason: Mapped[str] = mapped_column(code_point_string(500))

    __table_args__ = (
        Index(None, "team_id", "valid_from"),
        CheckConstraint(_FORWARD, name="forward"),
    )
