"""Rows of the walker's world about ways in: a passkey, a proposal, a lent phone."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.factories.records import NOW
from training_app.accounts.models import Account, Passkey, Proposal, StudyTogether


def passkey(session: Session, owner: Account) -> int:
    """A passkey of the account."""
    number = owner.id.to_bytes(4, "big")
    row = Passkey(
        account_id=owner.id,
        credential_id=number,
        public_key=number,
        sign_count=0,
        name="office",
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    return row.id


def proposal(session: Session, officer: Account) -> int:
    """Somebody proposed to set the officer's sign-in up anew."""
    row = Proposal(
        act="set_up_anew",
        account_id=officer.id,
        reason="",
        proposed_by=officer.id,
        proposed_at=NOW,
        expires_at=NOW + timedelta(days=3),
    )
    session.add(row)
    session.flush()
    return row.id


def evening(session: Session, team_id: int, leader: Account) -> int:
    """A phone lent to the team."""
    lent = StudyTogether(
        team_id=team_id,
        opened_by=leader.id,
        opened_at=NOW,
        ends_at=NOW + timedelta(hours=12),
    )
    session.add(lent)
    session.flush()
    return lent.id
