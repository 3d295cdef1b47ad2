"""Visitors with an account, a role and a live sign-in, for tests of screens."""

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.records import LONG_AGO, SYSTEM
from tests.page import OFFICE_BYTES, PageClient
from training_app import clock
from training_app.access import Role
from training_app.accounts.models import Account, Kind, RoleGrant
from training_app.accounts.rules.lifetimes import Way
from training_app.accounts.services import ensure_account, start_sign_in
from training_app.organisation.models import Person, UnitSpan


def account(
    session: Session,
    person: Person | None = None,
    *,
    role: Role | None = None,
    unit: UnitSpan | None = None,
) -> Account:
    """An account that has finished its first entry, with a role over a unit."""
    who = person or make.person(session, "Phạm Thị Dung")
    kind = Kind.STAFF if role else Kind.MEDIATOR
    now = clock.now()
    row = ensure_account(session, who.id, kind, now=now, actor=SYSTEM)
    row.secret_hash = "chosen"
    row.notice_seen_at = now
    if role:
        row.totp_secret, row.totp_since = "sealed", now - timedelta(days=1)
        session.add(
            RoleGrant(
                account_id=row.id,
                role=role.value,
                unit_id=unit.unit_id if unit else None,
                valid_from=LONG_AGO,
                recorded_at=now,
            )
        )
    session.flush()
    return row


def visitor(
    app: Flask, session: Session, row: Account, *, language: str = "en", budget: int = OFFICE_BYTES
) -> PageClient:
    """A client signed in with the account; commits what the test has prepared."""
    way = Way.PASSPHRASE if row.kind == Kind.STAFF else Way.PIN
    token = start_sign_in(session, row, way=way, device=None, now=clock.now())
    session.commit()
    client = PageClient(app, budget)
    with client.http.session_transaction() as cookie:
        cookie["_user_id"] = token
    client.language(language)
    return client
