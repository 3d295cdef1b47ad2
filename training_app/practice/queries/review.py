"""Cards of the spaced review that are due, and how much was met again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.assessment.models import AnswerMark, Attempt, Remark
from training_app.catalogue.models import (
    Module,
    ModuleVersion,
    ModuleVersionQuestion,
    QuestionVersion,
)
from training_app.catalogue.models import Question as QuestionRow
from training_app.db import Unscoped
from training_app.errors import NotFound
from training_app.organisation.models import Person
from training_app.practice.models import PracticeAnswer, ReviewCard
from training_app.practice.rules.review import Memory, Met
from training_app.questions.source import Question, from_body

_OTHER: Final = aliased(QuestionVersion)


@dataclass(frozen=True, slots=True)
class Due:
    """A card of the spaced review with its question in the current wording."""

    card_id: int
    module_id: int
    slug: str
    question_version_id: int
    key: str
    due_at: datetime
    question: Question


def due_cards(
    session: Session, scope: Scope, *, now: datetime, without: Collection[int], limit: int
) -> list[Due]:
    """One row per card due at ``now``, longest due first.

    Cards of modules or questions that are no longer published rest, and so do those whose
    question, in whatever wording, is among the question versions ``without``.
    """
    found = session.execute(
        _cards(scope)
        .where(ReviewCard.due_at <= now, *_resting(without))
        .order_by(ReviewCard.due_at, ReviewCard.id)
        .limit(limit)
    )
    return [_due(row) for row in found]


def next_due(session: Session, scope: Scope, *, without: Collection[int]) -> datetime | None:
    """When the next card comes back, also one that is due; None where none waits."""
    waiting = _cards(scope).where(*_resting(without)).with_only_columns(func.min(ReviewCard.due_at))
    return session.scalar(waiting.order_by(None))


def _resting(without: Collection[int]) -> list[ColumnElement[bool]]:
    """Nothing to say while no test is running: the usual case asks no more of the database."""
    if not without:
        return []
    asked = select(_OTHER.question_id).where(_OTHER.id.in_(list(without)))
    return [QuestionRow.id.not_in(asked)]


def same_question(session: Session, question_version_id: int, others: Collection[int]) -> bool:
    """Whether any of ``others`` is a wording of the same question."""
    if not others:
        return False
    found = (
        select(_OTHER.id)
        .join(QuestionVersion, QuestionVersion.question_id == _OTHER.question_id)
        .where(QuestionVersion.id == question_version_id, _OTHER.id.in_(list(others)))
        .limit(1)
    )
    return session.scalar(found) is not None


def own_card(session: Session, scope: Scope, card_id: int) -> Due:
    """The card, if it is in scope and its question is still asked; NotFound otherwise."""
    row = session.execute(_cards(scope).where(ReviewCard.id == card_id)).one_or_none()
    if row is None:
        raise NotFound
    return _due(row)


def _due(row: Row[*tuple[Any, ...]]) -> Due:
    return Due(
        row.id,
        row.module_id,
        row.slug,
        row.question_version_id,
        row.key,
        row.due_at,
        from_body(row.body),
    )


def _cards(scope: Scope) -> Select[*tuple[Any, ...]]:
    return (
        select(
            ReviewCard.id,
            ReviewCard.module_id,
            Module.slug,
            QuestionVersion.id.label("question_version_id"),
            QuestionRow.key,
            ReviewCard.due_at,
            QuestionVersion.body,
        )
        .join(Module, Module.id == ReviewCard.module_id)
        .join(ModuleVersion, ModuleVersion.module_id == Module.id)
        .join(ModuleVersionQuestion, ModuleVersionQuestion.module_version_id == ModuleVersion.id)
        .join(QuestionVersion, QuestionVersion.id == ModuleVersionQuestion.question_version_id)
        .join(QuestionRow, QuestionRow.id == QuestionVersion.question_id)
        .where(
            ReviewCard.person_id.in_(scope.people),
            QuestionRow.key == ReviewCard.question_key,
            ModuleVersion.superseded_at.is_(None),
            ModuleVersionQuestion.use != "test",
            Module.retired_at.is_(None),
        )
        .execution_options(scope=scope)
    )


def met_again(session: Session, scope: Scope, *, day: datetime, week: datetime) -> list[Met]:
    """One entry per card whose question was answered since the week began, wherever it was."""
    answered = and_(
        PracticeAnswer.question_version_id == QuestionVersion.id,
        PracticeAnswer.person_id == ReviewCard.person_id,
        PracticeAnswer.answered_at >= week,
    )
    found = session.execute(
        select(
            func.count().filter(PracticeAnswer.answered_at >= day).label("today"),
            func.count().label("week"),
            ReviewCard.reviews,
        )
        .select_from(ReviewCard)
        .join(QuestionRow, QuestionRow.module_id == ReviewCard.module_id)
        .join(QuestionVersion, QuestionVersion.question_id == QuestionRow.id)
        .join(PracticeAnswer, answered)
        .where(
            ReviewCard.person_id.in_(scope.people),
            ReviewCard.last_review_at >= week,
            ReviewCard.reviews > 1,
            QuestionRow.key == ReviewCard.question_key,
        )
        .group_by(ReviewCard.id, ReviewCard.reviews)
        .execution_options(scope=scope)
    )
    return [Met(row.today, row.week, row.reviews - 1) for row in found]


def memory_of(card: ReviewCard) -> Memory:
    """What the stored card remembers."""
    return Memory(
        card.due_at,
        card.state,
        card.step,
        card.stability,
        card.difficulty,
        card.last_review_at,
    )


# -- what was wrong in tests ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mistake:
    """A question that was not right in a test that was handed in."""

    person_id: int
    module_id: int
    key: str
    at: datetime


_TESTS: Final = Unscoped("each person's own mistakes become the own cards; nobody reads them")
_NEWEST: Final = select(Attempt.id).order_by(Attempt.id.desc()).limit(bindparam("tests")).subquery()
# A key that was corrected since may have made the answer right.
_MISTAKES: Final = (
    select(Attempt.person_id, QuestionRow.module_id, QuestionRow.key, Attempt.submitted_at)
    .join(_NEWEST, _NEWEST.c.id == Attempt.id)
    .join(Person, Person.id == Attempt.person_id)
    .join(AnswerMark, AnswerMark.attempt_id == Attempt.id)
    .join(QuestionVersion, QuestionVersion.id == AnswerMark.question_version_id)
    .join(QuestionRow, QuestionRow.id == QuestionVersion.question_id)
    .join(
        ModuleVersionQuestion,
        and_(
            ModuleVersionQuestion.module_version_id == Attempt.module_version_id,
            ModuleVersionQuestion.question_version_id == AnswerMark.question_version_id,
        ),
    )
    .outerjoin(
        ReviewCard,
        and_(
            ReviewCard.person_id == Attempt.person_id,
            ReviewCard.module_id == QuestionRow.module_id,
            ReviewCard.question_key == QuestionRow.key,
        ),
    )
    .where(
        Attempt.submitted_at >= bindparam("since"),
        Attempt.waiting.is_(False),
        Person.anonymised_at.is_(None),
        AnswerMark.right.is_(False),
        ModuleVersionQuestion.use != "test",
        or_(
            ReviewCard.last_review_at.is_(None),
            ReviewCard.last_review_at < Attempt.submitted_at,
        ),
        ~select(Remark.id)
        .where(
            Remark.attempt_id == AnswerMark.attempt_id,
            Remark.question_version_id == AnswerMark.question_version_id,
            Remark.right,
        )
        .exists(),
    )
    .order_by(Attempt.submitted_at, Attempt.id, QuestionRow.id)
    .limit(bindparam("most"))
)


def mistakes(session: Session, *, since: datetime, tests: int, most: int) -> list[Mistake]:
    """One row per answer in the newest ``tests`` attempts that no card knows yet, oldest first.

    At most ``most`` rows of attempts handed in from ``since`` on. Only questions that are also
    practised come back; those of tests alone stay in tests.
    """
    values = {"since": since, "tests": tests, "most": most}
    found: Any = session.execute(_MISTAKES, values, execution_options={"scope": _TESTS})
    return [Mistake(*row) for row in found]
