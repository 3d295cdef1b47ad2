"""Which teams were reviewed in a year."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.organisation import scope as scoping
from training_app.organisation.models import TeamReview, TeamSpan, holds


def reviews(session: Session, scope: Scope, unit_id: int, on: date) -> dict[int, TeamReview]:
    """The latest review that holds, up to the year of the day, by team of the commune."""
    here = scoping.teams(scope, on).where(TeamSpan.unit_id == unit_id, holds(TeamSpan, on))
    chosen = (
        select(TeamReview)
        .where(
            TeamReview.team_id.in_(here),
            TeamReview.withdrawn_at.is_(None),
            TeamReview.year <= on.year,
        )
        .order_by(TeamReview.year)
        .execution_options(scope=scope)
    )
    return {row.team_id: row for row in session.scalars(chosen)}
