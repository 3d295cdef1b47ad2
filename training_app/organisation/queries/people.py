"""People in scope: found by name or telephone, and one person with the history of service."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.organisation import scope as scoping
from training_app.organisation.models import (
    Leadership,
    Membership,
    Person,
    PersonPhone,
    Recognition,
    TeamSpan,
    UnitSpan,
    holds,
)
from training_app.vietnamese import fold

PAGE = 25
_FEWEST_DIGITS = 4


@dataclass(frozen=True)
class TeamOfPerson:
    """A team that a person serves or served in; names are those of the day asked for.

    ``visible`` says whether the viewer may see the team: elsewhere only the dates are told.
    """

    team_id: int
    team_name: str
    unit_id: int
    unit_name: str
    visible: bool
    valid_from: date
    valid_to: date | None
    end_reason: str | None
    leader: bool


@dataclass(frozen=True)
class PersonRow:
    """One human being in a list."""

    id: int
    full_name: str
    sex: str | None
    birth_year: int | None
    teams: tuple[TeamOfPerson, ...] = ()


@dataclass(frozen=True)
class RecognitionRow:
    """One decision that recognised the person."""

    team_id: int
    role: str
    decision_number: str
    decided_on: date | None
    note: str


@dataclass(frozen=True)
class PersonDetail:
    """One human being with the rows linked to it; telephone and minority are asked for apart."""

    id: int
    canonical_id: int
    linked_ids: tuple[int, ...]
    full_name: str
    sex: str | None
    birth_date: date | None
    birth_year: int | None
    law_qualified: bool | None
    anonymised_at: datetime | None
    restricted_at: datetime | None
    teams: tuple[TeamOfPerson, ...]
    recognitions: tuple[RecognitionRow, ...]


def find_people(
    session: Session,
    scope: Scope,
    text: str,
    on: date,
    *,
    page: int = 1,
    per_page: int = PAGE,
    former: bool = False,
) -> tuple[list[PersonRow], int]:
    """One row per human being in scope whose name or telephone holds ``text``; and the total.

    Marks, capitals and spaces do not matter. Digits search telephone numbers. Empty text lists
    everybody. Pages count from 1. ``former`` finds those as well who serve no more.
    """
    chosen = select(Person).where(
        Person.id.in_(scoping.people(scope, on, former=former)),
        Person.canonical_id.is_(None),
        Person.anonymised_at.is_(None),
        _matches(text, on),
    )
    total = session.scalar(_count(chosen, scope)) or 0
    ordered = chosen.order_by(Person.sort_key, Person.id)
    paged = ordered.limit(per_page).offset((page - 1) * per_page).execution_options(scope=scope)
    people = session.scalars(paged).all()
    teams = _teams_of(session, scope, [person.id for person in people], on, current=True)
    rows = [
        PersonRow(
            person.id, person.full_name, person.sex, person.birth_year, tuple(teams[person.id])
        )
        for person in people
    ]
    return rows, total


def person_detail(session: Session, scope: Scope, person_id: int, on: date) -> PersonDetail | None:
    """The person with all service and decisions, or None when not in scope on the day."""
    if not scoping.may_see_person(session, scope, person_id, on):
        return None
    person = session.get_one(Person, person_id, execution_options={"scope": scope})
    canonical = session.get_one(Person, person.canonical, execution_options={"scope": scope})
    linked = linked_ids(session, scope, canonical.id)
    teams = _teams_of(session, scope, linked, on, current=False)
    return PersonDetail(
        id=person.id,
        canonical_id=canonical.id,
        linked_ids=tuple(linked),
        full_name=canonical.full_name,
        sex=canonical.sex,
        birth_date=canonical.birth_date,
        birth_year=canonical.birth_year,
        law_qualified=canonical.law_qualified,
        anonymised_at=canonical.anonymised_at,
        restricted_at=canonical.restricted_at,
        teams=tuple(sorted((t for rows in teams.values() for t in rows), key=_newest_first)),
        recognitions=_recognitions(session, scope, linked),
    )


def linked_ids(session: Session, scope: Scope, canonical_id: int) -> list[int]:
    """The id of a human being and of every row linked to it, the canonical one first."""
    linked = select(Person.id).where(Person.canonical_id == canonical_id).order_by(Person.id)
    return [canonical_id, *session.scalars(linked.execution_options(scope=scope))]


def phones(
    session: Session, scope: Scope, person_ids: Iterable[int], on: date
) -> dict[int, list[str]]:
    """Telephone numbers on the day, by person, of those in scope (``phone:view``)."""
    rows = session.execute(
        select(PersonPhone.person_id, PersonPhone.number)
        .where(
            PersonPhone.person_id.in_(list(person_ids)),
            PersonPhone.person_id.in_(scoping.people(scope, on, former=True)),
            holds(PersonPhone, on),
        )
        .order_by(PersonPhone.valid_from, PersonPhone.id)
        .execution_options(scope=scope)
    )
    numbers: dict[int, list[str]] = defaultdict(list)
    for person_id, number in rows:
        numbers[person_id].append(number)
    return numbers


def minority_flags(
    session: Session, scope: Scope, person_ids: Iterable[int], on: date
) -> dict[int, bool | None]:
    """The restricted flag by person, of those in scope (``minority:view``; log every viewing)."""
    rows = session.execute(
        select(Person.id, Person.ethnic_minority)
        .where(
            Person.id.in_(list(person_ids)),
            Person.id.in_(scoping.people(scope, on, former=True)),
        )
        .execution_options(scope=scope)
    )
    return {row.id: row.ethnic_minority for row in rows}


def _matches(text: str, on: date) -> ColumnElement[bool]:
    digits = "".join(filter(str.isdigit, text))
    by_name = Person.name_fold.contains(fold(text), autoescape=True)
    if len(digits) < _FEWEST_DIGITS:
        return by_name
    number = digits.removeprefix("84").removeprefix("0")
    with_number = select(PersonPhone.person_id).where(
        PersonPhone.number.contains(number, autoescape=True), holds(PersonPhone, on)
    )
    return or_(by_name, Person.id.in_(with_number))


def _count(chosen: Select[Person], scope: Scope) -> Select[int]:
    ids = chosen.with_only_columns(Person.id).subquery()
    return select(func.count()).select_from(ids).execution_options(scope=scope)


def _teams_of(
    session: Session, scope: Scope, person_ids: list[int], on: date, *, current: bool
) -> dict[int, list[TeamOfPerson]]:
    """Teams by person. A name is that of the day, or the last one of a team that has ended."""
    leads = (
        select(Leadership.id)
        .where(
            Leadership.team_id == Membership.team_id,
            Leadership.person_id == Membership.person_id,
            holds(Leadership, on),
        )
        .exists()
    )
    spans = aliased(TeamSpan)
    last = (
        select(func.max(spans.id))
        .where(spans.team_id == Membership.team_id, spans.valid_from <= on)
        .scalar_subquery()
    )
    unit_name = (
        select(UnitSpan.type + " " + UnitSpan.name)
        .where(UnitSpan.unit_id == TeamSpan.unit_id, UnitSpan.valid_from <= on)
        .order_by(UnitSpan.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    chosen = (
        select(
            Membership.person_id,
            Membership.team_id,
            TeamSpan.name,
            TeamSpan.unit_id,
            unit_name,
            _team_visible(scope, on),
            Membership.valid_from,
            Membership.valid_to,
            Membership.end_reason,
            leads,
        )
        .join(TeamSpan, TeamSpan.id == last)
        .where(Membership.person_id.in_(person_ids))
        .order_by(Membership.valid_from, Membership.id)
        .execution_options(scope=scope)
    )
    if current:
        chosen = chosen.where(holds(Membership, on))
    found: dict[int, list[TeamOfPerson]] = defaultdict(list)
    for row in session.execute(chosen):
        team = TeamOfPerson(*row[1:])
        if not team.visible:
            team = replace(team, team_name="", unit_name="")
        found[row[0]].append(team)
    return found


def _team_visible(scope: Scope, on: date) -> ColumnElement[bool]:
    """The team stands, or stood last, in the scope; people see their own teams."""
    return or_(
        TeamSpan.unit_id.in_(scoping.units(scope, on)),
        Membership.team_id.in_(scope.teams),
        Membership.person_id.in_(scope.people),
    )


def _newest_first(service: TeamOfPerson) -> tuple[int, int]:
    return (-service.valid_from.toordinal(), service.team_id)


def _recognitions(
    session: Session, scope: Scope, person_ids: list[int]
) -> tuple[RecognitionRow, ...]:
    rows = session.execute(
        select(
            Recognition.team_id,
            Recognition.role,
            Recognition.decision_number,
            Recognition.decided_on,
            Recognition.note,
        )
        .where(Recognition.person_id.in_(person_ids))
        .order_by(Recognition.decided_on, Recognition.id)
        .execution_options(scope=scope)
    )
    return tuple(RecognitionRow(*row) for row in rows)
