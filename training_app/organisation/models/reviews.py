"""That the teams were reviewed, year by year (Law 35/2013/QH13, Article 12)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.db import Base, Owned, PrimaryKey, code_point_string

_HOLDS = text("withdrawn_at IS NULL")


class TeamReview(Owned, Base):
    """A team was reviewed on a day; a mistake is withdrawn, and one review of a year holds.

    ``lacks`` names the demands of Article 12 that the team lacked then, separated by commas;
    ``note`` says what was proposed, or why the team stays as it is.
    """

    __tablename__ = "team_review"

    id: Mapped[PrimaryKey]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    year: Mapped[int]
    reviewed_on: Mapped[date]
    lacks: Mapped[str] = mapped_column(code_point_string(100))
    note: Mapped[str] = mapped_column(code_point_string(500))
    recorded_at: Mapped[datetime]
    # An account id; accounts stand above the organisation, so no foreign key.
    recorded_by: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None]

    __table_args__ = (
        Index(
            "uq_team_review_year",
            "team_id",
            "year",
            unique=True,
            sqlite_where=_HOLDS,
            postgresql_where=_HOLDS,
        ),
    )
