"""Checking and choosing PINs and passphrases.

Every try is counted before it is checked, in a transaction of its own, so that parallel tries and
crashes are counted as well. Nothing is checked without a device token, a card or a code.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import null, or_, select, update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.accounts.models import Account, Device, EntryPass
from training_app.accounts.rules import pins, tokens
from training_app.accounts.services.sign_ins import end_sign_ins, mark_proved
from training_app.accounts.services.trail import note
from training_app.audit.actions import Action
from training_app.db import Unscoped
from training_app.errors import InvalidInput
from training_app.organisation.models import Person, PersonPhone
from training_app.work import services as work

_DAY = timedelta(days=1)
_OWN = Unscoped("birth date and numbers that the own PIN must not repeat")
# 19 MiB, two passes: about 21 ms. The pepper is what protects six digits in a stolen table.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hashed(secret: str, *, pepper: str, purpose: str) -> str:
    """The stored form of a PIN or passphrase; ``purpose`` keeps the two apart."""
    return _hasher.hash(tokens.keyed(pepper, purpose, secret))


def matches(secret_hash: str | None, secret: str, *, pepper: str, purpose: str) -> bool:
    """Whether the PIN or passphrase is the stored one; takes as long when nothing is stored."""
    material = tokens.keyed(pepper, purpose, secret)
    try:
        _hasher.verify(secret_hash or _nothing(), material)
    except (VerificationError, InvalidHashError):
        return False
    return secret_hash is not None


@cache
def _nothing() -> str:
    return _hasher.hash(b"no such account")


@dataclass(frozen=True)
class Try:
    """A counted try that may now be checked."""

    holder: type[Device] | type[EntryPass]
    holder_id: int
    account_id: int
    secret_hash: str | None
    failures: int
    counted_at: datetime
    wait_until: datetime | None
    lent: bool = False

    @property
    def left(self) -> int:
        """Tries left before the first wait, if this one fails."""
        return pins.tries_left(self.failures)

    @property
    def dead(self) -> bool:
        """Whether the phone or card cannot try again, if this one fails."""
        return pins.kills(self.failures)


@dataclass(frozen=True)
class Wait:
    """No try is possible before ``until``, or ever again on this phone or card (None)."""

    until: datetime | None


def count_try(
    session: Session,
    holder: type[Device] | type[EntryPass],
    holder_id: int,
    *,
    now: datetime,
) -> Try | Wait:
    """Count one try of a known phone or a used card; commit before checking the PIN."""
    dead = Device.dead_at if holder is Device else EntryPass.revoked_at
    row = session.execute(
        update(holder)
        .where(
            holder.id == holder_id,
            dead.is_(None),
            or_(holder.wait_until.is_(None), holder.wait_until <= now),
        )
        .values(failures=holder.failures + 1)
        .returning(
            holder.failures, holder.account_id, Device.ends_at if holder is Device else null()
        )
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        until = session.scalar(
            select(holder.wait_until).where(holder.id == holder_id, dead.is_(None))
        )
        return Wait(until)
    # The column, not "IS NOT NULL" of it: SQLite answers the latter wrongly in RETURNING.
    failures, account_id, lent_until = row
    lent = lent_until is not None
    if lent and (over := _tries_on_lent_phones(session, account_id, now)) is not None:
        return Wait(now + over)
    wait = pins.wait_after(failures)
    values = {"wait_until": now + wait if wait else None}
    if pins.kills(failures):
        values[dead.key] = now
    session.execute(
        update(holder)
        .where(holder.id == holder_id)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    account = session.get_one(Account, account_id)
    closed = account.locked_at is not None
    return Try(
        holder=holder,
        holder_id=holder_id,
        account_id=account.id,
        secret_hash=None if closed else account.secret_hash,
        failures=failures,
        counted_at=now,
        wait_until=values["wait_until"],
        lent=lent,
    )


def _tries_on_lent_phones(session: Session, account_id: int, now: datetime) -> timedelta | None:
    """Count a try on a phone lent to the team; the wait above ten wrong ones a day.

    Whoever lends phones could lend a hundred: tries on all of them count together.
    """
    key = f"pin-lent:{account_id}"
    return work.throttle(session, key, limit=pins.LAST_TRY, window=_DAY, now=now)


def try_was_right(session: Session, counted: Try, *, now: datetime) -> None:
    """Forget the counted tries after a right PIN."""
    holder = counted.holder
    dead = Device.dead_at if holder is Device else EntryPass.revoked_at
    statement = update(holder).where(holder.id == counted.holder_id)
    # Whoever removed the phone or reprinted the card meanwhile stays right.
    statement = statement.where(or_(dead.is_(None), dead == counted.counted_at))
    values = {"failures": 0, "wait_until": None, dead.key: None}
    if holder is EntryPass:
        values["shown_again_at"] = None  # it was the owner, on a new phone
    session.execute(statement.values(values).execution_options(synchronize_session=False))
    if counted.lent:
        work.clear_throttle(session, f"pin-lent:{counted.account_id}")
    del now


def try_was_wrong(session: Session, counted: Try, *, now: datetime) -> None:
    """Write a wrong try into the audit trail; the last one ends the phone's sign-ins."""
    if counted.dead and counted.holder is Device:
        end_sign_ins(session, counted.account_id, now=now, device_id=counted.holder_id)
    note(
        session,
        Action.SIGN_IN_FAILED,
        counted.account_id,
        actor=Viewer.anonymous(),
        now=now,
        detail={"way": "pin", "failures": counted.failures, "ended": counted.dead},
    )


def choose_pin(
    session: Session,
    account: Account,
    pin: str,
    *,
    pepper: str,
    now: datetime,
    actor: Viewer,
) -> None:
    """Store the PIN that the person chose alone; all other sign-ins of the account end.

    Raises InvalidInput for field ``pin`` when it is one that others would try first.
    """
    birth, phones = _known_numbers(session, account.person_id)
    if message := pins.weakness(pin, birth=birth, phones=phones):
        raise InvalidInput(message, "pin")
    account.secret_hash = hashed(pin, pepper=pepper, purpose="pin")
    session.execute(
        update(Device)
        .where(Device.account_id == account.id, Device.dead_at.is_(None))
        .values(failures=0, wait_until=None)
        .execution_options(synchronize_session=False)
    )
    end_sign_ins(session, account.id, now=now, but=actor.sign_in_id)
    mark_proved(session, actor, now=now)
    note(session, Action.PIN_CHOSEN, account.id, actor=actor, now=now)


def _known_numbers(session: Session, person_id: int) -> tuple[date | None, Sequence[str]]:
    birth = session.scalar(
        select(Person.birth_date).where(Person.id == person_id).execution_options(scope=_OWN)
    )
    phones = session.scalars(
        select(PersonPhone.number)
        .where(PersonPhone.person_id == person_id)
        .execution_options(scope=_OWN)
    ).all()
    return birth, phones


def same(first: str, second: str) -> bool:
    """Whether two typed secrets are the same, without telling how far they agree."""
    return hmac.compare_digest(first.encode(), second.encode())
