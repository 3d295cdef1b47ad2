"""One person recorded twice; the own data taken away; a wish to be deleted, carried out."""

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories import visitors
from tests.journeys import scene
from tests.journeys.conftest import Reading
from tests.journeys.scene import Scene
from tests.journeys.walk import Start, Walk
from training_app.access import Role
from training_app.dossier.services.files import TOMBSTONE
from training_app.organisation.models import Person, PersonPhone

pytestmark = [
    pytest.mark.browser,
    pytest.mark.engine("sqlite"),  # the queries are compared on both engines elsewhere
]
NAME, PHONE = "Nguyễn Thị Hoa", "+84912345678"


def test_two_records_become_one_person_and_two_again(db_session: Session, start: Start) -> None:
    world = scene.build(db_session)
    _recorded_again(db_session, world)
    officer = world.staff(Role.COMMUNE_OFFICER, "Lê Thị Hồng Nhung", world.commune)
    walk = start("/more/", desk=True, account=officer)
    walk.follow("The same person twice?")
    walk.follow("Look at both")
    walk.reads("Why they are shown together:")
    walk.follow("One person: see what changes")
    walk.press("Link as one person")
    expect(walk.page.locator("#errors")).to_be_visible()
    walk.fill(reason="Tổ trưởng xác nhận")
    walk.press("Link as one person")
    walk.heading("Linked records")
    walk.fill(reason="Hai chị em cùng tên")
    walk.press("Undo the link")
    walk.go("/people/same/")
    walk.follow("Look at both")
    walk.press("These are two people")
    walk.reads("No two records look like one person. There is nothing to decide.")


def _recorded_again(session: Session, world: Scene) -> Person:
    """The member stands in a second team of the commune under a row of its own."""
    twin = make.person(session, NAME)
    for row in (world.member, twin):
        row.birth_year, row.sex = 1960, "female"
        session.add(PersonPhone(person_id=row.id, number=PHONE, valid_from=make.LONG_AGO))
    make.team(session, world.commune, make.person(session, "Đỗ Văn Sơn"), twin)
    session.commit()
    return twin


def test_a_mediator_takes_the_own_data_home(
    db_session: Session, start: Start, tmp_path: Path
) -> None:
    world = scene.build(db_session)
    walk = start("/help/", account=visitors.account(db_session, world.member))
    walk.follow("See, download, correct, restrict or delete")
    walk.follow("Read everything")
    walk.shows(NAME)
    walk.follow("Download a copy")
    with walk.page.expect_download() as waiting:
        walk.button("Download the file").click()
    place = tmp_path / "copy.zip"
    waiting.value.save_as(place)
    with zipfile.ZipFile(place) as archive:
        data = json.loads(archive.read("du-lieu-cua-toi.json"))
    assert data["person"][0]["full_name"] == NAME


def test_a_wish_to_be_deleted_is_answered_and_carried_out(
    db_session: Session, start: Start, reading: Reading
) -> None:
    world = scene.build(db_session)
    member = start("/my-data/", account=visitors.account(db_session, world.member))
    member.follow("Delete the data")
    member.press("Send the request")
    member.reads("My requests")
    officer = world.staff(Role.COMMUNE_OFFICER, "Lê Thị Hồng Nhung", world.commune)
    walk = start("/data-requests/", desk=True, account=officer)
    walk.follow_name(NAME)
    walk.press("Confirm that it was received")
    walk.follow("Decide")
    decide = walk.page.url
    walk.reads("This person still serves in a team. End the service first, then erase.")
    _end_service(walk)
    walk.go(decide)
    walk.tick("decision", "granted")
    walk.fill(reason="Theo yêu cầu")
    walk.press("Decide and carry out")
    walk.shows(TOMBSTONE)
    walk.hides(NAME)
    member.go("/home/")
    member.hides(NAME)
    del reading


def _end_service(walk: Walk) -> None:
    walk.follow("Open the record")
    walk.arrive(walk.page.locator("a[href*='/end/']").first)
    walk.tick("why", "own_wish")
    walk.arrive(walk.page.locator("main form button").first)
    walk.fill(reason="Theo nguyện vọng", decision="QĐ 5", signed_name="Lê Thị Hồng Nhung")
    walk.arrive(walk.page.locator("main form button[value='sign']").first)
