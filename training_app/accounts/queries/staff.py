"""Staff accounts and their roles, inside a scope of units."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Role, Scope
from training_app.accounts.models import Account, Kind, RoleGrant
from training_app.db import Unscoped
from training_app.organisation import scope as scoping
from training_app.organisation.models import Person, UnitSpan, holds

_ROLES = Unscoped("names of staff, found by the units of their roles")


@dataclass(frozen=True)
class RoleRow:
    """One role held on the day, with the unit's name on that day."""

    grant_id: int
    account_id: int
    role: Role
    unit_id: int | None
    unit_name: str
    unit_path: str | None
    valid_from: date


@dataclass(frozen=True)
class StaffRow:
    """One staff account."""

    account_id: int
    person_id: int
    full_name: str
    login_name: str
    locked_at: datetime | None
    ready: bool
    roles: tuple[RoleRow, ...]


def staff(
    session: Session, scope: Scope, on: date, *, account_id: int | None = None
) -> list[StaffRow]:
    """One row per staff account in scope: by the units of its roles, past ones too."""
    chosen = (
        select(Account, Person.full_name)
        .join(Person, Person.id == Account.person_id)
        .where(Account.kind == Kind.STAFF.value, _in_scope(scope))
        .order_by(Person.sort_key, Account.id)
        .execution_options(scope=_ROLES)
    )
    if account_id is not None:
        chosen = chosen.where(Account.id == account_id)
    accounts = session.execute(chosen).all()
    held = roles_on(session, [account.id for account, _ in accounts], on)
    return [
        StaffRow(
            account.id,
            account.person_id,
            name,
            account.login_name or "",
            account.locked_at,
            account.secret_hash is not None and account.totp_since is not None,
            tuple(row for row in held if row.account_id == account.id),
        )
        for account, name in accounts
    ]


def _in_scope(scope: Scope) -> ColumnElement[bool]:
    if scope.everything:
        return Account.id.is_not(None)
    return (
        select(RoleGrant.id)
        .join(UnitSpan, UnitSpan.unit_id == RoleGrant.unit_id)
        .where(
            RoleGrant.account_id == Account.id,
            or_(false(), *(scoping.within(path) for path in scope.unit_paths)),
        )
        .exists()
    )


def roles_on(session: Session, account_ids: list[int], on: date) -> list[RoleRow]:
    """Roles that the accounts hold on the day."""
    rows = session.execute(
        select(
            RoleGrant.id,
            RoleGrant.account_id,
            RoleGrant.role,
            RoleGrant.unit_id,
            func.coalesce(UnitSpan.type + " " + UnitSpan.name, ""),
            UnitSpan.path,
            RoleGrant.valid_from,
        )
        .outerjoin(UnitSpan, and_(UnitSpan.unit_id == RoleGrant.unit_id, holds(UnitSpan, on)))
        .where(RoleGrant.account_id.in_(account_ids), holds(RoleGrant, on))
        .order_by(RoleGrant.id)
    )
    return [
        RoleRow(id_, account_id, Role(role), unit_id, unit_name, path, valid_from)
        for id_, account_id, role, unit_id, unit_name, path, valid_from in rows
    ]


@dataclass(frozen=True)
class TrainerRow:
    """One trainer."""

    person_id: int
    full_name: str


def trainers(session: Session, on: date, unit_path: str) -> list[TrainerRow]:
    """People who are trainers on the day for the unit: over it, above it, below it or nowhere."""
    span, person = aliased(UnitSpan), aliased(Person)
    rows = session.execute(
        select(func.coalesce(person.canonical_id, person.id), person.full_name, span.path)
        .join(Account, Account.person_id == person.id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .outerjoin(span, and_(span.unit_id == RoleGrant.unit_id, holds(span, on)))
        .where(
            RoleGrant.role == Role.TRAINER.value,
            holds(RoleGrant, on),
            Account.locked_at.is_(None),
        )
        .order_by(person.sort_key, person.id)
        .execution_options(scope=_ROLES)
    )
    return list(
        dict.fromkeys(
            TrainerRow(person_id, name)
            for person_id, name, path in rows
            if (path or "").startswith(unit_path) or unit_path.startswith(path or "")
        )
    )


def administrator_exists(session: Session, on: date) -> bool:
    """Whether any administrator holds the role on the day."""
    return (
        session.scalar(
            select(RoleGrant.id)
            .where(RoleGrant.role == Role.ADMINISTRATOR.value, holds(RoleGrant, on))
            .limit(1)
        )
        is not None
    )
