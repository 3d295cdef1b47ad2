"""Passkeys of staff: made, used instead of passphrase and code, proved again, removed."""

import html
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.accounts.authenticator import Authenticator, letters
from tests.accounts.conftest import (
    PASSPHRASE,
    Cast,
    Page,
    another_phone,
    enter_as_staff,
    enter_first_time,
)
from tests.accounts.test_staff_routes import code_at
from training_app import clock
from training_app.accounts.models import Passkey, SignIn
from training_app.accounts.rules import passkeys
from training_app.audit.models import AuditEvent

NEW, LIST, SIGN_IN = "/my-passkeys/new/", "/my-passkeys/", "/staff/sign-in/passkey/"
SITE = passkeys.Site("localhost", "http://localhost")


def question(page: Page, path: str) -> str:
    """What the page asks the browser."""
    found = re.search(r'data-question="([^"]+)"', page.get(path).text)
    assert found is not None
    return html.unescape(found[1])


def make(page: Page, key: Authenticator, name: str = "office computer") -> Page:
    return page.post(NEW, name=name, credential=key.make(question(page, NEW)))


def sign_in(page: Page, key: Authenticator) -> Page:
    return page.post(SIGN_IN, credential=key.prove(question(page, "/staff/sign-in/")))


@pytest.fixture
def key() -> Authenticator:
    return Authenticator()


@pytest.fixture
def desk(page: Page, cast: Cast, key: Authenticator) -> Page:
    """The province officer, signed in, with a passkey."""
    enter_as_staff(page, cast, "province")
    make(page, key)
    assert page.path == LIST, page.text
    return page


def test_a_passkey_signs_in_without_name_passphrase_and_code(
    app: Flask, desk: Page, cast: Cast, key: Authenticator
) -> None:
    elsewhere = another_phone(app)
    assert "Hoàng Văn Em" in sign_in(elsewhere, key).text
    cast.session.rollback()
    newest = cast.session.scalars(select(SignIn).order_by(SignIn.id.desc())).first()
    assert newest
    assert (newest.way, newest.account_id) == ("passkey", cast["province"].id)
    assert newest.proved_at is not None
    cast.session.rollback()


def test_passphrase_and_code_go_on_working_beside_it(
    app: Flask, page: Page, cast: Cast, key: Authenticator
) -> None:
    secret = enter_as_staff(page, cast, "officer")
    make(page, key)
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        other = another_phone(app)
        other.post(
            "/staff/sign-in/", login_name="officer", passphrase=PASSPHRASE, code=code_at(secret)
        )
        assert "Phạm Thị Dung" in other.text


def test_several_passkeys_are_told_apart_by_their_names(app: Flask, desk: Page) -> None:
    second = Authenticator()
    assert "There is a passkey of this name already." in make(desk, second, "Office computer").text
    assert desk.status == 422
    make(desk, second, "own telephone")
    assert desk.path == LIST
    assert "office computer" in desk.text
    assert "own telephone" in desk.text
    assert "Hoàng Văn Em" in sign_in(another_phone(app), second).text


def test_a_name_is_needed_and_what_was_typed_stays(desk: Page) -> None:
    assert desk.post(NEW, name="", credential="").status == 422
    assert "Give the passkey a name" in desk.text
    assert desk.post(NEW, name="kept words", credential="").status == 422
    assert 'value="kept words"' in desk.text


def test_an_answer_lets_in_once(app: Flask, desk: Page, key: Authenticator) -> None:
    key.counts = False  # as passkeys that a telephone keeps in several places
    first = another_phone(app)
    asked = question(first, "/staff/sign-in/")
    cookie = first.client.get_cookie("session")
    assert cookie is not None
    answer = key.prove(asked)
    assert "Hoàng Văn Em" in first.post(SIGN_IN, credential=answer).text
    thief = another_phone(app)
    thief.client.set_cookie("session", cookie.value)
    assert thief.post(SIGN_IN, credential=answer).status == 422
    assert "The passkey did not let in." in thief.text


def test_an_answer_to_another_browsers_question_is_refused(
    app: Flask, desk: Page, key: Authenticator
) -> None:
    mine, other = another_phone(app), another_phone(app)
    answer = key.prove(question(other, "/staff/sign-in/"))
    question(mine, "/staff/sign-in/")
    assert mine.post(SIGN_IN, credential=answer).status == 422


def test_a_page_left_open_too_long_asks_anew(app: Flask, desk: Page, key: Authenticator) -> None:
    visitor = another_phone(app)
    answer = key.prove(question(visitor, "/staff/sign-in/"))
    token = visitor.token("/help/")
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        sent = visitor.client.post(SIGN_IN, data={"csrf_token": token, "credential": answer})
        assert sent.status_code == 422
        assert "data-question" in sent.get_data(as_text=True)


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://hoagiai.example.com"},
        {"host": "example.com"},
        {"verifies": False},
        {"key": Authenticator().key},
        {"credential_id": b"nobody's"},
    ],
    ids=["another site", "another host", "person not verified", "another key", "unknown"],
)
def test_a_forged_answer_lets_nobody_in(
    app: Flask, desk: Page, key: Authenticator, change: dict[str, object]
) -> None:
    forged = replace(key, **change)  # type: ignore[arg-type]  # one field each
    stranger = another_phone(app)
    assert sign_in(stranger, forged).status == 422
    assert "Hoàng Văn Em" not in stranger.text
    assert "Hoàng Văn Em" in sign_in(stranger, key).text


def test_a_copy_of_a_passkey_that_counts_is_betrayed_by_its_count(
    app: Flask, desk: Page, cast: Cast, key: Authenticator
) -> None:
    copy = replace(key)
    assert "Hoàng Văn Em" in sign_in(another_phone(app), key).text
    assert sign_in(another_phone(app), copy).status == 422
    cast.session.rollback()
    failed = select(AuditEvent).where(AuditEvent.action == "sign-in.failed")
    assert [event.object_id for event in cast.session.scalars(failed)] == [cast["province"].id]
    cast.session.rollback()


def test_a_passkey_that_does_not_verify_its_person_is_not_kept(page: Page, cast: Cast) -> None:
    enter_as_staff(page, cast, "province")
    assert make(page, Authenticator(verifies=False)).status == 422
    assert "No passkey was made." in page.text


def test_a_passkey_proves_again_before_a_sensitive_act(desk: Page, key: Authenticator) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert desk.get("/staff/new/").path == "/prove/"
        desk.post("/prove/passkey/", credential=key.prove(question(desk, "/prove/")))
        assert desk.path == "/staff/new/"


def test_the_passkey_of_another_person_proves_nothing(app: Flask, desk: Page, cast: Cast) -> None:
    others, other_desk = Authenticator(), another_phone(app)
    enter_as_staff(other_desk, cast, "officer")
    make(other_desk, others)
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        desk.get("/staff/new/")
        answer = others.prove(question(desk, "/prove/"))
        assert desk.post("/prove/passkey/", credential=answer).status == 422
        assert desk.get("/staff/new/").path == "/prove/"


def test_adding_and_removing_need_a_fresh_proof(desk: Page, cast: Cast) -> None:
    kept = cast.session.scalars(select(Passkey.id)).one()
    cast.session.rollback()
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert desk.get(NEW).path == "/prove/"
        assert desk.post(f"/my-passkeys/{kept}/remove/").path == "/prove/"
        assert "office computer" in desk.get(LIST).text


def test_a_removed_passkey_lets_in_no_longer(
    app: Flask, desk: Page, cast: Cast, key: Authenticator
) -> None:
    number = re.search(r"/my-passkeys/(\d+)/remove/", desk.get(LIST).text)
    assert number
    desk.post(number[0])
    assert "No passkey yet." in desk.text
    assert sign_in(another_phone(app), key).status == 422
    cast.session.rollback()
    acts = cast.session.scalars(
        select(AuditEvent.action).where(AuditEvent.action.startswith("passkey."))
    ).all()
    cast.session.rollback()
    assert acts == ["passkey.added", "passkey.removed"]


def test_somebody_elses_passkey_cannot_be_removed(app: Flask, desk: Page, cast: Cast) -> None:
    number = re.search(r"/my-passkeys/(\d+)/remove/", desk.get(LIST).text)
    assert number
    other = another_phone(app)
    enter_as_staff(other, cast, "officer")
    assert other.post(number[0]).status == 404
    assert "office computer" in desk.get(LIST).text


def test_a_lock_and_a_sign_in_set_up_anew_end_passkeys(
    app: Flask, desk: Page, cast: Cast, key: Authenticator
) -> None:
    admin = another_phone(app)
    enter_as_staff(admin, cast, "admin")
    place = f"/staff/{cast['province'].id}/"
    admin.post(f"{place}lock/", act="lock", **{"lock-reason": "left the office"})
    assert sign_in(another_phone(app), key).status == 422
    admin.post(f"{place}lock/", act="unlock", **{"lock-reason": "came back"})
    assert "Hoàng Văn Em" in sign_in(another_phone(app), key).text


def test_mediators_have_no_passkeys(page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"))
    assert page.get(LIST).path == "/my-devices/"
    assert page.get(NEW).path == "/my-devices/"
    assert page.post(NEW, name="mine", credential="{}").status == 404
    assert "Passkeys" not in page.get("/help/").text


def test_where_the_address_is_a_number_the_page_says_so(page: Page, cast: Cast) -> None:
    assert "data-question" in page.get("/staff/sign-in/").text
    bare = page.client.get("/staff/sign-in/", base_url="http://127.0.0.1")
    assert "data-question" not in bare.get_data(as_text=True)
    assert passkeys.site_of("http", "127.0.0.1:8000") is None
    assert passkeys.site_of("http", "[::1]:8000") is None
    assert passkeys.site_of("https", "Hoagiai.vn") == passkeys.Site(
        "hoagiai.vn", "https://hoagiai.vn"
    )


@given(st.binary(max_size=200), st.binary(max_size=120), st.sampled_from(["make", "prove"]))
@example(b"{}", b"", "make")
@example(b"[]", b"\xa0", "prove")
def test_whatever_comes_as_an_answer_is_refused_without_a_fault(
    client: bytes, data: bytes, kind: str
) -> None:
    key = Authenticator()
    good = json.loads(getattr(key, kind)(json.dumps({"challenge": letters(b"asked")})))
    for part in good["response"]:
        bad = {**good, "response": {**good["response"], part: letters(client + data)}}
        text = json.dumps(bad)
        passkeys.named(text)
        assert passkeys.made(text, SITE, b"asked") is None
        assert passkeys.proved(text, SITE, b"asked", public_key=data, sign_count=0) is None
    for text in (client.decode("latin-1"), json.dumps([1]), '{"id": 1}', "x" * 20_000):
        assert passkeys.named(text) is None
        assert passkeys.made(text, SITE, b"asked") is None
