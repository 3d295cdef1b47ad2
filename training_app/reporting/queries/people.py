"""The people around a report: who made it, and whom to remind."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from training_app.access import Role
from training_app.accounts.models import Account, RoleGrant
from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent
from training_app.db import Unscoped
from training_app.organisation import scope as rows
from training_app.organisation.models import Level, Person, PersonPhone, Unit, UnitSpan, holds
from training_app.reporting.models import Report, ReportChange
from training_app.reporting.rules.states import State
from training_app.reporting.scope import Reader

_STAFF = Unscoped("officers of an office, named to those who work with it")


@dataclass(frozen=True)
class Sender:
    """One row per commune of a province: how far its report is, and whom to call."""

    unit_id: int
    name: str
    report_id: int | None
    number: int
    state: str | None
    locked_on: date | None
    officers: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    @property
    def sent(self) -> bool:
        """Whether a report was locked."""
        return self.report_id is not None


def people_of(session: Session, account_ids: Iterable[int | None]) -> dict[int, tuple[int, str]]:
    """Account id → (the human being behind it, name)."""
    ids = {one for one in account_ids if one is not None}
    chosen = (
        select(
            Account.id,
            func.coalesce(Person.canonical_id, Person.id).label("human"),
            Person.full_name,
        )
        .join(Person, Person.id == Account.person_id)
        .where(Account.id.in_(ids))
        .execution_options(scope=_STAFF)
    )
    return {row.id: (row.human, row.full_name) for row in session.execute(chosen)}


def hands(session: Session, report: Report) -> set[int]:
    """The accounts that made a report: began it, counted it, checked it, or changed a number."""
    writers = (
        select(ReportChange.recorded_by)
        .where(ReportChange.report_id == report.id)
        .execution_options(scope=_STAFF)
    )
    found = {report.started_by, report.filled_by, report.checked_by, *session.scalars(writers)}
    return {one for one in found if one is not None}


@dataclass(frozen=True)
class Return:
    """One row per time a report was sent back: when, by which account, and what to mend."""

    at: datetime
    account_id: int | None
    reason: str


def returns(session: Session, report: Report) -> list[Return]:
    """How often a report was sent back, the first time first."""
    chosen = (
        select(AuditEvent.at, AuditEvent.actor_account_id, AuditEvent.reason)
        .where(
            AuditEvent.object_kind == "report",
            AuditEvent.object_id == report.id,
            AuditEvent.action == Action.REPORT_RETURNED.value,
        )
        .order_by(AuditEvent.id)
    )
    return [Return(*row) for row in session.execute(chosen)]


def approvers(
    session: Session, unit_id: int, level: str, makers: Collection[int], on: date
) -> list[str]:
    """Names of the officers of a unit who are none of the makers of a report, by given name.

    ``makers`` are accounts (``hands``); human beings are compared. Two SELECTs.
    """
    role = Role.PROVINCE_OFFICER if level == Level.PROVINCE else Role.COMMUNE_OFFICER
    chosen = (
        select(Account.id, Person.full_name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .join(Person, Person.id == Account.person_id)
        .where(
            RoleGrant.role == role.value,
            RoleGrant.unit_id == unit_id,
            holds(RoleGrant, on),
        )
        .order_by(Person.sort_key, Person.id)
        .execution_options(scope=_STAFF)
    )
    officers = dict(iter(session.execute(chosen)))
    humans = people_of(session, {*officers, *makers})
    made_by = {humans[one][0] for one in makers if one in humans}
    return [
        name
        for account_id, name in officers.items()
        if account_id in humans and humans[account_id][0] not in made_by
    ]


def senders(
    session: Session, who: Reader, path: str, wanted: tuple[str, str, int], on: date
) -> list[Sender]:
    """One row per commune below: form, kind and year of ``wanted``. Three SELECTs.

    Of a commune that has not sent, only how far it is: never a number.
    """
    communes = (
        select(UnitSpan.unit_id, (UnitSpan.type + " " + UnitSpan.name).label("name"))
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .where(rows.within(path), holds(UnitSpan, on), Unit.level == Level.COMMUNE.value)
        .order_by(UnitSpan.sort_key, UnitSpan.unit_id)
    )
    found = [(row.unit_id, row.name) for row in session.execute(communes)]
    layout, kind, year = wanted
    reports = (
        select(Report.id, Report.unit_id, Report.number, Report.state, Report.locked_at)
        .where(
            Report.unit_id.in_([unit for unit, _ in found]),
            Report.layout == layout,
            Report.kind == kind,
            Report.year == year,
        )
        .order_by(Report.number)
        .execution_options(scope=who.scope)
    )
    latest, sent = {}, {}
    for row in session.execute(reports):
        latest[row.unit_id] = row
        if row.state == State.LOCKED:
            sent[row.unit_id] = row
    waiting = [unit for unit, _ in found if unit not in sent]
    names, phones = _officers(session, waiting, on)
    return [
        Sender(
            unit_id=unit,
            name=name,
            report_id=sent[unit].id if unit in sent else None,
            number=sent[unit].number if unit in sent else 0,
            state=latest[unit].state if unit in latest else None,
            locked_on=sent[unit].locked_at.date() if unit in sent else None,
            officers=tuple(names.get(unit, ())),
            phones=tuple(phones.get(unit, ())),
        )
        for unit, name in found
    ]


def _officers(
    session: Session, unit_ids: Collection[int], on: date
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Commune officers of some units with their telephone numbers."""
    chosen = (
        select(RoleGrant.unit_id, Person.full_name, PersonPhone.number)
        .join(Account, Account.id == RoleGrant.account_id)
        .join(Person, Person.id == Account.person_id)
        .outerjoin(PersonPhone, and_(PersonPhone.person_id == Person.id, holds(PersonPhone, on)))
        .where(
            RoleGrant.role == Role.COMMUNE_OFFICER.value,
            RoleGrant.unit_id.in_(unit_ids),
            holds(RoleGrant, on),
        )
        .order_by(Person.sort_key, Person.id, PersonPhone.number)
        .execution_options(scope=_STAFF)
    )
    names: dict[int, list[str]] = {}
    phones: dict[int, list[str]] = {}
    for row in session.execute(chosen):
        if row.unit_id is None:
            continue
        if row.full_name not in names.setdefault(row.unit_id, []):
            names[row.unit_id].append(row.full_name)
        if row.number:
            phones.setdefault(row.unit_id, []).append(row.number)
    return names, phones
