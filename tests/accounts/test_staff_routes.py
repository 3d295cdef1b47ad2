"""Staff: passphrase and second factor, roles, setting sign-ins up anew, demonstration links."""

from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.accounts.conftest import (
    PASSPHRASE,
    Cast,
    Page,
    another_phone,
    enter_as_staff,
    enter_first_time,
)
from training_app import clock
from training_app.access import Role
from training_app.accounts.models import Account, RoleGrant, SignIn

SIGN_IN = "/staff/sign-in/"


def code_at(secret: str, seconds: int = 0) -> str:
    """The second factor's code so many seconds from now."""
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=seconds))


def test_first_entry_of_staff_demands_passphrase_and_second_factor(page: Page, cast: Cast) -> None:
    enter_as_staff(page, cast, "officer")
    assert "Phạm Thị Dung" in page.text
    account = cast.fresh("officer")
    assert account.totp_since is not None
    assert PASSPHRASE not in f"{account.secret_hash}{account.totp_secret}"


def test_staff_sign_in_needs_all_three_and_tells_nobody_which_was_wrong(
    app: Flask, page: Page, cast: Cast
) -> None:
    secret = enter_as_staff(page, cast, "officer")
    stranger = another_phone(app)
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        right = {"login_name": "officer", "passphrase": PASSPHRASE, "code": code_at(secret)}
        for wrong in ({"login_name": "nobody"}, {"passphrase": "x" * 14}, {"code": "000000"}):
            stranger.post(SIGN_IN, **{**right, **wrong})
            assert stranger.status == 422
            assert "Name, passphrase or code is not right." in stranger.text
        stranger.post(SIGN_IN, **right)
        assert "Phạm Thị Dung" in stranger.text


def test_a_second_factor_code_works_once(app: Flask, page: Page, cast: Cast) -> None:
    secret = enter_as_staff(page, cast, "officer")
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
        right = {"login_name": "officer", "passphrase": PASSPHRASE, "code": code_at(secret)}
        assert another_phone(app).post(SIGN_IN, **right).status == 200
        assert another_phone(app).post(SIGN_IN, **right).status == 422


def test_strangers_who_fail_on_purpose_do_not_keep_the_owner_out(
    app: Flask, page: Page, cast: Cast
) -> None:
    secret = enter_as_staff(page, cast, "officer")
    page.post("/sign-out/")
    stranger = another_phone(app)
    for _ in range(6):
        stranger.post(SIGN_IN, login_name="officer", passphrase="x" * 14)
    assert "Too many tries" in stranger.text
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        right = {"login_name": "officer", "passphrase": PASSPHRASE, "code": code_at(secret)}
        assert stranger.post(SIGN_IN, **right).status == 422
        assert page.post(SIGN_IN, **right).status == 200


def test_a_weak_passphrase_is_refused_with_its_reason(page: Page, cast: Cast) -> None:
    issued = cast.code("officer", issuer="province")
    page.post("/enter/", code=issued.code)
    page.post("/first-entry/passphrase/", passphrase="matkhau123456", again="matkhau123456")
    assert page.status == 422
    assert "words that are tried first" in page.text


def test_staff_are_signed_out_after_half_an_hour_of_silence(page: Page, cast: Cast) -> None:
    enter_as_staff(page, cast, "officer")
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        assert "Phạm Thị Dung" not in page.get("/help/").text


def test_a_new_account_gets_its_role_and_a_code(app: Flask, page: Page, cast: Cast) -> None:
    enter_as_staff(page, cast, "province")
    page.post(
        "/staff/new/",
        full_name="Vũ Thị Lan",
        login_name="Lan.Vu",
        role="commune_officer",
        unit="Vũng Tàu",
    )
    assert page.path.startswith("/staff/")
    assert "Commune officer, Phường Vũng Tàu" in page.text
    code = page.text.split('<p class="code">')[1].split("<")[0]
    newcomer = another_phone(app)
    assert newcomer.post("/enter/", code=code).path == "/first-entry/passphrase/"
    assert "lan.vu" in newcomer.text


@pytest.mark.parametrize(
    ("actor", "role", "unit"),
    [
        ("province", "province_officer", "79"),
        ("province", "administrator", ""),
        ("province", "commune_officer", "79"),
        ("province", "trainer", ""),
        ("admin", "commune_officer", "26506"),
        ("admin", "trainer", "79"),
    ],
)
def test_nobody_gives_a_role_beyond_the_own_reach(
    page: Page, cast: Cast, actor: str, role: str, unit: str
) -> None:
    enter_as_staff(page, cast, actor)
    fields = {"full_name": "Vũ Thị Lan", "login_name": "lan.vu", "role": role, "unit": unit}
    assert page.post("/staff/new/", **fields).status in {409, 422}
    query = select(Account).where(Account.login_name == "lan.vu")
    assert cast.session.scalars(query).first() is None


def test_a_unit_of_another_province_is_out_of_reach(page: Page, cast: Cast) -> None:
    from_elsewhere = cast.world.unit("01", "Hà Nội")
    cast.world.unit("00004", "Ba Đình", from_elsewhere)
    cast.session.commit()
    enter_as_staff(page, cast, "province")
    fields = {"full_name": "Vũ Thị Lan", "login_name": "lan.vu", "role": "commune_officer"}
    assert page.post("/staff/new/", **fields, unit="00004").status == 409


def test_an_administrator_sees_staff_and_no_mediator(page: Page, cast: Cast) -> None:
    enter_as_staff(page, cast, "admin")
    page.get("/staff/")
    assert "Phạm Thị Dung" in page.text
    assert "Nguyễn Thị Hoa" not in page.text
    assert page.get(f"/staff/{cast['member'].id}/").status == 404
    assert page.get(f"/people/{cast['member'].person_id}/access/").status == 403


def test_an_ended_role_is_gone_on_the_next_request(app: Flask, page: Page, cast: Cast) -> None:
    officer = another_phone(app)
    enter_as_staff(officer, cast, "officer")
    address = f"/people/{cast['member'].person_id}/access/"
    assert officer.get(address).status == 200
    enter_as_staff(page, cast, "province")
    grant = cast.session.scalars(
        select(RoleGrant).where(RoleGrant.role == Role.COMMUNE_OFFICER.value)
    ).one()
    cast.session.rollback()
    page.post(f"/staff/{cast['officer'].id}/roles/{grant.id}/end/")
    assert "No role today." in page.text
    assert officer.get(address).status == 403


def test_nobody_changes_the_own_roles_or_sets_the_own_sign_in_up_anew(
    page: Page, cast: Cast
) -> None:
    enter_as_staff(page, cast, "province")
    own = cast["province"].id
    assert page.post(f"/staff/{own}/roles/", role="trainer", unit="79").status == 409
    assert page.post(f"/staff/{own}/reset/", **{"lock-reason": "phone lost"}).status == 409


def test_a_sign_in_set_up_anew_ends_the_old_one(app: Flask, page: Page, cast: Cast) -> None:
    officer = another_phone(app)
    enter_as_staff(officer, cast, "officer")
    enter_as_staff(page, cast, "province")
    page.post(f"/staff/{cast['officer'].id}/reset/", **{"lock-reason": "phone lost"})
    assert '<p class="code">' in page.text
    assert "Phạm Thị Dung" not in officer.get("/help/").text
    assert cast.fresh("officer").secret_hash is None


def test_the_office_beside_sets_nobody_up_anew(page: Page, cast: Cast) -> None:
    enter_as_staff(page, cast, "admin")
    target = cast["officer"].id
    assert page.post(f"/staff/{target}/reset/", **{"lock-reason": "phone lost"}).status == 409


def test_a_lock_ends_every_sign_in_at_once(app: Flask, page: Page, cast: Cast) -> None:
    phones = [another_phone(app) for _ in range(2)]
    enter_first_time(phones[0], cast.card("member"))
    phones[1].post("/enter/", code=cast.code("member").code)
    enter_as_staff(page, cast, "officer")
    address = f"/people/{cast['member'].person_id}/access/lock/"
    page.post(address, act="lock", **{"lock-reason": "phone stolen"})
    assert page.status == 200
    assert "phone stolen" in page.text
    for phone in phones:
        assert "Nguyễn Thị Hoa" not in phone.get("/help/").text
    live = select(SignIn).where(SignIn.account_id == cast["member"].id, SignIn.ended_at.is_(None))
    assert cast.session.scalars(live).all() == []


def test_sensitive_acts_ask_for_the_passphrase_again_after_five_minutes(
    page: Page, cast: Cast
) -> None:
    secret = enter_as_staff(page, cast, "province")
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert page.get("/staff/new/").path == "/prove/"
        before = page.client.get_cookie("session")
        page.post("/prove/", secret=PASSPHRASE, code=code_at(secret))
        assert page.path == "/staff/new/"
        after = page.client.get_cookie("session")
        assert before is not None
        assert after is not None
        page.client.set_cookie("session", before.value)
        assert "Hoàng Văn Em" not in page.get("/help/").text
        page.client.set_cookie("session", after.value)
        assert "Hoàng Văn Em" in page.get("/help/").text


def test_demonstration_links_do_not_exist_elsewhere(page: Page, cast: Cast) -> None:
    token = cast.demo("officer")
    assert page.get(f"/demo/{token}/").status == 404
    assert page.post(f"/demo/{token}/").status == 404


@pytest.mark.usefixtures("demonstration")
def test_a_demonstration_link_signs_staff_in_directly_once(
    app: Flask, page: Page, cast: Cast
) -> None:
    token = cast.demo("officer")
    assert "Phạm" not in page.get(f"/demo/{token}/").text
    assert "Phạm Thị Dung" in page.post(f"/demo/{token}/").text
    assert another_phone(app).post(f"/demo/{token}/").status == 404
    assert page.get(f"/teams/{cast.team_id}/cards/").status == 200


def test_the_first_administrator_comes_from_the_command_line(
    app: Flask, page: Page, cast: Cast
) -> None:
    create = ["admin", "create", "--name", "Lý Thị Mai", "--login", "mai.ly"]
    refused = app.test_cli_runner().invoke(args=create)
    assert refused.exit_code == 1
    assert "--another" in refused.output
    made = app.test_cli_runner().invoke(args=[*create, "--another"])
    assert made.exit_code == 0, made.output
    code = made.output.split("enter ")[1].split()[0]
    page.post("/enter/", code=code)
    assert page.path == "/first-entry/passphrase/"
