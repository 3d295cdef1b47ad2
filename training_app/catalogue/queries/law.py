"""Which published parts a change of law touches, and what became of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from string import ascii_lowercase
from typing import Any, Final

from sqlalchemy import select, union
from sqlalchemy.orm import Session, aliased

from training_app.catalogue.models import (
    ContentCitation,
    ItemKind,
    LawTask,
    LawTaskSettlement,
    Lesson,
    Module,
    ModuleVersion,
    ModuleVersionQuestion,
    Question,
    QuestionVersion,
    ScenarioVersion,
)
from training_app.laws.models import LawChange
from training_app.laws.queries import stands
from training_app.laws.rules import touches
from training_app.work.models import Job
from training_app.work.rules import UNDONE

# The record stands above this package: who is asked anew is counted by the worker.
RECOUNT_JOB: Final = "recount-module"


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A part of a module version: its kind, and its key there (empty for the module itself)."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class CitingPart:
    """A part to look at; ``changed``: a later version says otherwise there, or dropped it."""

    part: Part
    title: str
    changed: bool


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One row per module that a change of law touches."""

    id: int
    change_id: int
    module_id: int
    slug: str
    title: str
    title_en: str
    flagged_id: int
    flagged_number: int
    current_id: int
    current_number: int
    settled_at: datetime | None
    settled_by: int | None
    settled_change: str | None
    note: str | None

    @property
    def open(self) -> bool:
        """Whether somebody still has to look at it."""
        return self.settled_at is None

    def named(self, language: str) -> str:
        """The title in that language, in Vietnamese where there is no other."""
        return self.title_en if language == "en" and self.title_en else self.title


def law_tasks(
    session: Session, *, change_id: int | None = None, open_only: bool = False
) -> list[TaskRow]:
    """One row per module touched by changes that stand, or by the one asked for."""
    flagged, current, settled = (_version(name) for name in ("flagged", "current", "settled"))
    wanted = (
        select(
            LawTask.id,
            LawTask.law_change_id,
            LawTask.module_id,
            Module.slug,
            current.title,
            current.title_en,
            LawTask.module_version_id,
            flagged.number,
            current.id,
            current.number,
            LawTaskSettlement.recorded_at,
            settled.number,
            settled.change,
            LawTaskSettlement.note,
        )
        .join(LawChange, LawChange.id == LawTask.law_change_id)
        .join(Module, Module.id == LawTask.module_id)
        .join(flagged, flagged.id == LawTask.module_version_id)
        .join(current, (current.module_id == LawTask.module_id) & current.superseded_at.is_(None))
        .outerjoin(LawTaskSettlement, LawTaskSettlement.law_task_id == LawTask.id)
        .outerjoin(settled, settled.id == LawTaskSettlement.module_version_id)
        .order_by(LawChange.in_force_from, LawTask.law_change_id, current.position, Module.slug)
    )
    if change_id is None:
        wanted = wanted.where(stands())
    else:
        wanted = wanted.where(LawTask.law_change_id == change_id)
    if open_only:
        wanted = wanted.where(LawTaskSettlement.law_task_id.is_(None), Module.retired_at.is_(None))
    return [TaskRow(*row) for row in session.execute(wanted)]


def recount_waits(session: Session, module_ids: Collection[int]) -> bool:
    """Whether the worker is still to count who of those who passed the modules is asked anew."""
    waiting = select(Job.payload).where(Job.kind == RECOUNT_JOB, Job.state.in_(UNDONE))
    return any(one["module_id"] in module_ids for one in session.scalars(waiting))


def _version(name: str) -> Any:
    return aliased(ModuleVersion, name=name)


def touched_parts(session: Session, version_id: int, change: LawChange) -> frozenset[Part]:
    """The parts of a module version that cite what the change touches."""
    rows = session.execute(
        select(
            ContentCitation.item_kind,
            ContentCitation.item_key,
            ContentCitation.clause,
            ContentCitation.point,
        ).where(
            ContentCitation.module_version_id == version_id,
            ContentCitation.article_id == change.article_id,
        )
    )
    place = (change.clause, change.point)
    return frozenset(
        Part(kind, key) for kind, key, clause, point in rows if touches(place, (clause, point))
    )


def known_places(session: Session, article_id: int) -> list[tuple[str, str]]:
    """Clause and point of each place of an article that content cites or a change speaks of.

    In the order of the article; of whatever was ever published, and of changes that stand.
    """
    cited = select(ContentCitation.clause, ContentCitation.point).where(
        ContentCitation.article_id == article_id, ContentCitation.clause != ""
    )
    changed = select(LawChange.clause, LawChange.point).where(
        LawChange.article_id == article_id, LawChange.clause != "", stands()
    )
    places = {(clause, point) for clause, point in session.execute(union(cited, changed))}
    return sorted(places, key=_in_article)


def _in_article(place: tuple[str, str]) -> tuple[int, str, str]:
    """By number: 2, 2a, 10."""
    clause, point = place
    return int(clause.rstrip(ascii_lowercase + "đ")), clause, point


def touched_versions(session: Session, change: LawChange) -> list[ModuleVersion]:
    """The current versions of modules in use that cite what the change touches."""
    versions = session.scalars(
        select(ModuleVersion)
        .join(Module, Module.id == ModuleVersion.module_id)
        .where(
            ModuleVersion.superseded_at.is_(None),
            Module.retired_at.is_(None),
            ModuleVersion.id.in_(
                select(ContentCitation.module_version_id).where(
                    ContentCitation.article_id == change.article_id
                )
            ),
        )
        .order_by(ModuleVersion.position, ModuleVersion.id)
    )
    return [one for one in versions if touched_parts(session, one.id, change)]


def citing_parts(
    session: Session, flagged_id: int, current_id: int, change: LawChange
) -> list[CitingPart]:
    """The parts that the change touched, and which of them the current version says anew."""
    flagged, current = (contents(session, one) for one in (flagged_id, current_id))
    still = touched_parts(session, current_id, change)
    return [
        CitingPart(
            part,
            flagged[part][0] if part in flagged else part.key,
            part not in still or current.get(part) != flagged.get(part),
        )
        for part in sorted(touched_parts(session, flagged_id, change), key=_as_read)
    ]


def _as_read(part: Part) -> tuple[int, str]:
    """The module itself, then lessons, questions and scenarios."""
    return list(ItemKind).index(ItemKind(part.kind)), part.key


def contents(session: Session, version_id: int) -> dict[Part, tuple[str, str]]:
    """Part → its title and what tells one text of it from another."""
    found: dict[Part, tuple[str, str]] = {}
    head = session.get_one(ModuleVersion, version_id)
    told = "\n".join([head.title, head.purpose, *head.objectives, str(head.reviewed_on)])
    found[Part(ItemKind.MODULE, "")] = (head.title, told)
    for lesson in session.scalars(select(Lesson).where(Lesson.module_version_id == version_id)):
        text = f"{lesson.title}\n{lesson.markdown}"
        found[Part(ItemKind.LESSON, lesson.slug)] = (lesson.title, text)
    questions = session.execute(
        select(Question.key, QuestionVersion.id, QuestionVersion.body)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(
            ModuleVersionQuestion,
            ModuleVersionQuestion.question_version_id == QuestionVersion.id,
        )
        .where(ModuleVersionQuestion.module_version_id == version_id)
    )
    for key, question_id, body in questions:
        found[Part(ItemKind.QUESTION, key)] = (str(body.get("stem", key)), str(question_id))
    scenarios = select(ScenarioVersion).where(ScenarioVersion.module_version_id == version_id)
    for one in session.scalars(scenarios):
        found[Part(ItemKind.SCENARIO, one.slug)] = (one.title, one.source_hash)
    return found


def differing_parts(session: Session, old_id: int, new_id: int) -> frozenset[Part]:
    """The parts of the newer version that the older one did not have, or had otherwise."""
    old, new = contents(session, old_id), contents(session, new_id)
    return frozenset(part for part, told in new.items() if old.get(part) != told)
