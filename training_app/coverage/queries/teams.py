"""Coverage of the teams of a commune."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, select
from sqlalchemy.orm import Session

from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import (
    STATEMENTS,
    Asking,
    counts_from,
    judged,
    people_asked,
    tally,
)
from training_app.coverage.rules import Counts, TeamNeed, rank, total_of
from training_app.organisation.queries.teams import TeamRow, teams_under
from training_app.programme.rules import Standing


@dataclass(frozen=True)
class TeamCoverage:
    """One row per team: where its people stand, and its composition against Article 12."""

    team: TeamRow
    need: TeamNeed
    # Whether the team has a page: not if it stood on the day as was known then, and never did.
    opens: bool = True

    @property
    def counts(self) -> Counts:
        """The team's people."""
        return self.need.counts


@dataclass(frozen=True)
class TeamTable:
    """The teams of a commune; rows + overlap = total, as in a table of units."""

    place: Place
    rows: tuple[TeamCoverage, ...]
    overlap: Counts

    @property
    def total(self) -> Counts:
        """Human beings of the whole commune."""
        return total_of(row.counts for row in self.rows) + self.overlap

    @property
    def covered(self) -> int:
        """Teams that count as trained."""
        return sum(row.need.covered for row in self.rows)


def coverage_by_team(session: Session, asking: Asking, here: Place) -> TeamTable:
    """One row per team of the subtree, the least trained first. Two SELECTs."""
    found = session.execute(_people(asking, here)).all()
    by_team = {row.part: row for row in found}
    table = [
        TeamCoverage(team, _need(team, by_team.get(team.id)))
        for team in teams_under(session, asking.scope, here.path, asking.on)
    ]
    table.sort(key=lambda row: rank(row.need))
    overlap = -total_of(counts_from(row[6:11]) for row in found)
    return TeamTable(here, tuple(table), overlap)


@lru_cache(maxsize=STATEMENTS)
def _people(asking: Asking, here: Place) -> Select[*tuple[Any, ...]]:
    """Counts by team, and whether its leader holds it."""
    asked = people_asked(asking, here.path)
    leads = func.max(case((asked.c.leads, 1), else_=0)).label("leads")
    served = (
        select(asked.c.team_id.label("part"), asked.c.human, leads)
        .group_by(asked.c.team_id, asked.c.human)
        .subquery()
    )
    found = judged(asking, served)
    leader_held = and_(found.c.leads == 1, found.c.standing == Standing.HELD.value)
    return (
        select(
            found.c.part,
            *tally(found),
            *tally(found, found.c.nth > 1),
            func.max(found.c.leads).label("has_leader"),
            func.max(case((leader_held, 1), else_=0)).label("leader_held"),
        )
        .group_by(found.c.part)
        .execution_options(scope=asking.scope)
    )


def _need(team: TeamRow, row: Row[*tuple[Any, ...]] | None) -> TeamNeed:
    """The team as the rules see it; a team without people has no line of its own."""
    if row is None:
        return TeamNeed(Counts(), has_leader=False, leader_held=False, composition=team.composition)
    return TeamNeed(
        counts=counts_from(row[1:6]),
        has_leader=bool(row.has_leader),
        leader_held=bool(row.leader_held),
        composition=team.composition,
    )
