"""Coverage of the parts of a unit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    distinct,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import (
    STATEMENTS,
    Asking,
    below,
    counts_from,
    holds_it,
    judged,
    people_asked,
    tally,
)
from training_app.coverage.rules import DEFINITION, Counts, total_of
from training_app.organisation import scope as rows
from training_app.organisation.models import TeamSpan, Unit, UnitSpan, holds

# The row of those whose unit stands no more, in the table of the nation.
ENDED: Final = 0


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
    # When the counts were made, while something since then waits to be counted.
    counted_at: datetime | None = None

    @cached_property
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

    People of ``here`` itself (officers of a province) and those with a role over a unit below that
    stands no more are a row of their own, so that nobody is left out of the total.
    """
    parts = session.execute(parts_of(asking, here)).all()
    known = frozenset(part.path for part in parts)
    people = {row.part: row for row in session.execute(_people(asking, here, known))}
    teams: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in session.execute(_teams(asking, here)) if asking.by_team else ():
        teams[row.part][0] += int(row.teams)
        teams[row.part][1] += int(row.covered)
    found = [
        UnitCoverage(
            unit_id=part.unit_id,
            name=f"{part.type} {part.name}",
            level=part.level,
            teams=teams[part.path][0],
            teams_covered=teams[part.path][1],
            counts=counts_from(people[part.path][1:6]) if part.path in people else Counts(),
        )
        for part in parts
        if part.path != here.path or part.path in people
    ]
    if here.id is None and here.path in people:
        ended = counts_from(people[here.path][1:6])
        found.append(UnitCoverage(ENDED, "", here.level, 0, 0, ended))
    overlap = -total_of(counts_from(row[6:11]) for row in people.values())
    return UnitTable(here, tuple(sorted(found, key=least_first)), overlap, asking.by_team)


def least_first(row: UnitCoverage) -> tuple[bool, float]:
    """Order by share; units without people last. Sorting is stable: then by name."""
    people = row.counts.people
    return (not people, row.counts.held / people if people else 0.0)


@lru_cache(maxsize=STATEMENTS)
def parts_of(asking: Asking, here: Place) -> Select[*tuple[Any, ...]]:
    """The units directly under a place on the day, and the place itself, in Vietnamese order."""
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


@lru_cache(maxsize=STATEMENTS)
def _people(asking: Asking, here: Place, parts: frozenset[str]) -> Select[*tuple[Any, ...]]:
    asked = people_asked(asking, here.path)
    part = part_of(asked.c.path, here)
    if not asking.by_team:
        # Teams never stand in a unit that has ended; roles may.
        part = case((part.in_(parts), part), else_=here.path)
    served = select(part.label("part"), asked.c.human).distinct().subquery()
    found = judged(asking, served)
    return (
        select(found.c.part, *tally(found), *tally(found, found.c.nth > 1))
        .group_by(found.c.part)
        .execution_options(scope=asking.scope)
    )


@lru_cache(maxsize=STATEMENTS)
def _teams(asking: Asking, here: Place) -> CompoundSelect[*tuple[Any, ...]]:
    """Lines of teams standing, and of teams that count, by part; to be added up by part."""
    places = (
        select(part_of(UnitSpan.path, here).label("part"))
        .join(TeamSpan, and_(TeamSpan.unit_id == UnitSpan.unit_id, holds(TeamSpan, asking.on)))
        .where(
            holds(UnitSpan, asking.on),
            below(here.path),
            UnitSpan.unit_id.in_(rows.units(asking.scope, asking.on)),
        )
        .subquery()
    )
    standing = select(
        places.c.part, func.count().label("teams"), literal(0).label("covered")
    ).group_by(places.c.part)
    team = _team_counts(asking, here)
    counting = select(part_of(team.c.path, here).label("part"), team.c.covered).subquery()
    covered = select(
        counting.c.part, literal(0), func.sum(case((counting.c.covered, 1), else_=0))
    ).group_by(counting.c.part)
    return union_all(standing, covered).execution_options(scope=asking.scope)


def _team_counts(asking: Asking, here: Place) -> Subquery:
    """One line per team with people: its place, and whether it counts as trained."""
    asked = people_asked(asking, here.path)
    holding = case((holds_it(asking, asked.c.human), asked.c.human))
    held_by_leader = func.max(case((and_(asked.c.leads, holding.is_not(None)), 1), else_=0)) == 1
    enough = (
        func.count(distinct(holding)) * DEFINITION.whole
        >= func.count(distinct(asked.c.human)) * DEFINITION.part
    )
    return (
        select(
            asked.c.team_id,
            asked.c.path,
            (and_(enough, held_by_leader) if DEFINITION.leader else enough).label("covered"),
        )
        .where(asked.c.team_id.is_not(None))
        .group_by(asked.c.team_id, asked.c.path)
        .subquery("team_counts")
    )
