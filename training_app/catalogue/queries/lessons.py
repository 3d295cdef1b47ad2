"""The page of one lesson."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from training_app.catalogue.models import (
    ItemKind,
    Lesson,
    Module,
    ModuleVersion,
)
from training_app.catalogue.queries.citations import citations_of
from training_app.catalogue.queries.rows import (
    LessonPage,
)


def lesson_page(session: Session, slug: str, lesson_slug: str) -> LessonPage | None:
    """One lesson of a published module with its citations, or None. Two SELECTs."""
    before, after, sibling = aliased(Lesson), aliased(Lesson), aliased(Lesson)
    row = (
        session.execute(
            select(
                Lesson.id.label("lesson_id"),
                Module.id.label("module_id"),
                ModuleVersion.id.label("version_id"),
                Module.slug.label("module_slug"),
                ModuleVersion.title.label("module_title"),
                ModuleVersion.title_en.label("module_title_en"),
                Lesson.slug,
                Lesson.position,
                select(func.count(sibling.id))
                .where(sibling.module_version_id == ModuleVersion.id)
                .scalar_subquery()
                .label("count"),
                Lesson.title,
                Lesson.minutes,
                Lesson.html,
                ModuleVersion.reviewed_on,
                ModuleVersion.reviewer,
                func.coalesce(before.slug, "").label("previous_slug"),
                func.coalesce(after.slug, "").label("next_slug"),
            )
            .join(ModuleVersion, ModuleVersion.id == Lesson.module_version_id)
            .join(Module, Module.id == ModuleVersion.module_id)
            .outerjoin(before, _neighbour(before, -1))
            .outerjoin(after, _neighbour(after, 1))
            .where(
                Module.slug == slug,
                Lesson.slug == lesson_slug,
                ModuleVersion.superseded_at.is_(None),
                Module.retired_at.is_(None),
            )
        )
        .mappings()
        .first()
    )
    if row is None:
        return None
    citations = citations_of(session, row["version_id"], ItemKind.LESSON, lesson_slug)
    return LessonPage(**row, citations=citations)


def _neighbour(other: type[Lesson], distance: int) -> Any:
    return and_(
        other.module_version_id == Lesson.module_version_id,
        other.position == Lesson.position + distance,
    )
