"""What happened since the counts were made, as communes to be counted again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from training_app.coverage.models import CoverageState
from training_app.coverage.rollups.reading import COUNTING
from training_app.organisation.models import Leadership, Membership, Person, TeamSpan
from training_app.requirements.models import Requirement
from training_app.requirements.rules import Audience
from training_app.work.models import Stale
from training_app.work.rules import StaleKind

# Audiences that serve in teams; the others are few and counted as they are asked for.
BY_TEAM: Final = (Audience.MEDIATORS.value, Audience.LEADERS.value)
_PART: Final = 5_000


@dataclass(frozen=True)
class Pending:
    """What waits: rows of the list, communes concerned, and requirements to be counted anew."""

    rows: tuple[int, ...] = ()
    units: frozenset[int] = frozenset()
    requirements: frozenset[int] = frozenset()
    everything: bool = False

    def whole(self, requirement_id: int) -> bool:
        """Whether a requirement is to be counted anew as a whole."""
        return self.everything or requirement_id in self.requirements


def kept_requirements(session: Session) -> list[int]:
    """Ids of the requirements whose counts are kept ready."""
    found = select(Requirement.id).where(Requirement.audience.in_(BY_TEAM))
    return list(session.scalars(found.order_by(Requirement.id)))


def turns(session: Session) -> dict[int, CoverageState]:
    """Requirement id → the state of its ready counts."""
    return {row.requirement_id: row for row in session.scalars(select(CoverageState))}


def pending(session: Session, *, most: int | None = None) -> Pending:
    """What waits to be counted again. With ``most`` a longer list means everything."""
    chosen = select(Stale.id, Stale.kind, Stale.object_id)
    rows = session.execute(chosen if most is None else chosen.limit(most + 1)).all()
    if not rows:
        return Pending()
    ids: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        ids[row.kind].add(row.object_id)
    everything = StaleKind.ALL in ids or (most is not None and len(rows) > most)
    units = set(ids[StaleKind.UNIT])
    if not everything:
        for part in _parts(ids[StaleKind.TEAM]):
            units |= set(session.scalars(_units_of_teams(part)))
        for part in _parts(ids[StaleKind.PERSON]):
            units |= set(session.scalars(_units_of_people(part)))
    return Pending(
        tuple(row.id for row in rows),
        frozenset(units),
        frozenset(ids[StaleKind.REQUIREMENT]),
        everything,
    )


def neighbours(session: Session, unit_ids: Collection[int]) -> set[int]:
    """Communes in which people of these communes serve as well, and the communes themselves.

    Who serves in two is counted once above them: a change in the one moves the other.
    """
    teams = select(TeamSpan.team_id).where(TeamSpan.unit_id.in_(unit_ids))
    rows = (
        select(Membership.person_id)
        .where(Membership.team_id.in_(teams))
        .union(select(Leadership.person_id).where(Leadership.team_id.in_(teams)))
    )
    people = rows.subquery()
    chosen = _units_of_people(select(people.c[0]))
    return {*unit_ids, *session.scalars(chosen)}


def _parts(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _PART):
        yield ordered[start : start + _PART]


def _units_of_teams(team_ids: Collection[int]) -> Select[Any]:
    chosen = select(TeamSpan.unit_id).where(TeamSpan.team_id.in_(team_ids)).distinct()
    return chosen.execution_options(**COUNTING)


def _units_of_people(person_ids: Collection[int] | Select[Any]) -> Select[Any]:
    """Every unit in which a team of theirs, or of a row linked to theirs, ever stood."""
    linked = aliased(Person)
    canonical = select(func.coalesce(Person.canonical_id, Person.id)).where(
        Person.id.in_(person_ids)
    )
    rows = select(linked.id).where(
        or_(linked.id.in_(canonical), linked.canonical_id.in_(canonical))
    )
    teams = union(
        select(Membership.team_id).where(Membership.person_id.in_(rows)),
        select(Leadership.team_id).where(Leadership.person_id.in_(rows)),
    ).subquery()
    chosen = select(TeamSpan.unit_id).where(TeamSpan.team_id.in_(select(teams.c[0]))).distinct()
    return chosen.execution_options(**COUNTING)
