"""Leaders and officers: the team, codes, cards, and whom they may help."""

import re

import pytest
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
from training_app.accounts.models import Account, Consent, Device, EntryPass
from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent


def access(cast: Cast, part: str) -> str:
    return f"/people/{cast[part].person_id}/access/"


@pytest.fixture
def leader(page: Page, cast: Cast) -> Page:
    """The team leader, signed in a moment ago with the PIN."""
    enter_first_time(page, cast.card("leader", issuer="officer"))
    page.post("/sign-out/")
    return page.post("/sign-in/", pin=PIN)


def test_a_leader_sees_the_own_team_with_telephones_and_states(leader: Page) -> None:
    leader.get("/my-team/")
    assert "1 of 3 people have entered." in leader.text
    assert 'href="tel:+84987654321"' in leader.text
    assert leader.text.count("Not entered yet") == 2


def test_a_leader_reads_out_a_code_that_lets_the_member_in(
    app: Flask, leader: Page, cast: Cast
) -> None:
    leader.post(access(cast, "member") + "code/", reason="first")
    found = re.search(r'<p class="code">([0-9A-Z-]{9})</p>', leader.text)
    assert found is not None
    assert another_phone(app).post("/enter/", code=found[1]).path == "/first-entry/pin/"
    assert '<p class="code">' not in leader.get(access(cast, "member")).text


def test_every_issue_is_audited_without_the_code(leader: Page, cast: Cast) -> None:
    leader.post(access(cast, "member") + "code/", reason="new_phone")
    event = cast.session.scalars(
        select(AuditEvent).where(AuditEvent.action == Action.CODE_ISSUED.value)
    ).one()
    assert (event.actor_account_id, event.object_id) == (cast["leader"].id, cast["member"].id)
    assert (event.unit_id, event.reason) == (cast.commune_id, "new_phone")
    code = re.search(r'<p class="code">([0-9A-Z-]{9})</p>', leader.text)
    assert code is not None
    assert code[1].replace("-", "") not in f"{event.detail}{event.reason}"
    assert "issued a code; reason: New phone" in leader.text


def test_nobody_helps_people_outside_the_own_team(leader: Page, cast: Cast) -> None:
    stranger = cast.world.person("Mai Văn Hùng")
    cast.session.commit()
    foreign = leader.get(f"/people/{stranger}/access/")
    assert foreign.status == 404
    missing = leader.get("/people/999999/access/")
    assert missing.status == 404
    assert leader.post(f"/people/{stranger}/access/code/", reason="first").status == 404


def test_nobody_issues_a_code_for_the_own_account(leader: Page, cast: Cast) -> None:
    assert leader.post(access(cast, "leader") + "code/", reason="first").status == 409


def test_a_leader_cannot_open_the_account_of_a_member_who_is_staff(
    leader: Page, cast: Cast
) -> None:
    account = cast.session.get_one(Account, cast["other"].id)
    account.kind = "staff"
    cast.session.commit()
    assert leader.post(access(cast, "other") + "code/", reason="first").status == 409
    assert leader.post(access(cast, "other") + "card/", reason="first").status == 409


def test_a_leader_neither_locks_nor_removes_phones(leader: Page, cast: Cast) -> None:
    fields = {"act": "lock", "lock-reason": "because"}
    assert leader.post(access(cast, "member") + "lock/", **fields).status == 403


def test_a_sheet_holds_a_card_for_each_chosen_member(app: Flask, leader: Page, cast: Cast) -> None:
    chosen = [cast["member"].person_id, cast["other"].person_id]
    leader.post(f"/teams/{cast.team_id}/cards/", person=chosen)
    assert leader.path == f"/teams/{cast.team_id}/cards/print/"
    codes = re.findall(r'<p class="code">([0-9A-Z-]{9})</p>', leader.text)
    assert len(codes) == len(set(codes)) == 2
    assert leader.text.count("never asks for money or a PIN") == 2
    assert leader.text.count("<svg") == 2
    assert another_phone(app).post("/enter/", code=codes[0]).path == "/first-entry/pin/"


def test_the_qr_of_a_card_holds_its_address_and_secret(leader: Page, cast: Cast) -> None:
    leader.post(access(cast, "member") + "card/", reason="lost_card")
    assert leader.path == access(cast, "member") + "card/"
    assert "<path" in leader.text
    assert "#k=" not in leader.text


def test_a_sheet_is_seen_by_its_issuer_alone(app: Flask, leader: Page, cast: Cast) -> None:
    leader.post(f"/teams/{cast.team_id}/cards/", person=[cast["member"].person_id])
    officer = another_phone(app)
    enter_as_staff(officer, cast, "officer")
    officer.get(f"/teams/{cast.team_id}/cards/print/")
    assert "No card was made within the last hour." in officer.text


def test_a_sheet_with_nobody_chosen_says_so(leader: Page, cast: Cast) -> None:
    leader.post(f"/teams/{cast.team_id}/cards/")
    assert "Choose at least one person." in leader.text


def test_an_officer_gives_a_first_account_to_somebody_without_one(page: Page, cast: Cast) -> None:
    newcomer = cast.world.person("Bùi Thị Kim", cast.team_id)
    cast.session.commit()
    enter_as_staff(page, cast, "officer")
    page.post(f"/people/{newcomer}/access/code/", reason="first")
    query = select(Account).where(Account.person_id == newcomer)
    assert cast.session.scalars(query).one().kind == "mediator"


def test_removing_a_phone_ends_its_sign_in_at_once(app: Flask, page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"))
    other = another_phone(app)
    other.post("/enter/", code=cast.code("member").code)
    other.post("/first-entry/phone/", whose="own")
    device = cast.session.scalars(select(Device).order_by(Device.id.desc()).limit(1)).one()
    cast.session.rollback()
    page.post(f"/my-devices/{device.id}/remove/")
    assert "The phone is removed" in page.text
    assert "Nguyễn Thị Hoa" not in other.get("/help/").text
    assert "This phone is new here" in other.get("/sign-in/").text


def test_somebody_elses_phone_cannot_be_removed(app: Flask, page: Page, cast: Cast) -> None:
    enter_first_time(another_phone(app), cast.card("other"))
    device = cast.session.scalars(select(Device)).one()
    cast.session.rollback()
    enter_first_time(page, cast.card("member"))
    assert page.post(f"/my-devices/{device.id}/remove/").status == 404


def test_the_pin_changes_after_the_present_one(page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"))
    wrong = {"current": "111222", "pin": "846201", "again": "846201"}
    assert page.post("/my-pin/", **wrong).status == 422
    page.post("/my-pin/", **{**wrong, "current": PIN})
    assert "The PIN is kept." in page.text


def test_consents_are_unticked_given_and_withdrawn_with_their_times(page: Page, cast: Cast) -> None:
    page.post("/enter/", code=cast.card("member").code)
    page.post("/first-entry/pin/", pin=PIN, again=PIN)
    page.post("/first-entry/phone/", whose="own")
    assert 'value="y" checked' not in page.text
    page.post("/first-entry/notice/", reminders="y")
    assert page.get("/my-consents/").text.count('value="y" checked') == 1
    page.post("/my-consents/")
    consent = cast.session.scalars(select(Consent)).one()
    assert consent.purpose == "reminders"
    assert consent.withdrawn_at is not None


def test_the_database_holds_no_secret_that_works(leader: Page, cast: Cast) -> None:
    card = cast.card("member")
    rows = [
        str(row._mapping)
        for table in (EntryPass, Device, Account)
        for row in cast.session.execute(select(*table.__table__.c))
    ]
    token = leader.client.get_cookie("device")
    assert token is not None
    for secret in (card.secret, card.code, PIN, token.value):
        assert not any(secret in row for row in rows)


def test_the_footer_names_whom_to_call(app: Flask, leader: Page, cast: Cast) -> None:
    assert 'href="tel:+84901112223"' in leader.get("/help/").text
    member = another_phone(app)
    enter_first_time(member, cast.card("member"))
    assert 'href="tel:+84912345678"' in member.get("/help/").text


def test_an_officer_finds_people_by_name_or_telephone_in_the_own_units(
    page: Page, cast: Cast
) -> None:
    enter_as_staff(page, cast, "officer")
    assert "Nguyễn Thị Hoa" in page.get("/people/access/?q=nguyen thi hoa").text
    found = page.get("/people/access/?q=0987654321").text
    assert "Nguyễn Thị Hoa" in found
    assert "Lê Văn Cường" not in found
    assert "Nobody is found" in page.get("/people/access/?q=zzz").text


def test_a_known_phone_is_offered_the_pin_first(page: Page, cast: Cast) -> None:
    assert "Enter with PIN on a phone used before" in page.get("/").text
    enter_first_time(page, cast.card("member"))
    page.post("/sign-out/")
    assert "Enter with PIN</a>" in page.text
