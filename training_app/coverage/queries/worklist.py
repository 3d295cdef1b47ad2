"""Teams in need, ranked, with the reason, the leader's contact and the smallest next step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, null, select
from sqlalchemy.orm import Session

from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import Asking, people_asked
from training_app.coverage.queries.teams import TeamCoverage, coverage_by_team
from training_app.coverage.rules import Gap, MemberGap, Step, first_steps, gaps
from training_app.learning.models import Holding
from training_app.organisation.models import Person, PersonPhone, holds
from training_app.organisation.rules import Rule
from training_app.programme.queries import HELD_COLUMNS, needs_from
from training_app.programme.rules import Need


@dataclass(frozen=True)
class WorklistRow:
    """One row per team in need: why, whom to call, and what to do first."""

    team: TeamCoverage
    gaps: tuple[Gap, ...]
    lacks: tuple[Rule, ...]
    steps: tuple[Step, ...]
    leader_name: str
    leader_phone: str


@dataclass(frozen=True)
class Worklist:
    """A stretch of the worklist; ``total`` teams in need of ``teams`` in all."""

    rows: tuple[WorklistRow, ...]
    total: int
    teams: int


def worklist(
    session: Session,
    asking: Asking,
    here: Place,
    *,
    limit: int | None = None,
    offset: int = 0,
    phones: bool = False,
) -> Worklist:
    """One row per team in need, the least trained and largest first. Four SELECTs."""
    table = coverage_by_team(session, asking, here)
    needy = [row for row in table.rows if row.need.in_need]
    shown = needy[offset:] if limit is None else needy[offset : offset + limit]
    members = _members(session, asking, here, shown, phones=phones)
    return Worklist(
        rows=tuple(_row(one, members[one.team.id]) for one in shown),
        total=len(needy),
        teams=len(table.rows),
    )


@dataclass(frozen=True)
class _Member:
    """A member of a team on the worklist."""

    person_id: int
    full_name: str
    phone: str
    leads: bool
    need: Need


def _row(one: TeamCoverage, members: Sequence[_Member]) -> WorklistRow:
    leader = next((member for member in members if member.leads), None)
    lacking = [
        MemberGap(member.person_id, member.leads, member.need.missing_modules)
        for member in members
        if not member.need.covered
    ]
    return WorklistRow(
        team=one,
        gaps=gaps(one.need),
        lacks=tuple(rule for rule in one.need.composition.lacks if rule is not Rule.LEADER),
        steps=first_steps(one.need, lacking),
        leader_name=leader.full_name if leader else "",
        leader_phone=leader.phone if leader else "",
    )


def _members(
    session: Session,
    asking: Asking,
    here: Place,
    shown: Sequence[TeamCoverage],
    *,
    phones: bool,
) -> dict[int, list[_Member]]:
    """Members of the teams shown, each with the need. Two SELECTs."""
    found: dict[int, list[_Member]] = defaultdict(list)
    if not shown:
        return found
    team_ids = [row.team.id for row in shown]
    rows = session.execute(_with_periods(asking, here, team_ids, phones=phones)).all()
    services = {(row.team_id, row.human): row for row in rows}
    periods = {(row.human, row.held_from): row for row in rows}
    needs = needs_from(
        session,
        periods.values(),
        frozenset(row.human for row in rows),
        asking.on,
        asking.requirement,
        scope=asking.scope,
        joined={row.human: row.since for row in rows},
    )
    for (team_id, human), row in services.items():
        found[team_id].append(_member(row, needs[human]))
    return found


def _member(row: Row[*tuple[Any, ...]], found: Need) -> _Member:
    return _Member(row.human, row.full_name, row.phone or "", bool(row.leads), found)


def _with_periods(
    asking: Asking, here: Place, team_ids: list[int], *, phones: bool
) -> Select[*tuple[Any, ...]]:
    """One line per member and period held; members without a period have one line."""
    asked = people_asked(asking, here.path, teams=team_ids)
    phone = (
        select(func.min(PersonPhone.number))
        .where(PersonPhone.person_id == asked.c.human, holds(PersonPhone, asking.on))
        .correlate(asked)
        .scalar_subquery()
    )
    mine = and_(Holding.person_id == asked.c.human, Holding.requirement_id == asking.requirement.id)
    return (
        select(
            asked.c.team_id,
            asked.c.human,
            case((asked.c.leads, 1), else_=0).label("leads"),
            asked.c.since,
            Person.full_name,
            (case((asked.c.leads, phone)) if phones else null()).label("phone"),
            *HELD_COLUMNS,
        )
        .join(Person, Person.id == asked.c.human)
        .outerjoin(Holding, mine)
        .order_by(Person.sort_key, Person.id, Holding.held_from)
        .execution_options(scope=asking.scope)
    )
