"""Who asks: the sign-in behind a token, and the viewer built from it. Two SELECTs in all."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Date, Select, and_, bindparam, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from training_app.access import Grant, Role, Viewer
from training_app.accounts.models import Account, Device, Kind, RoleGrant, SignIn
from training_app.accounts.rules import lifetimes, tokens
from training_app.accounts.rules.lifetimes import Lifetime, Way
from training_app.db import Unscoped
from training_app.organisation.models import (
    Leadership,
    Membership,
    Person,
    PersonPhone,
    TeamSpan,
    UnitSpan,
    holds,
)

_OWN = Unscoped("the viewer's own sign-in, roles and helper, found by a secret token")
_HELPER = "helper"


@dataclass(frozen=True)
class Live:
    """A sign-in that has not ended, with its account and person."""

    sign_in_id: int
    account_id: int
    person_id: int
    name: str
    kind: str
    way: str
    shared: bool
    device_id: int | None
    last_seen_at: datetime
    expires_at: datetime
    proved_at: datetime | None
    step: str

    @property
    def life(self) -> Lifetime:
        """How long this kind of sign-in lasts."""
        return lifetimes.lifetime(staff=self.kind == Kind.STAFF, shared=self.shared)


_LIVE: Final = (
    select(
        SignIn.id,
        SignIn.account_id,
        func.coalesce(Person.canonical_id, Person.id).label("person_id"),
        Person.full_name,
        Account.kind,
        SignIn.way,
        SignIn.shared,
        SignIn.device_id,
        SignIn.last_seen_at,
        SignIn.expires_at,
        SignIn.proved_at,
        Account.secret_hash.is_not(None).label("has_secret"),
        Account.totp_since.is_not(None).label("has_totp"),
        Account.notice_seen_at.is_not(None).label("has_notice"),
        Device.shared.label("device_shared"),
    )
    .join(Account, Account.id == SignIn.account_id)
    .join(Person, Person.id == Account.person_id)
    .outerjoin(Device, Device.id == SignIn.device_id)
    .where(
        SignIn.token_hash == bindparam("fingerprint"),
        SignIn.ended_at.is_(None),
        Account.locked_at.is_(None),
        Person.anonymised_at.is_(None),
        or_(SignIn.device_id.is_(None), Device.removed_at.is_(None)),
    )
)


def live_sign_in(session: Session, token: str, *, now: datetime) -> Live | None:
    """The sign-in behind a token, unless it ended, ran out, or its account or device is closed."""
    values = {"fingerprint": tokens.fingerprint(token)}
    row = session.execute(_LIVE, values, execution_options={"scope": _OWN}).one_or_none()
    if row is None:
        return None
    live = Live(
        sign_in_id=row.id,
        account_id=row.account_id,
        person_id=row.person_id,
        name=row.full_name,
        kind=row.kind,
        way=row.way,
        shared=row.shared,
        device_id=row.device_id,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        proved_at=row.proved_at,
        step=_next_step(row),
    )
    ended = lifetimes.over(live.life, last_seen=live.last_seen_at, expires=live.expires_at, now=now)
    return None if ended else live


def _next_step(row: Any) -> str:
    """What the person must still do before anything else, or nothing."""
    if row.way == Way.DEMO:
        return ""
    staff = row.kind == Kind.STAFF
    if not row.has_secret:
        return "passphrase" if staff else "pin"
    if staff and not row.has_totp:
        return "second_factor"
    if not staff and row.device_id is not None and row.device_shared is None:
        return "phone"
    return "" if row.has_notice else "notice"


def viewer_of(session: Session, live: Live, *, on: date) -> Viewer:
    """The viewer with the roles held on the day, and whom to call for help in ``extra``."""
    values = {"account": live.account_id, "person": live.person_id, "on": on}
    rows = session.execute(_ROLES, values, execution_options={"scope": _OWN}).all()
    grants = {
        Grant(role=Role(row.role), unit_id=row.unit_id, unit_path=row.path, team_id=row.team_id)
        for row in rows
        if row.role != _HELPER
    }
    if live.kind == Kind.MEDIATOR or any(row.role == _HELPER for row in rows):
        grants.add(Grant(role=Role.MEDIATOR))
    helper = next((row for row in rows if row.role == _HELPER and row.phone), None)
    extra = {"way": live.way, "step": live.step, "kind": live.kind}
    if live.device_id is not None:
        extra["device_id"] = str(live.device_id)
    if live.proved_at is not None:
        extra["proved_at"] = live.proved_at.isoformat()
    if helper is not None:
        extra |= {"helpline": helper.phone, "helpline_name": helper.name}
    return Viewer(
        account_id=live.account_id,
        person_id=live.person_id,
        name=live.name,
        grants=tuple(sorted(grants, key=repr)),
        sign_in_id=live.sign_in_id,
        shared_phone=live.shared,
        extra=extra,
    )


# Built once: these two statements precede every page.
_ON: Any = bindparam("on", type_=Date())
_PEOPLE = select(Person.id).where(
    or_(Person.id == bindparam("person"), Person.canonical_id == bindparam("person"))
)


def _granted() -> Select[*tuple[Any, ...]]:
    """Roles given to the account, each with the path of its unit on the day."""
    return (
        select(
            RoleGrant.role.label("role"),
            RoleGrant.unit_id.label("unit_id"),
            UnitSpan.path.label("path"),
            null().label("team_id"),
            null().label("name"),
            null().label("phone"),
        )
        .outerjoin(UnitSpan, and_(UnitSpan.unit_id == RoleGrant.unit_id, holds(UnitSpan, _ON)))
        .where(RoleGrant.account_id == bindparam("account"), holds(RoleGrant, _ON))
    )


def _led() -> Select[*tuple[Any, ...]]:
    """Teams that the person leads on the day."""
    return select(
        literal(Role.TEAM_LEADER.value),
        null(),
        null(),
        Leadership.team_id,
        null(),
        null(),
    ).where(Leadership.person_id.in_(_PEOPLE), holds(Leadership, _ON))


def _served() -> Select[*tuple[Any, ...]]:
    """Each team served in, as a helper to call: its leader, or the officer for the leader."""
    helper, phone, span = aliased(Person), aliased(PersonPhone), aliased(TeamSpan)
    in_charge = (
        select(func.min(Account.person_id))
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.role == Role.COMMUNE_OFFICER.value,
            RoleGrant.unit_id == span.unit_id,
            holds(RoleGrant, _ON),
        )
        .correlate(span)
        .scalar_subquery()
    )
    leads_it = Leadership.person_id.in_(_PEOPLE)
    helper_id = func.coalesce(
        select(func.min(Leadership.person_id))
        .where(Leadership.team_id == Membership.team_id, holds(Leadership, _ON), ~leads_it)
        .correlate(Membership)
        .scalar_subquery(),
        in_charge,
    )
    return (
        select(
            literal(_HELPER),
            null(),
            null(),
            Membership.team_id,
            helper.full_name,
            phone.number,
        )
        .join(span, and_(span.team_id == Membership.team_id, holds(span, _ON)))
        .outerjoin(helper, helper.id == helper_id)
        .outerjoin(phone, and_(phone.person_id == helper.id, holds(phone, _ON)))
        .where(Membership.person_id.in_(_PEOPLE), holds(Membership, _ON))
    )


_ROLES: Final = union_all(_granted(), _led(), _served())
