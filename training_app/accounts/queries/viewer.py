"""Who asks: the sign-in behind a token with the roles of the day, in one SELECT."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    Date,
    Row,
    Select,
    and_,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from training_app.access import Grant, Role, Viewer
from training_app.accounts.models import Account, Device, Kind, RoleGrant, SignIn
from training_app.accounts.rules import lifetimes, tokens
from training_app.accounts.rules.lifetimes import Lifetime, Way
from training_app.organisation.models import (
    Leadership,
    Membership,
    Person,
    PersonPhone,
    TeamSpan,
    UnitSpan,
    holds,
)

# Tables, not entities, and one statement, built once: it precedes every page, and the library's
# work cost more than the database's. It reads the viewer's own rows, found by a secret token.
_ACCOUNT: Final[Any] = Account.__table__
_DEVICE: Final[Any] = Device.__table__
_GRANT: Final[Any] = RoleGrant.__table__
_LEADER: Final[Any] = Leadership.__table__
_MEMBER: Final[Any] = Membership.__table__
_PERSON: Final[Any] = Person.__table__
_PHONE: Final[Any] = PersonPhone.__table__
_SIGN_IN: Final[Any] = SignIn.__table__
_TEAM: Final[Any] = TeamSpan.__table__
_UNIT: Final[Any] = UnitSpan.__table__
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
    asks_pin: bool
    held: tuple[Row[*tuple[Any, ...]], ...]

    @property
    def life(self) -> Lifetime:
        """How long this kind of sign-in lasts."""
        staff = self.kind == Kind.STAFF
        return lifetimes.lifetime(staff=staff, shared=self.shared, asks_pin=self.asks_pin)


_LIVE: Final = (
    select(
        _SIGN_IN.c.id,
        _SIGN_IN.c.account_id,
        func.coalesce(_PERSON.c.canonical_id, _PERSON.c.id).label("person_id"),
        _PERSON.c.full_name,
        _ACCOUNT.c.kind,
        _SIGN_IN.c.way,
        _SIGN_IN.c.shared,
        _SIGN_IN.c.device_id,
        _SIGN_IN.c.last_seen_at,
        _SIGN_IN.c.expires_at,
        _SIGN_IN.c.proved_at,
        _ACCOUNT.c.secret_hash.is_not(None).label("has_secret"),
        _ACCOUNT.c.totp_since.is_not(None).label("has_totp"),
        _ACCOUNT.c.notice_seen_at.is_not(None).label("has_notice"),
        _DEVICE.c.shared.label("device_shared"),
        _DEVICE.c.asks_pin,
    )
    .join(_ACCOUNT, _ACCOUNT.c.id == _SIGN_IN.c.account_id)
    .join(_PERSON, _PERSON.c.id == _ACCOUNT.c.person_id)
    .outerjoin(_DEVICE, _DEVICE.c.id == _SIGN_IN.c.device_id)
    .where(
        _SIGN_IN.c.token_hash == bindparam("fingerprint"),
        _SIGN_IN.c.ended_at.is_(None),
        _ACCOUNT.c.locked_at.is_(None),
        _PERSON.c.anonymised_at.is_(None),
        or_(_SIGN_IN.c.device_id.is_(None), _DEVICE.c.removed_at.is_(None)),
    )
    .cte("live")
)


def live_sign_in(session: Session, token: str, *, now: datetime, on: date) -> Live | None:
    """The sign-in behind a token, unless it ended, ran out, or its account or device is closed.

    With it come the roles held on the day ``on``, for :func:`viewer_of`.
    """
    values = {"fingerprint": tokens.fingerprint(token), "on": on}
    rows = session.execute(_LIVE_WITH_ROLES, values).all()
    if not rows:
        return None
    row = rows[0]
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
        asks_pin=bool(row.asks_pin),
        held=tuple(one for one in rows if one.role is not None),
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


def viewer_of(live: Live) -> Viewer:
    """The viewer with the roles held on the day, and whom to call for help in ``extra``."""
    grants = {
        Grant(role=Role(row.role), unit_id=row.unit_id, unit_path=row.path, team_id=row.team_id)
        for row in live.held
        if row.role != _HELPER
    }
    if live.kind == Kind.MEDIATOR or any(row.role == _HELPER for row in live.held):
        grants.add(Grant(role=Role.MEDIATOR))
    helper = next((row for row in live.held if row.role == _HELPER and row.phone), None)
    extra = {"way": live.way, "step": live.step, "kind": live.kind}
    if live.device_id is not None:
        extra["device_id"] = str(live.device_id)
    if live.proved_at is not None:
        extra["proved_at"] = live.proved_at.isoformat()
    if helper is not None:
        extra |= {"helpline": helper.phone, "helpline_name": helper.helper_name}
    return Viewer(
        account_id=live.account_id,
        person_id=live.person_id,
        name=live.name,
        grants=tuple(sorted(grants, key=repr)),
        sign_in_id=live.sign_in_id,
        shared_phone=live.shared,
        extra=extra,
    )


_ON: Any = bindparam("on", type_=Date())
# The person and the records that were joined to it.
_RECORDS: Final = union(
    select(_LIVE.c.person_id.label("id")),
    select(_PERSON.c.id).join(_LIVE, _LIVE.c.person_id == _PERSON.c.canonical_id),
).cte("records")
_PEOPLE: Final = select(_RECORDS.c.id)


def _granted() -> Select[*tuple[Any, ...]]:
    """Roles given to the account, each with the path of its unit on the day."""
    return (
        select(
            _GRANT.c.role.label("role"),
            _GRANT.c.unit_id.label("unit_id"),
            _UNIT.c.path.label("path"),
            null().label("team_id"),
            null().label("helper_name"),
            null().label("phone"),
        )
        .join(_LIVE, _LIVE.c.account_id == _GRANT.c.account_id)
        .outerjoin(_UNIT, and_(_UNIT.c.unit_id == _GRANT.c.unit_id, holds(_UNIT.c, _ON)))
        .where(holds(_GRANT.c, _ON))
    )


def _led() -> Select[*tuple[Any, ...]]:
    """Teams that the person leads on the day."""
    return select(
        literal(Role.TEAM_LEADER.value),
        null(),
        null(),
        _LEADER.c.team_id,
        null(),
        null(),
    ).where(_LEADER.c.person_id.in_(_PEOPLE), holds(_LEADER.c, _ON))


def _served() -> Select[*tuple[Any, ...]]:
    """Each team served in, as a helper to call: its leader, or the officer for the leader."""
    helper, phone, span = _PERSON.alias(), _PHONE.alias(), _TEAM.alias()
    in_charge = (
        select(func.min(_ACCOUNT.c.person_id))
        .join(_GRANT, _GRANT.c.account_id == _ACCOUNT.c.id)
        .where(
            _GRANT.c.role == Role.COMMUNE_OFFICER.value,
            _GRANT.c.unit_id == span.c.unit_id,
            holds(_GRANT.c, _ON),
        )
        .correlate(span)
        .scalar_subquery()
    )
    leads_it = _LEADER.c.person_id.in_(_PEOPLE)
    helper_id = func.coalesce(
        select(func.min(_LEADER.c.person_id))
        .where(_LEADER.c.team_id == _MEMBER.c.team_id, holds(_LEADER.c, _ON), ~leads_it)
        .correlate(_MEMBER)
        .scalar_subquery(),
        in_charge,
    )
    return (
        select(
            literal(_HELPER),
            null(),
            null(),
            _MEMBER.c.team_id,
            helper.c.full_name,
            phone.c.number,
        )
        .join(span, and_(span.c.team_id == _MEMBER.c.team_id, holds(span.c, _ON)))
        .outerjoin(helper, helper.c.id == helper_id)
        .outerjoin(phone, and_(phone.c.person_id == helper.c.id, holds(phone.c, _ON)))
        .where(_MEMBER.c.person_id.in_(_PEOPLE), holds(_MEMBER.c, _ON))
    )


_ROLES: Final = union_all(_granted(), _led(), _served()).subquery("roles")
_LIVE_WITH_ROLES: Final = select(*_LIVE.c, *_ROLES.c).outerjoin_from(_LIVE, _ROLES, true())
