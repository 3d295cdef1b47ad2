"""One question of an own attempt with all that its page says: one SELECT for the busiest page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, Select, bindparam, func, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.assessment import scope as rows
from training_app.assessment.models import Answer
from training_app.assessment.queries.attempts import ATTEMPTS, OWN_ATTEMPT, OWN_ROW, AttemptRow
from training_app.assessment.rules import attempts as rules
from training_app.catalogue.models import QuestionVersion
from training_app.errors import NotFound
from training_app.questions.rules import Response, response_from_data
from training_app.questions.source import Question, from_body


@dataclass(frozen=True, slots=True)
class Asked:
    """The question at a place of an attempt, what was answered to it last, and how far it is.

    ``answered`` counts the questions of the attempt that have an answer; ``saved_at`` is when the
    last of them became durable.
    """

    attempt: AttemptRow
    question: Question
    given: Response | None = None
    answered: int = 0
    saved_at: datetime | None = None


_ANSWERS: Final[Any] = Answer.__table__
_WORDINGS: Final[Any] = QuestionVersion.__table__
_PLACE: Final = ATTEMPTS.c.questions[bindparam("place", type_=JSON.JSONIntIndexType())].as_integer()
_WIDTH: Final = len(OWN_ATTEMPT.selected_columns)


def _with_question(attempt: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The attempt with the wording at the asked place; none of it where there is no such place."""
    return attempt.add_columns(_WORDINGS.c.body).outerjoin(_WORDINGS, _WORDINGS.c.id == _PLACE)


_OF_ATTEMPT: Final = _ANSWERS.c.attempt_id == ATTEMPTS.c.id
_GIVEN: Final = (
    select(_ANSWERS.c.response)
    .where(_OF_ATTEMPT, _ANSWERS.c.question_version_id == _PLACE)
    .order_by(_ANSWERS.c.sequence.desc())
    .limit(1)
    .correlate(ATTEMPTS)
    .scalar_subquery()
)
_ANSWERED: Final = (
    select(func.count(_ANSWERS.c.question_version_id.distinct()))
    .where(_OF_ATTEMPT)
    .correlate(ATTEMPTS)
    .scalar_subquery()
)
_SAVED_AT: Final = (
    select(func.max(_ANSWERS.c.answered_at))
    .where(_OF_ATTEMPT)
    .correlate(ATTEMPTS)
    .scalar_subquery()
)
_TO_SHOW: Final = _with_question(OWN_ATTEMPT).add_columns(_GIVEN, _ANSWERED, _SAVED_AT)
_TO_ANSWER: Final = _with_question(OWN_ATTEMPT).with_for_update(of=ATTEMPTS)


def question_to_show(session: Session, scope: Scope, attempt_id: int, number: int) -> Asked:
    """The question at place ``number`` from 1, if the attempt is in scope; NotFound otherwise."""
    row = _row(session, _TO_SHOW, scope, attempt_id, number)
    given, answered, saved_at = row[_WIDTH + 1 :]
    return Asked(
        AttemptRow(*row[:_WIDTH]),
        _question(row),
        None if given is None else response_from_data(given),
        answered,
        saved_at,
    )


def question_to_answer(session: Session, scope: Scope, attempt_id: int, number: int) -> Asked:
    """The question at place ``number`` with the attempt's row locked until commit.

    So saving and handing in take turns. NotFound when the attempt is not in scope.
    """
    row = _row(session, _TO_ANSWER, scope, attempt_id, number)
    return Asked(AttemptRow(*row[:_WIDTH]), _question(row))


def _row(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    scope: Scope,
    attempt_id: int,
    number: int,
) -> Any:
    """Place 0 does not exist, though a database may count from the end below it."""
    values = rows.named(scope, attempt=attempt_id, place=number - 1)
    row = session.execute(statement, values).one_or_none() if number > 0 else None
    if row is None:
        raise NotFound
    return row


def _question(row: Any) -> Question:
    body = row[_WIDTH]
    if body is None:
        raise NotFound
    return from_body(body)


_LEFT_AT: Final = (
    select(ATTEMPTS.c.questions, _ANSWERS.c.question_version_id, _ANSWERS.c.id)
    .outerjoin(_ANSWERS, _OF_ATTEMPT)
    .where(ATTEMPTS.c.id == bindparam("attempt"), OWN_ROW)
    .order_by(_ANSWERS.c.id)
)


def place_to_resume(session: Session, scope: Scope, attempt_id: int) -> int | None:
    """The place from 1 where an attempt in scope goes on; None when every question is answered."""
    found = session.execute(_LEFT_AT, rows.named(scope, attempt=attempt_id)).all()
    if not found:
        raise NotFound
    given = {question_id: answer_id for _, question_id, answer_id in found if answer_id}
    return rules.place_to_resume(found[0].questions, given)
