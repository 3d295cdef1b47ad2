"""Questions and scenarios."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.orm import Session

from training_app.catalogue.models import (
    Module,
    ModuleVersion,
    ModuleVersionQuestion,
    Question,
    QuestionVersion,
    ScenarioVersion,
)
from training_app.catalogue.queries.rows import (
    BankQuestion,
    ScenarioPage,
)
from training_app.catalogue.source import scenario_from_body
from training_app.questions.source import Question as SourceQuestion
from training_app.questions.source import from_body


def question_bank(session: Session, version_id: int) -> list[BankQuestion]:
    """One row per question that a module version asks, in the author's order."""
    rows = session.execute(
        _bank_rows()
        .where(ModuleVersionQuestion.module_version_id == version_id)
        .order_by(ModuleVersionQuestion.position)
    )
    return [BankQuestion(**row) for row in rows.mappings()]


def _bank_rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Question.id.label("question_id"),
            QuestionVersion.id.label("version_id"),
            Question.key.label("id"),
            ModuleVersionQuestion.position,
            ModuleVersionQuestion.use,
            QuestionVersion.safety,
            QuestionVersion.topic,
            QuestionVersion.difficulty,
            QuestionVersion.body,
        )
        .join(QuestionVersion, QuestionVersion.id == ModuleVersionQuestion.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
    )


def question_bodies(session: Session, version_ids: list[int]) -> dict[int, SourceQuestion]:
    """Questions by the id of their version: what an attempt marks and explains."""
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.body).where(QuestionVersion.id.in_(version_ids))
    )
    return {version_id: from_body(body) for version_id, body in rows}


def scenario(session: Session, slug: str, scenario_slug: str) -> ScenarioPage | None:
    """A scenario of a published module, or None."""
    row = (
        session.execute(
            _scenarios().where(
                Module.slug == slug,
                ScenarioVersion.slug == scenario_slug,
                ModuleVersion.superseded_at.is_(None),
                Module.retired_at.is_(None),
            )
        )
        .mappings()
        .first()
    )
    return _scenario_page(row) if row else None


def scenario_version(session: Session, scenario_version_id: int) -> ScenarioPage | None:
    """The scenario that a run was begun with, current or not."""
    row = (
        session.execute(_scenarios().where(ScenarioVersion.id == scenario_version_id))
        .mappings()
        .first()
    )
    return _scenario_page(row) if row else None


def _scenarios() -> Select[*tuple[Any, ...]]:
    return (
        select(
            ScenarioVersion.id.label("scenario_version_id"),
            Module.id.label("module_id"),
            ModuleVersion.id.label("version_id"),
            Module.slug.label("module_slug"),
            ModuleVersion.title.label("module_title"),
            ScenarioVersion.slug,
            ScenarioVersion.body,
        )
        .join(ModuleVersion, ModuleVersion.id == ScenarioVersion.module_version_id)
        .join(Module, Module.id == ModuleVersion.module_id)
    )


def _scenario_page(row: RowMapping) -> ScenarioPage:
    values: dict[str, Any] = dict(row)
    return ScenarioPage(**values | {"scenario": scenario_from_body(values.pop("body"))})
