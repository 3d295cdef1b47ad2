"""Studying together: a phone is lent to a team, and its members enter on it with their own PINs.

The lender opens a way to a PIN field and to nothing else. Wrong PINs count for each person over
all lent phones together (``services.pins``), so that lending again gives no further tries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.accounts.models import Account, Device, SignIn, StudyTogether
from training_app.accounts.queries import passes as held
from training_app.accounts.rules import lifetimes, people, tokens
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.errors import N_, RuleBroken
from training_app.organisation.queries.teams import TeamRow

MOST_PEOPLE = 20  # on one phone: each costs 44 bytes of a cookie sent with every request


@dataclass(frozen=True)
class Lent:
    """A lent phone, and the tokens to add to its cookie."""

    together: StudyTogether
    tokens: tuple[str, ...]


def lend_phone(
    session: Session,
    team: TeamRow,
    accounts: Sequence[Account],
    device_tokens: Sequence[str],
    user_agent: str,
    *,
    now: datetime,
    actor: Viewer,
) -> Lent:
    """Lend the phone in hand to members of the team for twelve hours.

    ``accounts`` are open accounts of mediators of the team who have a PIN. Raises RuleBroken for
    nobody, and for more people than one phone keeps.
    """
    if not accounts:
        raise RuleBroken(N_("Choose at least one person."))
    if len(accounts) > MOST_PEOPLE:
        raise RuleBroken(N_("One phone keeps at most %(count)d people."), count=MOST_PEOPLE)
    evening = StudyTogether(
        team_id=team.id,
        opened_by=actor.account_id,
        opened_at=now,
        ends_at=now + lifetimes.TOGETHER,
    )
    session.add(evening)
    session.flush()
    made = []
    for account in accounts:
        device = held.device_by_token(session, device_tokens, account.id, now=now)
        if device is not None:
            _take_along(device, evening)
            continue
        token = tokens.new_token()
        made.append(token)
        session.add(_device(account, evening, token, user_agent, now))
    session.flush()
    _record(session, Action.PHONE_LENT, team, now=now, actor=actor, people=len(accounts))
    return Lent(evening, tuple(made))


def _take_along(device: Device, evening: StudyTogether) -> None:
    """A phone that the person shares already belongs to the evening; an own one stays own."""
    if device.shared:
        device.together_id = evening.id
    if device.ends_at is not None:
        device.ends_at = evening.ends_at


def _device(
    account: Account, evening: StudyTogether, token: str, user_agent: str, now: datetime
) -> Device:
    return Device(
        account_id=account.id,
        token_hash=tokens.fingerprint(token),
        shared=True,
        label=people.device_label(user_agent),
        created_at=now,
        last_seen_at=now,
        failures=0,
        together_id=evening.id,
        ends_at=evening.ends_at,
    )


def take_phone_back(
    session: Session, evening: StudyTogether, team: TeamRow, *, now: datetime, actor: Viewer
) -> None:
    """End a lent phone: nobody tries a PIN on it any more, and whoever is in is signed out."""
    evening.closed_at = now
    brought = select(Device.id).where(
        Device.together_id == evening.id, Device.ends_at.is_not(None), Device.removed_at.is_(None)
    )
    quiet = {"synchronize_session": False}
    session.execute(
        update(SignIn)
        .where(SignIn.device_id.in_(brought), SignIn.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(**quiet)
    )
    session.execute(
        update(Device)
        .where(Device.id.in_(brought))
        .values(removed_at=now)
        .execution_options(**quiet)
    )
    session.flush()
    _record(session, Action.PHONE_TAKEN_BACK, team, now=now, actor=actor)


def _record(
    session: Session,
    action: Action,
    team: TeamRow,
    *,
    now: datetime,
    actor: Viewer,
    **detail: int,
) -> None:
    audit.record(
        session,
        action,
        actor=actor,
        now=now,
        object_kind="team",
        object_id=team.id,
        unit_id=team.unit_id,
        detail=detail,
    )
