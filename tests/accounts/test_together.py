"""Several people on one phone: lent by the leader, handed on, given back."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.accounts.conftest import PIN, Cast, Page, another_phone, enter_first_time
from training_app import clock
from training_app.access import Viewer
from training_app.accounts import services
from training_app.accounts.models import Device, SignIn, StudyTogether
from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent

OTHER_PIN, LEADER_PIN = "731946", "950274"
WRONG = "111222"


@pytest.fixture
def members(app: Flask, cast: Cast) -> None:
    """Two members have entered on phones of their own."""
    enter_first_time(another_phone(app), cast.card("member"))
    enter_first_time(another_phone(app), cast.card("other"), pin=OTHER_PIN)


@pytest.fixture
def leader(page: Page, cast: Cast, members: None) -> Page:
    """The leader, signed in a moment ago on the own phone."""
    enter_first_time(page, cast.card("leader", issuer="officer"), pin=LEADER_PIN)
    page.post("/sign-out/")
    return page.post("/sign-in/", pin=LEADER_PIN)


def bring_the_leader(phone: Page, cast: Cast) -> None:
    """The leader enters on another own phone, and gives the PIN there."""
    phone.post("/enter/", code=cast.card("leader", issuer="officer").code)
    phone.post("/first-entry/phone/", whose="own")
    phone.post("/sign-out/")
    phone.post("/sign-in/", pin=LEADER_PIN)


def people(cast: Cast, *parts: str) -> list[int]:
    return [cast[part].person_id for part in parts]


def lend(page: Page, cast: Cast, *parts: str) -> Page:
    return page.post(f"/teams/{cast.team_id}/together/", person=people(cast, *parts))


def device_of(page: Page, cast: Cast, part: str) -> int:
    """The number under which the phone in hand lists somebody."""
    account_id = cast.fresh(part).id  # a session that read before sees the phones of before
    found = cast.session.scalars(
        select(Device.id)
        .where(Device.account_id == account_id, Device.removed_at.is_(None))
        .order_by(Device.id.desc())
    ).first()
    cast.session.rollback()
    assert found is not None
    assert f'value="{found}"' in page.get("/sign-in/").text
    return found


def enter(page: Page, cast: Cast, part: str, pin: str) -> Page:
    return page.post("/sign-in/", device=device_of(page, cast, part), pin=pin)


def test_lending_signs_the_leader_out_and_lists_the_chosen_by_short_name(
    leader: Page, cast: Cast
) -> None:
    lend(leader, cast, "leader", "member", "other")
    assert leader.path == "/sign-in/"
    for name in ("Trần Văn B.", "Nguyễn Thị H.", "Lê Văn C."):
        assert name in leader.text
    assert "Trần Văn Bình" not in leader.text
    assert "with their own PINs: 3." in leader.text


def test_each_enters_with_the_own_pin_and_hands_the_phone_on(leader: Page, cast: Cast) -> None:
    lend(leader, cast, "member", "other")
    assert "Nguyễn Thị Hoa" in enter(leader, cast, "member", PIN).text
    assert "Change person" in leader.text
    leader.post("/change-person/")
    assert leader.path == "/sign-in/"
    assert "Nguyễn Thị Hoa" not in leader.text
    enter(leader, cast, "other", OTHER_PIN)
    assert "Lê Văn Cường" in leader.text
    assert "Nguyễn" not in leader.get("/help/").text


def test_the_pin_of_one_does_not_open_the_record_of_another(leader: Page, cast: Cast) -> None:
    lend(leader, cast, "member", "other")
    assert enter(leader, cast, "other", PIN).status == 422


def test_whoever_enters_on_a_lent_phone_shares_it_and_is_out_soon(leader: Page, cast: Cast) -> None:
    lend(leader, cast, "member")
    enter(leader, cast, "member", PIN)
    row = cast.session.scalars(select(SignIn).order_by(SignIn.id.desc())).first()
    assert row is not None
    assert row.shared
    cast.session.rollback()
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert "Nguyễn Thị Hoa" not in leader.get("/help/").text


def test_the_leader_too_shares_the_own_phone_while_it_is_lent(leader: Page, cast: Cast) -> None:
    lend(leader, cast, "leader", "member")
    enter(leader, cast, "leader", LEADER_PIN)
    assert "Change person" in leader.text
    leader.get("/my-team/")
    assert "Studying together since" in leader.text
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert "Trần Văn Bình" not in leader.get("/help/").text


def test_the_leaders_page_says_who_studies_together(app: Flask, leader: Page, cast: Cast) -> None:
    at_home = another_phone(app)
    bring_the_leader(at_home, cast)
    lend(leader, cast, "member", "other")
    enter(leader, cast, "member", PIN)
    page = at_home.get("/my-team/").text
    part = page[page.index("Studying together since") :]
    assert "Nguyễn Thị Hoa: learning at this moment" in part
    assert "Lê Văn Cường: has not entered yet" in part


def test_taking_the_phone_back_signs_everybody_out_at_once(
    app: Flask, leader: Page, cast: Cast
) -> None:
    at_home = another_phone(app)
    bring_the_leader(at_home, cast)
    lend(leader, cast, "member", "other")
    enter(leader, cast, "member", PIN)
    evening = cast.session.scalars(select(StudyTogether.id)).one()
    cast.session.rollback()
    at_home.post(f"/teams/{cast.team_id}/together/{evening}/end/")
    assert "Studying together has ended" in at_home.text
    assert "Nguyễn Thị Hoa" not in leader.get("/help/").text
    leader.get("/sign-in/")
    assert "Nguyễn Thị H." not in leader.text
    assert "Trần Văn B." in leader.text  # the leader's own way in stays


def test_a_lent_phone_forgets_the_team_after_twelve_hours(leader: Page, cast: Cast) -> None:
    lend(leader, cast, "member", "other")
    with time_machine.travel(clock.now() + timedelta(hours=12, minutes=1)):
        assert "Nguyễn Thị H." not in leader.get("/sign-in/").text


def test_whoever_has_no_pin_enters_with_the_card_and_then_stands_in_the_list(
    page: Page, cast: Cast, app: Flask
) -> None:
    enter_first_time(another_phone(app), cast.card("other"), pin=OTHER_PIN)
    enter_first_time(page, cast.card("leader", issuer="officer"), pin=LEADER_PIN)
    page.post("/sign-out/")
    page.post("/sign-in/", pin=LEADER_PIN)
    card = cast.card("member")
    lend(page, cast, "other", "member")
    assert "Nguyễn Thị H." not in page.text
    page.post("/enter/", code=card.code)
    page.post("/first-entry/pin/", pin=PIN, again=PIN)
    assert page.path == "/first-entry/notice/", "nobody is asked whose phone a lent one is"
    page.post("/first-entry/notice/")
    assert "Change person" in page.text
    assert "Nguyễn Thị H." in page.post("/change-person/").text


def test_a_shared_phone_is_never_declared_the_own_one(leader: Page, cast: Cast) -> None:
    lend(leader, cast, "member")
    enter(leader, cast, "member", PIN)
    assert leader.post("/first-entry/phone/", whose="own").path != "/first-entry/phone/"
    assert "Change person" in leader.text


def test_people_are_taken_off_the_phone_one_by_one(leader: Page, cast: Cast) -> None:
    lend(leader, cast, "member", "other")
    leader.post(f"/sign-in/people/{device_of(leader, cast, 'member')}/remove/")
    assert leader.path == "/sign-in/people/"
    assert "Nguyễn Thị H." not in leader.text
    assert "Lê Văn C." in leader.text


def test_nobody_is_taken_off_a_phone_that_is_not_in_the_hand(
    app: Flask, leader: Page, cast: Cast
) -> None:
    lend(leader, cast, "member")
    number = device_of(leader, cast, "member")
    assert another_phone(app).post(f"/sign-in/people/{number}/remove/").status == 404
    assert "Nguyễn Thị H." in leader.get("/sign-in/").text


def test_wrong_pins_on_all_lent_phones_count_together(app: Flask, leader: Page, cast: Cast) -> None:
    """A leader who lends one phone after the other gets no eleventh guess a day."""
    checked = 0
    moment = clock.now()
    for number in range(3):
        phone = another_phone(app)
        with time_machine.travel(moment):
            bring_the_leader(phone, cast)
            lend(phone, cast, "member")
            for _ in range(4):
                answer = enter(phone, cast, "member", WRONG)
                checked += "is not right" in answer.text
        moment += timedelta(minutes=1)
        assert checked == (4, 8, 10)[number]
    own_phone = another_phone(app)
    own_phone.post("/enter/", code=cast.card("member").code)
    own_phone.post("/first-entry/phone/", whose="own")
    own_phone.post("/sign-out/")
    assert "Nguyễn Thị Hoa" in own_phone.post("/sign-in/", pin=PIN).text


def test_two_people_whose_short_names_agree_are_told_apart(leader: Page, cast: Cast) -> None:
    twin = cast.world.person("Nguyễn Thị Hồng", cast.team_id)
    cast.session.commit()
    leader.post(f"/people/{twin}/access/code/", reason="first")
    code = leader.text.split('<p class="code">')[1][:9]
    lend(leader, cast, "member")
    leader.post("/enter/", code=code)
    leader.post("/first-entry/pin/", pin="846201", again="846201")
    leader.post("/first-entry/notice/")
    page = leader.post("/change-person/").text
    assert "Nguyễn Thị Hoa" in page
    assert "Nguyễn Thị Hồng" in page


def test_lending_and_taking_back_are_written_down(leader: Page, cast: Cast) -> None:
    lend(leader, cast, "leader", "member")
    enter(leader, cast, "leader", LEADER_PIN)
    evening = cast.session.scalars(select(StudyTogether.id)).one()
    cast.session.rollback()
    leader.post(f"/teams/{cast.team_id}/together/{evening}/end/")
    events = cast.session.execute(
        select(AuditEvent.action, AuditEvent.actor_account_id, AuditEvent.object_id).where(
            AuditEvent.action.in_([Action.PHONE_LENT, Action.PHONE_TAKEN_BACK])
        )
    ).all()
    assert [tuple(event) for event in events] == [
        ("phone.lent", cast["leader"].id, cast.team_id),
        ("phone.taken-back", cast["leader"].id, cast.team_id),
    ]


def test_nobody_lends_a_phone_to_a_team_of_others(app: Flask, leader: Page, cast: Cast) -> None:
    foreign = cast.world.team(cast.world.unit("26507", "Rạch Dừa"), "Tổ hòa giải khu phố 9")
    cast.session.commit()
    assert leader.get(f"/teams/{foreign}/together/").status == 404
    assert leader.post(f"/teams/{foreign}/together/", person=[1]).status == 404
    phone = another_phone(app)
    enter_first_time(phone, cast.card("member"))
    assert phone.get(f"/teams/{cast.team_id}/together/").status == 403


def test_choosing_nobody_says_so_and_keeps_the_leader_in(leader: Page, cast: Cast) -> None:
    assert lend(leader, cast).status == 409
    assert "Trần Văn Bình" in leader.get("/help/").text
    assert cast.session.scalar(select(func.count(StudyTogether.id))) == 0


def test_every_page_on_a_shared_phone_is_never_stored(leader: Page, cast: Cast) -> None:
    lend(leader, cast, "member", "other")
    enter(leader, cast, "member", PIN)
    for path in ("/help/", "/my-devices/", "/my-consents/", "/"):
        answer = leader.client.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
    token = leader.token()
    answer = leader.client.post("/change-person/", data={"csrf_token": token})
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    stale = leader.client.post("/my-consents/", data={"csrf_token": token, "reminders": "y"})
    assert stale.status_code in {400, 401}


def test_a_form_left_open_by_one_person_changes_nothing_for_the_next(
    leader: Page, cast: Cast
) -> None:
    lend(leader, cast, "member", "other")
    enter(leader, cast, "member", PIN)
    left_open = leader.token("/my-consents/")
    leader.post("/change-person/")
    enter(leader, cast, "other", OTHER_PIN)
    data = {"csrf_token": left_open, "reminders": "y"}
    assert leader.client.post("/my-consents/", data=data).status_code == 400


def test_after_a_test_is_handed_in_the_entry_on_a_shared_phone_ends_in_five_minutes(
    leader: Page, cast: Cast
) -> None:
    lend(leader, cast, "member")
    enter(leader, cast, "member", PIN)
    last = cast.session.scalar(select(func.max(SignIn.id)))
    viewer = Viewer(account_id=cast["member"].id, sign_in_id=last, shared_phone=True)
    services.end_soon(cast.session, viewer, now=clock.now())
    cast.session.commit()
    assert "Nguyễn Thị Hoa" in leader.get("/help/").text
    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1)):
        assert "Nguyễn Thị Hoa" not in leader.get("/help/").text


def test_an_own_phone_asks_for_the_pin_after_twelve_hours_if_its_person_wishes(
    page: Page, cast: Cast
) -> None:
    enter_first_time(page, cast.card("member"))
    page.post("/sign-out/")
    page.post("/sign-in/", pin=PIN)
    number = device_of_account(cast, "member")
    page.post(f"/my-devices/{number}/asking/", asks="yes")
    assert "asks for the PIN after 12 hours" in page.text
    now = clock.now()
    with time_machine.travel(now + timedelta(hours=11)):
        assert "Nguyễn Thị Hoa" in page.get("/help/").text
    with time_machine.travel(now + timedelta(hours=23, minutes=30)):
        assert "Nguyễn Thị Hoa" not in page.get("/help/").text
        assert "Nguyễn Thị Hoa" in page.post("/sign-in/", pin=PIN).text


def device_of_account(cast: Cast, part: str) -> int:
    """The one phone of an account."""
    account_id = cast.fresh(part).id
    found = cast.session.scalars(select(Device.id).where(Device.account_id == account_id)).one()
    cast.session.rollback()
    return found
