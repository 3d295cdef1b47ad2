"""Phones lent to a team: which evening a phone belongs to, and who has entered on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from training_app.accounts.models import Account, Device, SignIn, StudyTogether
from training_app.accounts.rules import lifetimes, tokens
from training_app.db import Unscoped
from training_app.organisation.models import Person

_NAMES = Unscoped("names of a team's members, whose team the caller has found in its scope")


def lent_here(
    session: Session, device_tokens: Sequence[str], *, now: datetime
) -> StudyTogether | None:
    """The evening for which the phone in hand is lent, or None."""
    if not device_tokens:
        return None
    return session.scalars(
        select(StudyTogether)
        .join(Device, Device.together_id == StudyTogether.id)
        .where(
            Device.token_hash.in_([tokens.fingerprint(token) for token in device_tokens]),
            Device.removed_at.is_(None),
            StudyTogether.closed_at.is_(None),
            StudyTogether.ends_at > now,
        )
        .order_by(StudyTogether.id.desc())
        .limit(1)
    ).one_or_none()


@dataclass(frozen=True)
class Member:
    """One person of a lent phone: when last seen on it, if ever, and whether in at this moment."""

    full_name: str
    seen_at: datetime | None
    inside: bool


@dataclass(frozen=True)
class Evening:
    """A phone lent to a team, with the people whom it lets try a PIN."""

    id: int
    team_id: int
    opened_by: str
    opened_at: datetime
    ends_at: datetime
    members: tuple[Member, ...]


def evenings(session: Session, team_ids: Iterable[int], *, now: datetime) -> list[Evening]:
    """Phones lent to these teams and not given back, the latest first.

    The caller has found the teams in its scope.
    """
    opener, person = aliased(Account), aliased(Person)
    rows = session.execute(
        select(StudyTogether, func.coalesce(person.full_name, ""))
        .join(opener, opener.id == StudyTogether.opened_by)
        .join(person, person.id == opener.person_id)
        .where(
            StudyTogether.team_id.in_(list(team_ids)),
            StudyTogether.closed_at.is_(None),
            StudyTogether.ends_at > now,
        )
        .order_by(StudyTogether.id.desc())
        .execution_options(scope=_NAMES)
    ).all()
    found = _members(session, [row.id for row, _ in rows], now) if rows else {}
    return [
        Evening(row.id, row.team_id, name, row.opened_at, row.ends_at, tuple(found.get(row.id, ())))
        for row, name in rows
    ]


def _members(
    session: Session, together_ids: Sequence[int], now: datetime
) -> dict[int, list[Member]]:
    """People of each evening, in the order of a list of names."""
    silent = now - lifetimes.SHARED_PHONE.idle
    of_phone = select(func.max(SignIn.last_seen_at)).where(SignIn.device_id == Device.id)
    inside = of_phone.where(
        SignIn.ended_at.is_(None), SignIn.expires_at > now, SignIn.last_seen_at > silent
    )
    rows: Any = session.execute(
        select(
            Device.together_id,
            Person.full_name,
            of_phone.scalar_subquery(),
            inside.scalar_subquery(),
        )
        .join(Account, Account.id == Device.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(Device.together_id.in_(together_ids), Device.removed_at.is_(None))
        .order_by(Person.sort_key, Device.id)
        .execution_options(scope=_NAMES)
    )
    found: dict[int, list[Member]] = {}
    for together_id, name, seen_at, now_in in rows:
        found.setdefault(together_id, []).append(Member(name, seen_at, now_in is not None))
    return found


def evening(session: Session, together_id: int, *, now: datetime) -> StudyTogether | None:
    """A phone lent and not given back; whose team it is, the caller checks."""
    row = session.get(StudyTogether, together_id)
    return row if row and row.closed_at is None and row.ends_at > now else None
