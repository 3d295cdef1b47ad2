"""Whose result a corrected key would change: counted for the preview, row by row to apply it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from training_app.assessment.models import (
    Answer,
    AnswerMark,
    Attempt,
    KeyCorrection,
    LoweringDecision,
    Remark,
)
from training_app.assessment.queries.marks import HARMFUL, LAST_REMARK, POINTS, RIGHT, earned
from training_app.assessment.rules.keys import (
    Earned,
    Key,
    Preview,
    Standing,
    Way,
    earned_under,
    way,
)
from training_app.catalogue.models import Module, ModuleVersion, QuestionVersion
from training_app.catalogue.models import Question as QuestionRow
from training_app.db import Unscoped
from training_app.errors import NotFound
from training_app.organisation.models import Person
from training_app.questions.rules import response_from_data
from training_app.questions.source import from_body

_EVERYBODY: Final = Unscoped("a key is wrong for everybody who was asked; nobody is named")
_LATER, _OTHER, _NEWER = aliased(Answer), aliased(AnswerMark), aliased(Remark)
_LAST_ANSWER: Final = and_(
    Answer.attempt_id == AnswerMark.attempt_id,
    Answer.question_version_id == AnswerMark.question_version_id,
    ~select(_LATER.id)
    .where(
        _LATER.attempt_id == Answer.attempt_id,
        _LATER.question_version_id == Answer.question_version_id,
        _LATER.sequence > Answer.sequence,
    )
    .exists(),
)


def _harm_elsewhere() -> ColumnElement[bool]:
    """Whether another answer of the attempt chose what the law forbids, by what holds today."""
    decided, later = aliased(Remark), aliased(Remark)
    undecided = ~(
        select(decided.id)
        .where(
            decided.attempt_id == _OTHER.attempt_id,
            decided.question_version_id == _OTHER.question_version_id,
        )
        .exists()
    )
    marked = select(_OTHER.attempt_id).where(
        _OTHER.attempt_id == AnswerMark.attempt_id,
        _OTHER.question_version_id != AnswerMark.question_version_id,
        _OTHER.harmful,
        undecided,
    )
    remarked = select(_NEWER.id).where(
        _NEWER.attempt_id == AnswerMark.attempt_id,
        _NEWER.question_version_id != AnswerMark.question_version_id,
        _NEWER.harmful,
        ~select(later.id)
        .where(
            later.attempt_id == _NEWER.attempt_id,
            later.question_version_id == _NEWER.question_version_id,
            later.number > _NEWER.number,
        )
        .exists(),
    )
    return or_(marked.exists(), remarked.exists())


# The answers of erased people are gone: what they earned stays as it was.
_HAS_ANSWERS: Final = Person.anonymised_at.is_(None)
_ASKED: Final = (
    select(
        cast(Answer.response, Text).label("given"),
        POINTS.label("points"),
        RIGHT.label("right"),
        HARMFUL.label("harmful"),
        Attempt.points.label("total"),
        Attempt.right_count,
        Attempt.passed,
        Attempt.safety_failed,
        Attempt.waiting,
        Attempt.out_of,
        func.coalesce(ModuleVersion.pass_mark, 0).label("pass_mark"),
        _harm_elsewhere().label("harm"),
    )
    .select_from(AnswerMark)
    .join(Attempt, Attempt.id == AnswerMark.attempt_id)
    .join(ModuleVersion, ModuleVersion.id == Attempt.module_version_id)
    .join(Person, Person.id == Attempt.person_id)
    .outerjoin(Remark, LAST_REMARK)
    .outerjoin(Answer, _LAST_ANSWER)
    .where(AnswerMark.question_version_id == bindparam("question"), _HAS_ANSWERS)
)
_SAME: Final = _ASKED.subquery()
# Equal attempts arrive as one row with their number: ten thousand become a few dozen.
_COUNTED: Final = select(*_SAME.c, func.count().label("times")).group_by(*_SAME.c)

# To apply a key the rows come batch by batch. Each table is asked by its own key for the attempts
# of one batch, so that no plan depends on what a database believes about freshly filled tables.
_BATCH: Final = (
    select(AnswerMark.attempt_id)
    .where(
        AnswerMark.question_version_id == bindparam("question"),
        AnswerMark.attempt_id > bindparam("after"),
    )
    .order_by(AnswerMark.attempt_id)
    .limit(bindparam("batch"))
)
_TOTALS: Final = (
    select(
        Attempt.id,
        Attempt.person_id,
        Attempt.points.label("total"),
        Attempt.right_count,
        Attempt.passed,
        Attempt.safety_failed,
        Attempt.waiting,
        Attempt.out_of,
        func.coalesce(ModuleVersion.pass_mark, 0).label("pass_mark"),
    )
    .join(ModuleVersion, ModuleVersion.id == Attempt.module_version_id)
    .where(Attempt.id.in_(bindparam("attempts", expanding=True)))
    .order_by(Attempt.id)
)
_ERASED: Final = select(Person.id).where(
    Person.id.in_(bindparam("people", expanding=True)), ~_HAS_ANSWERS
)
_GIVEN: Final = (
    select(Answer.attempt_id, Answer.response)
    .where(
        Answer.attempt_id.in_(bindparam("attempts", expanding=True)),
        Answer.question_version_id == bindparam("question"),
    )
    .order_by(Answer.sequence)
)


def preview(session: Session, question_version_id: int, key: Key) -> Preview:
    """How many results the key would take up, down and nowhere; counts only."""
    counted = Preview()
    found = session.execute(
        _COUNTED, {"question": question_version_id}, execution_options={"scope": _EVERYBODY}
    )
    for row in found:
        item = Earned(row.points, bool(row.right), bool(row.harmful))
        given = json.loads(row.given) if row.given is not None else None
        before, after = _both(row, item, given, key, harm=bool(row.harm))
        counted.count(before, after, row.times)
    return counted


@dataclass(frozen=True, slots=True)
class Due:
    """An attempt that a key would change, and where it would take it."""

    attempt_id: int
    way: Way
    earned: Earned


def due(
    session: Session, question_version_id: int, key: Key, *, after: int, batch: int
) -> tuple[list[Due], int | None]:
    """Of the next ``batch`` attempts those that the key would change, and the last id looked at.

    None instead of the id when there are no more.
    """
    values: dict[str, Any] = {"question": question_version_id, "after": after, "batch": batch}
    as_everybody = {"scope": _EVERYBODY}
    ids = session.scalars(_BATCH, values, execution_options=as_everybody).all()
    asked = {"question": question_version_id, "attempts": ids}
    items = earned(session, _EVERYBODY, ids)
    # An answer has its highest sequence last.
    rows: Any = session.execute(_GIVEN, asked, execution_options=as_everybody)
    given = dict(rows.all())
    found = []
    totals = session.execute(_TOTALS, asked, execution_options=as_everybody).all()
    people = {"people": [row.person_id for row in totals]}
    erased = set(session.scalars(_ERASED, people, execution_options=as_everybody))
    for row in totals:
        if row.person_id in erased:
            continue
        held = items[row.id]
        item = held.pop(question_version_id)
        harm = any(one.harmful for one in held.values())
        before, then = _both(row, item, given.get(row.id), key, harm=harm)
        taken = way(before, then)
        if taken is not Way.SAME:
            found.append(Due(row.id, taken, then.item))
    return found, ids[-1] if len(ids) == batch else None


def _both(
    row: Any, item: Earned, given: dict[str, Any] | None, key: Key, *, harm: bool
) -> tuple[Standing, Standing]:
    """An attempt as it stands, and as it would stand under the key.

    ``harm``: another of its answers chose what the law forbids.
    """
    before = Standing(
        item, row.total or 0.0, row.right_count or 0, bool(row.passed), bool(row.safety_failed)
    )
    response = response_from_data(given) if given is not None else None
    new = earned_under(key, response)
    if new == item:
        return before, before
    counted = before.right_count + new.right - item.right
    harm = harm or new.harmful
    stands = counted >= min(row.pass_mark, row.out_of) and not harm and not row.waiting
    return before, Standing(new, before.points + new.points - item.points, counted, stands, harm)


# -- corrections ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """A corrected key: of which question, by which reason, and who decided that it lowers."""

    id: int
    question_version_id: int
    number: int
    key: Key
    reason: str
    corrected_at: datetime
    question_key: str
    slug: str
    decided: LoweringDecision | None


def correction_page(session: Session, correction_id: int) -> CorrectionPage:
    """A correction; NotFound when there is none."""
    row = session.execute(
        select(KeyCorrection, QuestionRow.key, Module.slug, LoweringDecision)
        .join(QuestionVersion, QuestionVersion.id == KeyCorrection.question_version_id)
        .join(QuestionRow, QuestionRow.id == QuestionVersion.question_id)
        .join(Module, Module.id == QuestionRow.module_id)
        .outerjoin(LoweringDecision, LoweringDecision.correction_id == KeyCorrection.id)
        .where(KeyCorrection.id == correction_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    made, key, slug, decided = row
    return CorrectionPage(
        made.id,
        made.question_version_id,
        made.number,
        Key(from_body(made.body), void=made.void),
        made.reason,
        made.corrected_at,
        key,
        slug,
        decided,
    )


@dataclass(frozen=True, slots=True)
class Done:
    """What a correction has changed so far: attempts up and down, passes gained and lost."""

    up: int
    down: int
    gained: int
    lost: int


def done_by(session: Session, correction_id: int) -> Done:
    """Attempts that a correction has changed."""
    found: Any = session.execute(
        select(Remark.attempt_passed, Remark.before, Remark.points, Remark.harmful)
        .where(Remark.cause == "correction", Remark.cause_id == correction_id)
        .execution_options(scope=_EVERYBODY)
    )
    up = down = gained = lost = 0
    for passed, before, points, harmful in found:
        old = before["item"]
        worse = points < old["points"] or (harmful and not old["harmful"])
        up, down = up + (not worse), down + worse
        gained += passed and not before["passed"]
        lost += before["passed"] and not passed
    return Done(up, down, gained, lost)


def corrections_of(session: Session, question_version_id: int) -> list[KeyCorrection]:
    """The corrections of one version of a question, the latest first."""
    found = session.scalars(
        select(KeyCorrection)
        .where(KeyCorrection.question_version_id == question_version_id)
        .order_by(KeyCorrection.number.desc())
    )
    return list(found)


def asked_named(session: Session, slug: str, key: str, number: int | None) -> int | None:
    """The id of a version of a question (None: the latest) by module and key; None: none."""
    wanted = (
        select(QuestionVersion.id)
        .join(QuestionRow, QuestionRow.id == QuestionVersion.question_id)
        .join(Module, Module.id == QuestionRow.module_id)
        .where(Module.slug == slug, QuestionRow.key == key)
        .order_by(QuestionVersion.number.desc())
        .limit(1)
    )
    if number is not None:
        wanted = wanted.where(QuestionVersion.number == number)
    return session.scalar(wanted)
