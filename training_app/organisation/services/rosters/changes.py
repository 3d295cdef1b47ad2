"""The five steps of an import: store what was read, preview, decide, apply; dropping it."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.errors import N_, RuleBroken
from training_app.organisation.models import Person, RosterImport, RosterState
from training_app.organisation.queries.rosters import (
    UnitRecord,
    applied_rows,
    declared_others,
    unit_record,
)
from training_app.organisation.roster_file import Roster, collection_paused, team_key
from training_app.organisation.services.conditions import CHANGE
from training_app.organisation.services.rosters import stored
from training_app.organisation.services.rosters.applying import carry_out
from training_app.organisation.services.rosters.matching import (
    Known,
    KnownMembership,
    KnownTeam,
    Record,
    known_row,
)
from training_app.organisation.services.rosters.plan import Plan, place_of, plan


@collection_paused()
def store(
    session: Session,
    unit_id: int,
    roster: Roster,
    *,
    file_name: str,
    file_hash: str,
    now: datetime,
    actor: Viewer,
) -> int:
    """Keep what was read of a file for a commune; nothing on record changes. Returns the id."""
    row = RosterImport(
        unit_id=unit_id,
        file_name=file_name,
        file_hash=file_hash,
        state=RosterState.READ,
        parsed=stored.to_json(roster),
        created_at=now,
        created_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    return row.id


def decide(session: Session, import_id: int, decisions: Mapping[str, Any]) -> None:
    """Keep the officer's answers (see ``plan``); earlier answers to other rows stay."""
    row = open_import(session, import_id)
    rows = {**row.decisions.get("rows", {}), **decisions.get("rows", {})}
    absent = decisions.get("absent", row.decisions.get("absent", []))
    row.decisions = {"rows": rows, "absent": sorted(absent)}
    session.flush()


@collection_paused()
def preview(session: Session, import_id: int, *, on: date) -> Plan:
    """What applying the import would do now: exactly what :func:`apply` does."""
    row = open_import(session, import_id)
    return plan(roster_of(row), record_of(session, row.unit_id, on), row.decisions)


@dataclass(frozen=True)
class Prepared:
    """A plan with all that it was made of: of the same things the same plan is made."""

    record: Record
    decisions: Mapping[str, Any]
    plan: Plan


@collection_paused()
def prepare(session: Session, import_id: int, *, on: date) -> Prepared:
    """Make the plan of an import before anything is locked."""
    row = open_import(session, import_id)
    record = record_of(session, row.unit_id, on)
    return Prepared(record, row.decisions, plan(roster_of(row), record, row.decisions))


@collection_paused()
def apply(
    session: Session,
    import_id: int,
    *,
    on: date,
    now: datetime,
    actor: Viewer,
    expected: str | None = None,
    prepared: Prepared | None = None,
) -> Plan:
    """Carry out the plan of the import in the caller's transaction; returns the plan.

    ``expected`` is the :func:`digest` of the plan that the officer saw: when the records have
    changed since, RuleBroken asks to look again. A second press finds the import applied already.
    ``prepared`` spares making the plan once more while others wait to write; it counts only where
    records and answers are still the same.
    """
    row = open_import(session, import_id)
    record = record_of(session, row.unit_id, on)
    if prepared is not None and (prepared.record, prepared.decisions) == (record, row.decisions):
        wanted = prepared.plan
    else:
        wanted = plan(roster_of(row), record, row.decisions)
    if expected is not None and digest(wanted) != expected:
        raise RuleBroken(N_("The records changed since this preview. Look at it again."))
    _claim(session, import_id, now)
    undo = carry_out(session, row.unit_id, wanted, on=on, now=now, actor=actor)
    session.refresh(row, ("state", "applied_at"))  # what was read of the file is long, and known
    row.undo, row.summary = undo, wanted.summary
    audit.record(
        session,
        Action.ROSTER_IMPORTED,
        actor=actor,
        now=now,
        object_kind="roster_import",
        object_id=import_id,
        unit_id=row.unit_id,
        detail=wanted.summary,
    )
    session.flush()
    return wanted


def drop(session: Session, import_id: int) -> None:
    """Set an import aside before it was applied, with the names it holds, read or not."""
    dropped = session.scalars(
        update(RosterImport)
        .where(
            RosterImport.id == import_id,
            RosterImport.state.in_((RosterState.ARRIVED, RosterState.READ)),
        )
        .values(state=RosterState.DROPPED, parsed={}, decisions={}, upload=None)
        .returning(RosterImport.id)
        .execution_options(**CHANGE)
    ).all()
    if not dropped:
        raise RuleBroken(N_("This import is finished already. Send the file again to change more."))
    session.expire_all()


def digest(wanted: Plan) -> str:
    """A short name of a plan: two plans with the same name do the same."""
    content = [
        [row.place, row.kind, row.person_id, row.same_row, row.leads, row.leaves]
        + [[change.field, change.after] for change in row.changes]
        for row in wanted.rows
    ]
    whole = [content, [team.key for team in wanted.new_teams]]
    whole.append([person.person_id for person in wanted.absent if person.ends])
    return hashlib.sha256(json.dumps(whole, default=str).encode()).hexdigest()[:32]


def roster_of(row: RosterImport) -> Roster:
    """What was read of the import's file, with the teams that the officer named.

    Raises RuleBroken when the import was set aside and holds nothing any more.
    """
    if not row.parsed:
        raise RuleBroken(N_("This import was set aside. Send the file again to read it."))
    roster = stored.from_json(row.parsed)
    answers = row.decisions.get("rows", {})
    named = {place: said["team"] for place, said in answers.items() if said.get("team")}
    if not named:
        return roster
    people = (
        replace(person, team=named.get(place_of(person), person.team)) for person in roster.people
    )
    return replace(roster, people=tuple(people))


def record_of(session: Session, unit_id: int, on: date) -> Record:
    """What the commune has on record, in the shape that a roster is compared with."""
    unit = unit_record(session, unit_id, on)
    counted = {person.id: _counted(unit, person) for person in unit.people.values()}
    linked: dict[int, list[int]] = defaultdict(list)
    for person_id, human in counted.items():
        linked[human].append(person_id)
    return Record(
        people=tuple(_known(unit, unit.people[human], rows) for human, rows in linked.items()),
        teams=tuple(
            KnownTeam(team.id, team_key(team.name), team.name, team.valid_from)
            for team in unit.teams
        ),
        memory={
            fingerprint: counted.get(person_id, person_id)
            for fingerprint, person_id in applied_rows(session, unit_id).items()
        },
        not_same=declared_others(session, unit.people.keys()),
    )


def _counted(unit: UnitRecord, person: Person) -> int:
    """The row under which a human being of the commune is compared: linked rows count as one."""
    return person.canonical if person.canonical in unit.people else person.id


def _known(unit: UnitRecord, person: Person, rows: list[int]) -> Known:
    services = [service for row_id in rows for service in unit.services[row_id]]
    serving = [service for service in services if service.serving]
    team = (serving or services)[-1].team_name
    row = known_row(
        person.id,
        full_name=person.full_name,
        sex=person.sex,
        birth_date=person.birth_date,
        birth_year=person.birth_year,
        phones=tuple(number for row_id in rows for number in unit.phones.get(row_id, ())),
        team=team,
        role="leader" if any(service.leads for service in serving) else "mediator",
        ethnic_minority=person.ethnic_minority,
        law_qualified=person.law_qualified,
    )
    names = {service.team_id: service.team_name for service in services}
    return Known(
        person.id,
        row,
        tuple(
            KnownMembership(s.id, s.team_id, team_key(s.team_name), s.serving, s.leads)
            for s in services
        ),
        frozenset(
            (team_key(names[found.team_id]), found.role, found.decision_number, found.decided_on)
            for row_id in rows
            for found in unit.recognitions.get(row_id, ())
            if found.team_id in names
        ),
    )


def open_import(session: Session, import_id: int) -> RosterImport:
    """The import, while it waits for answers; RuleBroken once it is finished."""
    chosen = select(RosterImport).where(RosterImport.id == import_id)
    row = session.scalars(chosen.execution_options(**CHANGE)).one()
    if row.state != RosterState.READ:
        raise RuleBroken(N_("This import is finished already. Send the file again to change more."))
    return row


def _claim(session: Session, import_id: int, now: datetime) -> None:
    """Take the import for this transaction; of two at once one finds it taken."""
    claimed = session.scalars(
        update(RosterImport)
        .where(RosterImport.id == import_id, RosterImport.state == RosterState.READ)
        .values(state=RosterState.APPLIED, applied_at=now)
        .returning(RosterImport.id)
    ).all()
    if not claimed:
        raise RuleBroken(N_("This import is finished already. Send the file again to change more."))
