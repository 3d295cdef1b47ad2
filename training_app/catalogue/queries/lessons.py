"""The page of one lesson."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, func, select
from sqlalchemy.orm import Session

from training_app.catalogue.models import ItemKind, Lesson, Module, ModuleVersion
from training_app.catalogue.queries.citations import citations_of
from training_app.catalogue.queries.rows import LessonPage

# Tables rather than mapped classes, and built once: this page is read more than any other.
_MODULES: Final = Module.__table__
_VERSIONS: Final = ModuleVersion.__table__
_LESSONS: Final = Lesson.__table__
_before, _after, _sibling = (_LESSONS.alias(name) for name in ("before", "after", "sibling"))


def _neighbour(other: FromClause, distance: int) -> ColumnElement[bool]:
    return and_(
        other.c.module_version_id == _LESSONS.c.module_version_id,
        other.c.position == _LESSONS.c.position + distance,
    )


_PAGE: Final = (
    select(
        _LESSONS.c.id.label("lesson_id"),
        _MODULES.c.id.label("module_id"),
        _VERSIONS.c.id.label("version_id"),
        _MODULES.c.slug.label("module_slug"),
        _VERSIONS.c.title.label("module_title"),
        _VERSIONS.c.title_en.label("module_title_en"),
        _LESSONS.c.slug,
        _LESSONS.c.position,
        select(func.count(_sibling.c.id))
        .where(_sibling.c.module_version_id == _VERSIONS.c.id)
        .scalar_subquery()
        .label("count"),
        _LESSONS.c.title,
        _LESSONS.c.minutes,
        _LESSONS.c.html,
        _VERSIONS.c.reviewed_on,
        _VERSIONS.c.reviewer,
        func.coalesce(_before.c.slug, "").label("previous_slug"),
        func.coalesce(_after.c.slug, "").label("next_slug"),
    )
    .select_from(
        _LESSONS.join(_VERSIONS, _VERSIONS.c.id == _LESSONS.c.module_version_id)
        .join(_MODULES, _MODULES.c.id == _VERSIONS.c.module_id)
        .outerjoin(_before, _neighbour(_before, -1))
        .outerjoin(_after, _neighbour(_after, 1))
    )
    .where(
        _MODULES.c.slug == bindparam("module"),
        _LESSONS.c.slug == bindparam("lesson"),
        _VERSIONS.c.superseded_at.is_(None),
        _MODULES.c.retired_at.is_(None),
    )
)


def lesson_page(session: Session, slug: str, lesson_slug: str) -> LessonPage | None:
    """One lesson of a published module with its citations, or None. Two SELECTs."""
    row = session.execute(_PAGE, {"module": slug, "lesson": lesson_slug}).mappings().first()
    if row is None:
        return None
    citations = citations_of(session, row["version_id"], ItemKind.LESSON, lesson_slug)
    return LessonPage(**row, citations=citations)
