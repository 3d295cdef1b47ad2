"""A commune with a team, its leader, two members and the offices above, each with an account."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.organisation.builders import START, World
from training_app import clock
from training_app.access import Role, Viewer
from training_app.accounts import services
from training_app.accounts.models import Account, Kind, RoleGrant
from training_app.accounts.services import Issued

PEPPER = "pepper-of-the-tests-" + "p" * 44
SYSTEM = Viewer.for_system("test")
PIN = "284617"
PASSPHRASE = "con trâu đi cày ruộng sâu"


@dataclass
class Cast:
    """People and accounts by their part."""

    session: Session
    world: World
    team_id: int
    province_path: str
    commune_path: str
    commune_id: int
    province_id: int
    accounts: dict[str, Account]

    def __getitem__(self, part: str) -> Account:
        return self.accounts[part]

    def card(self, part: str, issuer: str = "leader") -> Issued:
        """A card for somebody, issued by the leader unless another is named."""
        issued = services.issue_card(
            self.session,
            self[part],
            pepper=PEPPER,
            now=clock.now(),
            actor=Viewer(account_id=self[issuer].id),
        )
        self.session.commit()
        return issued

    def code(self, part: str, issuer: str = "leader") -> Issued:
        """A code for somebody."""
        issued = services.issue_code(
            self.session,
            self[part],
            pepper=PEPPER,
            now=clock.now(),
            actor=Viewer(account_id=self[issuer].id),
        )
        self.session.commit()
        return issued

    def demo(self, part: str) -> str:
        """A demonstration link for somebody."""
        token = services.issue_demo_link(
            self.session, self[part], pepper=PEPPER, now=clock.now(), actor=SYSTEM
        )
        self.session.commit()
        return token

    def fresh(self, part: str) -> Account:
        """The account as the database has it now."""
        self.session.rollback()
        account = self.session.get_one(Account, self[part].id, populate_existing=True)
        self.session.rollback()
        return account


@pytest.fixture
def cast(app: Flask, db_session: Session) -> Cast:
    """The people of these tests."""
    world = World(db_session)
    province = world.unit("79", "Hồ Chí Minh")
    commune = world.unit("26506", "Vũng Tàu", province)
    team = world.team(commune, "Tổ hòa giải khu phố 1")
    people = {
        "leader": world.person("Trần Văn Bình", team, phones=("+84912345678",)),
        "member": world.person("Nguyễn Thị Hoa", team, sex="female", phones=("+84987654321",)),
        "other": world.person("Lê Văn Cường", team),
        "officer": world.person("Phạm Thị Dung", None, phones=("+84901112223",)),
        "province": world.person("Hoàng Văn Em"),
        "admin": world.person("Đỗ Thị Giang"),
    }
    world.lead(team, people["leader"])
    staff = {"officer", "province", "admin"}
    now = clock.now()
    accounts = {
        part: services.ensure_account(
            db_session,
            person,
            Kind.STAFF if part in staff else Kind.MEDIATOR,
            now=now,
            actor=SYSTEM,
        )
        for part, person in people.items()
    }
    for part, role, unit_id in (
        ("officer", Role.COMMUNE_OFFICER, commune.unit_id),
        ("province", Role.PROVINCE_OFFICER, province.unit_id),
        ("admin", Role.ADMINISTRATOR, None),
    ):
        db_session.add(
            RoleGrant(
                account_id=accounts[part].id,
                role=role.value,
                unit_id=unit_id,
                valid_from=START,
                recorded_at=now,
            )
        )
        accounts[part].login_name = part
    db_session.commit()
    return Cast(
        db_session,
        world,
        team,
        province.path,
        commune.path,
        commune.unit_id,
        province.unit_id,
        accounts,
    )


class Page:
    """A page as a person meets it: forms are sent with their token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.path = "/"
        self.status = 0
        self.text = ""

    def get(self, path: str) -> "Page":
        """Open a page and follow where it leads."""
        answer = self.client.get(path, follow_redirects=True)
        return self._at(answer.request.path, answer.status_code, answer.get_data(as_text=True))

    def post(self, path: str, **fields: object) -> "Page":
        """Send a form from the page at ``path`` and follow where it leads."""
        token = self.token(path)
        answer = self.client.post(path, data={"csrf_token": token, **fields}, follow_redirects=True)
        return self._at(answer.request.path, answer.status_code, answer.get_data(as_text=True))

    def token(self, path: str = "/") -> str:
        """The form token of this reader."""
        for place in (path, "/help/"):
            text = self.client.get(place, follow_redirects=True).get_data(as_text=True)
            if found := re.search(r'name="csrf_token" (?:type="hidden" )?value="([^"]+)"', text):
                return found[1]
        raise AssertionError("no page carries a form token")

    def _at(self, path: str, status: int, text: str) -> "Page":
        self.path, self.status, self.text = path, status, text
        return self


@pytest.fixture
def demonstration(app: Flask) -> Iterator[None]:
    """Demonstration links work, for this test."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, demo=True)
    yield
    app.config["SETTINGS"] = settings


@pytest.fixture
def page(client: FlaskClient, cast: Cast) -> Page:
    """A reader with an empty phone, reading English."""
    client.set_cookie("lang", "en")
    return Page(client)


def another_phone(app: Flask) -> Page:
    """A reader with another empty phone."""
    client = app.test_client()
    client.set_cookie("lang", "en")
    return Page(client)


def enter_first_time(page: Page, issued: Issued, *, pin: str = PIN, shared: bool = False) -> Page:
    """First entry of a mediator, all steps."""
    page.post("/enter/", code=issued.code)
    page.post("/first-entry/pin/", pin=pin, again=pin)
    page.post("/first-entry/phone/", whose="shared" if shared else "own")
    return page.post("/first-entry/notice/")


def enter_as_staff(page: Page, cast: Cast, part: str, *, passphrase: str = PASSPHRASE) -> str:
    """First entry of staff: code, passphrase, second factor, notice; the second factor's secret."""
    issued = services.issue_code(
        cast.session, cast[part], pepper=PEPPER, now=clock.now(), actor=SYSTEM
    )
    cast.session.commit()
    page.post("/enter/", code=issued.code)
    page.post("/first-entry/passphrase/", passphrase=passphrase, again=passphrase)
    found = re.search(r'<span class="code">([A-Z2-7 ]+)</span>', page.text)
    assert found is not None
    secret = found[1].replace(" ", "")
    page.post("/first-entry/second-factor/", code=pyotp.TOTP(secret).at(clock.now()))
    page.post("/first-entry/notice/")
    return secret
