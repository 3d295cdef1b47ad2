"""Reads of cards, codes and devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from training_app.accounts.models import (
    Account,
    Consent,
    Device,
    EntryPass,
    Kind,
    PassKind,
)
from training_app.accounts.rules import lifetimes, people, tokens
from training_app.db import Unscoped
from training_app.organisation.models import Membership, Person, TeamSpan, holds

_TOKEN = Unscoped("found by a secret token, card or code, not by browsing")
_SELF = Unscoped("the account's own history")
_VIETNAM = timedelta(hours=7)


def local_day(now: datetime) -> date:
    """The calendar day in Viet Nam, which has one time zone without summer time."""
    return (now + _VIETNAM).date()


def find_pass(session: Session, given: str, *, pepper: str) -> EntryPass | None:
    """The card, code or link that this secret or typed code belongs to, living or not."""
    tidy = tokens.tidy(given)
    if len(tidy) == tokens.SECRET_LENGTH:
        wanted = EntryPass.secret_hash == tokens.fingerprint(tidy)
    elif len(tidy) == tokens.CODE_LENGTH:
        wanted = EntryPass.code_hmac == tokens.code_fingerprint(pepper, tidy)
    else:
        return None
    return session.scalars(select(EntryPass).where(wanted)).one_or_none()


@dataclass(frozen=True)
class KnownPhone:
    """An account that may give its PIN on this phone."""

    device_id: int
    account_id: int
    short_name: str
    wait_until: datetime | None


def known_phones(
    session: Session, device_tokens: Sequence[str], *, now: datetime
) -> list[KnownPhone]:
    """People whom the phone's tokens still let try a PIN, in the order of a list of names.

    Of names that would look the same the whole is shown, so that nobody takes the wrong one.
    """
    if not device_tokens:
        return []
    rows = session.execute(
        select(Device.id, Device.account_id, Person.full_name, Device.wait_until)
        .join(Account, Account.id == Device.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(
            Device.token_hash.in_([tokens.fingerprint(token) for token in device_tokens]),
            *living(now),
            Account.kind == Kind.MEDIATOR.value,
            Account.secret_hash.is_not(None),
            Account.locked_at.is_(None),
            Person.anonymised_at.is_(None),
        )
        .order_by(Person.sort_key, Device.id)
        .execution_options(scope=_TOKEN)
    ).all()
    shown = people.told_apart([row.full_name for row in rows])
    return [
        KnownPhone(row.id, row.account_id, name, row.wait_until)
        for row, name in zip(rows, shown, strict=True)
    ]


def living(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What a phone must be for its PIN to be tried: not removed, not dead, not given back."""
    return (
        Device.removed_at.is_(None),
        Device.dead_at.is_(None),
        or_(Device.ends_at.is_(None), Device.ends_at > now),
    )


def device_by_token(
    session: Session, device_tokens: Sequence[str], account_id: int, *, now: datetime
) -> Device | None:
    """The account's living device that one of the tokens belongs to."""
    hashes = [tokens.fingerprint(token) for token in device_tokens]
    return session.scalars(
        select(Device)
        .where(
            Device.token_hash.in_(hashes),
            Device.account_id == account_id,
            *living(now),
        )
        .limit(1)
    ).one_or_none()


def devices_of(session: Session, account_id: int, *, now: datetime) -> Sequence[Device]:
    """The account's phones and computers that were not removed, the latest first."""
    not_over = or_(Device.ends_at.is_(None), Device.ends_at > now)
    return session.scalars(
        select(Device)
        .where(Device.account_id == account_id, Device.removed_at.is_(None), not_over)
        .order_by(Device.last_seen_at.desc(), Device.id.desc())
    ).all()


@dataclass(frozen=True)
class IssuedRow:
    """One card or code as its history tells it."""

    kind: str
    issued_at: datetime
    issuer: str
    reason: str
    used_at: datetime | None
    state: str


def issued_passes(session: Session, account_id: int, *, now: datetime) -> list[IssuedRow]:
    """Cards and codes issued for the account, the latest ten, with who issued them."""
    issuer, person = aliased(Account), aliased(Person)
    rows = session.execute(
        select(EntryPass, person.full_name)
        .outerjoin(issuer, issuer.id == EntryPass.issued_by)
        .outerjoin(person, person.id == issuer.person_id)
        .where(EntryPass.account_id == account_id, EntryPass.kind != PassKind.DEMO.value)
        .order_by(EntryPass.issued_at.desc(), EntryPass.id.desc())
        .limit(10)
        .execution_options(scope=_SELF)
    )
    return [
        IssuedRow(p.kind, p.issued_at, name or "", p.reason, p.used_at, state_of(p, now=now))
        for p, name in rows
    ]


def state_of(entry_pass: EntryPass, *, now: datetime) -> str:
    """One of: waiting, used, ended."""
    if entry_pass.revoked_at is not None:
        return "ended"
    if entry_pass.used_at is not None:
        return "used"
    return "waiting" if entry_pass.expires_at > now else "ended"


def fresh_pass(
    session: Session, account_id: int, kind: PassKind, *, issued_by: int, now: datetime
) -> EntryPass | None:
    """The unused pass that this issuer may look at again: a code while it lasts, a card an hour."""
    window = (
        timedelta(minutes=lifetimes.CODE_MINUTES) if kind == PassKind.CODE else timedelta(hours=1)
    )
    return session.scalars(
        select(EntryPass)
        .where(
            EntryPass.account_id == account_id,
            EntryPass.kind == kind.value,
            EntryPass.issued_by == issued_by,
            EntryPass.issued_at > now - window,
            EntryPass.expires_at > now,
            EntryPass.used_at.is_(None),
            EntryPass.revoked_at.is_(None),
        )
        .order_by(EntryPass.id.desc())
        .limit(1)
    ).one_or_none()


def unit_of_person(session: Session, person_id: int, *, now: datetime) -> int | None:
    """The commune of a team that the person serves in today; for the audit trail."""
    on = local_day(now)
    return session.scalar(
        select(TeamSpan.unit_id)
        .join(Membership, Membership.team_id == TeamSpan.team_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            or_(Person.id == person_id, Person.canonical_id == person_id),
            holds(Membership, on),
            holds(TeamSpan, on),
        )
        .limit(1)
        .execution_options(scope=Unscoped("the unit of an audited act"))
    )


def account_of_person(session: Session, person_id: int) -> Account | None:
    """The account of a person, found also when the person's row was linked to another.

    The caller has already found the person inside its scope.
    """
    linked = select(Person.id).where(or_(Person.id == person_id, Person.canonical_id == person_id))
    return session.scalars(
        select(Account)
        .where(or_(Account.person_id == person_id, Account.person_id.in_(linked)))
        .order_by(Account.person_id != person_id, Account.id)
        .limit(1)
        .execution_options(scope=_SELF)
    ).one_or_none()


def open_consents(session: Session, account_id: int) -> Sequence[Consent]:
    """Consents given and not withdrawn."""
    return session.scalars(
        select(Consent).where(Consent.account_id == account_id, Consent.withdrawn_at.is_(None))
    ).all()
