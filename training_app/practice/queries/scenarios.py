"""Walks through scenarios, and what people choose first in them, by numbers alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.catalogue.models import Module, ModuleVersion, ScenarioVersion
from training_app.errors import NotFound
from training_app.organisation.scope import people
from training_app.practice.models import ScenarioRun, ScenarioStep
from training_app.practice.rules.paths import Move


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
            ScenarioStep.at,
        )
        .outerjoin(ScenarioStep, ScenarioStep.run_id == ScenarioRun.id)
        .where(ScenarioRun.id == run_id, ScenarioRun.person_id.in_(scope.people))
        .order_by(ScenarioStep.sequence)
        .execution_options(scope=scope)
    ).all()
    if not found:
        raise NotFound
    first = found[0]
    moves = tuple(Move(row.node, row.choice, row.at) for row in found if row.node is not None)
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

    Only the first choice counts: a second one knows what the first led to. A run that goes on
    from an ended one repeats its moves with the moments at which they were made.
    """
    first = (
        select(
            ScenarioStep.node,
            ScenarioStep.choice,
            func.row_number()
            .over(
                partition_by=(ScenarioRun.person_id, ScenarioStep.node),
                order_by=(ScenarioStep.at, ScenarioStep.run_id, ScenarioStep.sequence),
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
            .over(
                partition_by=ScenarioRun.person_id,
                order_by=(ScenarioRun.ended_at, ScenarioRun.id),
            )
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
