"""Staff: passphrase, second factor, and setting the sign-in up anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.accounts.models import Account, Device, Kind
from training_app.accounts.queries import passes as held
from training_app.accounts.rules import passphrases, second_factor, tokens
from training_app.accounts.services.accounts import revoke_passes
from training_app.accounts.services.passkeys import forget_passkeys
from training_app.accounts.services.pins import hashed, matches
from training_app.accounts.services.sign_ins import end_sign_ins, mark_proved
from training_app.accounts.services.trail import note
from training_app.audit.actions import Action
from training_app.db import touched
from training_app.errors import N_, InvalidInput
from training_app.work import services as work

_TRIES = 5
_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class Factors:
    """What a staff account signs in with, as stored."""

    account_id: int
    secret_hash: str | None
    totp_secret: str | None


@dataclass(frozen=True)
class StaffTry:
    """A counted try of a sign-in name; ``factors`` are None when there is no such account."""

    key: str
    wait: timedelta | None
    factors: Factors | None


def count_staff_try(
    session: Session,
    login_name: str,
    device_tokens: Sequence[str],
    *,
    pepper: str,
    now: datetime,
) -> StaffTry:
    """Count one try of a sign-in name; commit before checking the passphrase.

    Tries on a computer that the account has used count apart, so that strangers who fail on
    purpose never keep the owner out.
    """
    account = _by_login(session, login_name)
    device = _known(session, device_tokens, account, now)
    place = f"device-{device.id}" if device else "stranger"
    name = tokens.keyed(pepper, "login-name", login_name.casefold()).hex()[:32]
    key = f"staff-failed:{name}:{place}"
    wait = work.throttle(session, key, limit=_TRIES, window=_WINDOW, now=now)
    return StaffTry(key, wait, _factors(account) if account else None)


def _known(
    session: Session, device_tokens: Sequence[str], account: Account | None, now: datetime
) -> Device | None:
    if account is None:
        return None
    return held.device_by_token(session, device_tokens, account.id, now=now)


def _by_login(session: Session, login_name: str) -> Account | None:
    return session.scalars(
        select(Account).where(
            Account.login_name == login_name.casefold(),
            Account.kind == Kind.STAFF.value,
            Account.locked_at.is_(None),
        )
    ).one_or_none()


def _factors(account: Account) -> Factors:
    enrolled = account.totp_secret if account.totp_since is not None else None
    return Factors(account.id, account.secret_hash, enrolled)


def staff_matches(
    factors: Factors | None, passphrase: str, code: str, *, pepper: str, now: datetime
) -> int | None:
    """The time step of the second factor when both factors are right, 0 while none is set up.

    None when anything is wrong; which of the three it was is told to nobody, and a name that
    does not exist takes as long.
    """
    stored = factors.secret_hash if factors else None
    right = matches(stored, passphrase, pepper=pepper, purpose="passphrase")
    if not right or factors is None:
        return None
    if factors.totp_secret is None:
        return 0
    secret = second_factor.unseal(pepper, factors.account_id, factors.totp_secret)
    return second_factor.step_of(secret, code, now)


def staff_was_right(session: Session, counted: StaffTry, step: int) -> Account | None:
    """The account, and its counted tries forgotten; None when the code had been used before."""
    if counted.factors is None:
        return None
    if step and not _use_step(session, counted.factors.account_id, step):
        return None
    work.clear_throttle(session, counted.key)
    return session.get_one(Account, counted.factors.account_id)


def staff_was_wrong(session: Session, counted: StaffTry, *, now: datetime) -> None:
    """Write a wrong try into the audit trail; of unknown names nothing is kept."""
    if counted.factors is None:
        return
    note(
        session,
        Action.SIGN_IN_FAILED,
        counted.factors.account_id,
        actor=Viewer.anonymous(),
        now=now,
        detail={"way": "passphrase"},
    )


def _use_step(session: Session, account_id: int, step: int) -> bool:
    """Take a time step, once."""
    result = session.execute(
        update(Account)
        .where(Account.id == account_id, Account.totp_step < step)
        .values(totp_step=step)
        .execution_options(synchronize_session=False)
    )
    return touched(result) == 1


def set_passphrase(
    session: Session,
    account: Account,
    passphrase: str,
    *,
    pepper: str,
    now: datetime,
    actor: Viewer,
) -> None:
    """Store the passphrase; all other sign-ins of the account end.

    Where no second factor is set up, its secret is made now, to be enrolled next.
    Raises InvalidInput for field ``passphrase`` when others would guess it.
    """
    about = [account.login_name or "", actor.name]
    if message := passphrases.weakness(passphrase, about=about):
        raise InvalidInput(message, "passphrase")
    account.secret_hash = hashed(passphrase, pepper=pepper, purpose="passphrase")
    if account.totp_secret is None:
        secret = second_factor.new_secret()
        account.totp_secret = second_factor.seal(pepper, account.id, secret)
    end_sign_ins(session, account.id, now=now, but=actor.sign_in_id)
    note(session, Action.PASSPHRASE_CHANGED, account.id, actor=actor, now=now)


def offered_secret(account: Account, *, pepper: str) -> str:
    """The secret to enrol, the same on every look until it is confirmed."""
    return second_factor.unseal(pepper, account.id, account.totp_secret or "")


def confirm_second_factor(
    session: Session, account: Account, code: str, *, pepper: str, now: datetime, actor: Viewer
) -> None:
    """Enrol the second factor with a first right code.

    Raises InvalidInput for field ``code`` when it is wrong.
    """
    step = second_factor.step_of(offered_secret(account, pepper=pepper), code, now)
    if step is None:
        raise InvalidInput(
            N_("The code is not right. Check that the time of the telephone is set by itself."),
            "code",
        )
    account.totp_since, account.totp_step = now, step
    mark_proved(session, actor, now=now)
    session.flush()
    note(session, Action.SECOND_FACTOR_SET, account.id, actor=actor, now=now)


def empty_sign_in(session: Session, account: Account, *, now: datetime) -> None:
    """Clear what an account signs in with: both factors, passkeys, sign-ins, cards and codes.

    The next code from the office above lets its person set everything up anew.
    """
    account.secret_hash = None
    forget_passkeys(session, account.id)
    account.totp_secret, account.totp_since = None, None
    session.flush()
    end_sign_ins(session, account.id, now=now)
    revoke_passes(session, account.id, now=now)
