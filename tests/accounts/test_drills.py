"""Drills: a phone stolen, a card copied, a card printed again, a PIN forgotten, an account locked.

Each is played through as the people concerned would, and what others do meanwhile goes on.
"""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.accounts.conftest import (
    PIN,
    Cast,
    Page,
    another_phone,
    enter_as_staff,
    enter_first_time,
)
from training_app import clock
from training_app.accounts.models import Account

OTHER_PIN = "731946"
NEW_PIN = "846201"


@pytest.fixture
def stolen(app: Flask, cast: Cast) -> Page:
    """The phone of the member, signed in, in a thief's hand."""
    phone = another_phone(app)
    enter_first_time(phone, cast.card("member"))
    return phone


@pytest.fixture
def neighbour(app: Flask, cast: Cast) -> Page:
    """Another member, signed in on a phone of their own."""
    phone = another_phone(app)
    enter_first_time(phone, cast.card("other"), pin=OTHER_PIN)
    return phone


@pytest.fixture
def officer(app: Flask, cast: Cast) -> Page:
    """The officer of the commune at a desk."""
    desk = another_phone(app)
    enter_as_staff(desk, cast, "officer")
    return desk


def access(cast: Cast, part: str) -> str:
    return f"/people/{cast[part].person_id}/access/"


def inside(phone: Page, name: str) -> bool:
    return name in phone.get("/help/").text


# -- a stolen phone --------------------------------------------------------------------------


def test_a_stolen_phone_is_out_at_the_next_request_and_nobody_else_is(
    cast: Cast, stolen: Page, neighbour: Page, officer: Page
) -> None:
    fields = {"lock-reason": "Mất điện thoại", "act": "devices"}
    officer.post(access(cast, "member") + "lock/", **fields)
    assert "All phones are removed" in officer.text
    assert not inside(stolen, "Nguyễn Thị Hoa")
    assert 'type="password"' not in stolen.get("/sign-in/").text, "the thief cannot try a PIN"
    assert inside(neighbour, "Lê Văn Cường")


def test_the_owner_removes_the_stolen_phone_from_another_one(
    app: Flask, cast: Cast, stolen: Page
) -> None:
    new = another_phone(app)
    card = cast.card("member")
    new.post("/enter/", code=card.code)
    new.post("/first-entry/phone/", whose="own")
    new.post("/sign-out/")
    new.post("/sign-in/", pin=PIN)
    numbers = re.findall(r"/my-devices/(\d+)/remove/", new.get("/my-devices/").text)
    new.post(f"/my-devices/{min(map(int, numbers))}/remove/")
    assert not inside(stolen, "Nguyễn Thị Hoa")
    assert inside(new, "Nguyễn Thị Hoa")


def test_a_thief_needs_the_pin_to_remove_the_owners_other_phones(
    app: Flask, cast: Cast, stolen: Page
) -> None:
    other = another_phone(app)
    other.post("/enter/", code=cast.card("member").code)
    other.post("/first-entry/phone/", whose="own")
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        numbers = re.findall(r"/my-devices/(\d+)/remove/", stolen.get("/my-devices/").text)
        stolen.post(f"/my-devices/{max(map(int, numbers))}/remove/")
        assert stolen.path == "/prove/"
        assert inside(other, "Nguyễn Thị Hoa")


# -- a copied card ---------------------------------------------------------------------------


def test_a_copied_card_lets_nobody_in_and_the_officer_and_the_owner_learn_of_it(
    app: Flask, page: Page, cast: Cast, officer: Page
) -> None:
    card = cast.card("member")
    enter_first_time(page, card)
    page.post("/sign-out/")
    copier = another_phone(app)
    assert copier.post("/enter/", secret=card.secret).path == "/enter/pin/"
    assert "Nguyễn" not in copier.text, "the card greets nobody by name"
    assert copier.post("/enter/pin/", pin=NEW_PIN).status == 422
    officer.get(access(cast, "member"))
    assert officer.text.count("the used card was shown once more") == 1
    page.post("/sign-in/", pin=PIN)
    assert "somebody showed the card of this account" in page.text
    assert "somebody showed the card" not in page.get("/help/").text, "it is told once"


def test_showing_a_copied_card_over_and_over_is_written_down_once_in_ten_minutes(
    app: Flask, page: Page, cast: Cast, officer: Page
) -> None:
    card = cast.card("member")
    enter_first_time(page, card)
    copier = another_phone(app)
    for _ in range(5):
        copier.post("/enter/", secret=card.secret)
    officer.get(access(cast, "member"))
    assert officer.text.count("the used card was shown once more") == 1


def test_the_owner_who_shows_the_card_on_a_new_phone_is_not_warned(
    app: Flask, page: Page, cast: Cast
) -> None:
    card = cast.card("member")
    enter_first_time(page, card)
    new = another_phone(app)
    new.post("/enter/", secret=card.secret)
    new.post("/enter/pin/", pin=PIN)
    assert new.path == "/first-entry/phone/"
    page.post("/sign-out/")
    assert "somebody showed the card" not in page.post("/sign-in/", pin=PIN).text


# -- a card stolen before its first use ------------------------------------------------------


def test_a_card_that_somebody_else_used_first_is_won_back_by_the_office(
    app: Flask, cast: Cast, officer: Page
) -> None:
    card = cast.card("member")
    thief, owner = another_phone(app), another_phone(app)
    enter_first_time(thief, card, pin=OTHER_PIN)
    assert owner.post("/enter/", code=card.code).path == "/enter/pin/", "somebody was here before"
    place = access(cast, "member")
    officer.post(place + "lock/", **{"lock-reason": "Thẻ bị lấy", "act": "devices"})
    assert not inside(thief, "Nguyễn Thị Hoa")
    officer.post(place + "card/", reason="lost_card")
    assert thief.post("/enter/", code=card.code).status == 422
    officer.post(place + "code/", reason="forgotten_pin")
    code = re.search(r'<p class="code">([0-9A-Z-]{9})</p>', officer.text)
    assert code is not None
    owner.post("/enter/", code=code[1])
    owner.post("/first-entry/pin/", pin=NEW_PIN, again=NEW_PIN)
    owner.post("/first-entry/phone/", whose="own")
    assert inside(owner, "Nguyễn Thị Hoa")
    owner.post("/sign-out/")
    assert owner.post("/sign-in/", pin=OTHER_PIN).status == 422, "the thief's PIN is gone"


# -- a card printed again --------------------------------------------------------------------


def test_a_card_printed_again_kills_the_old_one_at_once(app: Flask, page: Page, cast: Cast) -> None:
    old = cast.card("member")
    enter_first_time(page, old)
    in_the_middle = another_phone(app)
    assert in_the_middle.post("/enter/", code=old.code).path == "/enter/pin/"
    cast.card("member")
    assert in_the_middle.post("/enter/pin/", pin=PIN).status == 422
    assert another_phone(app).post("/enter/", code=old.code).status == 422
    assert another_phone(app).post("/enter/", secret=old.secret).status == 422
    assert inside(page, "Nguyễn Thị Hoa"), "phones that are known stay known"


# -- a forgotten PIN -------------------------------------------------------------------------


def test_a_forgotten_pin_is_replaced_by_its_owner_and_the_leader_never_meets_it(
    app: Flask, page: Page, cast: Cast, stolen: Page
) -> None:
    leader = page
    enter_first_time(leader, cast.card("leader", issuer="officer"), pin="950274")
    leader.post(access(cast, "member") + "code/", reason="forgotten_pin")
    code = re.search(r'<p class="code">([0-9A-Z-]{9})</p>', leader.text)
    assert code is not None
    seen = [leader.text]
    member = another_phone(app)
    member.post("/enter/", code=code[1])
    member.post("/first-entry/pin/", pin=NEW_PIN, again=NEW_PIN)
    assert member.path == "/first-entry/phone/"
    assert not inside(stolen, "Nguyễn Thị Hoa"), "whoever knew the old PIN is out"
    seen += [leader.get(path).text for path in (access(cast, "member"), "/my-team/")]
    hashed = cast.fresh("member").secret_hash or "-"
    assert not [text for text in seen if NEW_PIN in text or PIN in text or hashed in text]
    assert "chose a PIN" in seen[1]
    forced = {"pin": "284618", "again": "284618"}
    leader.post(access(cast, "member") + "code/", reason="forgotten_pin", **forced)
    cast.session.rollback()
    kept = cast.session.scalar(select(Account.secret_hash).where(Account.id == cast["member"].id))
    assert kept == hashed, "no form of the leader sets a PIN"


# -- a locked account ------------------------------------------------------------------------


def test_a_locked_account_is_shut_on_every_way_in_until_it_is_opened(
    app: Flask, cast: Cast, stolen: Page, neighbour: Page, officer: Page
) -> None:
    card = cast.card("member")
    fields = {"lock-reason": "Điều tra", "act": "lock"}
    officer.post(access(cast, "member") + "lock/", **fields)
    assert not inside(stolen, "Nguyễn Thị Hoa")
    assert 'type="password"' not in stolen.get("/sign-in/").text
    assert another_phone(app).post("/enter/", code=card.code).status == 422
    assert officer.post(access(cast, "member") + "code/", reason="other").status == 409
    assert inside(neighbour, "Lê Văn Cường")
    officer.post(access(cast, "member") + "lock/", **(fields | {"act": "unlock"}))
    assert "Nguyễn Thị Hoa" in stolen.post("/sign-in/", pin=PIN).text


def test_a_lock_looks_like_a_wrong_card_to_whoever_holds_one(
    app: Flask, page: Page, cast: Cast, officer: Page
) -> None:
    card = cast.card("member")
    enter_first_time(page, card)
    fields = {"lock-reason": "Điều tra", "act": "lock"}
    officer.post(access(cast, "member") + "lock/", **fields)
    typed = another_phone(app).post("/enter/", code=card.code)
    wrong = another_phone(app).post("/enter/", code="AAAA-BBBB")
    assert (typed.status, wrong.status) == (422, 422)
    assert "locked" not in typed.text.lower()
