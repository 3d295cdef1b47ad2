"""Every page of this package, in both languages: well formed, translated, small, in our tone."""

import re

import pytest
import segno
from flask import Flask
from sqlalchemy import select

from tests import page as pages
from tests.accounts.conftest import (
    PEPPER,
    PIN,
    Cast,
    Page,
    another_phone,
    enter_as_staff,
    enter_first_time,
)
from tests.statements import counted
from training_app import clock
from training_app.accounts import services
from training_app.accounts.models import EntryPass

STRANGER = ("/", "/help/", "/enter/", "/sign-in/", "/staff/sign-in/")
MEDIATOR = ("/help/", "/my-devices/", "/my-pin/", "/my-consents/", "/prove/", "/first-entry/phone/")
NOT_OUR_WORDS = (
    "bạn",
    "đồng chí",
    "trình duyệt",
    "máy chủ",
    "phiên",
    "token",
    "offline",
    "click",
    "upload",
    "download",
    "link",
    "quiz",
    "logout",
    "xác thực",
    "dữ liệu không hợp lệ",
    "!",
)


def read(reader: Page, path: str, language: str, budget: int = pages.MEDIATOR_BYTES) -> pages.Page:
    """The page after its checks."""
    reader.client.set_cookie("lang", language)
    found = pages.Page(reader.client.get(path, follow_redirects=True))
    assert (path, found.status, found.problems(budget)) == (path, 200, [])
    return found


def spoken(page: pages.Page) -> str:
    """What the main part of the page says."""
    return " ".join(page.all("main")[0].text.split())


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", STRANGER)
def test_pages_of_strangers_are_well_formed(page: Page, path: str, language: str) -> None:
    read(page, path, language)


def test_pages_of_mediators_are_well_formed_and_in_our_tone(page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"))
    english = {path: spoken(read(page, path, "en")) for path in MEDIATOR}
    for path in MEDIATOR:
        words = spoken(read(page, path, "vi"))
        assert words != english[path]
        lowered = f" {words.casefold()} "
        bad = [w for w in NOT_OUR_WORDS if re.search(rf"(?<!\w){re.escape(w)}(?!\w)", lowered)]
        assert (path, bad) == (path, [])


@pytest.mark.parametrize("language", ["vi", "en"])
def test_first_entry_is_well_formed_at_every_step(page: Page, cast: Cast, language: str) -> None:
    page.post("/enter/", code=cast.card("member").code)
    read(page, "/first-entry/pin/", language)
    page.post("/first-entry/pin/", pin=PIN, again=PIN)
    read(page, "/first-entry/phone/", language)
    page.post("/first-entry/phone/", whose="own")
    assert "Bước 3 trong 3" in spoken(read(page, "/first-entry/notice/", "vi"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_of_leaders_are_well_formed(page: Page, cast: Cast, language: str) -> None:
    enter_first_time(page, cast.card("leader", issuer="officer"))
    member = cast["member"].person_id
    page.post(f"/people/{member}/access/code/", reason="first")
    page.post(f"/teams/{cast.team_id}/cards/", person=[member, cast["other"].person_id])
    for path in (
        "/my-team/",
        f"/people/{member}/access/",
        f"/teams/{cast.team_id}/cards/",
        f"/teams/{cast.team_id}/cards/print/",
    ):
        read(page, path, language, pages.OFFICE_BYTES)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_of_staff_are_well_formed(page: Page, cast: Cast, language: str) -> None:
    enter_as_staff(page, cast, "province")
    member = cast["member"].person_id
    for path in (
        "/staff/",
        "/staff/new/",
        f"/staff/new/?person={member}",
        f"/staff/{cast['officer'].id}/",
        f"/people/{member}/access/",
        "/people/access/?q=nguyen",
        "/my-passphrase/",
        "/my-passkeys/",
        "/my-passkeys/new/",
        "/staff/proposals/",
        "/help/",
    ):
        read(page, path, language, pages.OFFICE_BYTES)


def test_errors_are_said_in_vietnamese_beside_the_field(page: Page) -> None:
    page.client.set_cookie("lang", "vi")
    page.post("/enter/", code="")
    assert page.status == 422
    assert "Nhập 8 ký tự của mã." in page.text
    page.post("/staff/sign-in/", login_name="", passphrase="")
    assert "Nhập tên đăng nhập." in page.text


def test_the_qr_on_a_card_is_its_address_with_the_secret_behind_the_hash(
    page: Page, cast: Cast
) -> None:
    enter_first_time(page, cast.card("leader", issuer="officer"))
    page.post(f"/people/{cast['member'].person_id}/access/card/", reason="first")
    card = cast.session.scalars(select(EntryPass).order_by(EntryPass.id.desc()).limit(1)).one()
    secret = services.secrets_of(card, pepper=PEPPER).secret
    drawn = re.search(r'<path fill="#000" d="([^"]+)"', page.text)
    assert drawn is not None
    qr = segno.make(f"http://localhost/enter/#k={secret}", micro=False, error="m")
    dark = {
        (int(x) + step - 2, int(y) - 2)
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)", drawn[1])
        for step in range(int(length))
    }
    expected = {(x, y) for y, row in enumerate(qr.matrix) for x, cell in enumerate(row) if cell}
    assert dark == expected


def test_the_viewer_costs_one_read(app: Flask, page: Page, cast: Cast) -> None:
    enter_first_time(page, cast.card("member"))
    with counted(app) as statements:
        page.client.get("/my-consents/")
    assert len(statements) == 2, statements  # one for the viewer, one for the page


def test_nobody_signed_in_costs_no_read(app: Flask, page: Page) -> None:
    with counted(app) as statements:
        page.client.get("/help/")
    assert statements == []


def test_the_right_to_see_names_ends_with_the_leadership(
    app: Flask, page: Page, cast: Cast
) -> None:
    enter_first_time(page, cast.card("leader", issuer="officer"))
    address = f"/people/{cast['member'].person_id}/access/"
    assert page.get(address).status == 200
    cast.world.lead(cast.team_id, cast["other"].person_id, on=clock.today())
    cast.session.commit()
    assert page.get(address).status in {403, 404}
    assert another_phone(app).get(address).path == "/"
