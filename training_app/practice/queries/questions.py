"""Practice questions at their places, and what was answered to them last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.catalogue.models import (
    Module,
    ModuleVersion,
    ModuleVersionQuestion,
    QuestionVersion,
)
from training_app.catalogue.models import Question as QuestionRow
from training_app.errors import NotFound
from training_app.practice.models import PracticeAnswer
from training_app.questions.rules import Response, response_from_data
from training_app.questions.source import Question, from_body


@dataclass(frozen=True, slots=True)
class Asked:
    """A practice question at its place: ``number`` from 1 of ``count`` in the module."""

    slug: str
    module_id: int
    version_id: int
    title: str
    title_en: str
    number: int
    count: int
    question_version_id: int
    key: str
    question: Question


_NUMBERED = (
    select(
        Module.slug,
        Module.id.label("module_id"),
        ModuleVersion.id.label("version_id"),
        ModuleVersion.title,
        ModuleVersion.title_en,
        ModuleVersionQuestion.question_version_id,
        func.row_number().over(order_by=ModuleVersionQuestion.position).label("number"),
        func.count().over().label("total"),
    )
    .join(ModuleVersion, ModuleVersion.module_id == Module.id)
    .join(ModuleVersionQuestion, ModuleVersionQuestion.module_version_id == ModuleVersion.id)
    .where(
        Module.slug == bindparam("slug"),
        Module.retired_at.is_(None),
        ModuleVersion.superseded_at.is_(None),
        ModuleVersionQuestion.use != "test",
    )
    .subquery()
)
_AT_PLACE: Final = (
    select(_NUMBERED, QuestionRow.key, QuestionVersion.body)
    .join(QuestionVersion, QuestionVersion.id == _NUMBERED.c.question_version_id)
    .join(QuestionRow, QuestionRow.id == QuestionVersion.question_id)
    .where(_NUMBERED.c.number == bindparam("place"))
)


def practice_question(session: Session, slug: str, number: int) -> Asked:
    """The practice question at this place of the current version; NotFound beyond the last."""
    row = session.execute(_AT_PLACE, {"slug": slug, "place": number}).one_or_none()
    if row is None:
        raise NotFound
    return Asked(
        row.slug,
        row.module_id,
        row.version_id,
        row.title,
        row.title_en,
        row.number,
        row.total,
        row.question_version_id,
        row.key,
        from_body(row.body),
    )


_LAST_RESPONSE: Final = (
    select(PracticeAnswer.response)
    .where(
        PracticeAnswer.person_id.in_(bindparam("people", expanding=True)),
        PracticeAnswer.question_version_id == bindparam("question"),
    )
    .order_by(PracticeAnswer.id.desc())
    .limit(1)
)


def last_response(session: Session, scope: Scope, question_version_id: int) -> Response | None:
    """What the person answered last in practice, or None."""
    values = {"people": sorted(scope.people), "question": question_version_id}
    data = session.scalar(_LAST_RESPONSE, values, execution_options={"scope": scope})
    return None if data is None else response_from_data(data)
