"""Published modules and their contents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.orm import Session

from training_app.catalogue.models import (
    ItemKind,
    Lesson,
    Module,
    ModuleVersion,
    ModuleVersionQuestion,
    ScenarioVersion,
)
from training_app.catalogue.queries.citations import citations_of
from training_app.catalogue.queries.rows import (
    LessonLine,
    ModuleCard,
    ModulePage,
    ScenarioLine,
)


def published_modules(session: Session, *, at: datetime | None = None) -> list[ModuleCard]:
    """One row per module published now, or at the moment ``at``, in curriculum order."""
    rows = session.execute(_cards(at).order_by(ModuleVersion.position, Module.slug))
    return [_card(row) for row in rows.mappings()]


def module_by_slug(session: Session, slug: str) -> ModuleCard | None:
    """The published module with this slug, or None."""
    row = session.execute(_cards().where(Module.slug == slug)).mappings().first()
    return _card(row) if row else None


def module_version(session: Session, version_id: int) -> ModuleCard | None:
    """One version, current or not: what an attempt or a certificate points at."""
    row = session.execute(_all_cards().where(ModuleVersion.id == version_id)).mappings().first()
    return _card(row) if row else None


def module_page(session: Session, slug: str) -> ModulePage | None:
    """A module with its lessons, scenarios and citations, or None."""
    card = module_by_slug(session, slug)
    if card is None:
        return None
    return ModulePage(
        card,
        tuple(lessons_of(session, card.version_id)),
        tuple(scenarios_of(session, card.version_id)),
        _practice_count(session, card.version_id),
        citations_of(session, card.version_id, ItemKind.MODULE),
    )


def lessons_of(session: Session, version_id: int) -> list[LessonLine]:
    """One row per lesson of a module version, in order."""
    rows = session.execute(
        select(Lesson.id, Lesson.slug, Lesson.position, Lesson.title, Lesson.minutes)
        .where(Lesson.module_version_id == version_id)
        .order_by(Lesson.position)
    )
    return [LessonLine(*row) for row in rows]


def scenarios_of(session: Session, version_id: int) -> list[ScenarioLine]:
    """One row per scenario of a module version, in order."""
    rows = session.execute(
        select(
            ScenarioVersion.id, ScenarioVersion.slug, ScenarioVersion.title, ScenarioVersion.minutes
        )
        .where(ScenarioVersion.module_version_id == version_id)
        .order_by(ScenarioVersion.position)
    )
    return [ScenarioLine(*row) for row in rows]


def _all_cards() -> Select[*tuple[Any, ...]]:
    lesson_count = (
        select(func.count())
        .where(Lesson.module_version_id == ModuleVersion.id)
        .scalar_subquery()
        .label("lesson_count")
    )
    version = ModuleVersion
    return select(
        Module.id.label("module_id"),
        version.id.label("version_id"),
        Module.slug,
        version.number,
        version.title,
        version.title_en,
        version.purpose,
        version.audience,
        version.minutes,
        version.position,
        version.requires,
        version.objectives,
        version.reviewed_on,
        version.reviewer,
        version.draw,
        version.pass_mark,
        version.safety_always,
        version.retake_after_minutes,
        version.published_at,
        version.attempts,
        version.test_minutes,
        lesson_count,
    ).join(version, version.module_id == Module.id)


def _cards(at: datetime | None = None) -> Select[*tuple[Any, ...]]:
    if at is None:
        return _all_cards().where(
            ModuleVersion.superseded_at.is_(None), Module.retired_at.is_(None)
        )
    return _all_cards().where(
        ModuleVersion.published_at <= at,
        ModuleVersion.superseded_at.is_(None) | (ModuleVersion.superseded_at > at),
        Module.retired_at.is_(None) | (Module.retired_at > at),
    )


def _card(row: RowMapping) -> ModuleCard:
    values: dict[str, Any] = dict(row)
    for key in ("audience", "requires", "objectives"):
        values[key] = tuple(values[key])
    return ModuleCard(**values)


def _practice_count(session: Session, version_id: int) -> int:
    counted = select(func.count()).where(
        ModuleVersionQuestion.module_version_id == version_id,
        ModuleVersionQuestion.use != "test",
    )
    return session.scalar(counted) or 0
