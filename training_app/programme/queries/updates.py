"""What a short update of a module consists of for one person, and how far it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.catalogue.models import (
    ItemKind,
    Lesson,
    ModuleVersion,
    ModuleVersionQuestion,
    Question,
    QuestionVersion,
)
from training_app.catalogue.queries import ModuleCard, Part, differing_parts, module_by_slug
from training_app.errors import NotFound
from training_app.learning.models import Fact, LessonProgress
from training_app.learning.queries import one_human
from training_app.practice.models import PracticeAnswer
from training_app.programme.queries.needs import needs_of_person
from training_app.programme.rules import Law
from training_app.questions.source import Kind

_PRACTISED: Final = ("practice", "both")


@dataclass(frozen=True)
class UpdateStep:
    """A lesson to read (``slug``) or a practice question to answer (``number``)."""

    title: str
    done: bool
    slug: str = ""
    number: int = 0


@dataclass(frozen=True)
class ShortUpdatePlan:
    """The changed lessons and practice questions of a module, and the laws that changed."""

    card: ModuleCard
    laws: tuple[Law, ...]
    due: date | None
    steps: tuple[UpdateStep, ...]

    @property
    def finished(self) -> bool:
        """Whether everything was read and answered rightly."""
        return all(step.done for step in self.steps)


def short_update(
    session: Session, person_id: int, slug: str, on: date, *, scope: Scope
) -> ShortUpdatePlan | None:
    """The short update asked of the person, or None when none is. Raises NotFound."""
    card = module_by_slug(session, slug)
    if card is None:
        raise NotFound
    needs = [
        one.need
        for one in needs_of_person(session, person_id, on, scope=scope)
        if one.need.short_update_of(card.module_id)
    ]
    if not needs:
        return None
    found = [one for need in needs for one in need.updates if one.module_id == card.module_id]
    changed = _changed(session, card, [one.fact_id for one in found], scope)
    laws = {one.law.change_id: one.law for one in found if one.law}
    due = min((need.due_on for need in needs if need.due_on), default=None)
    steps = (
        *_lessons(session, person_id, card, changed, scope),
        *_questions(session, person_id, card, changed, scope),
    )
    return ShortUpdatePlan(card, tuple(laws.values()), due, steps)


def _changed(
    session: Session, card: ModuleCard, fact_ids: list[int], scope: Scope
) -> frozenset[Part]:
    """The parts of the current version that differ from what the passes rest on."""
    versions = session.scalars(
        select(Fact.module_version_id)
        .where(Fact.id.in_(fact_ids), Fact.module_version_id.is_not(None))
        .distinct()
        .execution_options(scope=scope)
    ).all()
    parts: frozenset[Part] = frozenset()
    for version_id in versions:
        if version_id is not None:
            parts |= differing_parts(session, version_id, card.version_id)
    return parts


def _lessons(
    session: Session, person_id: int, card: ModuleCard, changed: frozenset[Part], scope: Scope
) -> list[UpdateStep]:
    read = select(LessonProgress.lesson_id).where(
        LessonProgress.person_id.in_(one_human(person_id))
    )
    rows = session.execute(
        select(Lesson.slug, Lesson.title, Lesson.id.in_(read).label("done"))
        .where(Lesson.module_version_id == card.version_id)
        .order_by(Lesson.position)
        .execution_options(scope=scope)
    )
    return [
        UpdateStep(row.title, bool(row.done), slug=row.slug)
        for row in rows
        if Part(ItemKind.LESSON, row.slug) in changed
    ]


def _questions(
    session: Session, person_id: int, card: ModuleCard, changed: frozenset[Part], scope: Scope
) -> list[UpdateStep]:
    """Changed questions that may be practised and marked at once.

    Those of the test alone stay unseen; a written answer waits for a person.
    """
    right = select(PracticeAnswer.question_version_id).where(
        PracticeAnswer.person_id.in_(one_human(person_id)), PracticeAnswer.right
    )
    rows = session.execute(
        select(
            Question.key,
            QuestionVersion.kind,
            QuestionVersion.body,
            QuestionVersion.id.in_(right).label("done"),
        )
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(
            ModuleVersionQuestion,
            ModuleVersionQuestion.question_version_id == QuestionVersion.id,
        )
        .join(ModuleVersion, ModuleVersion.id == ModuleVersionQuestion.module_version_id)
        .where(ModuleVersion.id == card.version_id, ModuleVersionQuestion.use.in_(_PRACTISED))
        .order_by(ModuleVersionQuestion.position)
        .execution_options(scope=scope)
    )
    return [
        UpdateStep(str(row.body["stem"]), bool(row.done), number=number)
        for number, row in enumerate(rows, start=1)
        if Part(ItemKind.QUESTION, row.key) in changed and row.kind != Kind.WRITTEN
    ]
