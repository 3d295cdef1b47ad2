"""Managers of a province and of the system are made, and set up anew, by two people."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.accounts.conftest import SYSTEM, Cast, Page, another_phone, enter_as_staff
from tests.organisation.builders import START
from training_app import clock
from training_app.access import Role, Viewer
from training_app.accounts import services
from training_app.accounts.models import Account, Kind, Proposal, RoleGrant
from training_app.audit.models import AuditEvent
from training_app.errors import RuleBroken

LIST = "/staff/proposals/"
NEWCOMER = {"full_name": "Vũ Thị Lan", "login_name": "lan.vu"}


@pytest.fixture
def second(cast: Cast) -> Cast:
    """The same people with a second administrator."""
    person = cast.world.person("Bùi Văn Hải")
    account = services.ensure_account(
        cast.session, person, Kind.STAFF, now=clock.now(), actor=SYSTEM
    )
    account.login_name = "second"
    cast.session.add(
        RoleGrant(
            account_id=account.id,
            role=Role.ADMINISTRATOR.value,
            valid_from=START,
            recorded_at=clock.now(),
        )
    )
    cast.session.commit()
    cast.accounts["second"] = account
    return cast


@pytest.fixture
def one(app: Flask, second: Cast) -> Page:
    desk = another_phone(app)
    enter_as_staff(desk, second, "admin")
    return desk


@pytest.fixture
def two(app: Flask, second: Cast) -> Page:
    desk = another_phone(app)
    enter_as_staff(desk, second, "second")
    return desk


def roles_of(cast: Cast, login: str) -> list[str]:
    cast.session.rollback()
    found = cast.session.scalars(
        select(RoleGrant.role)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(Account.login_name == login)
    ).all()
    cast.session.rollback()
    return list(found)


def address(page: Page, act: str) -> str:
    """Where the button of the only proposal that waits leads."""
    found = re.findall(rf"/staff/proposals/\d+/{act}/", page.get(LIST).text)
    assert len(found) == 1, page.text
    return str(found[0])


def test_a_province_officer_is_made_by_two_and_the_second_hands_out_the_code(
    app: Flask, one: Page, two: Page, second: Cast
) -> None:
    one.post("/staff/new/", **NEWCOMER, role="province_officer", unit="79")
    assert "Another administrator confirms it within three days." in one.text
    assert '<p class="code">' not in one.text
    assert roles_of(second, "lan.vu") == []
    assert "Vũ Thị Lan" in two.get(LIST).text
    two.post(address(two, "confirm"))
    assert roles_of(second, "lan.vu") == ["province_officer"]
    code = two.text.split('<p class="code">')[1].split("<")[0]
    assert '<p class="code">' not in one.get(two.path).text
    assert another_phone(app).post("/enter/", code=code).path == "/first-entry/passphrase/"


@pytest.mark.parametrize("role", ["province_officer", "administrator"])
def test_one_hand_alone_gives_no_such_role(one: Page, second: Cast, role: str) -> None:
    one.post(f"/staff/{second['second'].id}/roles/", role=role, unit="79")
    actor = Viewer(account_id=second["admin"].id)
    with pytest.raises(RuleBroken, match="takes two people"):
        services.grant_role(
            second.session,
            second["officer"],
            Role(role),
            None,
            on=clock.today(),
            now=clock.now(),
            actor=actor,
        )
    second.session.rollback()


def test_other_roles_stay_with_one_hand(one: Page, second: Cast) -> None:
    one.post("/staff/new/", **NEWCOMER, role="ministry_viewer", unit="")
    assert roles_of(second, "lan.vu") == ["ministry_viewer"]
    assert '<p class="code">' in one.text


def test_nobody_confirms_the_own_proposal(one: Page, second: Cast) -> None:
    one.post("/staff/new/", **NEWCOMER, role="province_officer", unit="79")
    own = address(one, "close").replace("close", "confirm")
    assert "/confirm/" not in one.text
    assert one.post(own).status == 409
    assert "Another person confirms what you propose." in one.text
    assert roles_of(second, "lan.vu") == []


def test_nobody_confirms_what_concerns_the_own_account(one: Page, two: Page, second: Cast) -> None:
    one.post(f"/staff/{second['second'].id}/reset/", **{"lock-reason": "phone lost"})
    own = address(two, "close").replace("close", "confirm")
    assert two.post(own).status == 409
    assert second.fresh("second").secret_hash is not None


def test_the_sign_in_of_a_province_officer_is_set_up_anew_by_two(
    app: Flask, page: Page, one: Page, two: Page, second: Cast
) -> None:
    enter_as_staff(page, second, "province")
    one.post(f"/staff/{second['province'].id}/reset/", **{"lock-reason": "phone lost"})
    assert "It is proposed." in one.text
    assert "Hoàng Văn Em" in page.get("/help/").text
    two.post(address(two, "confirm"))
    assert "Hoàng Văn Em" not in page.get("/help/").text
    code = two.text.split('<p class="code">')[1].split("<")[0]
    assert another_phone(app).post("/enter/", code=code).path == "/first-entry/passphrase/"


def test_who_proposed_a_role_cannot_enter_in_the_place_of_its_person(
    one: Page, second: Cast
) -> None:
    one.post("/staff/new/", **NEWCOMER, role="province_officer", unit="79")
    one.post(one.path + "reset/", **{"lock-reason": "wants a code"})
    assert "It is proposed." in one.text
    assert '<p class="code">' not in one.text


def test_a_proposal_runs_out_after_three_days(one: Page, app: Flask, second: Cast) -> None:
    one.post("/staff/new/", **NEWCOMER, role="province_officer", unit="79")
    waiting = address(one, "close").replace("close", "confirm")
    with time_machine.travel(clock.now() + timedelta(days=3, minutes=1)):
        late = another_phone(app)
        enter_as_staff(late, second, "second")
        assert "Ran out on" in late.get(LIST).text
        assert late.post(waiting).status == 409
        assert "has run out" in late.text
    assert roles_of(second, "lan.vu") == []


def test_a_refused_or_withdrawn_proposal_changes_nothing(
    one: Page, two: Page, second: Cast
) -> None:
    for desk, word in ((two, "Refused by Bùi Văn Hải"), (one, "Withdrawn on")):
        one.post(f"/staff/{second['second'].id}/roles/", role="province_officer", unit="79")
        closing = address(desk, "close")
        desk.post(closing)
        assert word in desk.text
        assert desk.post(closing).status == 409
    assert roles_of(second, "second") == ["administrator"]


def test_a_proposal_is_confirmed_once(one: Page, two: Page, second: Cast) -> None:
    one.post("/staff/new/", **NEWCOMER, role="province_officer", unit="79")
    confirming = address(two, "confirm")
    two.post(confirming)
    assert two.post(confirming).status == 409
    assert roles_of(second, "lan.vu") == ["province_officer"]


@pytest.mark.parametrize("act", ["lock", "role"])
def test_a_proposer_who_lost_the_right_meanwhile_proposed_nothing(
    one: Page, two: Page, second: Cast, act: str
) -> None:
    one.post("/staff/new/", **NEWCOMER, role="province_officer", unit="79")
    second.session.rollback()
    admin = second.session.get_one(Account, second["admin"].id)
    if act == "lock":
        admin.locked_at = clock.now()
    else:
        grant = second.session.scalars(
            select(RoleGrant).where(RoleGrant.account_id == admin.id)
        ).one()
        grant.valid_to = clock.today()
    second.session.commit()
    assert two.post(address(two, "confirm")).status == 409
    assert "may no longer do so" in two.text
    assert roles_of(second, "lan.vu") == []


def test_confirming_asks_for_a_fresh_proof(one: Page, two: Page) -> None:
    one.post("/staff/new/", **NEWCOMER, role="province_officer", unit="79")
    confirming = address(two, "confirm")
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert two.post(confirming).path == "/prove/"


def test_a_single_administrator_is_told_how_a_second_is_made(page: Page, cast: Cast) -> None:
    enter_as_staff(page, cast, "admin")
    page.post("/staff/new/", **NEWCOMER, role="province_officer", unit="79")
    assert "flask admin create --another" in page.text


def test_offices_below_see_no_proposals(page: Page, one: Page, second: Cast) -> None:
    one.post("/staff/new/", **NEWCOMER, role="province_officer", unit="79")
    confirming = address(one, "close").replace("close", "confirm")
    enter_as_staff(page, second, "province")
    assert "Vũ Thị Lan" not in page.get(LIST).text
    assert page.post(confirming).status == 404


def test_every_step_is_audited(one: Page, two: Page, second: Cast) -> None:
    one.post("/staff/new/", **NEWCOMER, role="province_officer", unit="79")
    two.post(address(two, "confirm"))
    second.session.rollback()
    acts = select(AuditEvent.action, AuditEvent.actor_account_id).where(
        AuditEvent.action.in_(
            ["proposal.made", "proposal.confirmed", "role.granted", "code.issued"]
        ),
        AuditEvent.actor_account_id.is_not(None),
    )
    first, other = second["admin"].id, second["second"].id
    assert [tuple(row) for row in second.session.execute(acts.order_by(AuditEvent.id))] == [
        ("proposal.made", first),
        ("proposal.confirmed", other),
        ("code.issued", other),
        ("role.granted", other),
    ]
    second.session.rollback()


def test_the_database_itself_refuses_one_person_twice(cast: Cast) -> None:
    admin, now = cast["admin"].id, clock.now()
    cast.session.add(
        Proposal(
            act="set_up_anew",
            account_id=cast["province"].id,
            reason="",
            proposed_by=admin,
            proposed_at=now,
            expires_at=now,
            outcome="confirmed",
            decided_by=admin,
            decided_at=now,
        )
    )
    with pytest.raises(IntegrityError):
        cast.session.flush()
    cast.session.rollback()
