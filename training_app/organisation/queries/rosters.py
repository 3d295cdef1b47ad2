"""What a commune has on record, in the shape that a roster is compared with; its imports."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.db import Unscoped
from training_app.organisation import scope as scoping
from training_app.organisation.models import (
    Leadership,
    Membership,
    NotSamePerson,
    Person,
    PersonPhone,
    Recognition,
    RosterImport,
    RosterState,
    TeamSpan,
    holds,
)
from training_app.work.models import Job
from training_app.work.rules import UNDONE

_COMPARE = {"scope": Unscoped("a roster is compared with all that its commune has on record")}


@dataclass(frozen=True)
class ImportRow:
    """One import in the list of a commune."""

    id: int
    unit_id: int
    file_name: str
    state: str
    created_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None
    summary: dict[str, Any]


@dataclass(frozen=True)
class TeamOnRecord:
    """A living team of the commune."""

    id: int
    name: str
    valid_from: date


@dataclass(frozen=True)
class ServiceOnRecord:
    """One membership, serving or left."""

    id: int
    person_id: int
    team_id: int
    team_name: str
    serving: bool
    leads: bool


@dataclass(frozen=True)
class UnitRecord:
    """Everything a roster of the commune is compared with."""

    teams: list[TeamOnRecord]
    people: dict[int, Person]
    services: dict[int, list[ServiceOnRecord]]
    phones: dict[int, list[str]]
    recognitions: dict[int, list[Recognition]]


def imports(session: Session, scope: Scope, on: date) -> list[ImportRow]:
    """One row per import of the communes in scope, newest first."""
    rows = session.execute(
        select(
            RosterImport.id,
            RosterImport.unit_id,
            RosterImport.file_name,
            RosterImport.state,
            RosterImport.created_at,
            RosterImport.applied_at,
            RosterImport.undone_at,
            RosterImport.summary,
        )
        .where(RosterImport.unit_id.in_(scoping.units(scope, on)))
        .order_by(RosterImport.id.desc())
        .execution_options(scope=scope)
    )
    return [ImportRow(*row) for row in rows]


def same_file(
    session: Session, scope: Scope, unit_id: int, file_hash: str, on: date
) -> list[ImportRow]:
    """Earlier imports of the very same file for the commune, newest first."""
    named = select(RosterImport.id).where(
        RosterImport.unit_id == unit_id, RosterImport.file_hash == file_hash
    )
    ids = set(session.scalars(named.execution_options(scope=scope)))
    return [row for row in imports(session, scope, on) if row.id in ids]


def import_on(session: Session, scope: Scope, import_id: int, on: date) -> RosterImport | None:
    """The import, or None when its commune is not in scope on the day."""
    chosen = select(RosterImport).where(
        RosterImport.id == import_id, RosterImport.unit_id.in_(scoping.units(scope, on))
    )
    return session.scalars(chosen.execution_options(scope=scope)).first()


def job_of(session: Session, row: RosterImport) -> Job | None:
    """The last job that worked for the import, while it is remembered."""
    return session.get(Job, row.job_id, populate_existing=True) if row.job_id else None


def job_under_way(session: Session, row: RosterImport) -> bool:
    """Whether the worker reads the file or puts the list on record, now or soon."""
    job = job_of(session, row)
    return job is not None and job.state in UNDONE


def unit_record(session: Session, unit_id: int, on: date) -> UnitRecord:
    """The living teams of the commune, who serves or served in them, and what is known of those."""
    spans = session.scalars(
        select(TeamSpan)
        .where(TeamSpan.unit_id == unit_id, holds(TeamSpan, on))
        .order_by(TeamSpan.sort_key)
        .execution_options(**_COMPARE)
    ).all()
    here = select(TeamSpan.team_id).where(TeamSpan.unit_id == unit_id, holds(TeamSpan, on))
    members = select(Membership.person_id).where(Membership.team_id.in_(here)).correlate(None)
    names = {span.team_id: span.name for span in spans}
    people = session.scalars(
        select(Person).where(Person.id.in_(members)).execution_options(**_COMPARE)
    )
    return UnitRecord(
        teams=[TeamOnRecord(span.team_id, span.name, span.valid_from) for span in spans],
        people={person.id: person for person in people},
        services=_services(session, here, names, on),
        phones=_phones(session, members, on),
        recognitions=_recognitions(session, members),
    )


def applied_rows(session: Session, unit_id: int, *, last: int = 5) -> dict[str, int]:
    """Fingerprints of the rows that the last imports applied, each with its person."""
    undo_data = session.scalars(
        select(RosterImport.undo)
        .where(RosterImport.unit_id == unit_id, RosterImport.state == RosterState.APPLIED)
        .order_by(RosterImport.id.desc())
        .limit(last)
        .execution_options(**_COMPARE)
    ).all()
    memory: dict[str, int] = {}
    for data in reversed(undo_data):
        memory.update(data.get("rows", {}))
    return memory


def declared_others(session: Session, person_ids: Collection[int]) -> frozenset[tuple[int, int]]:
    """Pairs of the people that an officer declared to be two human beings, smaller id first."""
    pairs = session.execute(
        select(NotSamePerson.first_id, NotSamePerson.second_id).execution_options(**_COMPARE)
    )
    known = set(person_ids)
    return frozenset((row[0], row[1]) for row in pairs if row[0] in known)


def _services(
    session: Session, here: Select[int], names: dict[int, str], on: date
) -> dict[int, list[ServiceOnRecord]]:
    leads = (
        select(Leadership.id)
        .where(
            Leadership.team_id == Membership.team_id,
            Leadership.person_id == Membership.person_id,
            holds(Leadership, on),
        )
        .exists()
    )
    rows = session.execute(
        select(
            Membership.id,
            Membership.person_id,
            Membership.team_id,
            holds(Membership, on).label("serving"),
            leads.label("leads"),
        )
        .where(Membership.team_id.in_(here))
        .order_by(Membership.id)
        .execution_options(**_COMPARE)
    )
    services: dict[int, list[ServiceOnRecord]] = defaultdict(list)
    for row in rows:
        services[row.person_id].append(
            ServiceOnRecord(
                row.id,
                row.person_id,
                row.team_id,
                names[row.team_id],
                bool(row.serving),
                bool(row.leads),
            )
        )
    return services


def _phones(session: Session, members: Select[int], on: date) -> dict[int, list[str]]:
    rows = session.execute(
        select(PersonPhone.person_id, PersonPhone.number)
        .where(PersonPhone.person_id.in_(members), holds(PersonPhone, on))
        .order_by(PersonPhone.id)
        .execution_options(**_COMPARE)
    )
    numbers: dict[int, list[str]] = defaultdict(list)
    for person_id, number in rows:
        numbers[person_id].append(number)
    return numbers


def _recognitions(session: Session, members: Select[int]) -> dict[int, list[Recognition]]:
    rows = session.scalars(
        select(Recognition).where(Recognition.person_id.in_(members)).execution_options(**_COMPARE)
    )
    found: dict[int, list[Recognition]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found
