"""Published modules and their contents."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, func, select
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
from training_app.catalogue.queries.rows import LessonLine, ModuleCard, ModulePage, ScenarioLine
from training_app.questions.rules import Part

# Tables rather than mapped classes, and statements built once: see lessons.py.
MODULES: Final = Module.__table__
VERSIONS: Final = ModuleVersion.__table__
_LESSONS: Final = Lesson.__table__
_SCENARIOS: Final = ScenarioVersion.__table__
_ASKED: Final = ModuleVersionQuestion.__table__

_CARDS: Final = select(
    MODULES.c.id.label("module_id"),
    VERSIONS.c.id.label("version_id"),
    MODULES.c.slug,
    VERSIONS.c.number,
    VERSIONS.c.title,
    VERSIONS.c.title_en,
    VERSIONS.c.purpose,
    VERSIONS.c.audience,
    VERSIONS.c.minutes,
    VERSIONS.c.position,
    VERSIONS.c.requires,
    VERSIONS.c.objectives,
    VERSIONS.c.reviewed_on,
    VERSIONS.c.reviewer,
    VERSIONS.c.draw,
    VERSIONS.c.pass_mark,
    VERSIONS.c.safety_always,
    VERSIONS.c.retake_after_minutes,
    VERSIONS.c.published_at,
    select(func.count())
    .where(_LESSONS.c.module_version_id == VERSIONS.c.id)
    .scalar_subquery()
    .label("lesson_count"),
    VERSIONS.c.attempts,
    VERSIONS.c.test_minutes,
    VERSIONS.c.blueprint,
).select_from(MODULES.join(VERSIONS, VERSIONS.c.module_id == MODULES.c.id))
CURRENT: Final = VERSIONS.c.superseded_at.is_(None) & MODULES.c.retired_at.is_(None)
_ORDER: Final = (VERSIONS.c.position, MODULES.c.slug)

_NOW: Final = _CARDS.where(CURRENT).order_by(*_ORDER)
_AT: Final = _CARDS.where(
    VERSIONS.c.published_at <= bindparam("at"),
    VERSIONS.c.superseded_at.is_(None) | (VERSIONS.c.superseded_at > bindparam("at")),
    MODULES.c.retired_at.is_(None) | (MODULES.c.retired_at > bindparam("at")),
).order_by(*_ORDER)
_BY_SLUG: Final = _CARDS.where(CURRENT, MODULES.c.slug == bindparam("slug"))
_BY_VERSION: Final = _CARDS.where(VERSIONS.c.id == bindparam("version"))
_LESSON_LINES: Final = (
    select(
        _LESSONS.c.id,
        _LESSONS.c.slug,
        _LESSONS.c.position,
        _LESSONS.c.title,
        _LESSONS.c.minutes,
    )
    .where(_LESSONS.c.module_version_id == bindparam("version"))
    .order_by(_LESSONS.c.position)
)
_SCENARIO_LINES: Final = (
    select(_SCENARIOS.c.id, _SCENARIOS.c.slug, _SCENARIOS.c.title, _SCENARIOS.c.minutes)
    .where(_SCENARIOS.c.module_version_id == bindparam("version"))
    .order_by(_SCENARIOS.c.position)
)
_PRACTICE_COUNT: Final = select(func.count()).where(
    _ASKED.c.module_version_id == bindparam("version"), _ASKED.c.use != "test"
)


def published_modules(session: Session, *, at: datetime | None = None) -> list[ModuleCard]:
    """One row per module published now, or at the moment ``at``, in curriculum order."""
    rows = session.execute(_AT, {"at": at}) if at else session.execute(_NOW)
    return [_card(row) for row in rows.mappings()]


def module_by_slug(session: Session, slug: str) -> ModuleCard | None:
    """The published module with this slug, or None."""
    row = session.execute(_BY_SLUG, {"slug": slug}).mappings().first()
    return _card(row) if row else None


def module_version(session: Session, version_id: int) -> ModuleCard | None:
    """One version, current or not: what an attempt or a certificate points at."""
    row = session.execute(_BY_VERSION, {"version": version_id}).mappings().first()
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
        session.scalar(_PRACTICE_COUNT, {"version": card.version_id}) or 0,
        citations_of(session, card.version_id, ItemKind.MODULE),
    )


def lessons_of(session: Session, version_id: int) -> list[LessonLine]:
    """One row per lesson of a module version, in order."""
    return [LessonLine(*row) for row in session.execute(_LESSON_LINES, {"version": version_id})]


def scenarios_of(session: Session, version_id: int) -> list[ScenarioLine]:
    """One row per scenario of a module version, in order."""
    return [ScenarioLine(*row) for row in session.execute(_SCENARIO_LINES, {"version": version_id})]


def _card(row: RowMapping) -> ModuleCard:
    values: dict[str, Any] = dict(row)
    for key in ("audience", "requires", "objectives"):
        values[key] = tuple(values[key])
    values["blueprint"] = tuple(Part(**part) for part in values["blueprint"])
    return ModuleCard(**values)
