"""Starting, noting and ending sign-ins."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.accounts.models import Account, Device, Kind, SignIn
from training_app.accounts.rules import lifetimes, tokens
from training_app.accounts.rules.lifetimes import Way
from training_app.audit import services as audit
from training_app.audit.actions import Action

_KEPT = timedelta(days=90)
_PROVING = frozenset({Way.PIN, Way.PASSPHRASE, Way.PASSKEY})


def start_sign_in(
    session: Session,
    account: Account,
    *,
    way: Way,
    device: Device | None,
    now: datetime,
    lent_until: datetime | None = None,
) -> str:
    """Begin a sign-in and return its token, which exists nowhere else.

    ``lent_until``: the phone is lent to a team until then; whoever enters on it shares it.
    """
    token = tokens.new_token()
    staff = account.kind == Kind.STAFF
    shared = lent_until is not None or (device is not None and bool(device.shared))
    life = lifetimes.lifetime(staff=staff, shared=shared)
    expires_at = now + life.absolute
    session.add(
        SignIn(
            token_hash=tokens.fingerprint(token),
            account_id=account.id,
            device_id=device.id if device else None,
            way=way.value,
            shared=shared,
            started_at=now,
            last_seen_at=now,
            expires_at=expires_at if lent_until is None else min(expires_at, lent_until),
            proved_at=now if way in _PROVING else None,
        )
    )
    if device is not None:
        device.last_seen_at = now
    session.flush()
    audit.record(
        session,
        Action.SIGN_IN,
        actor=Viewer(account_id=account.id),
        now=now,
        object_kind="account",
        object_id=account.id,
        detail={"way": way.value, "shared": shared},
    )
    return token


def note_seen(session: Session, sign_in_id: int, *, now: datetime) -> None:
    """Write down that the sign-in is still in use."""
    session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.last_seen_at < now)
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )


def mark_proved(session: Session, viewer: Viewer, *, now: datetime) -> None:
    """Note that the viewer has just shown or set the own PIN, passphrase or second factor."""
    session.execute(
        update(SignIn)
        .where(SignIn.id == viewer.sign_in_id)
        .values(proved_at=now)
        .execution_options(synchronize_session=False)
    )


def renew_sign_in(session: Session, viewer: Viewer, *, now: datetime) -> str:
    """Give the viewer's sign-in a new token after a fresh proof; the old one works no longer."""
    token = tokens.new_token()
    session.execute(
        update(SignIn)
        .where(SignIn.id == viewer.sign_in_id, SignIn.ended_at.is_(None))
        .values(token_hash=tokens.fingerprint(token), proved_at=now, last_seen_at=now)
        .execution_options(synchronize_session=False)
    )
    return token


def end_sign_in(session: Session, *, now: datetime, actor: Viewer) -> None:
    """End the viewer's own sign-in; a second time changes nothing."""
    if actor.sign_in_id is None:
        return
    session.execute(
        update(SignIn)
        .where(SignIn.id == actor.sign_in_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
    audit.record(
        session,
        Action.SIGN_OUT,
        actor=actor,
        now=now,
        object_kind="account",
        object_id=actor.account_id,
    )


def end_soon(session: Session, viewer: Viewer, *, now: datetime) -> None:
    """End a sign-in on a shared phone shortly after a test is handed in.

    The minutes left are for reading the result; the next person need not wait for them.
    """
    if not viewer.shared_phone:
        return
    end = now + lifetimes.AFTER_TEST
    session.execute(
        update(SignIn)
        .where(SignIn.id == viewer.sign_in_id, SignIn.expires_at > end)
        .values(expires_at=end)
        .execution_options(synchronize_session=False)
    )


def end_sign_ins(
    session: Session,
    account_id: int,
    *,
    now: datetime,
    device_id: int | None = None,
    but: int | None = None,
) -> None:
    """End all sign-ins of an account, or of one of its devices, except the one named ``but``."""
    statement = update(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    if device_id is not None:
        statement = statement.where(SignIn.device_id == device_id)
    if but is not None:
        statement = statement.where(SignIn.id != but)
    session.execute(statement.values(ended_at=now).execution_options(synchronize_session=False))


def forget_old_sign_ins(session: Session, *, now: datetime) -> None:
    """Delete sign-ins that ended or ran out more than 90 days ago; the audit trail stays."""
    long_ago = now - _KEPT
    session.execute(
        delete(SignIn)
        .where(or_(SignIn.ended_at < long_ago, SignIn.expires_at < long_ago))
        .execution_options(synchronize_session=False)
    )
