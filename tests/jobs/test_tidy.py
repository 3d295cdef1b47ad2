"""What the worker puts away by itself."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import records, visitors
from training_app.accounts.models import SignIn
from training_app.jobs.tasks import tidy

NOW = datetime(2026, 11, 20, 7, 5, tzinfo=UTC)


def test_sign_ins_that_are_long_over_are_forgotten_and_open_ones_stay(
    app: Flask, db_session: Session
) -> None:
    account = visitors.account(db_session, records.person(db_session, "Nguyen Thi Hoa"))
    for number, (ended, expires) in enumerate(
        (
            (NOW - timedelta(days=91), NOW - timedelta(days=80)),
            (None, NOW - timedelta(days=91)),
            (NOW - timedelta(days=89), NOW),
            (None, NOW + timedelta(days=1)),
        )
    ):
        db_session.add(
            SignIn(
                token_hash=str(number),
                account_id=account.id,
                way="card",
                started_at=NOW - timedelta(days=200),
                last_seen_at=NOW - timedelta(days=100),
                expires_at=expires,
                ended_at=ended,
            )
        )
    db_session.flush()
    tidy(db_session, app.config["SETTINGS"], NOW)
    assert db_session.scalars(select(SignIn.token_hash).order_by(SignIn.id)).all() == ["2", "3"]
