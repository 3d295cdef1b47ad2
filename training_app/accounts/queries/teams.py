"""What leaders and officers see of the ways in of their people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.accounts.models import Account, EntryPass, Kind, PassKind
from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent
from training_app.db import Unscoped
from training_app.organisation.models import Person

_HISTORY = 20
_SHOWN = (
    Action.CARD_ISSUED,
    Action.CODE_ISSUED,
    Action.CARD_USED,
    Action.CARD_SHOWN_AGAIN,
    Action.CODE_USED,
    Action.PIN_CHOSEN,
    Action.PASSPHRASE_CHANGED,
    Action.SECOND_FACTOR_SET,
    Action.DEVICE_REMOVED,
    Action.ACCOUNT_CREATED,
    Action.ACCOUNT_LOCKED,
    Action.ACCOUNT_UNLOCKED,
    Action.PASSKEY_ADDED,
    Action.PASSKEY_REMOVED,
    Action.PROPOSAL_MADE,
    Action.PROPOSAL_CONFIRMED,
    Action.PROPOSAL_CLOSED,
    Action.ROLE_GRANTED,
    Action.ROLE_ENDED,
)


@dataclass(frozen=True)
class EntryState:
    """How far a person has come in: one of none, card, entered, staff, locked."""

    person_id: int
    account_id: int | None
    state: str


def entry_states(
    session: Session, person_ids: Iterable[int], *, now: datetime
) -> dict[int, EntryState]:
    """One state per person, for people whom the caller has found in its scope."""
    wanted = list(person_ids)
    waiting = (
        select(EntryPass.id)
        .where(
            EntryPass.account_id == Account.id,
            EntryPass.kind == PassKind.CARD.value,
            EntryPass.used_at.is_(None),
            EntryPass.revoked_at.is_(None),
            EntryPass.expires_at > now,
        )
        .exists()
    )
    mine = func.coalesce(Person.canonical_id, Person.id)
    rows = session.execute(
        select(
            Person.id.label("asked"),
            Account.id,
            Account.kind,
            Account.locked_at,
            Account.secret_hash.is_not(None).label("has_secret"),
            waiting.label("waiting"),
        )
        .join(Account, Account.person_id.in_([Person.id, mine]))
        .where(Person.id.in_(wanted))
        .execution_options(scope=Unscoped("states of people found in scope by the caller"))
    )
    found = {row.asked: EntryState(row.asked, row.id, _state(row)) for row in rows}
    return {one: found.get(one, EntryState(one, None, "none")) for one in wanted}


def _state(row: Any) -> str:
    if row.locked_at is not None:
        return "locked"
    if row.kind == Kind.STAFF:
        return "staff"
    if row.has_secret:
        return "entered"
    return "card" if row.waiting else "none"


@dataclass(frozen=True)
class HistoryRow:
    """One act on an account: what, when, by whom, why."""

    action: str
    at: datetime
    actor: str
    reason: str


def history(session: Session, account_id: int) -> list[HistoryRow]:
    """The latest acts on an account whose person the caller has found in its scope."""
    actor, person = aliased(Account), aliased(Person)
    rows = session.execute(
        select(AuditEvent.action, AuditEvent.at, person.full_name, AuditEvent.reason)
        .outerjoin(actor, actor.id == AuditEvent.actor_account_id)
        .outerjoin(person, person.id == actor.person_id)
        .where(
            AuditEvent.object_kind == "account",
            AuditEvent.object_id == account_id,
            AuditEvent.action.in_([action.value for action in _SHOWN]),
        )
        .order_by(AuditEvent.id.desc())
        .limit(_HISTORY)
        .execution_options(scope=Unscoped("names of those who acted on an account in scope"))
    )
    return [HistoryRow(action, at, name or "", reason) for action, at, name, reason in rows]


@dataclass(frozen=True)
class CardRow:
    """A card to print: whose it is, and the pass that its secrets grow from."""

    full_name: str
    entry_pass: EntryPass


def cards_to_print(
    session: Session,
    scope: Scope,
    person_ids: Sequence[int],
    *,
    issued_by: int,
    now: datetime,
) -> list[CardRow]:
    """Unused cards that this issuer made within the last hour for these people, by name."""
    rows = session.execute(
        select(Person.full_name, EntryPass)
        .join(Account, Account.id == EntryPass.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(
            func.coalesce(Person.canonical_id, Person.id).in_(person_ids)
            | Person.id.in_(person_ids),
            EntryPass.kind == PassKind.CARD.value,
            EntryPass.issued_by == issued_by,
            EntryPass.issued_at > now - timedelta(hours=1),
            EntryPass.used_at.is_(None),
            EntryPass.revoked_at.is_(None),
        )
        .order_by(Person.sort_key, EntryPass.id)
        .execution_options(scope=scope)
    )
    return [CardRow(name, entry_pass) for name, entry_pass in rows]
