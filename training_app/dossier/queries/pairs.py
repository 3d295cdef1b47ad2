"""Pairs of records that may be one human being, those linked and those declared to be two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.dossier.rules.pairs import Known, Pair, Service, proposals
from training_app.organisation import scope as scoping
from training_app.organisation.models import (
    Leadership,
    Membership,
    NotSamePerson,
    Person,
    PersonPhone,
    TeamSpan,
    holds,
)
from training_app.organisation.roster_file.roster import Person as RosterRow

_ONE: Final = aliased(Person)
_OTHER: Final = aliased(Person)
_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record of a person as two are laid side by side."""

    id: int
    full_name: str
    sex: str | None
    birth_date: date | None
    birth_year: int | None
    law_qualified: bool | None
    recorded_at: datetime
    phones: tuple[str, ...]
    services: tuple[Service, ...]
    leads: bool


@dataclass(frozen=True, slots=True)
class Linked:
    """A record that is counted under another."""

    id: int
    full_name: str
    canonical_id: int
    canonical_name: str


@dataclass(frozen=True, slots=True)
class Declared:
    """Two records that an officer declared to be two people."""

    first: int
    first_name: str
    second: int
    second_name: str
    recorded_at: datetime


def waiting_pairs(session: Session, scope: Scope, on: date) -> list[Pair]:
    """One row per pair of records in scope that may be one person, the surest first."""
    found = _candidates(session, scope, on)
    rows = known(session, scope, {one for pair in found for one in pair}, on)
    return proposals(found, rows, on)


def waiting_count(session: Session, scope: Scope, on: date) -> int:
    """How many pairs wait for a decision."""
    return len(waiting_pairs(session, scope, on))


def _candidates(session: Session, scope: Scope, on: date) -> set[tuple[int, int]]:
    """Pairs with one name and birth year, or with one telephone and either of the two.

    Grouped here: joined with themselves, the people of a province cost the database half a minute.
    """
    visible = scoping.people(scope, on, former=True)
    rows = session.execute(
        select(Person.id, Person.name_fold, Person.birth_year)
        .where(
            Person.id.in_(visible),
            Person.canonical_id.is_(None),
            Person.anonymised_at.is_(None),
        )
        .execution_options(scope=scope)
    ).all()
    people = {row[0]: (row[1], row[2]) for row in rows}
    groups: defaultdict[Any, list[int]] = defaultdict(list)
    for person_id, (fold, year) in people.items():
        if year is not None:
            groups[fold, year].append(person_id)
    numbers = session.execute(
        select(PersonPhone.number, PersonPhone.person_id)
        .where(PersonPhone.valid_to.is_(None), PersonPhone.person_id.in_(visible))
        .execution_options(scope=scope)
    )
    for number, person_id in numbers:
        if person_id in people:
            fold, year = people[person_id]
            groups[number, fold].append(person_id)
            if year is not None:
                groups[number, year].append(person_id)
    found = {
        (min(pair), max(pair))
        for members in groups.values()
        for pair in combinations(sorted(set(members)), 2)
    }
    return found - _declared(session, scope)


def _declared(session: Session, scope: Scope) -> set[tuple[int, int]]:
    """Pairs that somebody declared to be two people."""
    chosen = select(NotSamePerson.first_id, NotSamePerson.second_id)
    return {(row[0], row[1]) for row in session.execute(chosen.execution_options(scope=scope))}


def known(session: Session, scope: Scope, ids: Iterable[int], on: date) -> dict[int, Known]:
    """The records as they are compared, by id."""
    rows = records(session, scope, ids, on)
    folds = dict(
        session.execute(
            select(Person.id, Person.name_fold)
            .where(Person.id.in_(rows.keys()))
            .execution_options(scope=scope)
        ).all()
    )
    return {
        one.id: Known(
            one.id,
            folds[one.id],
            RosterRow(
                sheet="",
                row=one.id,
                full_name=one.full_name,
                sex=one.sex,
                birth_date=one.birth_date,
                birth_year=one.birth_year,
                phones=one.phones,
                team=one.services[-1].team_name if one.services else None,
            ),
            one.services,
        )
        for one in rows.values()
    }


def records(session: Session, scope: Scope, ids: Iterable[int], on: date) -> dict[int, RecordRow]:
    """What is recorded of each person in scope, by id; telephones are those of the day."""
    wanted = sorted(set(ids))
    visible = scoping.people(scope, on, former=True)
    people = session.scalars(
        select(Person)
        .where(Person.id.in_(wanted), Person.id.in_(visible))
        .execution_options(scope=scope)
    ).all()
    here = [person.id for person in people]
    phones, services = _phones(session, scope, here, on), _services(session, scope, here, on)
    leading = set(
        session.scalars(
            select(Leadership.person_id)
            .where(Leadership.person_id.in_(here), holds(Leadership, on))
            .execution_options(scope=scope)
        )
    )
    return {
        person.id: RecordRow(
            person.id,
            person.full_name,
            person.sex,
            person.birth_date,
            person.birth_year,
            person.law_qualified,
            person.recorded_at,
            tuple(phones[person.id]),
            tuple(services[person.id]),
            person.id in leading,
        )
        for person in people
    }


def _phones(
    session: Session, scope: Scope, ids: list[int], on: date
) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(PersonPhone.person_id, PersonPhone.number)
        .where(PersonPhone.person_id.in_(ids), holds(PersonPhone, on))
        .order_by(PersonPhone.id)
        .execution_options(scope=scope)
    )
    for person_id, number in rows:
        found[person_id].append(number)
    return found


def _services(
    session: Session, scope: Scope, ids: list[int], on: date
) -> defaultdict[int, list[Service]]:
    """Service by person, oldest first; a team out of scope is told without its name."""
    span = aliased(TeamSpan)
    newest = (
        select(span.id)
        .where(span.team_id == Membership.team_id, span.valid_from <= on)
        .order_by(span.valid_from.desc())
        .limit(1)
        .correlate(Membership)
        .scalar_subquery()
    )
    units = scoping.units(scope, on)
    rows = session.execute(
        select(
            Membership.person_id,
            Membership.team_id,
            TeamSpan.name,
            TeamSpan.unit_id.in_(units),
            Membership.valid_from,
            Membership.valid_to,
        )
        .join(TeamSpan, TeamSpan.id == newest)
        .where(Membership.person_id.in_(ids))
        .order_by(Membership.valid_from, Membership.id)
        .execution_options(scope=scope)
    )
    found: defaultdict[int, list[Service]] = defaultdict(list)
    for person_id, team_id, name, seen, start, end in rows:
        found[person_id].append(Service(team_id, name if seen else "", start, end))
    return found


def linked_records(session: Session, scope: Scope, on: date) -> list[Linked]:
    """One row per record in scope that is counted under another, the newest first."""
    visible = scoping.people(scope, on, former=True)
    rows = session.execute(
        select(_ONE.id, _ONE.full_name, _OTHER.id, _OTHER.full_name)
        .join(_OTHER, _OTHER.id == _ONE.canonical_id)
        .where(_ONE.id.in_(visible), _ONE.anonymised_at.is_(None))
        .order_by(_ONE.id.desc())
        .limit(_SHOWN)
        .execution_options(scope=scope)
    )
    return [Linked(*row) for row in rows]


def declared_two(session: Session, scope: Scope, on: date) -> list[Declared]:
    """One row per pair in scope that was declared to be two people, the newest first."""
    visible = scoping.people(scope, on, former=True).cte("visible")
    rows = session.execute(
        select(_ONE.id, _ONE.full_name, _OTHER.id, _OTHER.full_name, NotSamePerson.recorded_at)
        .join(NotSamePerson, NotSamePerson.first_id == _ONE.id)
        .join(_OTHER, _OTHER.id == NotSamePerson.second_id)
        .where(
            _ONE.id.in_(select(visible.c[0])),
            _OTHER.id.in_(select(visible.c[0])),
            _ONE.anonymised_at.is_(None),
            _OTHER.anonymised_at.is_(None),
        )
        .order_by(NotSamePerson.recorded_at.desc(), _ONE.id)
        .limit(_SHOWN)
        .execution_options(scope=scope)
    )
    return [Declared(*row) for row in rows]
