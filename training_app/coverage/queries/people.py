"""People behind the numbers: the members of a team, and the list of a unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, null, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import KeyedColumnElement

from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import (
    Asking,
    holds_it,
    is_due_soon,
    people_asked,
    standing_of,
)
from training_app.coverage.rules import Group
from training_app.organisation.models import Person, PersonPhone, TeamSpan, holds
from training_app.programme.queries import needs_of_people
from training_app.programme.rules import Need

_BATCH: Final = 500


@dataclass(frozen=True)
class PersonCoverage:
    """One row per human being: name, place, and what the rule says with its reason."""

    person_id: int
    full_name: str
    team_id: int | None
    team_name: str
    leads: bool
    phone: str
    need: Need


@dataclass(frozen=True)
class PeoplePage:
    """A stretch of a list of people, and how many the whole list has."""

    rows: tuple[PersonCoverage, ...]
    total: int


def coverage_people(
    session: Session, asking: Asking, team_id: int, *, phones: bool = False
) -> tuple[PersonCoverage, ...]:
    """One row per member of a team: the leader first, then by given name. Three SELECTs.

    Empty when the team is not in scope; the caller has asked for it before.
    """
    asked = people_asked(asking, "/", teams=(team_id,))
    found = session.execute(_named(asking, _once(asked), phones=phones))
    return _judged(session, asking, found)


def people_of_unit(
    session: Session,
    asking: Asking,
    here: Place,
    *,
    standing: Group | None = None,
    limit: int | None,
    offset: int = 0,
) -> PeoplePage:
    """One row per human being of the subtree in one group or in all, by given name.

    Four SELECTs for a page. The total is the number that a table of units shows.
    """
    asked = people_asked(asking, here.path)
    once, counted = _once(asked), select(func.count(asked.c.human.distinct()))
    if standing is not None:
        wanted = _stands(asking, asked.c.human, standing)
        once, counted = once.where(wanted), counted.where(wanted)
    total = session.scalar(counted.execution_options(scope=asking.scope)) or 0
    chosen = _named(asking, once, by_name=True).limit(limit).offset(offset)
    return PeoplePage(_judged(session, asking, session.execute(chosen)), total)


def _stands(asking: Asking, human: KeyedColumnElement[int], group: Group) -> ColumnElement[bool]:
    if group is Group.DUE_SOON:
        return and_(holds_it(asking, human), is_due_soon(asking, human))
    return standing_of(asking, human) == group.value


def _once(asked: Subquery) -> Select[*tuple[Any, ...]]:
    """One line per human being: the first team, whether it leads one, since when."""
    return select(
        asked.c.human,
        func.min(asked.c.team_id).label("team_id"),
        func.max(case((asked.c.leads, 1), else_=0)).label("leads"),
        func.min(asked.c.since).label("since"),
    ).group_by(asked.c.human)


def _named(
    asking: Asking,
    once: Select[*tuple[Any, ...]],
    *,
    phones: bool = False,
    by_name: bool = False,
) -> Select[*tuple[Any, ...]]:
    """Add names to human beings: leaders first, or all by given name."""
    found = once.subquery()
    phone = (
        select(func.min(PersonPhone.number))
        .where(PersonPhone.person_id == Person.id, holds(PersonPhone, asking.on))
        .correlate(Person)
        .scalar_subquery()
    )
    team = and_(TeamSpan.team_id == found.c.team_id, holds(TeamSpan, asking.on))
    chosen = (
        select(
            Person.id,
            Person.full_name,
            found.c.team_id,
            func.coalesce(TeamSpan.name, "").label("team_name"),
            found.c.leads,
            found.c.since,
            (phone if phones else null()).label("phone"),
        )
        .join(found, found.c.human == Person.id)
        .outerjoin(TeamSpan, team)
        .execution_options(scope=asking.scope)
    )
    first = [] if by_name else [found.c.leads.desc()]
    return chosen.order_by(*first, Person.sort_key, Person.id)


def _judged(session: Session, asking: Asking, found: Iterable[Any]) -> tuple[PersonCoverage, ...]:
    """Ask the rule about everybody found, some hundreds at a time."""
    people = list(found)
    since: dict[int, date] = {row.id: row.since for row in people}
    needs: dict[int, Need] = {}
    for start in range(0, len(people), _BATCH):
        needs |= needs_of_people(
            session,
            [row.id for row in people[start : start + _BATCH]],
            asking.on,
            asking.requirement,
            scope=asking.scope,
            joined=since,
        )
    return tuple(
        PersonCoverage(
            person_id=row.id,
            full_name=row.full_name,
            team_id=row.team_id,
            team_name=row.team_name,
            leads=bool(row.leads),
            phone=row.phone or "",
            need=needs[row.id],
        )
        for row in people
    )
