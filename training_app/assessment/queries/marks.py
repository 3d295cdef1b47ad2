"""What answers earn today: as they were handed in, and as was decided about them since."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.assessment.models import (
    AnswerMark,
    Attempt,
    CountingPolicy,
    KeyCorrection,
    LoweringDecision,
    Remark,
    WrittenAnswer,
)
from training_app.assessment.rules.keys import Earned, Key
from training_app.catalogue.models import ModuleVersion, QuestionVersion
from training_app.db import JsonValue, Unscoped
from training_app.questions.source import from_body

_LATER = aliased(Remark)


def _last_remark(*among: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(
        Remark.attempt_id == AnswerMark.attempt_id,
        Remark.question_version_id == AnswerMark.question_version_id,
        ~select(_LATER.id)
        .where(
            _LATER.attempt_id == Remark.attempt_id,
            _LATER.question_version_id == Remark.question_version_id,
            _LATER.number > Remark.number,
            *among,
        )
        .exists(),
    )


# The decision that holds on the answer of an AnswerMark.
LAST_REMARK: Final = _last_remark()
POINTS: Final = func.coalesce(Remark.points, AnswerMark.points)
RIGHT: Final = func.coalesce(Remark.right, AnswerMark.right)
HARMFUL: Final = func.coalesce(Remark.harmful, AnswerMark.harmful)
_ATTEMPTS: Final[Any] = bindparam("attempts", expanding=True)
# Each table is told which attempts are meant: no plan then reads a whole one.
_EARNED: Final = (
    select(AnswerMark.attempt_id, AnswerMark.question_version_id, POINTS, RIGHT, HARMFUL)
    .outerjoin(
        Remark, _last_remark(_LATER.attempt_id.in_(_ATTEMPTS)) & Remark.attempt_id.in_(_ATTEMPTS)
    )
    .where(AnswerMark.attempt_id.in_(_ATTEMPTS))
)


def earned(
    session: Session, scope: Scope | Unscoped, attempt_ids: Collection[int]
) -> dict[int, dict[int, Earned]]:
    """Attempt → question version → what its answer earns today."""
    found: dict[int, dict[int, Earned]] = {one: {} for one in attempt_ids}
    rows = session.execute(
        _EARNED, {"attempts": list(attempt_ids)}, execution_options={"scope": scope}
    )
    for attempt_id, question_version_id, points, right, harmful in rows:
        found[attempt_id][question_version_id] = Earned(points, right, harmful)
    return found


# -- the keys that hold ---------------------------------------------------------------------

_NEWER = aliased(KeyCorrection)
_LAST_CORRECTION: Final = and_(
    KeyCorrection.question_version_id == QuestionVersion.id,
    ~select(_NEWER.id)
    .where(
        _NEWER.question_version_id == KeyCorrection.question_version_id,
        _NEWER.number > KeyCorrection.number,
    )
    .exists(),
)
_KEYS: Final = (
    select(
        QuestionVersion.id,
        func.coalesce(KeyCorrection.body, QuestionVersion.body, type_=JsonValue),
        func.coalesce(KeyCorrection.void, False),
    )
    .outerjoin(KeyCorrection, _LAST_CORRECTION)
    .where(QuestionVersion.id.in_(bindparam("versions", expanding=True)))
)


def keys_that_hold(session: Session, version_ids: Iterable[int]) -> dict[int, Key]:
    """Question version → its wording with the key that holds today, corrected where it was."""
    rows: Any = session.execute(_KEYS, {"versions": list(version_ids)})
    return {one: Key(from_body(body), void=bool(void)) for one, body, void in rows}


# -- what changed a result ------------------------------------------------------------------


def remarks(session: Session, scope: Scope, attempt_id: int) -> list[Remark]:
    """The decisions on an attempt since it was handed in, in their order."""
    found = session.scalars(
        select(Remark).where(Remark.attempt_id == attempt_id).order_by(Remark.number),
        execution_options={"scope": scope},
    )
    return list(found)


def corrections_since(
    session: Session, version_ids: Iterable[int], since: datetime
) -> list[tuple[KeyCorrection, str]]:
    """Keys of these questions corrected after a moment, in their order, and who lowers by name."""
    found = session.execute(
        select(KeyCorrection, func.coalesce(LoweringDecision.decided_name, ""))
        .outerjoin(LoweringDecision, LoweringDecision.correction_id == KeyCorrection.id)
        .where(
            KeyCorrection.question_version_id.in_(list(version_ids)),
            KeyCorrection.corrected_at > since,
        )
        .order_by(KeyCorrection.id)
    )
    return [(correction, name) for correction, name in found]


_ATTEMPTS_OF: Final[Any] = Attempt.__table__
_WRITTEN: Final[Any] = WrittenAnswer.__table__
_CORRECTED: Final[Any] = KeyCorrection.__table__
_DECIDED: Final[Any] = CountingPolicy.__table__
_VERSION_OF: Final[Any] = ModuleVersion.__table__
_THIS: Final = _ATTEMPTS_OF.c.id == bindparam("attempt")
_LATER_NEWS: Final = select(
    exists().where(_WRITTEN.c.attempt_id == bindparam("attempt")),
    exists().where(
        _CORRECTED.c.question_version_id.in_(bindparam("versions", expanding=True)),
        _CORRECTED.c.corrected_at > bindparam("since"),
    ),
    exists().where(
        _THIS,
        _VERSION_OF.c.id == _ATTEMPTS_OF.c.module_version_id,
        _DECIDED.c.module_id == _VERSION_OF.c.module_id,
        _DECIDED.c.decided_at > bindparam("since"),
    ),
    exists().where(_THIS, _ATTEMPTS_OF.c.news_at.is_not(None)),
)


@dataclass(frozen=True, slots=True)
class LaterNews:
    """What there is to tell of an attempt since it was handed in.

    ``written``: people mark answers of it; ``corrected``: keys of its questions were corrected;
    ``decided``: it was decided anew which attempt counts; ``unread``: its result changed.
    """

    written: bool
    corrected: bool
    decided: bool
    unread: bool


def later_news(
    session: Session, attempt_id: int, version_ids: Iterable[int], since: datetime
) -> LaterNews:
    """What there is to tell of an attempt that was handed in at a moment. One SELECT."""
    values = {"attempt": attempt_id, "versions": list(version_ids), "since": since}
    return LaterNews(*(bool(one) for one in session.execute(_LATER_NEWS, values).one()))
