"""A published version as the objects and the files that its author wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.catalogue.models import (
    ContentCitation,
    ItemKind,
    Lesson,
    Module,
    ModuleVersion,
    ScenarioVersion,
)
from training_app.catalogue.parsing import write_module
from training_app.catalogue.queries.items import question_bank
from training_app.catalogue.queries.pictures import pictures_of
from training_app.catalogue.source import Lesson as SourceLesson
from training_app.catalogue.source import (
    LessonHead,
    ModuleHead,
    NamedScenario,
    TestPart,
    TestSettings,
    scenario_from_body,
)
from training_app.catalogue.source import Module as SourceModule
from training_app.errors import NotFound
from training_app.laws.models import LegalArticle, LegalInstrument
from training_app.laws.source import Citation
from training_app.questions.source import Question, from_body

_HEAD: Final = (
    "title", "title_en", "purpose", "minutes", "position", "reviewed_on", "reviewer",
    "audience", "requires", "objectives",
)  # fmt: skip


def module_files(session: Session, module_version_id: int) -> dict[str, str]:
    """File name → text of a published version, current or not; the same bytes each time.

    Publishing what these files say changes nothing. Raises :class:`NotFound`.
    """
    return write_module(source_module(session, module_version_id))


def source_module(session: Session, module_version_id: int) -> SourceModule:
    """A published version as its author wrote it. Raises :class:`NotFound`."""
    found = session.execute(
        select(ModuleVersion, Module.slug)
        .join(Module, Module.id == ModuleVersion.module_id)
        .where(ModuleVersion.id == module_version_id)
    ).first()
    if found is None:
        raise NotFound
    version, slug = found
    cited = _citations(session, module_version_id)
    return SourceModule(
        slug,
        module_head(version, cited.get((ItemKind.MODULE, ""), ())),
        _lessons(session, version, cited),
        _test(version),
        _questions(session, version),
        _scenarios(session, version),
        pictures_of(session, version.id),
    )


def module_head(version: ModuleVersion, cites: tuple[Citation, ...]) -> ModuleHead:
    """``module.toml`` of a version."""
    return ModuleHead(**{key: getattr(version, key) for key in _HEAD}, cites=cites)


def _citations(session: Session, version_id: int) -> dict[tuple[str, str], tuple[Citation, ...]]:
    rows = session.execute(
        select(ContentCitation, LegalInstrument.key, LegalArticle.number)
        .join(LegalArticle, LegalArticle.id == ContentCitation.article_id)
        .join(LegalInstrument, LegalInstrument.id == LegalArticle.instrument_id)
        .where(ContentCitation.module_version_id == version_id)
        .order_by(ContentCitation.position)
    )
    found: dict[tuple[str, str], tuple[Citation, ...]] = {}
    for row, instrument, article in rows:
        place = (row.item_kind, row.item_key)
        found[place] = (
            *found.get(place, ()),
            Citation(instrument, article, row.clause, row.point),
        )
    return found


def _lessons(
    session: Session,
    version: ModuleVersion,
    cited: Mapping[tuple[str, str], tuple[Citation, ...]],
) -> tuple[SourceLesson, ...]:
    rows = session.scalars(
        select(Lesson).where(Lesson.module_version_id == version.id).order_by(Lesson.position)
    )
    return tuple(
        SourceLesson(
            row.slug,
            LessonHead(
                title=row.title,
                minutes=row.minutes,
                cites=cited.get((ItemKind.LESSON, row.slug), ()),
            ),
            row.markdown,
        )
        for row in rows
    )


def _test(version: ModuleVersion) -> TestSettings | None:
    if version.draw is None or version.pass_mark is None:
        return None
    return TestSettings(
        draw=version.draw,
        pass_mark=version.pass_mark,
        safety_always=version.safety_always,
        retake_after_minutes=version.retake_after_minutes,
        attempts=version.attempts,
        minutes=version.test_minutes,
        part=tuple(TestPart(**part) for part in version.blueprint),
    )


def _questions(session: Session, version: ModuleVersion) -> tuple[Question, ...]:
    """Where a question is asked belongs to the module version, not to its wording."""
    found: list[Question] = []
    for row in question_bank(session, version.id):
        body: dict[str, Any] = row.body | {"use": row.use}
        found.append(from_body(body))
    return tuple(found)


def _scenarios(session: Session, version: ModuleVersion) -> tuple[NamedScenario, ...]:
    rows = session.scalars(
        select(ScenarioVersion)
        .where(ScenarioVersion.module_version_id == version.id)
        .order_by(ScenarioVersion.position)
    )
    return tuple(NamedScenario(row.slug, scenario_from_body(row.body)) for row in rows)
