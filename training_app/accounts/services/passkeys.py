"""Passkeys of staff: added, removed, and proved at sign-in and before sensitive acts."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.accounts.models import Account, Kind, Passkey
from training_app.accounts.queries.passkeys import passkeys_of
from training_app.accounts.rules import passkeys, tokens
from training_app.accounts.rules.passkeys import NewKey, Site
from training_app.accounts.services.trail import note
from training_app.audit.actions import Action
from training_app.db import touched
from training_app.errors import N_, InvalidInput, RuleBroken
from training_app.work import services as work

MOST_PASSKEYS = 10
CHALLENGE_MINUTES = 10
_NOTED_FAILURES = 5
_WINDOW = timedelta(minutes=15)


def handle_of(account: Account, *, pepper: str) -> bytes:
    """How passkeys name the account: random to everybody, and the same each time."""
    return tokens.keyed(pepper, "passkey-handle", str(account.id))


def use_challenge(session: Session, challenge: bytes, *, now: datetime) -> bool:
    """Take a challenge, once; commit before checking the answer to it."""
    key = f"passkey-used:{tokens.fingerprint(challenge.hex())}"
    life = timedelta(minutes=2 * CHALLENGE_MINUTES)
    return work.throttle(session, key, limit=1, window=life, now=now) is None


def add_passkey(
    session: Session, account: Account, name: str, key: NewKey, *, now: datetime, actor: Viewer
) -> Passkey:
    """Keep a passkey that the browser has just made, under the name that its person gives.

    Raises InvalidInput for field ``name`` when the account has one of that name, and RuleBroken
    for too many or for a passkey that is kept already.
    """
    present = passkeys_of(session, account.id)
    if any(one.name.casefold() == name.casefold() for one in present):
        raise InvalidInput(N_("There is a passkey of this name already."), "name")
    if len(present) >= MOST_PASSKEYS:
        raise RuleBroken(N_("An account keeps ten passkeys at most. Remove one first."))
    passkey = Passkey(
        account_id=account.id,
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
        name=name,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(passkey)
    except IntegrityError as error:
        raise RuleBroken(N_("This passkey is kept already.")) from error
    note(
        session,
        Action.PASSKEY_ADDED,
        account.id,
        actor=actor,
        now=now,
        detail={"passkey": passkey.id},
    )
    return passkey


def remove_passkey(session: Session, passkey: Passkey, *, now: datetime, actor: Viewer) -> None:
    """Remove a passkey; it signs in nowhere from now on."""
    account = session.get_one(Account, passkey.account_id)
    note(
        session,
        Action.PASSKEY_REMOVED,
        account.id,
        actor=actor,
        now=now,
        detail={"passkey": passkey.id},
    )
    session.delete(passkey)
    session.flush()


def forget_passkeys(session: Session, account_id: int) -> None:
    """Remove all passkeys of an account whose sign-in is set up anew."""
    session.execute(
        delete(Passkey)
        .where(Passkey.account_id == account_id)
        .execution_options(synchronize_session=False)
    )


def prove_passkey(
    session: Session, answer: str, site: Site, challenge: bytes, *, now: datetime
) -> Account | None:
    """The open staff account whose passkey gave this answer; None when anything is wrong.

    The challenge must have been taken (:func:`use_challenge`).
    """
    found = _of_answer(session, answer)
    if found is None:
        return None
    passkey, account = found
    count = passkeys.proved(
        answer, site, challenge, public_key=passkey.public_key, sign_count=passkey.sign_count
    )
    if count is None or not _note_use(session, passkey, count, now):
        return None
    return account


def passkey_was_wrong(session: Session, answer: str, *, now: datetime) -> None:
    """Write a refused passkey into the audit trail, some times a quarter of an hour at most."""
    found = _of_answer(session, answer)
    if found is None:
        return
    passkey, account = found
    key = f"passkey-failed:{passkey.id}"
    if work.throttle(session, key, limit=_NOTED_FAILURES, window=_WINDOW, now=now) is None:
        note(
            session,
            Action.SIGN_IN_FAILED,
            account.id,
            actor=Viewer.anonymous(),
            now=now,
            detail={"way": "passkey"},
        )


def _of_answer(session: Session, answer: str) -> tuple[Passkey, Account] | None:
    credential_id = passkeys.named(answer)
    if credential_id is None:
        return None
    row = session.execute(
        select(Passkey, Account)
        .join(Account, Account.id == Passkey.account_id)
        .where(
            Passkey.credential_id == credential_id,
            Account.kind == Kind.STAFF.value,
            Account.locked_at.is_(None),
            Account.secret_hash.is_not(None),
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def _note_use(session: Session, passkey: Passkey, count: int, now: datetime) -> bool:
    """Store the new count; of two answers with the same count one is refused."""
    result = session.execute(
        update(Passkey)
        .where(Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count)
        .values(sign_count=count, last_used_at=now)
        .execution_options(synchronize_session=False)
    )
    return touched(result) == 1
