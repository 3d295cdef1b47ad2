"""What a reader meets when something fails: what happened, is the work safe, what to do next."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.browser import Visit
from tests.databases import Database, build
from tests.factories import records as make
from tests.factories import visitors
from tests.journeys.walk import PHONE, Walk, words
from tests.page import MEDIATOR_BYTES, Page, PageClient
from training_app import clock
from training_app.access import Role
from training_app.web.guard import public

pytestmark = [
    pytest.mark.engine("sqlite"),  # pages of refusal do not differ by engine
]
LANGUAGES = ("vi", "en")
MEGABYTE = 1_000_000
CHECKS_A_MINUTE = 30
CODE = "/check/HG-26-0000-0000-0000/"


@dataclass(frozen=True)
class Refused:
    """A refusal: how it is met, its status, and the three things that it says."""

    status: int
    meet: Callable[[PageClient], Any]
    vi: tuple[str, str, str]
    en: tuple[str, str, str]


def token(client: PageClient) -> str:
    """The form token of this reader."""
    return dict(client.get("/check/").form("/preferences/").fields)["csrf_token"]


def big_form(client: PageClient) -> Any:
    sent = {"csrf_token": token(client), "code": "x" * 2 * MEGABYTE}
    return send(client, "/enter/", sent)


def big_file(client: PageClient) -> Any:
    file = FileStorage(io.BytesIO(b"0" * 22 * MEGABYTE), "danh-sach.xlsx", "file")
    return send(client, "/rosters/", {"csrf_token": token(client), "file": file})


def send(client: PageClient, path: str, fields: dict[str, Any]) -> Any:
    """Send a form as a browser sends files, from memory."""
    boundary, body = encode_multipart(fields)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.http.post(path, data=body, content_type=kind)


def many_checks(client: PageClient) -> Any:
    with time_machine.travel(clock.now(), tick=False):  # all within one minute
        for _ in range(CHECKS_A_MINUTE):
            client.get(CODE, 404)
        return client.http.get(CODE)


REFUSALS = {
    "stale page": Refused(
        400,
        lambda client: client.http.post("/enter/", data={"code": "K7M4Q2XF"}),
        ("mở quá lâu", "vẫn còn nguyên", "tải lại trang"),
        ("open for too long", "are safe", "load the page again"),
    ),
    "signed out meanwhile": Refused(
        401,
        lambda client: client.http.post(
            "/learn/nghe/test/start/", data={"csrf_token": token(client)}
        ),
        ("đã hết hạn", "vẫn còn nguyên", "đăng nhập lại"),
        ("has ended", "are safe", "Sign in and go on"),
    ),
    "not this account's": Refused(
        403,
        lambda client: client.http.get("/staff/"),
        ("không được mở trang này", "Chưa có gì thay đổi", "xin hỏi cơ quan"),
        ("not open to this account", "Nothing was changed", "ask the office"),
    ),
    "no such page": Refused(
        404,
        lambda client: client.http.get("/khong-co/"),
        ("Không tìm thấy trang này", "vẫn còn nguyên", "Về trang đầu"),
        ("could not be found", "is safe", "To the first page"),
    ),
    "no such row": Refused(
        404,
        lambda client: client.http.get("/teams/99999/"),
        ("Không tìm thấy trang này", "vẫn còn nguyên", "Về trang đầu"),
        ("could not be found", "is safe", "To the first page"),
    ),
    "form too big": Refused(
        413,
        big_form,
        ("Tệp quá lớn", "Chưa lưu gì cả", "chọn tệp nhỏ hơn"),
        ("too big", "Nothing was saved", "Choose a smaller file"),
    ),
    "file too big": Refused(
        413,
        big_file,
        ("Tệp quá lớn", "Chưa lưu gì cả", "chọn tệp nhỏ hơn"),
        ("too big", "Nothing was saved", "Choose a smaller file"),
    ),
    "too many tries": Refused(
        429,
        many_checks,
        ("Xin đợi một chút", "quá nhiều lần", "đợi ít phút"),
        ("Please wait a little", "Too many codes", "Wait a little and try again"),
    ),
}
OFFICERS = {"no such row", "file too big"}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language in turn."""
    return str(request.param)


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_says_what_happened_whether_work_is_safe_and_what_next(
    app: Flask, db_session: Session, case: str, language: str
) -> None:
    refused = REFUSALS[case]
    client = reader(app, db_session, case)
    client.language(language)
    answer = refused.meet(client)
    page = judged(answer, refused.status, language)
    for said in refused.vi if language == "vi" else refused.en:
        assert said in page.text
    if refused.status == 429:
        assert 0 < int(answer.headers["Retry-After"]) <= 61


def reader(app: Flask, session: Session, case: str) -> PageClient:
    """A stranger, a mediator, or an officer of a commune."""
    if case == "not this account's":
        return visitors.visitor(app, session, visitors.account(session), budget=MEDIATOR_BYTES)
    if case in OFFICERS:
        commune = make.unit(session, "Vũng Tàu", make.unit(session, "Hồ Chí Minh"))
        officer = visitors.account(session, role=Role.COMMUNE_OFFICER, unit=commune)
        return visitors.visitor(app, session, officer)
    return PageClient(app, MEDIATOR_BYTES)


def judged(answer: Any, status: int, language: str) -> Page:
    """The page of a refusal, checked like every other page."""
    assert answer.status_code == status
    page = Page(answer)
    assert page.problems(MEDIATOR_BYTES) == []
    assert page.all("html")[0].get("lang") == language
    assert len(page.links) >= 3, "a way on"
    return page


# -- what was typed is kept ------------------------------------------------------------------


def test_a_form_with_an_error_keeps_what_was_typed(app: Flask, language: str) -> None:
    client = PageClient(app, MEDIATOR_BYTES)
    client.language(language)
    page = client.submit(client.get("/enter/"), "/enter/", 422, code="K7M4-Q2XG")
    assert dict(page.form("/enter/").fields)["code"] == "K7M4-Q2XG"
    assert page.all("title")[0].text.startswith({"vi": "Lỗi:", "en": "Error:"}[language])
    assert {"vi": "Mã này không vào được", "en": "This code lets nobody in"}[language] in page.text
    assert any(e.get("aria-invalid") for e in page.all("input"))


# -- faults and maintenance ------------------------------------------------------------------


@pytest.fixture
def broken(database: Database) -> Flask:
    """The application as a visitor of a server has it, with one view that fails."""
    app = build(database.settings)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail() -> str:
        raise ZeroDivisionError("BÍ-MẬT-CỦA-MÁY")

    app.add_url_rule("/broken/", view_func=public("a test")(fail))
    return app


def test_a_fault_is_told_with_a_reference_and_nothing_else(
    broken: Flask, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = PageClient(broken, MEDIATOR_BYTES)
    client.language(language)
    page = judged(client.http.get("/broken/?ten=Lan"), 500, language)
    for said in {
        "vi": ("Hệ thống đang có lỗi", "vẫn còn nguyên", "mã báo lỗi"),
        "en": ("The service has a fault", "is safe", "say the reference"),
    }[language]:
        assert said in page.text
    assert "BÍ-MẬT" not in page.html
    assert "ZeroDivisionError" not in page.html
    reference = re.search(r"\b[0-9A-F]{6}\b", page.text)
    assert reference is not None
    assert f"fault {reference[0]} at GET" in caplog.text
    assert "Lan" not in caplog.text.partition("Traceback")[0]


@pytest.fixture
def closed(database: Database) -> Flask:
    """The application while the machine is being worked on."""
    _ = database.app  # migrated
    return build(replace(database.settings, maintenance=True))


def test_maintenance_is_told_everywhere_and_the_language_can_still_be_chosen(
    closed: Flask, language: str
) -> None:
    client = PageClient(closed, MEDIATOR_BYTES)
    page = judged(client.http.get("/learn/nghe/"), 503, "vi")
    client.submit(page, "/preferences/", 503, language=language)
    page = judged(client.http.get("/"), 503, language)
    for said in {
        "vi": ("bảo trì", "vẫn còn nguyên", "quay lại sau một giờ"),
        "en": ("being maintained", "is safe", "come back in an hour"),
    }[language]:
        assert said in page.text
    assert page.response.headers["Retry-After"]


# -- in the browser --------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize(
    ("app", "path", "heading"),
    [
        ("broken", "/broken/", "The service has a fault"),
        ("broken", "/khong-co/", "This page could not be found"),
        ("closed", "/", "The service is being maintained"),
    ],
    indirect=["app"],
)
def test_error_pages_can_be_read_by_everybody(
    app: Flask, visit: Visit, path: str, heading: str
) -> None:
    page = visit(path, expect=r"status of [45]\d\d")
    walk = Walk(page, words(app, "vi"), javascript=True, width=PHONE)
    walk.look()
    walk.heading(heading)
    assert walk.problems == []
    with page.expect_navigation():
        page.get_by_role("button", name="English").click()
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


@pytest.fixture
def app(request: pytest.FixtureRequest, database: Database) -> Flask:
    """The application of the tests, or the one that a browser test names."""
    name = getattr(request, "param", "")
    return request.getfixturevalue(name) if name else database.app
