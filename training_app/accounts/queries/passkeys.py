"""Reads of passkeys."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.accounts.models import Passkey


def passkeys_of(session: Session, account_id: int) -> Sequence[Passkey]:
    """The passkeys of an account, the oldest first."""
    return session.scalars(
        select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id)
    ).all()
