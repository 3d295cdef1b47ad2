"""Phones that an account has used: made at entry, said to be own or shared, removed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.accounts.models import Account, Consent, Device, Kind, SignIn, StudyTogether
from training_app.accounts.queries import passes as held
from training_app.accounts.queries import together
from training_app.accounts.rules import lifetimes, people, tokens
from training_app.accounts.services.sign_ins import end_sign_ins
from training_app.accounts.services.trail import note
from training_app.audit.actions import Action

CONSENTS = ("reminders", "improvement")


def device_at_entry(
    session: Session,
    account: Account,
    device_tokens: Sequence[str],
    user_agent: str,
    *,
    now: datetime,
) -> tuple[Device, str | None]:
    """The phone in hand and, when it is new to the account, the token for its cookie."""
    known = held.device_by_token(session, device_tokens, account.id, now=now)
    if known is not None:
        known.failures, known.wait_until = 0, None
        return known, None
    token = tokens.new_token()
    lent = together.lent_here(session, device_tokens, now=now)
    device = Device(
        account_id=account.id,
        token_hash=tokens.fingerprint(token),
        shared=_whose(account, lent),
        label=people.device_label(user_agent),
        created_at=now,
        last_seen_at=now,
        failures=0,
    )
    if lent is not None and account.kind == Kind.MEDIATOR:
        device.together_id, device.ends_at = lent.id, lent.ends_at
    session.add(device)
    session.flush()
    return device, token


def _whose(account: Account, lent: StudyTogether | None) -> bool | None:
    """Whether a new phone is shared; unknown where its person has to say so."""
    if account.kind == Kind.STAFF:
        return False
    return None if lent is None else True


def choose_asking(session: Session, device: Device, *, asks_pin: bool) -> None:
    """Note whether the own phone asks for the PIN after half a day without use."""
    device.asks_pin = asks_pin
    session.flush()


def say_whose_phone(
    session: Session, sign_in: SignIn, device: Device, *, shared: bool, now: datetime
) -> None:
    """Note whether the phone is the person's own; a shared one forgets the person soon."""
    device.shared = shared
    sign_in.shared = shared
    life = lifetimes.lifetime(staff=False, shared=shared)
    sign_in.expires_at = sign_in.started_at + life.absolute
    sign_in.last_seen_at = now
    session.flush()


def accept_notice(
    session: Session, account: Account, consents: Sequence[str], *, now: datetime
) -> None:
    """Note that the privacy notice was shown, and which optional consents were given."""
    account.notice_seen_at = account.notice_seen_at or now
    set_consents(session, account, consents, now=now)


def set_consents(
    session: Session, account: Account, consents: Sequence[str], *, now: datetime
) -> None:
    """Give the named consents and withdraw the others; every change is kept with its time."""
    open_rows = {row.purpose: row for row in held.open_consents(session, account.id)}
    for purpose in CONSENTS:
        wanted, given = purpose in consents, purpose in open_rows
        if wanted and not given:
            session.add(Consent(account_id=account.id, purpose=purpose, given_at=now))
        elif given and not wanted:
            open_rows[purpose].withdrawn_at = now
    session.flush()


def remove_devices(
    session: Session,
    account: Account,
    *,
    now: datetime,
    actor: Viewer,
    device_id: int | None = None,
    reason: str = "",
) -> None:
    """Remove one phone of the account, or all: their tokens and sign-ins end at once."""
    statement = update(Device).where(Device.account_id == account.id, Device.removed_at.is_(None))
    if device_id is not None:
        statement = statement.where(Device.id == device_id)
    session.execute(statement.values(removed_at=now).execution_options(synchronize_session=False))
    end_sign_ins(session, account.id, now=now, device_id=device_id)
    note(
        session,
        Action.DEVICE_REMOVED,
        account.id,
        actor=actor,
        now=now,
        unit_id=held.unit_of_person(session, account.person_id, now=now),
        reason=reason,
        detail={"device": device_id or "all"},
    )
