"""Staff accounts and the roles they hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Permission, Role, Viewer
from training_app.accounts.models import Account, Kind, RoleGrant
from training_app.accounts.queries.staff import RoleRow
from training_app.accounts.rules import roles, two_people
from training_app.accounts.services.accounts import ensure_account
from training_app.accounts.services.staff import empty_sign_in
from training_app.accounts.services.trail import note
from training_app.audit.actions import Action
from training_app.db import touched
from training_app.errors import N_, InvalidInput, RuleBroken
from training_app.organisation.queries.units import UnitRow
from training_app.organisation.services.people import PersonFields, add_person


@dataclass(frozen=True)
class StaffFields:
    """Who gets a staff account: a new person by name, or ``person_id`` of one in scope."""

    login_name: str
    full_name: str = ""
    person_id: int | None = None


def create_staff(
    session: Session, fields: StaffFields, *, on: date, now: datetime, actor: Viewer
) -> Account:
    """Make a staff account without any role; a mediator's account becomes one of staff.

    Its sign-in is empty until its person enters with a code. Raises InvalidInput for field
    ``login_name`` when the name is taken.
    """
    person_id = fields.person_id or add_person(
        session, PersonFields(fields.full_name), team_id=None, on=on, now=now, actor=actor
    )
    account = ensure_account(session, person_id, Kind.STAFF, now=now, actor=actor)
    if account.login_name is not None:
        raise RuleBroken(N_("This person has a staff account already."))
    try:
        with session.begin_nested():
            account.kind = Kind.STAFF.value
            account.login_name = fields.login_name.casefold()
            session.flush()
    except IntegrityError as error:
        message = N_("This sign-in name is taken. Choose another.")
        raise InvalidInput(message, "login_name") from error
    empty_sign_in(session, account, now=now)
    return account


def grant_role(
    session: Session,
    account: Account,
    role: Role,
    unit: UnitRow | None,
    *,
    on: date,
    now: datetime,
    actor: Viewer,
    reason: str = "",
) -> RoleGrant:
    """Give a staff account a role over a unit from the day on.

    The actor gives only what ``access.MAY_GRANT`` allows, only inside the own scope and never to
    oneself; the system may give anything. Raises RuleBroken, also for roles that take two people
    (``services.two_people``), or InvalidInput for field ``unit``.
    """
    if two_people.needed([role]) and not actor.system:
        raise RuleBroken(N_("This role takes two people: one proposes it, another confirms it."))
    demand_grantable(session, account, role, unit, on=on, actor=actor)
    return give_role(
        session,
        account.id,
        role,
        unit.id if unit else None,
        on=on,
        now=now,
        actor=actor,
        reason=reason,
    )


def demand_grantable(
    session: Session, account: Account, role: Role, unit: UnitRow | None, *, on: date, actor: Viewer
) -> None:
    """Refuse a role that the actor may not give, or that this account cannot hold there.

    Raises RuleBroken, or InvalidInput for field ``unit``.
    """
    _demand_right(actor, account.id, role, unit.path if unit else None)
    national = bool(actor.system) or actor.scope(Permission.STAFF_MANAGE).everything
    if message := roles.refusal(role, unit.level if unit else None, national=national):
        raise InvalidInput(message, "unit")
    if account.kind != Kind.STAFF:
        raise RuleBroken(N_("Roles are given to staff accounts."))
    if _held(session, account.id, role, unit, on):
        raise RuleBroken(N_("The account holds this role already."))


def give_role(
    session: Session,
    account_id: int,
    role: Role,
    unit_id: int | None,
    *,
    on: date,
    now: datetime,
    actor: Viewer,
    reason: str = "",
) -> RoleGrant:
    """Write the role down, after all checks."""
    grant = RoleGrant(
        account_id=account_id,
        role=role.value,
        unit_id=unit_id,
        valid_from=on,
        granted_by=actor.account_id,
        recorded_at=now,
        reason=reason,
    )
    session.add(grant)
    session.flush()
    _record(session, Action.ROLE_GRANTED, grant, now=now, actor=actor, reason=reason)
    return grant


def end_role(
    session: Session, held: RoleRow, *, on: date, now: datetime, actor: Viewer, reason: str = ""
) -> None:
    """End a role today; the next request of its holder finds it gone."""
    _demand_right(actor, held.account_id, held.role, held.unit_path)
    grant = session.get_one(RoleGrant, held.grant_id)
    result = session.execute(
        update(RoleGrant)
        .where(RoleGrant.id == grant.id, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > on))
        .values(valid_to=max(on, grant.valid_from))
        .execution_options(synchronize_session=False)
    )
    if touched(result):
        _record(session, Action.ROLE_ENDED, grant, now=now, actor=actor, reason=reason)


def demand_authority(actor: Viewer, account_id: int, held: Iterable[RoleRow]) -> None:
    """Refuse unless the actor could give every role that the account holds.

    Whoever may set a sign-in up anew could enter as its person; so that takes the office above
    in every role. Raises RuleBroken.
    """
    if account_id == actor.account_id:
        raise RuleBroken(N_("Nobody sets the own sign-in up anew. Ask the office above."))
    for row in held:
        _demand_right(actor, account_id, row.role, row.unit_path)


def _held(session: Session, account_id: int, role: Role, unit: UnitRow | None, on: date) -> bool:
    return (
        session.scalar(
            select(RoleGrant.id).where(
                RoleGrant.account_id == account_id,
                RoleGrant.role == role.value,
                RoleGrant.unit_id == unit.id if unit else RoleGrant.unit_id.is_(None),
                or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > on),
            )
        )
        is not None
    )


def _demand_right(actor: Viewer, account_id: int, role: Role, path: str | None) -> None:
    """Refuse what the actor may not give or take."""
    if actor.system:
        return
    if account_id == actor.account_id:
        raise RuleBroken(N_("Nobody changes the own roles."))
    scope = actor.scope(Permission.STAFF_MANAGE)
    inside = scope.everything or (
        path is not None and any(path.startswith(own) for own in scope.unit_paths)
    )
    if role not in roles.may_grant(actor.roles) or not inside:
        raise RuleBroken(N_("This role is given by another office."))


def _record(
    session: Session,
    action: Action,
    grant: RoleGrant,
    *,
    now: datetime,
    actor: Viewer,
    reason: str,
) -> None:
    note(
        session,
        action,
        grant.account_id,
        actor=actor,
        now=now,
        unit_id=grant.unit_id,
        reason=reason,
        detail={"role": grant.role},
    )
