"""Coverage of a day as it was known at its end: what was entered later is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.coverage.queries.composed import facts_known
from training_app.coverage.queries.known import (
    COUNTING,
    TeamThen,
    parts_then,
    services_counted,
    services_known,
    teams_known,
)
from training_app.coverage.queries.linked import Links, links_known
from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import Asking
from training_app.coverage.queries.teams import TeamCoverage, TeamTable
from training_app.coverage.queries.units import UnitCoverage, UnitTable, least_first
from training_app.coverage.rollups.recalled import Progress, standings_then, versions_then
from training_app.coverage.rules import DEFINITION, Counts, TeamNeed, rank, total_of
from training_app.organisation import scope as seen
from training_app.organisation.models import Leadership, Membership, TeamSpan
from training_app.organisation.queries.teams import TeamRow
from training_app.programme.queries.asked import end_of
from training_app.requirements.rules import Audience

# People of whom a page reads the record by itself, in some seconds.
MOST_AT_ONCE: Final = 10_000


@dataclass
class _Day:
    """A place on a day: its teams, by team who serves and who leads, and how each person stands.

    ``members`` has the human being behind each row of a person.
    """

    teams: list[TeamThen]
    members: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    leaders: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    standing: dict[int, Counts] = field(default_factory=dict)

    def people(self, team: int) -> set[int]:
        """The human beings who serve in the team."""
        return set(self.members.get(team, {}).values())

    def leading(self, team: int) -> set[int]:
        """Those of them who lead it."""
        return self.people(team) & set(self.leaders.get(team, {}).values())

    def leader_held(self, team: int) -> bool:
        """Whether one who leads it counts as trained."""
        return any(self.standing[one].held for one in self.leading(team))

    def total(self, humans: Iterable[int]) -> Counts:
        """The people together."""
        return total_of(self.standing[one] for one in humans)

    def covered(self, team: int) -> bool:
        """Whether the team counts as trained."""
        people = self.people(team)
        held = sum(self.standing[one].held for one in people)
        return DEFINITION.met(len(people), held, leader_held=self.leader_held(team))


def units_then(
    session: Session, asking: Asking, here: Place, *, report: Progress | None = None
) -> UnitTable:
    """One row per unit directly under ``here``, as known at the end of the day asked about.

    Units, teams, service and facts are those recorded and not taken back by then, and rows of
    people are one human being where that was known by then.
    """
    at = last_moment(asking.on)
    day = _read(session, asking, here.path, at, report)
    by_part: dict[str, list[int]] = defaultdict(list)
    for team in day.teams:
        by_part[_part(team.path, here)].append(team.id)
    parts = [
        (part.unit_id, f"{part.type} {part.name}", part.level, part.path)
        for part in parts_then(session, here, asking.on, at)
    ]
    if here.id is not None and by_part.get(here.path):
        parts.append((here.id, here.name, here.level, here.path))
    rows, everybody = [], set[int]()
    for unit_id, name, level, path in parts:
        teams = by_part.get(path, [])
        people = {human for team in teams for human in day.people(team)}
        if unit_id == here.id and not people:
            continue
        everybody |= people
        covered = sum(day.covered(team) for team in teams)
        rows.append(UnitCoverage(unit_id, name, level, len(teams), covered, day.total(people)))
    overlap = day.total(everybody) + -total_of(row.counts for row in rows)
    return UnitTable(here, tuple(sorted(rows, key=least_first)), overlap, by_team=True)


def teams_then(session: Session, asking: Asking, here: Place) -> TeamTable:
    """One row per team of a commune, as known at the end of the day asked about.

    Article 12 is held against who served then, with their sex and so on as known now.
    """
    at = last_moment(asking.on)
    day = _read(session, asking, here.path, at)
    serving = day.members
    if asking.audience is Audience.LEADERS:
        # Article 12 speaks of the whole team, whoever the requirement is about.
        serving = _serving(
            session, Membership, here.path, asking.on, at, links=links_known(session, at)
        )
    facts = facts_known(session, day.teams, serving, day.leaders, asking.on)
    standing = _standing_now(session, asking, [team.id for team in day.teams])
    rows = []
    for team in day.teams:
        people = day.people(team.id)
        row = TeamRow(
            team.id, team.name, team.village, team.unit_id, here.name, None, None, facts[team.id]
        )
        need = TeamNeed(
            counts=day.total(people),
            has_leader=bool(day.leading(team.id)),
            leader_held=day.leader_held(team.id),
            composition=row.composition,
        )
        rows.append(TeamCoverage(row, need, opens=team.id in standing))
    rows.sort(key=lambda row: rank(row.need))
    everybody = {human for team in day.teams for human in day.people(team.id)}
    overlap = day.total(everybody) + -total_of(row.counts for row in rows)
    return TeamTable(here, tuple(rows), overlap)


def too_wide(session: Session, asking: Asking, here: Place) -> bool:
    """Whether reading a place as known then would keep a page waiting: the worker prepares it."""
    if here.id is None or here.is_commune:
        return here.id is None
    at, service = last_moment(asking.on), Membership
    return services_counted(session, service, here.path, asking.on, at) > MOST_AT_ONCE


def last_moment(on: date) -> datetime:
    """The last moment of the day in Viet Nam."""
    return end_of(on) - timedelta(microseconds=1)


def _read(
    session: Session, asking: Asking, path: str, at: datetime, report: Progress | None = None
) -> _Day:
    on = asking.on
    day = _Day(teams_known(session, path, on, at))
    links = links_known(session, at)
    day.leaders = _serving(session, Leadership, path, on, at, links=links)
    day.members = day.leaders
    if asking.audience is not Audience.LEADERS:
        day.members = _serving(session, Membership, path, on, at, links=links)
    humans = sorted({human for team in day.members.values() for human in team.values()})
    versions = versions_then(session, asking.requirement.id, on, at)
    day.standing = standings_then(session, versions, humans, on, at, links=links, report=report)
    return day


def _serving(
    session: Session,
    model: type[Membership | Leadership],
    path: str,
    on: date,
    at: datetime,
    *,
    links: Links,
) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for team_id, row, human in services_known(session, model, path, on, at):
        found[team_id][row] = links.human(row, human)
    return found


def _part(path: str, here: Place) -> str:
    """The path of the part of ``here`` in which a path lies: one step further, or ``here``."""
    known = len(here.path)
    return path[: known + path[known:].find("/") + 1]


def _standing_now(session: Session, asking: Asking, team_ids: list[int]) -> set[int]:
    """Those of the teams that stand on the day as known now, and are in scope: their page opens."""
    teams = seen.teams(asking.scope, asking.on).where(TeamSpan.team_id.in_(team_ids))
    return set(session.scalars(select(teams.subquery().c[0]).execution_options(**COUNTING)))
