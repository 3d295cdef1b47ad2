"""Practice questions, paths through scenarios and cards that are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, select, true
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.catalogue.models import (
    Module,
    ModuleVersion,
    ModuleVersionQuestion,
    QuestionVersion,
    ScenarioVersion,
)
from training_app.catalogue.models import Question as QuestionRow
from training_app.errors import NotFound
from training_app.organisation.scope import people
from training_app.practice.models import PracticeAnswer, ReviewCard, ScenarioRun, ScenarioStep
from training_app.practice.rules.paths import Move
from training_app.practice.rules.review import Memory
from training_app.questions.rules import Response, response_from_data
from training_app.questions.source import Question, from_body

# -- questions ------------------------------------------------------------------------------


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


# -- scenarios ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """A walk through a scenario with all its moves, in order."""

    id: int
    scenario_version_id: int
    ended_at: datetime | None
    moves: tuple[Move, ...]


def own_run(session: Session, scope: Scope, run_id: int) -> Run:
    """The run, if it is in scope; NotFound otherwise. One SELECT."""
    found = session.execute(
        select(
            ScenarioRun.id,
            ScenarioRun.scenario_version_id,
            ScenarioRun.ended_at,
            ScenarioStep.node,
            ScenarioStep.choice,
        )
        .outerjoin(ScenarioStep, ScenarioStep.run_id == ScenarioRun.id)
        .where(ScenarioRun.id == run_id, ScenarioRun.person_id.in_(scope.people))
        .order_by(ScenarioStep.sequence)
        .execution_options(scope=scope)
    ).all()
    if not found:
        raise NotFound
    first = found[0]
    moves = tuple(Move(row.node, row.choice) for row in found if row.node is not None)
    return Run(first.id, first.scenario_version_id, first.ended_at, moves)


def unfinished_run(session: Session, scope: Scope, scenario_version_id: int) -> int | None:
    """The latest run of this scenario that has moves and no ending, or None."""
    return session.scalar(
        select(ScenarioRun.id)
        .where(
            ScenarioRun.person_id.in_(scope.people),
            ScenarioRun.scenario_version_id == scenario_version_id,
            ScenarioRun.ended_at.is_(None),
            select(ScenarioStep.run_id).where(ScenarioStep.run_id == ScenarioRun.id).exists(),
        )
        .order_by(ScenarioRun.id.desc())
        .limit(1)
        .execution_options(scope=scope)
    )


# -- what people choose first, by numbers alone ----------------------------------------------


@dataclass(frozen=True, slots=True)
class Story:
    """A published scenario in a list."""

    module_slug: str
    module_title: str
    module_title_en: str
    slug: str
    title: str


def stories(session: Session) -> list[Story]:
    """One row per scenario of the published modules, in the order of the curriculum."""
    found = session.execute(
        select(
            Module.slug,
            ModuleVersion.title,
            ModuleVersion.title_en,
            ScenarioVersion.slug,
            ScenarioVersion.title,
        )
        .join(ModuleVersion, ModuleVersion.module_id == Module.id)
        .join(ScenarioVersion, ScenarioVersion.module_version_id == ModuleVersion.id)
        .where(Module.retired_at.is_(None), ModuleVersion.superseded_at.is_(None))
        .order_by(ModuleVersion.position, Module.slug, ScenarioVersion.position)
    )
    return [Story(*row) for row in found]


def same_story(session: Session, scenario_version_id: int) -> list[int]:
    """The versions that tell this scenario in the same words.

    A module that was published anew for another reason does not begin its numbers again.
    """
    mine, other = aliased(ScenarioVersion), aliased(ScenarioVersion)
    my_module, its_module = aliased(ModuleVersion), aliased(ModuleVersion)
    return list(
        session.scalars(
            select(other.id)
            .join(its_module, its_module.id == other.module_version_id)
            .join(my_module, my_module.module_id == its_module.module_id)
            .join(mine, mine.module_version_id == my_module.id)
            .where(
                mine.id == scenario_version_id,
                other.slug == mine.slug,
                other.source_hash == mine.source_hash,
            )
        )
    )


def _walked(scope: Scope, versions: Sequence[int], on: date) -> ColumnElement[bool]:
    mine = true() if scope.everything else ScenarioRun.person_id.in_(people(scope, on, former=True))
    return and_(ScenarioRun.scenario_version_id.in_(versions), mine)


def first_choices(
    session: Session, scope: Scope, versions: Sequence[int], *, on: date
) -> dict[tuple[str, str], int]:
    """(Node, choice) → how many people in scope chose it when they first stood there.

    Only the first choice counts: a second one knows what the first led to.
    """
    first = (
        select(
            ScenarioStep.node,
            ScenarioStep.choice,
            func.row_number()
            .over(
                partition_by=(ScenarioRun.person_id, ScenarioStep.node),
                order_by=(ScenarioStep.run_id, ScenarioStep.sequence),
            )
            .label("place"),
        )
        .join(ScenarioRun, ScenarioRun.id == ScenarioStep.run_id)
        .where(_walked(scope, versions, on), ScenarioStep.choice.is_not(None))
        .subquery()
    )
    found = session.execute(
        select(first.c.node, first.c.choice, func.count())
        .where(first.c.place == 1)
        .group_by(first.c.node, first.c.choice)
        .execution_options(scope=scope)
    )
    return {(node, choice): many for node, choice, many in found}


def first_endings(
    session: Session, scope: Scope, versions: Sequence[int], *, on: date
) -> dict[str, int]:
    """Ending → how many people in scope came to it at the end of their first finished walk."""
    first = (
        select(
            ScenarioRun.ending,
            func.row_number()
            .over(partition_by=ScenarioRun.person_id, order_by=ScenarioRun.id)
            .label("place"),
        )
        .where(_walked(scope, versions, on), ScenarioRun.ending.is_not(None))
        .subquery()
    )
    found = session.execute(
        select(first.c.ending, func.count().label("many"))
        .where(first.c.place == 1)
        .group_by(first.c.ending)
        .execution_options(scope=scope)
    )
    return {row.ending: row.many for row in found}


# -- spaced review --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """A card of the spaced review with its question in the current wording."""

    card_id: int
    module_id: int
    slug: str
    question_version_id: int
    key: str
    question: Question


def due_cards(session: Session, scope: Scope, *, now: datetime, limit: int) -> list[Due]:
    """One row per card due at ``now``, longest due first.

    Cards of modules or questions that are no longer published rest.
    """
    found = session.execute(
        _cards(scope)
        .where(ReviewCard.due_at <= now)
        .order_by(ReviewCard.due_at, ReviewCard.id)
        .limit(limit)
    )
    return [_due(row) for row in found]


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


def met_again(session: Session, scope: Scope, *, day: datetime, week: datetime) -> tuple[int, int]:
    """How many cards the person met again since the day began, and since the week began."""
    counted = (
        select(func.count().filter(ReviewCard.last_review_at >= day), func.count())
        .select_from(ReviewCard)
        .where(
            ReviewCard.person_id.in_(scope.people),
            ReviewCard.last_review_at >= week,
            ReviewCard.reviews > 1,
        )
        .execution_options(scope=scope)
    )
    today, in_week = session.execute(counted).one()
    return today, in_week


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
