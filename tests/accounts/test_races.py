"""What two presses, two phones and an attacker do at the same moment."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.accounts.conftest import PEPPER, PIN, SYSTEM, Cast, another_phone
from training_app import clock
from training_app.access import Viewer
from training_app.accounts import services
from training_app.accounts.models import Account, Device, EntryPass, Kind, SignIn
from training_app.accounts.services import Try
from training_app.db import writing
from training_app.errors import RuleBroken

PARALLEL = 20


@pytest.fixture
def engine(db_session: Session) -> Engine:
    """The engine of the database under test."""
    bind = db_session.get_bind()
    assert isinstance(bind, Engine)
    return bind


def all_at_once(times: int, act: Callable[[int], object]) -> list[object]:
    """Results of running ``act`` in so many threads that start together."""
    start, results = threading.Barrier(times), list[object]()

    def run(number: int) -> None:
        start.wait()
        results.append(act(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("kind", ["card", "code"])
def test_twenty_phones_that_send_one_code_at_once_let_in_one(
    app: Flask, cast: Cast, db_session: Session, kind: str
) -> None:
    issued = cast.card("member") if kind == "card" else cast.code("member")
    phones = [another_phone(app) for _ in range(PARALLEL)]
    tokens = [phone.token("/enter/") for phone in phones]

    def enter(number: int) -> str:
        data = {"csrf_token": tokens[number], "code": issued.code}
        answer = phones[number].client.post("/enter/", data=data)
        return f"{answer.status_code} {answer.location}"

    answers = all_at_once(PARALLEL, enter)
    assert answers.count("303 /") == 1
    assert db_session.scalar(select(func.count(SignIn.id))) == 1
    assert db_session.scalar(select(func.count(Device.id))) == 1


def test_parallel_wrong_pins_are_all_counted(
    engine: Engine, cast: Cast, db_session: Session
) -> None:
    account = db_session.get_one(Account, cast["member"].id)
    services.choose_pin(db_session, account, PIN, pepper=PEPPER, now=clock.now(), actor=SYSTEM)
    device, _ = services.device_at_entry(db_session, account, [], "", now=clock.now())
    db_session.commit()

    def guess(number: int) -> bool:
        del number
        with writing(), Session(engine) as session, session.begin():
            counted = services.count_try(session, Device, device.id, now=clock.now())
        return isinstance(counted, Try)

    assert all_at_once(PARALLEL, guess).count(True) == 5
    db_session.expire_all()
    assert db_session.get_one(Device, device.id).failures == 5


def test_two_hands_that_make_an_account_at_once_make_one(
    engine: Engine, cast: Cast, db_session: Session
) -> None:
    person_id = cast["member"].person_id
    db_session.delete(db_session.get_one(Account, cast["member"].id))
    db_session.commit()

    def make(number: int) -> int:
        del number
        with writing(), Session(engine) as session, session.begin():
            kind = Kind.MEDIATOR
            account = services.ensure_account(
                session, person_id, kind, now=clock.now(), actor=SYSTEM
            )
            return account.id

    assert len(set(all_at_once(8, make))) == 1


def test_a_leader_issues_ten_codes_a_day_even_at_once(
    engine: Engine, cast: Cast, db_session: Session
) -> None:
    one_day = clock.now()

    def issue(number: int) -> str:
        del number
        try:
            with writing(), Session(engine) as session, session.begin():
                services.issue_code(
                    session,
                    session.get_one(Account, cast["member"].id),
                    pepper=PEPPER,
                    now=one_day,
                    actor=Viewer(account_id=cast["leader"].id),
                )
        except RuleBroken:
            return "refused"
        return "issued"

    assert all_at_once(14, issue).count("issued") == 10
    assert db_session.scalar(select(func.count(EntryPass.id))) == 10
