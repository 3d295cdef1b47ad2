"""Cards, codes, PINs and first entry as a person with a phone meets them."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from tests.accounts.conftest import (
    PIN,
    Cast,
    Page,
    another_phone,
    enter_first_time,
)
from training_app import clock
from training_app.accounts.rules import tokens


def test_first_entry_leads_from_card_over_pin_phone_and_notice_to_work(
    page: Page, cast: Cast
) -> None:
    card = cast.card("member")
    page.post("/enter/", code=tokens.spaced(card.code).lower())
    assert page.path == "/first-entry/pin/"
    page.post("/first-entry/pin/", pin=PIN, again=PIN)
    assert page.path == "/first-entry/phone/"
    page.post("/first-entry/phone/", whose="own")
    assert page.path == "/first-entry/notice/"
    page.post("/first-entry/notice/")
    assert "Nguyễn Thị Hoa" in page.text
    assert cast.fresh("member").notice_seen_at is not None


def test_the_long_secret_of_the_qr_lets_in_as_the_code_does(page: Page, cast: Cast) -> None:
    page.post("/enter/", secret=cast.card("member").secret)
    assert page.path == "/first-entry/pin/"


def test_reading_the_entry_page_consumes_nothing(page: Page, cast: Cast) -> None:
    card = cast.card("member")
    for _ in range(50):
        assert page.client.get(f"/enter/?k={card.secret}").status_code == 200
    assert page.post("/enter/", code=card.code).path == "/first-entry/pin/"


def test_the_entry_page_greets_nobody_by_name(page: Page, cast: Cast) -> None:
    cast.card("member")
    assert "Hoa" not in page.get("/enter/").text


def test_a_code_lets_in_once(app: Flask, page: Page, cast: Cast) -> None:
    code = cast.code("member").code
    assert page.post("/enter/", code=code).path == "/first-entry/pin/"
    second = another_phone(app).post("/enter/", code=code)
    assert (second.path, second.status) == ("/enter/", 422)


def test_a_code_runs_out_after_half_an_hour(page: Page, cast: Cast) -> None:
    code = cast.code("member").code
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        assert page.post("/enter/", code=code).status == 422


def test_a_new_card_voids_the_old_one(page: Page, cast: Cast) -> None:
    old, new = cast.card("member"), cast.card("member")
    assert page.post("/enter/", code=old.code).status == 422
    assert page.post("/enter/", code=new.code).path == "/first-entry/pin/"


def test_a_wrong_code_and_an_ended_code_get_the_same_words(page: Page, cast: Cast) -> None:
    cast.card("member")
    ended = cast.card("member")
    cast.card("member")
    wrong = page.post("/enter/", code="AAAA-BBBB").text
    assert _words(wrong) == _words(page.post("/enter/", code=ended.code).text)


def _words(text: str) -> str:
    return text[text.index('id="errors"') : text.index("<h1>")]


def test_a_used_card_lets_in_on_a_new_phone_only_with_the_pin(
    app: Flask, page: Page, cast: Cast
) -> None:
    card = cast.card("member")
    enter_first_time(page, card)
    phone = another_phone(app)
    assert phone.post("/enter/", code=card.code).path == "/enter/pin/"
    assert phone.post("/enter/pin/", pin="999999").status == 422
    phone.post("/enter/pin/", pin=PIN)
    assert phone.path == "/first-entry/phone/"


def test_a_used_card_without_its_pin_is_dead_after_ten_tries(
    app: Flask, page: Page, cast: Cast
) -> None:
    card = cast.card("member")
    enter_first_time(page, card)
    phone = another_phone(app)
    phone.post("/enter/", code=card.code)
    moment = clock.now()
    for _ in range(10):
        with time_machine.travel(moment):
            phone.post("/enter/", code=card.code)
            phone.post("/enter/pin/", pin="999999")
        moment += timedelta(minutes=61)
    with time_machine.travel(moment):
        assert phone.post("/enter/", code=card.code).path == "/enter/"


@pytest.mark.parametrize("path", ["/first-entry/pin/", "/my-team/", "/my-devices/"])
def test_an_unfinished_first_entry_is_led_back_to_its_step(
    page: Page, cast: Cast, path: str
) -> None:
    page.post("/enter/", code=cast.card("leader", issuer="officer").code)
    assert page.get(path).path == "/first-entry/pin/"


def test_an_easy_pin_is_refused_with_its_reason(page: Page, cast: Cast) -> None:
    page.post("/enter/", code=cast.card("member").code)
    page.post("/first-entry/pin/", pin="123456", again="123456")
    assert page.status == 422
    assert "first that others would try" in page.text
    page.post("/first-entry/pin/", pin="654321", again="284617")
    assert "The two PINs differ" in page.text


def test_the_own_telephone_number_is_no_pin(page: Page, cast: Cast) -> None:
    page.post("/enter/", code=cast.card("leader", issuer="officer").code)
    page.post("/first-entry/pin/", pin="345678", again="345678")
    assert page.status == 422


def test_a_known_phone_asks_for_the_pin_only(page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"))
    page.post("/sign-out/")
    page.get("/sign-in/")
    assert "Nguyễn Thị H." in page.text
    page.post("/sign-in/", pin=PIN)
    assert "Nguyễn Thị Hoa" in page.text


def test_a_phone_without_token_sees_no_pin_field(page: Page) -> None:
    page.get("/sign-in/")
    assert 'type="password"' not in page.text


def test_a_shared_phone_knows_several_people(page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"), shared=True)
    page.post("/sign-out/")
    enter_first_time(page, cast.card("other"), pin="731946", shared=True)
    page.post("/sign-out/")
    page.get("/sign-in/")
    assert "Nguyễn Thị H." in page.text
    assert "Lê Văn C." in page.text


def test_five_wrong_pins_wait_ten_kill_the_phones_token(page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"))
    page.post("/sign-out/")
    for left in (4, 3, 2, 1):
        assert f"Tries left: {left}" in page.post("/sign-in/", pin="111222").text
    assert "Wait 1 minutes" in page.post("/sign-in/", pin="111222").text
    assert "Wait 1 minutes" in page.post("/sign-in/", pin=PIN).text
    moment = clock.now()
    for minutes in (1, 2, 4, 8, 16):
        moment += timedelta(minutes=minutes, seconds=1)
        with time_machine.travel(moment):
            page.post("/sign-in/", pin="111222")
    assert "can no longer try" in page.text
    with time_machine.travel(moment + timedelta(days=1)):
        assert "This phone is new here" in page.get("/sign-in/").text


def test_a_right_pin_forgets_the_wrong_ones(page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"))
    page.post("/sign-out/")
    for _ in range(3):
        for _ in range(3):
            page.post("/sign-in/", pin="111222")
        assert "Nguyễn Thị Hoa" in page.post("/sign-in/", pin=PIN).text
        page.post("/sign-out/")


def test_the_pin_is_forgotten_and_chosen_anew_with_a_code(page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"))
    page.post("/sign-out/")
    page.post("/enter/", code=cast.code("member").code)
    assert page.path == "/first-entry/pin/"
    page.post("/first-entry/pin/", pin="846201", again="846201")
    page.post("/sign-out/")
    assert page.post("/sign-in/", pin=PIN).status == 422
    assert "Nguyễn Thị Hoa" in page.post("/sign-in/", pin="846201").text


def test_a_pin_cannot_be_changed_without_code_or_old_pin(page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"))
    page.post("/first-entry/pin/", pin="846201", again="846201")
    page.post("/sign-out/")
    assert page.post("/sign-in/", pin="846201").status == 422


def test_every_issue_is_told_at_the_next_entry(page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"))
    page.post("/sign-out/")
    cast.code("member")
    page.post("/sign-in/", pin=PIN)
    assert "Trần Văn Bình issued a card or code for this account" in page.text
    assert "issued a card or code" not in page.get("/help/").text


def test_signing_in_renews_the_token_and_signing_out_ends_it(page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"))
    before = page.client.get_cookie("session")
    assert before is not None
    page.post("/sign-out/")
    page.client.set_cookie("session", before.value)
    assert "Nguyễn Thị Hoa" not in page.get("/help/").text
    page.post("/sign-in/", pin=PIN)
    after = page.client.get_cookie("session")
    assert after is not None
    assert after.value != before.value


def test_an_own_phone_stays_signed_in_for_ninety_days_of_silence(page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"))
    start = clock.now()
    with time_machine.travel(start + timedelta(days=89)):
        assert "Nguyễn Thị Hoa" in page.get("/help/").text
    with time_machine.travel(start + timedelta(days=170)):
        assert "Nguyễn Thị Hoa" in page.get("/help/").text
    with time_machine.travel(start + timedelta(days=181)):
        assert "Nguyễn Thị Hoa" not in page.get("/help/").text


def test_a_shared_phone_forgets_after_fifteen_minutes(page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"), shared=True)
    start = clock.now()
    with time_machine.travel(start + timedelta(minutes=14)):
        assert "Nguyễn Thị Hoa" in page.get("/help/").text
    with time_machine.travel(start + timedelta(minutes=28)):
        assert "Nguyễn Thị Hoa" in page.get("/help/").text
    with time_machine.travel(start + timedelta(minutes=44)):
        assert "Nguyễn Thị Hoa" not in page.get("/help/").text


def test_failures_above_the_limit_are_told_to_wait_but_a_right_code_enters(
    app: Flask, page: Page, cast: Cast
) -> None:
    stranger = another_phone(app)
    token = stranger.token("/enter/")
    with time_machine.travel(clock.now(), tick=False):  # all within one minute
        answers = [
            stranger.client.post("/enter/", data={"csrf_token": token, "code": f"AAAABB{n:02}"})
            for n in range(70)
        ]
    assert [a.status_code for a in answers] == [422] * 60 + [429] * 10
    assert page.post("/enter/", code=cast.card("member").code).path == "/first-entry/pin/"


@pytest.mark.parametrize("came_from", ["https://evil.example/help/", "//evil.example", "\\evil"])
def test_preferences_never_lead_to_another_site(page: Page, came_from: str) -> None:
    data = {"csrf_token": page.token(), "language": "vi", "back": "https://evil.example/"}
    answer = page.client.post("/preferences/", data=data, headers={"Referer": came_from})
    assert (answer.status_code, answer.location) == (303, "/")


def test_preferences_lead_back_to_the_page(page: Page) -> None:
    data = {"csrf_token": page.token(), "language": "vi"}
    headers = {"Referer": "http://localhost/sign-in/?page=2"}
    answer = page.client.post("/preferences/", data=data, headers=headers)
    assert answer.location == "/sign-in/?page=2"


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("/nothing/of/ours/", "/not-here/"),
        ("/people/5/access/code/", "/people/5/access/"),
        ("/teams/5/together/7/end/", "/teams/5/together/"),
        ("//evil.example/", "/not-here/"),
        ("/static/app.js", "/"),
    ],
)
def test_choosing_a_language_keeps_the_reader_at_the_place(
    page: Page, came_from: str, leads_to: str
) -> None:
    data = {"csrf_token": page.token(), "language": "vi"}
    headers = {"Referer": f"http://localhost{came_from}"}
    assert page.client.post("/preferences/", data=data, headers=headers).location == leads_to


def test_a_page_that_is_not_there_is_told_in_the_language_just_chosen(page: Page) -> None:
    assert "This page could not be found" in page.get("/nothing/").text
    data = {"csrf_token": page.token(), "language": "vi"}
    headers = {"Referer": "http://localhost/nothing/"}
    answer = page.client.post("/preferences/", data=data, headers=headers, follow_redirects=True)
    assert answer.status_code == 404
    assert "Không tìm thấy trang này" in answer.get_data(as_text=True)
