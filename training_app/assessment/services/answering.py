"""Saving an answer: one locked row, one insert.

This is the most frequent write of all, so its statements are built once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from training_app.access import Permission, Viewer
from training_app.assessment import queries
from training_app.assessment.models import Answer, LateAnswer
from training_app.assessment.queries import Asked, AttemptRow
from training_app.assessment.rules import attempts as rules
from training_app.errors import N_, InvalidInput, RuleBroken
from training_app.questions.rules import Response, response_from_data, response_to_data

_ANSWER: Final[Any] = Answer.__table__
_LATE: Final[Any] = LateAnswer.__table__
_SEQUENCE: Final = (
    select(func.coalesce(func.max(_ANSWER.c.sequence), 0) + 1)
    .where(
        _ANSWER.c.attempt_id == bindparam("attempt"),
        _ANSWER.c.question_version_id == bindparam("question"),
    )
    .scalar_subquery()
)
_VALUES: Final = {
    "attempt_id": bindparam("attempt"),
    "question_version_id": bindparam("question"),
    "sequence": _SEQUENCE,
    "response": bindparam("given"),
    "answered_at": bindparam("at"),
    "client_key": bindparam("key"),
}
# The key alone may collide: the attempt's row is locked, so nobody else takes the sequence.
_SAVE: Final = {
    name: insert(_ANSWER)
    .values(_VALUES)
    .on_conflict_do_nothing(index_elements=["client_key"])
    .returning(_ANSWER.c.sequence)
    for name, insert in (("sqlite", sqlite_insert), ("postgresql", postgresql_insert))
}
# An answer that came too late is kept once, whatever becomes of it.
_KEEP: Final = {
    name: insert(_LATE)
    .values(
        attempt_id=bindparam("attempt"),
        question_version_id=bindparam("question"),
        response=bindparam("given"),
        arrived_at=bindparam("at"),
        client_key=bindparam("key"),
    )
    .on_conflict_do_nothing(index_elements=["client_key"])
    for name, insert in (("sqlite", sqlite_insert), ("postgresql", postgresql_insert))
}
_BY_KEY: Final = select(
    _ANSWER.c.attempt_id,
    _ANSWER.c.question_version_id,
    _ANSWER.c.response,
    _ANSWER.c.sequence,
    _ANSWER.c.answered_at,
).where(_ANSWER.c.client_key == bindparam("key"))


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer as it is stored; ``repeated`` when this delivery found it there already.

    ``refused``: it came too late, is kept as a :class:`LateAnswer` and counts for nothing. Who
    saved it commits first and then raises this, so that keeping it is durable.
    """

    response: Response
    sequence: int
    answered_at: datetime
    repeated: bool
    refused: RuleBroken | None = None


def question_to_answer(session: Session, attempt_id: int, number: int, *, actor: Viewer) -> Asked:
    """The question of the own attempt, its row locked: saving and handing in take turns."""
    mine = actor.scope(Permission.ASSESSMENT_TAKE)
    return queries.question_to_answer(session, mine, attempt_id, number)


def save_answer(
    session: Session,
    attempt_id: int,
    number: int,
    response: Response,
    *,
    client_key: str,
    now: datetime,
    actor: Viewer,
) -> Saved:
    """Lock the own attempt and save one answer into it: see :func:`save_into`.

    Raises RuleBroken for an answer that came too late.
    """
    attempt = question_to_answer(session, attempt_id, number, actor=actor).attempt
    saved = save_into(session, attempt, number, response, client_key=client_key, now=now)
    if saved.refused is not None:
        raise saved.refused
    return saved


def save_into(
    session: Session,
    attempt: AttemptRow,
    number: int,
    response: Response,
    *,
    client_key: str,
    now: datetime,
) -> Saved:
    """Save the answer to the question at place ``number`` of an attempt that is locked.

    The same ``client_key`` with the same content gives the stored answer again; with other
    content InvalidInput. Once the attempt was handed in or its time is over, the answer is kept
    aside and ``refused`` says why it counts for nothing.
    """
    question = attempt.question_id(number)
    values = {
        "attempt": attempt.id,
        "question": question,
        "given": response_to_data(response),
        "at": now,
        "key": client_key,
    }
    closed = _closed(attempt, now)
    if closed is None:
        statement = _SAVE[session.get_bind().dialect.name]
        sequence: int | None = session.execute(statement, values).scalar_one_or_none()
        if sequence is not None:
            return Saved(response, sequence, now, repeated=False)
    stored = _stored(session, values)
    if stored is not None:
        return stored
    if closed is None:
        raise RuntimeError("an answer was refused though its key is new")
    session.execute(_KEEP[session.get_bind().dialect.name], values)
    return Saved(response, 0, now, repeated=False, refused=closed)


def _closed(attempt: AttemptRow, now: datetime) -> RuleBroken | None:
    """Why nothing new is saved into the attempt any more."""
    if attempt.submitted_at is not None:
        return RuleBroken(
            N_(
                "This test was handed in already. The result stands. The answer sent now is kept"
                " for the trainer to see; it does not count."
            )
        )
    if not rules.in_time(attempt.closes_at, now):
        return RuleBroken(
            N_(
                "The time is over. Answers saved before are safe; hand in the test. The answer sent"
                " now is kept for the trainer to see; it does not count."
            )
        )
    return None


def _stored(session: Session, values: dict[str, Any]) -> Saved | None:
    """The answer saved under this key, None if there is none, InvalidInput if it is another."""
    found = session.execute(_BY_KEY, {"key": values["key"]}).one_or_none()
    if found is None:
        return None
    here = (values["attempt"], values["question"], values["given"])
    if (found.attempt_id, found.question_version_id, found.response) != here:
        raise InvalidInput(
            N_(
                "This question was already answered in another way, and that answer is safe."
                " To change it, look at the choice below and press again."
            )
        )
    return Saved(
        response_from_data(found.response), found.sequence, found.answered_at, repeated=True
    )
