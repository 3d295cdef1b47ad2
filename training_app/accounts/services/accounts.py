"""Making, locking and unlocking accounts."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.accounts.models import Account, EntryPass, Kind
from training_app.accounts.queries import passes as held
from training_app.accounts.services.sign_ins import end_sign_ins
from training_app.accounts.services.trail import note
from training_app.audit.actions import Action
from training_app.errors import N_, RuleBroken


def ensure_account(
    session: Session, person_id: int, kind: Kind, *, now: datetime, actor: Viewer
) -> Account:
    """The person's account, made now if there is none; an existing one keeps its kind."""
    account = _of(session, person_id)
    if account is not None:
        return account
    account = Account(person_id=person_id, kind=kind.value, created_at=now)
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:  # somebody else made it at this moment
        return session.scalars(select(Account).where(Account.person_id == person_id)).one()
    note(
        session,
        Action.ACCOUNT_CREATED,
        account.id,
        actor=actor,
        now=now,
        detail={"kind": kind.value},
    )
    return account


def _of(session: Session, person_id: int) -> Account | None:
    return session.scalars(select(Account).where(Account.person_id == person_id)).one_or_none()


def lock_account(
    session: Session, account: Account, reason: str, *, now: datetime, actor: Viewer
) -> None:
    """Close an account at once: its sign-ins end and its cards and codes die.

    Raises RuleBroken when somebody locks the own account.
    """
    if account.id == actor.account_id:
        raise RuleBroken(N_("Nobody locks the own account. Ask the office above."))
    if account.locked_at is not None:
        return
    account.locked_at, account.lock_reason = now, reason
    end_sign_ins(session, account.id, now=now)
    revoke_passes(session, account.id, now=now)
    _note_lock(session, Action.ACCOUNT_LOCKED, account, reason, now=now, actor=actor)


def unlock_account(
    session: Session, account: Account, reason: str, *, now: datetime, actor: Viewer
) -> None:
    """Open a locked account again; a new card or code is needed on phones not known."""
    if account.locked_at is None:
        return
    account.locked_at, account.lock_reason = None, ""
    _note_lock(session, Action.ACCOUNT_UNLOCKED, account, reason, now=now, actor=actor)


def revoke_passes(
    session: Session, account_id: int, *, now: datetime, kind: str | None = None
) -> None:
    """Make the living cards, codes and links of an account useless."""
    statement = update(EntryPass).where(
        EntryPass.account_id == account_id, EntryPass.revoked_at.is_(None)
    )
    if kind is not None:
        statement = statement.where(EntryPass.kind == kind)
    session.execute(statement.values(revoked_at=now).execution_options(synchronize_session=False))


def _note_lock(
    session: Session, action: Action, account: Account, reason: str, *, now: datetime, actor: Viewer
) -> None:
    unit_id = held.unit_of_person(session, account.person_id, now=now)
    note(session, action, account.id, actor=actor, now=now, unit_id=unit_id, reason=reason)
