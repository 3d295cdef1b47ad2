"""Requests in the queue of an office, the person's own ones, and who looked at the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.accounts.models import Account, RoleGrant
from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent
from training_app.db import Unscoped
from training_app.dossier.models import DataRequest
from training_app.dossier.rules.deadlines import Pressing, pressing
from training_app.organisation import scope as scoping
from training_app.organisation.models import (
    Membership,
    Person,
    TeamSpan,
    UnitSpan,
    UnitSuccession,
    holds,
)

_OWN: Final = Unscoped("the person's own requests, and who looked at the own record")
_SHOWN: Final = 50
_LOOKS: Final = (Action.NAMES_VIEWED, Action.NAMES_EXPORTED, Action.MINORITY_VIEWED)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request with the name of whoever made it."""

    request: DataRequest
    full_name: str
    pressing: Pressing

    @property
    def open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.request.decided_at is None and self.request.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at the record, or at a list in which the name stands."""

    at: datetime
    roles: tuple[str, ...]
    action: str
    own_page: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose requests are answered here: those of the scope's units, or of people without one."""

    scope: Scope
    unplaced: bool = False

    @property
    def empty(self) -> bool:
        """Whether no request can stand here."""
        return self.scope.empty and not self.unplaced


def queue(session: Session, desk: Desk, on: date, *, closed: bool = False) -> list[RequestRow]:
    """One row per request of the desk: those that wait by day due, or the last ones closed."""
    waiting = and_(DataRequest.decided_at.is_(None), DataRequest.withdrawn_at.is_(None))
    chosen = _rows(desk, on).where(~waiting if closed else waiting)
    order = DataRequest.id.desc() if closed else DataRequest.due_on
    rows = session.execute(chosen.order_by(order, DataRequest.id).limit(_SHOWN))
    return [_row(row[0], row[1], on) for row in rows]


def waiting_count(session: Session, desk: Desk, on: date) -> int:
    """How many requests wait for a decision of this office, at most fifty."""
    return len(queue(session, desk, on))


def request_at(session: Session, desk: Desk, request_id: int, on: date) -> RequestRow | None:
    """The request, or None when it is not answered at the desk."""
    row = session.execute(_rows(desk, on).where(DataRequest.id == request_id)).one_or_none()
    return _row(row[0], row[1], on) if row else None


def own_requests(session: Session, person_ids: tuple[int, ...], on: date) -> list[RequestRow]:
    """One row per request of the person, the newest first."""
    rows = session.execute(
        select(DataRequest, Person.full_name)
        .join(Person, Person.id == DataRequest.person_id)
        .where(DataRequest.person_id.in_(person_ids))
        .order_by(DataRequest.id.desc())
        .execution_options(scope=_OWN)
    )
    return [_row(row[0], row[1], on) for row in rows]


def office_of(session: Session, person_ids: tuple[int, ...], on: date) -> int | None:
    """The unit whose office answers: that of the last team, else that of a role.

    None for neither: such a request goes to the administrators. A team or a commune that has ended
    still names its office; whoever follows it answers.
    """
    team = (
        select(TeamSpan.unit_id)
        .join(Membership, Membership.team_id == TeamSpan.team_id)
        .where(Membership.person_id.in_(person_ids), TeamSpan.valid_from <= on)
        .order_by(
            Membership.valid_to.is_not(None), Membership.id.desc(), TeamSpan.valid_from.desc()
        )
        .limit(1)
    )
    unit_id = session.scalar(team.execution_options(scope=_OWN))
    if unit_id is not None:
        return unit_id
    return session.scalar(
        select(RoleGrant.unit_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(Account.person_id.in_(person_ids), RoleGrant.unit_id.is_not(None))
        .order_by(RoleGrant.id.desc())
        .limit(1)
    )


def looks(session: Session, person_ids: tuple[int, ...], on: date) -> list[Look]:
    """The newest looks of others at the record and at lists of the person's teams and communes."""
    accounts = list(session.scalars(select(Account.id).where(Account.person_id.in_(person_ids))))
    served = session.execute(
        select(Membership.team_id, TeamSpan.unit_id)
        .join(TeamSpan, and_(TeamSpan.team_id == Membership.team_id, holds(TeamSpan, on)))
        .where(Membership.person_id.in_(person_ids), holds(Membership, on))
        .execution_options(scope=_OWN)
    ).all()
    mine = and_(AuditEvent.object_kind == "person", AuditEvent.object_id.in_(person_ids))
    rows = session.execute(
        select(AuditEvent.at, AuditEvent.actor_role, AuditEvent.action, mine)
        .where(
            AuditEvent.action.in_([action.value for action in _LOOKS]),
            or_(mine, _lists([row[0] for row in served], [row[1] for row in served])),
            or_(
                AuditEvent.actor_account_id.is_(None), AuditEvent.actor_account_id.not_in(accounts)
            ),
        )
        .order_by(AuditEvent.id.desc())
        .limit(_SHOWN)
    )
    return [Look(at, tuple(role.split("+")), action, bool(own)) for at, role, action, own in rows]


def _lists(teams: list[int], units: list[int]) -> ColumnElement[bool]:
    if not teams:
        return false()
    return or_(
        and_(AuditEvent.object_kind == "team", AuditEvent.object_id.in_(teams)),
        and_(AuditEvent.object_kind == "unit", AuditEvent.object_id.in_(units)),
    )


def _rows(desk: Desk, on: date) -> Any:
    return (
        select(DataRequest, Person.full_name)
        .join(Person, Person.id == DataRequest.person_id)
        .where(_answered_at(desk, on))
        .execution_options(scope=desk.scope)
    )


def _answered_at(desk: Desk, on: date) -> ColumnElement[bool]:
    """The desk's own units, and units that ended and went over, one after another, into them."""
    units = scoping.units(desk.scope, on)
    old = (
        select(UnitSuccession.old_unit_id)
        .where(UnitSuccession.new_unit_id.in_(units), UnitSuccession.on <= on)
        .cte("inherited", recursive=True)
    )
    earlier = aliased(UnitSuccession)
    old = old.union(select(earlier.old_unit_id).join(old, earlier.new_unit_id == old.c.old_unit_id))
    standing = select(UnitSpan.unit_id).where(holds(UnitSpan, on))
    inherited = and_(
        DataRequest.unit_id.in_(select(old.c.old_unit_id)), DataRequest.unit_id.not_in(standing)
    )
    nobodys = DataRequest.unit_id.is_(None) if desk.unplaced else false()
    return or_(DataRequest.unit_id.in_(units), inherited, nobodys)


def _row(request: DataRequest, full_name: str, on: date) -> RequestRow:
    return RequestRow(request, full_name, pressing(request.due_on, on))
