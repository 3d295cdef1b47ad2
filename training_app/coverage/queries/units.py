"""Coverage of the parts of a unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    distinct,
    func,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import (
    Asking,
    counts_from,
    holds_it,
    judged,
    people_asked,
    tally,
)
from training_app.coverage.rules import DEFINITION, Counts, total_of
from training_app.organisation import scope as rows
from training_app.organisation.models import TeamSpan, Unit, UnitSpan, holds


@dataclass(frozen=True)
class UnitCoverage:
    """One row per part of a unit: its teams, its people, and where they stand."""

    unit_id: int
    name: str
    level: str
    teams: int
    teams_covered: int
    counts: Counts


@dataclass(frozen=True)
class UnitTable:
    """The parts of a place.

    ``overlap`` (nothing, or below zero) takes out people counted in several rows, so that the
    total counts human beings: rows + overlap = total.
    """

    place: Place
    rows: tuple[UnitCoverage, ...]
    overlap: Counts
    by_team: bool

    @property
    def total(self) -> Counts:
        """Human beings of the whole place."""
        return total_of(row.counts for row in self.rows) + self.overlap

    @property
    def teams(self) -> int:
        """Teams of the whole place."""
        return sum(row.teams for row in self.rows)

    @property
    def teams_covered(self) -> int:
        """Teams that count as trained."""
        return sum(row.teams_covered for row in self.rows)


def coverage_by_unit(session: Session, asking: Asking, here: Place) -> UnitTable:
    """One row per unit directly under ``here``, the least trained first. Three SELECTs.

    People of ``here`` itself (officers of a province) are a row of their own, so that nobody is
    left out of the total.
    """
    parts = session.execute(_parts(asking, here)).all()
    people = {row.part: row for row in session.execute(_people(asking, here))}
    teams = {row.part: row for row in session.execute(_teams(asking, here))}
    found = [
        UnitCoverage(
            unit_id=part.unit_id,
            name=f"{part.type} {part.name}",
            level=part.level,
            teams=int(teams[part.path].teams) if part.path in teams else 0,
            teams_covered=int(teams[part.path].covered) if part.path in teams else 0,
            counts=counts_from(people[part.path][1:6]) if part.path in people else Counts(),
        )
        for part in parts
        if part.path != here.path or part.path in people
    ]
    overlap = -total_of(counts_from(row[6:11]) for row in people.values())
    return UnitTable(here, tuple(sorted(found, key=_least_first)), overlap, asking.by_team)


def _least_first(row: UnitCoverage) -> tuple[bool, float]:
    """Order by share; units without people last. Sorting is stable: then by name."""
    people = row.counts.people
    return (not people, row.counts.held / people if people else 0.0)


def _parts(asking: Asking, here: Place) -> Select[*tuple[Any, ...]]:
    directly: ColumnElement[bool] = UnitSpan.parent_id.is_(None)
    if here.id is not None:
        directly = (UnitSpan.parent_id == here.id) | (UnitSpan.unit_id == here.id)
    return (
        select(UnitSpan.unit_id, UnitSpan.type, UnitSpan.name, Unit.level, UnitSpan.path)
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .where(
            holds(UnitSpan, asking.on),
            directly,
            UnitSpan.unit_id.in_(rows.units(asking.scope, asking.on)),
        )
        .order_by(UnitSpan.sort_key, UnitSpan.unit_id)
    )


class _FirstStroke(FunctionElement[int]):
    """The place of the first stroke in a text, 0 without one."""

    inherit_cache = True
    type = Integer()


@compiles(_FirstStroke, "sqlite")
def _first_stroke_in_sqlite(element: _FirstStroke, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)}, '/')"


@compiles(_FirstStroke, "postgresql")
def _first_stroke_in_postgresql(
    element: _FirstStroke, compiler: SQLCompiler, **options: Any
) -> str:
    return f"strpos({compiler.process(element.clauses, **options)}, '/')"


def part_of(path: SQLColumnExpression[str], here: Place) -> ColumnElement[str]:
    """The path of the part of ``here`` in which a path lies: one step further, or ``here``.

    A path reads ``/1/23/456/``: the place's own, then what follows it up to the next stroke.
    """
    known = len(here.path)
    return func.substr(path, 1, known + _FirstStroke(func.substr(path, known + 1)))


def _people(asking: Asking, here: Place) -> Select[*tuple[Any, ...]]:
    asked = people_asked(asking, here.path)
    served = select(part_of(asked.c.path, here).label("part"), asked.c.human).distinct().subquery()
    found = judged(asking, served)
    return (
        select(found.c.part, *tally(found), *tally(found, found.c.nth > 1))
        .group_by(found.c.part)
        .execution_options(scope=asking.scope)
    )


def _teams(asking: Asking, here: Place) -> Select[*tuple[Any, ...]]:
    """Teams of each part, and those that count as trained."""
    team = team_counts(asking, here.path)
    path = aliased(UnitSpan)
    part = part_of(path.path, here)
    return (
        select(
            part.label("part"),
            func.count(TeamSpan.id).label("teams"),
            func.sum(case((team.c.covered, 1), else_=0)).label("covered"),
        )
        .select_from(TeamSpan)
        .join(path, and_(path.unit_id == TeamSpan.unit_id, holds(path, asking.on)))
        .outerjoin(team, team.c.team_id == TeamSpan.team_id)
        .where(
            holds(TeamSpan, asking.on),
            path.path >= here.path,
            path.path < here.path[:-1] + "0",
            TeamSpan.unit_id.in_(rows.units(asking.scope, asking.on)),
        )
        .group_by(part)
        .execution_options(scope=asking.scope)
    )


def team_counts(asking: Asking, path: str) -> Subquery:
    """One line per team with people: how many, how many hold it, whether it counts."""
    asked = people_asked(asking, path)
    holding = case((holds_it(asking, asked.c.human), asked.c.human))
    people, held = func.count(distinct(asked.c.human)), func.count(distinct(holding))
    leader_held = func.max(case((and_(asked.c.leads, holding.is_not(None)), 1), else_=0))
    enough = held * DEFINITION.whole >= people * DEFINITION.part
    met = and_(enough, leader_held == 1) if DEFINITION.leader else enough
    return (
        select(
            asked.c.team_id,
            people.label("people"),
            held.label("held"),
            leader_held.label("leader_held"),
            func.max(case((asked.c.leads, 1), else_=0)).label("has_leader"),
            met.label("covered"),
        )
        .where(asked.c.team_id.is_not(None))
        .group_by(asked.c.team_id)
        .subquery("team_counts")
    )
