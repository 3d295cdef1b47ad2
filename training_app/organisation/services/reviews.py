"""Writing down that a team was reviewed, and taking a mistake back."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.errors import N_, RuleBroken
from training_app.organisation.models import TeamReview
from training_app.organisation.rules import Rule
from training_app.organisation.services.conditions import CHANGE, living_team, refused_as
from training_app.vietnamese import clean

_TWICE = N_("This team is recorded as reviewed this year already. Nothing was changed.")


def record_review(
    session: Session,
    team_id: int,
    lacks: Iterable[Rule],
    *,
    note: str,
    on: date,
    now: datetime,
    actor: Viewer,
) -> int:
    """Write down that the team was reviewed on the day, with what it lacked; returns the id.

    Law 35/2013/QH13, Article 12. Raises RuleBroken when the team did not live on the day, when it
    lacks something and nothing says what is proposed, or when a review of that year holds.
    """
    span = living_team(session, team_id, on)
    lacking, said = [rule.value for rule in lacks], clean(note)
    if lacking and not said:
        raise RuleBroken(
            N_("The team is not complete: say what is proposed, or why it stays as it is.")
        )
    review = TeamReview(
        team_id=team_id,
        year=on.year,
        reviewed_on=on,
        lacks=",".join(lacking),
        note=said,
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    with refused_as(_TWICE), session.begin_nested():
        session.add(review)
    audit.record(
        session,
        Action.TEAM_REVIEWED,
        actor=actor,
        now=now,
        object_kind="team",
        object_id=team_id,
        unit_id=span.unit_id,
        reason=said,
        detail={"year": on.year, "lacks": lacking},
    )
    return review.id


def withdraw_review(
    session: Session, team_id: int, year: int, *, now: datetime, actor: Viewer
) -> bool:
    """Take back the review of a year that was recorded by mistake; False when none holds."""
    found = session.scalars(
        update(TeamReview)
        .where(
            TeamReview.team_id == team_id,
            TeamReview.year == year,
            TeamReview.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now, withdrawn_by=actor.account_id)
        .returning(TeamReview.id)
        .execution_options(**CHANGE)
    ).all()
    if found:
        audit.record(
            session,
            Action.TEAM_REVIEW_WITHDRAWN,
            actor=actor,
            now=now,
            object_kind="team",
            object_id=team_id,
            detail={"year": year},
        )
    return bool(found)
