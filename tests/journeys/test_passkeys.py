"""A passkey in a real browser: made, used to sign in, used to prove, on a telephone-sized page."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy.orm import Session

from tests.browser import Visit
from tests.factories import records as make
from tests.factories.visitors import account
from tests.journeys.conftest import sealed
from training_app.access import Role

pytestmark = pytest.mark.engine("sqlite")  # what a browser does with a passkey knows no engine

NAMED = "localhost"  # browsers make no passkey for a bare number
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def named(site: str) -> str:
    """The address of the service by its name."""
    return site.replace("127.0.0.1", NAMED)


@pytest.fixture
def desk(app: Flask, db_session: Session, visit: Visit, named: str) -> Page:
    """The browser of a signed-in officer, with an authenticator that knows its person."""
    officer = account(db_session, role=Role.COMMUNE_OFFICER, unit=make.unit(db_session, "Vĩnh An"))
    officer.login_name = "dung.pham"
    cookie = sealed(app, db_session, officer)
    page = visit("/check/")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.context.add_cookies([{"name": "session", "value": cookie, "url": named}])
    return page


def test_a_passkey_is_made_signs_in_proves_and_is_removed(desk: Page, named: str) -> None:
    desk.goto(f"{named}/my-passkeys/")
    desk.get_by_role("link", name="Thêm khóa đăng nhập").click()
    desk.get_by_label("Tên của khóa").fill("máy tính cơ quan")
    desk.get_by_role("button", name="Tạo khóa đăng nhập").click()
    # The script sends the form after the press, so nothing but the address says that it arrived.
    desk.wait_for_url(f"{named}/my-passkeys/")
    expect(desk.get_by_text("máy tính cơ quan")).to_be_visible()
    desk.context.clear_cookies()
    desk.goto(f"{named}/staff/sign-in/")
    desk.get_by_role("button", name="Đăng nhập bằng khóa").click()
    desk.wait_for_url(re.compile("/coverage/units/"))
    desk.goto(f"{named}/prove/")
    desk.get_by_role("button", name="Xác nhận bằng khóa").click()
    desk.wait_for_url(re.compile("/coverage/units/"))
    desk.goto(f"{named}/my-passkeys/")
    expect(desk.get_by_text("Dùng lần cuối")).to_be_visible()
    desk.get_by_role("button", name="Gỡ khóa").click()
    expect(desk.get_by_text("Chưa có khóa đăng nhập nào.")).to_be_visible()


def test_nothing_can_be_pressed_before_the_script_that_makes_the_passkey_is_there(
    desk: Page, named: str
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.route(re.compile(r"passkeys\.js"), hold)
    desk.goto(f"{named}/my-passkeys/new/", wait_until="commit")
    expect(desk.get_by_role("heading", name="Thêm khóa đăng nhập")).to_be_visible()
    expect(desk.get_by_label("Tên của khóa")).to_be_hidden()
    while not held:
        desk.wait_for_timeout(50)
    held[0].continue_()
    expect(desk.get_by_label("Tên của khóa")).to_be_visible()


def test_without_scripts_the_way_with_a_code_stands_alone(visit: Visit, named: str) -> None:
    page = visit("/check/", javascript=False)
    page.goto(f"{named}/staff/sign-in/")
    expect(page.get_by_label("Tên đăng nhập")).to_be_visible()
    expect(page.locator("form[data-passkey]")).to_be_hidden()
