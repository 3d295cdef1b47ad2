"""Written answers that wait to be marked, without the name of whoever wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import Session

from training_app.access import Permission, Scope, Viewer
from training_app.assessment.models import Answer, Attempt, WrittenAnswer, WrittenMark
from training_app.assessment.rules.written import MOST_MARKS, Step
from training_app.catalogue.models import Module, ModuleVersion, QuestionVersion
from training_app.db import Unscoped
from training_app.errors import NotFound
from training_app.learning.queries import one_human
from training_app.organisation.scope import people
from training_app.questions.source import Written, from_body

_MARKS: Final = Unscoped("the marks of an answer that the marker may see")


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One answer that the viewer may mark now."""

    id: int
    handed_in_at: datetime
    step: Step
    title: str
    title_en: str
    stem: str


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """How many answers wait for the viewer, how many of them for too long, since when."""

    total: int
    late: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class GivenMark:
    """What one marker gave."""

    number: int
    points: dict[str, int]
    note: str
    marked_at: datetime
    marked_by: int


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A written answer in front of a marker; whoever wrote it stays unnamed."""

    id: int
    attempt_id: int
    question_version_id: int
    handed_in_at: datetime
    step: Step
    decided_at: datetime | None
    title: str
    title_en: str
    question: Written
    text: str
    marks: tuple[GivenMark, ...]


def within(viewer: Viewer, on: date) -> ColumnElement[bool]:
    """Answers of people in the viewer's reach, never the viewer's own."""
    scope = viewer.scope(Permission.ANSWER_MARK)
    reach: ColumnElement[bool] = true()
    if not scope.everything:
        reach = Attempt.person_id.in_(people(scope, on, former=True))
    if viewer.person_id is None:
        return reach
    return and_(reach, Attempt.person_id.not_in(one_human(viewer.person_id)))


def _for(viewer: Viewer, on: date) -> ColumnElement[bool]:
    """What waits for this very viewer: not marked before, a third mark only by who may decide."""
    marked = (
        select(WrittenMark.id)
        .where(
            WrittenMark.written_answer_id == WrittenAnswer.id,
            WrittenMark.marked_by == (viewer.account_id or 0),
        )
        .exists()
    )
    third: ColumnElement[bool] = (
        true() if viewer.may(Permission.ANSWER_DECIDE) else WrittenAnswer.step != Step.THIRD.value
    )
    return and_(WrittenAnswer.decided_at.is_(None), ~marked, third, within(viewer, on))


def _joined(chosen: Select[Any]) -> Select[Any]:
    return (
        chosen.select_from(WrittenAnswer)
        .join(Attempt, Attempt.id == WrittenAnswer.attempt_id)
        .join(ModuleVersion, ModuleVersion.id == Attempt.module_version_id)
        .join(Module, Module.id == ModuleVersion.module_id)
        .join(QuestionVersion, QuestionVersion.id == WrittenAnswer.question_version_id)
    )


def waiting(
    session: Session, viewer: Viewer, *, on: date, limit: int, offset: int = 0
) -> list[QueueLine]:
    """One row per answer that the viewer may mark, the oldest first."""
    found = session.execute(
        _joined(
            select(
                WrittenAnswer.id,
                WrittenAnswer.handed_in_at,
                WrittenAnswer.step,
                ModuleVersion.title,
                ModuleVersion.title_en,
                QuestionVersion.body,
            )
        )
        .where(_for(viewer, on))
        .order_by(WrittenAnswer.handed_in_at, WrittenAnswer.id)
        .limit(limit)
        .offset(offset)
        .execution_options(scope=_scope(viewer))
    )
    return [
        QueueLine(
            row.id,
            row.handed_in_at,
            Step(row.step),
            row.title,
            row.title_en or row.title,
            str(row.body["stem"]),
        )
        for row in found
    ]


def waiting_count(
    session: Session, viewer: Viewer, *, on: date, late_before: datetime
) -> WaitingCount:
    """How many answers wait for the viewer; ``late`` were handed in before ``late_before``."""
    late = func.count().filter(WrittenAnswer.handed_in_at < late_before)
    row = session.execute(
        select(func.count(), late, func.min(WrittenAnswer.handed_in_at))
        .select_from(WrittenAnswer)
        .join(Attempt, Attempt.id == WrittenAnswer.attempt_id)
        .where(_for(viewer, on))
        .execution_options(scope=_scope(viewer))
    ).one()
    return WaitingCount(*row)


def written_page(session: Session, viewer: Viewer, written_id: int, *, on: date) -> WrittenPage:
    """The answer with its question and its marks; NotFound outside the viewer's reach."""
    newest = (
        select(Answer.response)
        .where(
            Answer.attempt_id == WrittenAnswer.attempt_id,
            Answer.question_version_id == WrittenAnswer.question_version_id,
        )
        .order_by(Answer.sequence.desc())
        .limit(1)
        .correlate(WrittenAnswer)
        .scalar_subquery()
    )
    row = session.execute(
        _joined(
            select(
                WrittenAnswer,
                ModuleVersion.title,
                ModuleVersion.title_en,
                QuestionVersion.body,
                newest.label("response"),
            )
        )
        .where(WrittenAnswer.id == written_id, within(viewer, on))
        .execution_options(scope=_scope(viewer))
    ).one_or_none()
    if row is None:
        raise NotFound
    answer: WrittenAnswer = row[0]
    return WrittenPage(
        answer.id,
        answer.attempt_id,
        answer.question_version_id,
        answer.handed_in_at,
        Step(answer.step),
        answer.decided_at,
        row.title,
        row.title_en or row.title,
        written_question(row.body),
        str(row.response.get("text", "")),
        marks_of(session, [written_id])[written_id],
    )


def written_question(body: dict[str, Any]) -> Written:
    """The question that people mark; NotFound if it is of another kind."""
    question = from_body(body)
    if not isinstance(question, Written):
        raise NotFound
    return question


def marks_of(session: Session, ids: Sequence[int]) -> dict[int, tuple[GivenMark, ...]]:
    """Written answer → its marks in the order given."""
    found = session.scalars(
        select(WrittenMark)
        .where(WrittenMark.written_answer_id.in_(ids))
        .order_by(WrittenMark.number)
        .execution_options(scope=_MARKS)
    )
    marks: dict[int, list[GivenMark]] = {one: [] for one in ids}
    for row in found:
        marks[row.written_answer_id].append(
            GivenMark(row.number, row.points, row.note, row.marked_at, row.marked_by)
        )
    return {one: tuple(given) for one, given in marks.items()}


def written_of_attempt(session: Session, scope: Scope, attempt_id: int) -> list[WrittenAnswer]:
    """The answers of an attempt that people mark or have marked, in the order of their ids."""
    found = session.scalars(
        select(WrittenAnswer)
        .join(Attempt, Attempt.id == WrittenAnswer.attempt_id)
        .where(
            WrittenAnswer.attempt_id == attempt_id,
            Attempt.person_id.in_(scope.people),
        )
        .order_by(WrittenAnswer.id)
        .execution_options(scope=scope)
    )
    return list(found)


def _scope(viewer: Viewer) -> Scope:
    return viewer.scope(Permission.ANSWER_MARK)


def notes_that_count(marks: Sequence[GivenMark]) -> list[str]:
    """What the markers wrote to the learner; where a third one decided, that note alone."""
    counting = marks[-1:] if len(marks) >= MOST_MARKS else marks
    return [one.note for one in counting if one.note]
