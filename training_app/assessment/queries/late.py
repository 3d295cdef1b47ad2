"""Answers that arrived too late to count, without the name of whoever gave them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.access import Permission, Viewer
from training_app.assessment.models import Attempt, LateAnswer
from training_app.assessment.queries.marking import within
from training_app.catalogue.models import ModuleVersion
from training_app.questions.rules import Response, response_from_data


@dataclass(frozen=True, slots=True)
class LateLine:
    """An answer that came too late: ``by`` so much after ``over``, the end of its attempt."""

    attempt_id: int
    question_version_id: int
    title: str
    title_en: str
    response: Response
    arrived_at: datetime
    over: datetime
    handed_in: bool

    @property
    def by(self) -> timedelta:
        """How much too late."""
        return self.arrived_at - self.over


def late_count(session: Session, viewer: Viewer, *, on: date) -> int:
    """How many answers of people in the viewer's reach came too late."""
    found = session.scalar(
        select(func.count())
        .select_from(LateAnswer)
        .join(Attempt, Attempt.id == LateAnswer.attempt_id)
        .where(within(viewer, on)),
        execution_options={"scope": viewer.scope(Permission.ANSWER_MARK)},
    )
    return found or 0


def late_answers(
    session: Session, viewer: Viewer, *, on: date, limit: int, offset: int
) -> list[LateLine]:
    """One row per answer that came too late, of people in the viewer's reach, the newest first."""
    rows = session.execute(
        select(LateAnswer, Attempt, ModuleVersion.title, ModuleVersion.title_en)
        .join(Attempt, Attempt.id == LateAnswer.attempt_id)
        .join(ModuleVersion, ModuleVersion.id == Attempt.module_version_id)
        .where(within(viewer, on))
        .order_by(LateAnswer.arrived_at.desc(), LateAnswer.id.desc())
        .limit(limit)
        .offset(offset),
        execution_options={"scope": viewer.scope(Permission.ANSWER_MARK)},
    )
    return [
        _line(late, attempt, title, title_en or title) for late, attempt, title, title_en in rows
    ]


def _line(late: LateAnswer, attempt: Attempt, title: str, title_en: str) -> LateLine:
    ends = [one for one in (attempt.closes_at, attempt.submitted_at) if one is not None]
    over = min(ends, default=late.arrived_at)
    return LateLine(
        attempt.id,
        late.question_version_id,
        title,
        title_en,
        response_from_data(late.response),
        late.arrived_at,
        over,
        handed_in=over != attempt.closes_at,
    )
