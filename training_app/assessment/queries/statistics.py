"""How questions do their work, by numbers alone: counts of marks and answers, never a name.

Only first attempts count: a second one knows the questions. The database counts equal rows, so
that half a million answers arrive as a few hundred.
"""

from __future__ import annotations

import json
import statistics
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Text, and_, cast, func, select, true
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.assessment.models import Answer, AnswerMark, Attempt, KeyCorrection, Remark
from training_app.assessment.queries.marks import LAST_REMARK, POINTS, keys_that_hold
from training_app.assessment.rules import distractors
from training_app.assessment.rules.distractors import Group
from training_app.assessment.rules.item_analysis import Pairs, Weighted
from training_app.catalogue.models import Module, ModuleVersion, QuestionVersion
from training_app.catalogue.models import Question as QuestionRow
from training_app.db import Unscoped
from training_app.errors import NotFound
from training_app.organisation.models import Person
from training_app.organisation.scope import people
from training_app.questions.rules import Response, response_from_data
from training_app.questions.source import Question, from_body

DIGITS: Final = 6  # marks are fractions; their sums differ in the last digits
RECENT: Final = 2_000
_ANYTHING: Final = Unscoped("whether there is any; nothing of it is read")
PAUSE_SECONDS: Final = 600  # a longer gap is a pause, not thinking


@dataclass(frozen=True, slots=True)
class AskedItem:
    """A version of a question that tests of a module have asked."""

    question_version_id: int
    key: str
    number: int
    slug: str
    question: Question


def _counted(scope: Scope, on: date) -> ColumnElement[bool]:
    """First attempts that were handed in and are all marked, by people in scope."""
    mine = true() if scope.everything else Attempt.person_id.in_(people(scope, on, former=True))
    finished = and_(Attempt.submitted_at.is_not(None), Attempt.waiting.is_(False))
    return and_(Attempt.number == 1, finished, mine)


def _of_module(module_id: int) -> ColumnElement[bool]:
    versions = select(ModuleVersion.id).where(ModuleVersion.module_id == module_id)
    return Attempt.module_version_id.in_(versions)


_WORDING: Final = select(
    QuestionVersion.id,
    QuestionRow.key,
    QuestionVersion.number,
    Module.slug,
    QuestionVersion.body,
)
_ASKED: Final = _WORDING.join(QuestionRow, QuestionRow.id == QuestionVersion.question_id).join(
    Module, Module.id == QuestionRow.module_id
)


def _asked(row: Row[int, str, int, str, dict[str, Any]]) -> AskedItem:
    return AskedItem(row.id, row.key, row.number, row.slug, from_body(row.body))


def asked_items(session: Session, module_id: int) -> list[AskedItem]:
    """One row per question version of a module, newest first within its key."""
    found = session.execute(
        _ASKED.where(QuestionRow.module_id == module_id).order_by(
            QuestionRow.key, QuestionVersion.number.desc()
        )
    )
    return [_asked(row) for row in found]


def item_distributions(
    session: Session, scope: Scope, module_id: int, *, on: date
) -> dict[int, Pairs]:
    """Question version → how many attempts have each pair of its mark and the other marks.

    Marks are those that hold today; a question whose key was corrected is marked by the corrected
    one for everybody, also for those whom the old key favoured and whom nobody lowered.
    """
    remarked = _anything_remarked(session, module_id)
    # Most modules: what was handed in is what holds, and half a million rows need no join.
    points = POINTS if remarked else AnswerMark.points
    held = select(
        AnswerMark.question_version_id,
        points.label("points"),
        (Attempt.points - points).label("rest"),
    ).join(Attempt, Attempt.id == AnswerMark.attempt_id)
    if remarked:
        held = held.outerjoin(Remark, LAST_REMARK)
    rows = held.where(_counted(scope, on), _of_module(module_id)).subquery()
    found: Any = session.execute(
        select(*rows.c, func.count()).group_by(*rows.c).execution_options(scope=scope)
    )
    pairs: dict[int, Any] = {}
    for question_version_id, mark, others, times in found:
        pair = (round(mark, DIGITS), round(others or 0.0, DIGITS))
        pairs.setdefault(question_version_id, Counter())[pair] += times
    corrected = select(KeyCorrection.question_version_id).where(
        KeyCorrection.question_version_id.in_(list(pairs))
    )
    for question_version_id in set(session.scalars(corrected)):
        pairs[question_version_id] = _under_the_corrected_key(
            session, scope, question_version_id, on=on
        )
    return dict(pairs)


def _anything_remarked(session: Session, module_id: int) -> bool:
    """Whether a later decision changed any answer of the module."""
    found = (
        select(Remark.id)
        .join(Attempt, Attempt.id == Remark.attempt_id)
        .where(_of_module(module_id))
        .limit(1)
    )
    return session.scalar(found.execution_options(scope=_ANYTHING)) is not None


def _under_the_corrected_key(
    session: Session, scope: Scope, question_version_id: int, *, on: date
) -> Pairs:
    """The pairs of a question as its corrected key marks them."""
    key = keys_that_hold(session, [question_version_id])[question_version_id]
    found = distractors.pairs(
        key, answers_beside_the_rest(session, scope, question_version_id, on=on)
    )
    counted: Counter[tuple[float, float]] = Counter()
    for (mark, rest), times in found.items():
        counted[round(mark, DIGITS), rest] += times
    return counted


def total_distribution(session: Session, scope: Scope, module_id: int, *, on: date) -> Weighted:
    """How many first attempts of a module have each total."""
    found = session.execute(
        select(Attempt.points, func.count())
        .where(_counted(scope, on), _of_module(module_id))
        .group_by(Attempt.points)
        .execution_options(scope=scope)
    )
    totals: Counter[float] = Counter()
    for points, times in found:
        totals[round(points or 0.0, DIGITS)] += times
    return totals


# -- one question ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One way in which a question was answered, and how often."""

    response: Response
    times: int


def asked_item(session: Session, question_version_id: int) -> AskedItem:
    """A question version; NotFound when there is none."""
    row = session.execute(_ASKED.where(QuestionVersion.id == question_version_id)).one_or_none()
    if row is None:
        raise NotFound
    return _asked(row)


def _last_of_attempt() -> ColumnElement[bool]:
    later = aliased(Answer)
    return (
        ~select(later.id)
        .where(
            later.attempt_id == Answer.attempt_id,
            later.question_version_id == Answer.question_version_id,
            later.sequence > Answer.sequence,
        )
        .exists()
    )


def answers_given(
    session: Session, scope: Scope, question_version_id: int, *, on: date
) -> list[Told]:
    """One row per different answer to a question, the most frequent first."""
    written = cast(Answer.response, Text)
    found = session.execute(
        select(written, func.count())
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(
            Answer.question_version_id == question_version_id,
            _counted(scope, on),
            _last_of_attempt(),
        )
        .group_by(written)
        .order_by(func.count().desc(), written)
        .execution_options(scope=scope)
    )
    return [Told(response_from_data(json.loads(data)), times) for data, times in found]


def answers_beside_the_rest(
    session: Session, scope: Scope, question_version_id: int, *, on: date
) -> list[Group]:
    """One entry per different answer beside the marks for the other questions.

    People who were erased are not among them: their marks stand, their answers do not.
    """
    rows = (
        select(cast(Answer.response, Text).label("given"), (Attempt.points - POINTS).label("rest"))
        .select_from(AnswerMark)
        .join(Attempt, Attempt.id == AnswerMark.attempt_id)
        .outerjoin(Remark, LAST_REMARK)
        .outerjoin(
            Answer,
            and_(
                Answer.attempt_id == AnswerMark.attempt_id,
                Answer.question_version_id == AnswerMark.question_version_id,
                _last_of_attempt(),
            ),
        )
        .join(Person, Person.id == Attempt.person_id)
        .where(
            AnswerMark.question_version_id == question_version_id,
            Person.anonymised_at.is_(None),
            _counted(scope, on),
        )
        .subquery()
    )
    found: Any = session.execute(
        select(*rows.c, func.count()).group_by(*rows.c).execution_options(scope=scope)
    )
    counted: Counter[tuple[str | None, float]] = Counter()
    for given, rest, times in found:
        counted[given, round(rest or 0.0, DIGITS)] += times
    return [
        Group(None if given is None else response_from_data(json.loads(given)), rest, times)
        for (given, rest), times in counted.items()
    ]


def median_seconds(
    session: Session, scope: Scope, question_version_id: int, *, on: date
) -> float | None:
    """The usual time from the answer before (or the start) to this one, over recent attempts."""
    before = aliased(Answer)
    previous = (
        select(func.max(before.answered_at))
        .where(before.attempt_id == Answer.attempt_id, before.answered_at < Answer.answered_at)
        .correlate(Answer)
        .scalar_subquery()
    )
    found: Any = session.execute(
        select(Answer.answered_at, previous, Attempt.started_at)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(
            Answer.question_version_id == question_version_id,
            Answer.sequence == 1,
            _counted(scope, on),
        )
        .order_by(Answer.id.desc())
        .limit(RECENT)
        .execution_options(scope=scope)
    )
    gaps = [_seconds(answered, earlier or started) for answered, earlier, started in found]
    thinking = [gap for gap in gaps if gap <= PAUSE_SECONDS]
    return statistics.median(thinking) if thinking else None


def _seconds(answered: datetime, before: datetime) -> float:
    return (answered - before).total_seconds()
