"""A hall of 300 behind one address, an attacker in its midst, and guesses by the thousand."""

import time
from collections.abc import Callable
from typing import Literal

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.conftest import PEPPER, SYSTEM, Cast, another_phone
from training_app import clock
from training_app.accounts import queries, services
from training_app.accounts.models import Kind
from training_app.accounts.rules import tokens
from training_app.accounts.services import Refused, pins

pytestmark = [pytest.mark.thorough]

HALL, A_FEW_MISTYPE, GUESSES = 300, 10, 100_000
OVER_HTTP, CODES, IN_ONE_COOKIE = 300, 2_000, 24
PIN = "284617"


class Spy(PasswordHasher):
    """Cheap, and counts how often a PIN is checked."""

    checks = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        self.checks += 1
        return super().verify(hash, password)


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    """What is proved here is who reaches a check, not how dear one is."""
    found = Spy(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(pins, "_hasher", found)
    return found


def seat(cast: Cast, count: int) -> list[tuple[str, int]]:
    """People with a PIN and a phone of their own: each phone's token and its number."""
    now, seats = clock.now(), []
    for number in range(count):
        person = cast.world.person(f"Hội viên {number}", cast.team_id)
        account = services.ensure_account(
            cast.session, person, Kind.MEDIATOR, now=now, actor=SYSTEM
        )
        account.secret_hash = services.hashed(PIN, pepper=PEPPER, purpose="pin")
        account.notice_seen_at = now
        device, token = services.device_at_entry(cast.session, account, [], "", now=now)
        device.shared = False
        assert token is not None
        seats.append((token, device.id))
    cast.session.commit()
    return seats


def enter(app: Flask, token: str, *, mistype: bool) -> str:
    """One person of the hall: perhaps a wrong PIN first, then the right one."""
    phone = another_phone(app)
    phone.client.set_cookie("device", token)
    form_token = phone.token("/sign-in/")
    if mistype:
        phone.client.post("/sign-in/", data={"csrf_token": form_token, "pin": "111222"})
    answer = phone.client.post("/sign-in/", data={"csrf_token": form_token, "pin": PIN})
    return f"{answer.status_code} {answer.location}"


def test_a_hall_gets_in_while_an_attacker_guesses_at_the_same_address(
    app: Flask, cast: Cast, spy: Spy, record_property: Callable[[str, object], None]
) -> None:
    seats = seat(cast, HALL)
    attacker = another_phone(app)
    form_token = attacker.token("/sign-in/")
    turned_away, guesses, slowest, began = [], 0, 0.0, time.perf_counter()
    for number, (token, device_id) in enumerate(seats):
        before = spy.checks
        if number % 3 == 0:
            guesses += guess(attacker.client, form_token, number, device_id)
        assert spy.checks == before, "a guess without the phone's token reached a PIN check"
        mistype = number % A_FEW_MISTYPE == 0
        start = time.perf_counter()
        if enter(app, token, mistype=mistype) != "303 /":
            turned_away.append(number)
        slowest = max(slowest, time.perf_counter() - start)
    took = time.perf_counter() - began
    assert turned_away == []
    assert spy.checks == HALL + HALL // A_FEW_MISTYPE
    record_property(
        "figures",
        f"hall: {HALL} of {HALL} people in beside {guesses} guesses from the same address in"
        f" {took:.1f} s, slowest entry {slowest * 1000:.0f} ms, PIN checks of guesses 0",
    )


def guess(client: FlaskClient, form_token: str, number: int, device_id: int) -> int:
    """Three ways to guess: a code, somebody's phone by its number, an invented token."""
    data = {"csrf_token": form_token, "pin": PIN, "device": str(device_id)}
    client.post("/enter/", data={"csrf_token": form_token, "code": f"ZZZZ{number:04}"})
    client.post("/sign-in/", data=data)
    client.set_cookie("device", f"guessed-{number}")
    client.post("/sign-in/", data=data)
    client.delete_cookie("device")
    return 3


def test_a_hundred_thousand_guesses_without_a_card_reach_no_pin_check(
    app: Flask, cast: Cast, spy: Spy, record_property: Callable[[str, object], None]
) -> None:
    """Some over HTTP, the rest straight at what decides whether there is anything to check."""
    seats = seat(cast, 3)
    cast.card("member")
    stranger = another_phone(app)
    form_token = stranger.token("/sign-in/")
    for number in range(OVER_HTTP // 3):
        guess(stranger.client, form_token, number, seats[number % 3][1])
    began, now, session = time.perf_counter(), clock.now(), cast.session
    let_in, made = 0, OVER_HTTP
    for number in range(CODES):
        outcome = services.use_pass(session, crockford(number), pepper=PEPPER, now=now)
        let_in += not isinstance(outcome, Refused)
        made += 1
    while made < GUESSES:
        invented = [f"guessed-{made + n}" for n in range(IN_ONE_COOKIE)]
        let_in += len(queries.known_phones(session, invented, now=now))
        made += IN_ONE_COOKIE
    session.rollback()
    took = time.perf_counter() - began
    assert let_in == 0
    assert spy.checks == 0
    record_property(
        "figures",
        f"{made} guesses without card or token ({OVER_HTTP} over HTTP): 0 let in, PIN checks"
        f" {spy.checks}, in {took:.1f} s",
    )


def crockford(number: int) -> str:
    """The guess of this number, eight characters."""
    letters = [tokens.ALPHABET[(number >> (5 * at)) & 31] for at in range(tokens.CODE_LENGTH)]
    return "".join(letters)


def test_a_failing_stranger_at_the_same_address_never_delays_a_known_phone(
    app: Flask, cast: Cast, spy: Spy
) -> None:
    ((token, _),) = seat(cast, 1)
    stranger = another_phone(app)
    form_token = stranger.token("/enter/")
    with time_machine.travel(clock.now(), tick=False):  # all within one minute
        statuses = [
            stranger.client.post(
                "/enter/", data={"csrf_token": form_token, "code": f"YYYY{number:04}"}
            ).status_code
            for number in range(80)
        ]
    assert statuses[-1] == 429
    assert enter(app, token, mistype=False) == "303 /"
    assert spy.checks == 1
