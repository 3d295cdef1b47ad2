"""Certificates on screen: own, in scope, and for anybody with the code."""

from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.records import NOW, SYSTEM
from tests.factories.visitors import account, visitor
from tests.page import MEDIATOR_BYTES, PageClient
from training_app import clock
from training_app.access import Role
from training_app.certificates.queries import certificates_of
from training_app.certificates.routes import PER_ADDRESS
from training_app.learning.models import FactKind
from training_app.learning.services import NewFact, record_facts
from training_app.organisation.models import Person, UnitSpan

NAME = "Nguyễn Thị Hòa Bình"


class Scene:
    """A mediator of a commune with one certificate."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.province: UnitSpan = make.unit(session, "Hồ Chí Minh")
        self.commune: UnitSpan = make.unit(session, "Vũng Tàu", self.province)
        self.person: Person = make.person(session, NAME)
        make.team(session, self.commune, self.person)
        version = make.module(session, "pham-vi")
        fact = NewFact(
            self.person.id,
            FactKind.TEST_PASSED,
            version.module_id,
            version.id,
            35,
            date(2026, 3, 9),
            "attempt",
            1,
        )
        record_facts(session, [fact], now=NOW, actor=SYSTEM)
        self.certificate = certificates_of(session, self.person.id)[0]
        session.commit()

    @property
    def path(self) -> str:
        return f"/certificates/{self.certificate.code}/"


@pytest.fixture
def scene(db_session: Session) -> Scene:
    return Scene(db_session)


@pytest.fixture
def anybody(app: Flask) -> PageClient:
    client = PageClient(app, MEDIATOR_BYTES)
    client.language("en")
    return client


def test_the_owner_sees_and_prints_it(app: Flask, scene: Scene) -> None:
    owner = visitor(app, scene.session, account(scene.session, scene.person), budget=MEDIATOR_BYTES)
    page = owner.get(scene.path)
    assert NAME in page.text
    assert scene.certificate.shown in page.text
    assert f"/check/{scene.certificate.code}/" in page.text
    assert "not a State diploma" in page.text
    assert page.all("path")


def test_in_vietnamese_it_claims_no_state_certificate(app: Flask, scene: Scene) -> None:
    owner = visitor(app, scene.session, account(scene.session, scene.person), language="vi")
    page = owner.get(scene.path)
    assert "chứng chỉ" not in page.h1


def test_strangers_and_missing_codes_look_the_same(app: Flask, scene: Scene) -> None:
    stranger = visitor(app, scene.session, account(scene.session))
    assert (
        stranger.get(scene.path, 404).text == stranger.get(f"/certificates/{'0' * 12}/", 404).text
    )


@pytest.mark.parametrize(
    ("role", "where", "status"),
    [
        (Role.COMMUNE_OFFICER, "commune", 200),
        (Role.COMMUNE_OFFICER, "elsewhere", 404),
        (Role.PROVINCE_OFFICER, "province", 200),
        (Role.MINISTRY_VIEWER, None, 404),
        (Role.ADMINISTRATOR, None, 404),
    ],
)
def test_an_officer_sees_those_of_the_own_units(
    app: Flask, scene: Scene, role: Role, where: str | None, status: int
) -> None:
    units = {"commune": scene.commune, "province": scene.province}
    elsewhere = make.unit(scene.session, "Bà Rịa", scene.province)
    unit = units.get(where, elsewhere) if where else None
    officer = visitor(app, scene.session, account(scene.session, role=role, unit=unit))
    assert (NAME in officer.get(scene.path, status).text) is (status == 200)


def test_anybody_checks_a_code_and_learns_no_name(anybody: PageClient, scene: Scene) -> None:
    assert anybody.get("/check/").form("/check/").method == "get"
    page = anybody.get(f"/check/?code={scene.certificate.shown.lower()}")
    assert "real and valid" in page.h1
    assert "03/2026" in page.text
    assert "Hồ Chí Minh" in page.text
    for part in (NAME, "Hòa", "Vũng Tàu", "09/03/2026"):
        assert part not in page.html
    assert "The name matches." in anybody.submit(page, "/check/", name="nguyen thi hoa binh").text
    wrong = anybody.submit(page, "/check/", name="Nguyễn Thị Hoa Bình")
    assert "does not match" in wrong.text


def test_an_empty_name_is_asked_for(anybody: PageClient, scene: Scene) -> None:
    page = anybody.get(f"/check/{scene.certificate.code}/")
    assert "Write the full name" in anybody.submit(page, "/check/", 422, name=" ").text


@pytest.mark.parametrize("typed", ["", "abc", "HG-26-7K4M"])
def test_what_is_no_code_is_explained(anybody: PageClient, typed: str) -> None:
    page = anybody.get(f"/check/?code={typed}", 422)
    assert "code" in page.text.lower()


def test_an_unknown_code_is_not_found(anybody: PageClient) -> None:
    assert anybody.get("/check/000000000000/", 404).h1 == "No certificate has this code"


def test_guessing_meets_the_limit(anybody: PageClient) -> None:
    with time_machine.travel(clock.now(), tick=False):  # all within one minute
        for _ in range(PER_ADDRESS):
            anybody.get("/check/000000000000/", 404)
        refused = anybody.get("/check/000000000000/", 429)
    assert int(refused.response.headers["Retry-After"]) > 0


def test_only_the_office_that_may_revoke_revokes(app: Flask, scene: Scene) -> None:
    session = scene.session
    commune = account(session, role=Role.COMMUNE_OFFICER, unit=scene.commune)
    visitor(app, session, commune).get(f"{scene.path}revoke/", 403)
    province = visitor(
        app, session, account(session, role=Role.PROVINCE_OFFICER, unit=scene.province)
    )
    form = province.get(f"{scene.path}revoke/")
    assert "Say why" in province.submit(form, "revoke", 422, reason="").text
    done = province.submit(form, "revoke", reason="Nhầm người dự lớp")
    assert "was revoked" in done.text
    public = PageClient(app)
    public.language("en")
    page = public.get(f"/check/{scene.certificate.code}/")
    assert page.h1 == "This certificate was revoked"
    assert "Nhầm người" not in page.text
    assert "already revoked" in province.submit(form, "revoke", 409, reason="Nữa").text
