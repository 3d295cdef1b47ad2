"""Questions and scenarios."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy.orm import Session

from training_app.catalogue.models import (
    ModuleVersionQuestion,
    Question,
    QuestionVersion,
    ScenarioVersion,
)
from training_app.catalogue.queries.modules import CURRENT, MODULES, VERSIONS
from training_app.catalogue.queries.rows import BankQuestion, ScenarioPage
from training_app.catalogue.source import scenario_from_body
from training_app.questions.source import Question as SourceQuestion
from training_app.questions.source import from_body

# Tables rather than mapped classes, and statements built once: see lessons.py.
_QUESTIONS: Final = Question.__table__
_WORDINGS: Final = QuestionVersion.__table__
_ASKED: Final = ModuleVersionQuestion.__table__
_SCENARIOS: Final = ScenarioVersion.__table__

_BANK: Final = (
    select(
        _QUESTIONS.c.id.label("question_id"),
        _WORDINGS.c.id.label("version_id"),
        _QUESTIONS.c.key.label("id"),
        _ASKED.c.position,
        _ASKED.c.use,
        _WORDINGS.c.safety,
        _WORDINGS.c.topic,
        _WORDINGS.c.difficulty,
        _WORDINGS.c.body,
    )
    .select_from(
        _ASKED.join(_WORDINGS, _WORDINGS.c.id == _ASKED.c.question_version_id).join(
            _QUESTIONS, _QUESTIONS.c.id == _WORDINGS.c.question_id
        )
    )
    .where(_ASKED.c.module_version_id == bindparam("version"))
    .order_by(_ASKED.c.position)
)
_BODIES: Final = select(_WORDINGS.c.id, _WORDINGS.c.body).where(
    _WORDINGS.c.id.in_(bindparam("versions", expanding=True))
)
_STORIES: Final = select(
    _SCENARIOS.c.id.label("scenario_version_id"),
    MODULES.c.id.label("module_id"),
    VERSIONS.c.id.label("version_id"),
    MODULES.c.slug.label("module_slug"),
    VERSIONS.c.title.label("module_title"),
    VERSIONS.c.title_en.label("module_title_en"),
    _SCENARIOS.c.slug,
    _SCENARIOS.c.body,
).select_from(
    _SCENARIOS.join(VERSIONS, VERSIONS.c.id == _SCENARIOS.c.module_version_id).join(
        MODULES, MODULES.c.id == VERSIONS.c.module_id
    )
)
_STORY_NOW: Final = _STORIES.where(
    CURRENT, MODULES.c.slug == bindparam("module"), _SCENARIOS.c.slug == bindparam("scenario")
)
_STORY: Final = _STORIES.where(_SCENARIOS.c.id == bindparam("id"))


def question_bank(session: Session, version_id: int) -> list[BankQuestion]:
    """One row per question that a module version asks, in the author's order."""
    rows = session.execute(_BANK, {"version": version_id})
    return [BankQuestion(*row) for row in rows]


def question_bodies(session: Session, version_ids: Collection[int]) -> dict[int, SourceQuestion]:
    """Questions by the id of their version: what an attempt marks and explains."""
    rows = session.execute(_BODIES, {"versions": list(version_ids)})
    return {version_id: from_body(body) for version_id, body in rows}


def scenario(session: Session, slug: str, scenario_slug: str) -> ScenarioPage | None:
    """A scenario of a published module, or None."""
    found = session.execute(_STORY_NOW, {"module": slug, "scenario": scenario_slug})
    row = found.mappings().first()
    return _scenario_page(row) if row else None


def scenario_version(session: Session, scenario_version_id: int) -> ScenarioPage | None:
    """The scenario that a run was begun with, current or not."""
    row = session.execute(_STORY, {"id": scenario_version_id}).mappings().first()
    return _scenario_page(row) if row else None


def _scenario_page(row: RowMapping) -> ScenarioPage:
    values: dict[str, Any] = dict(row)
    return ScenarioPage(**values | {"scenario": scenario_from_body(values.pop("body"))})
