"""Offices decide what a merged commune required, and enter what their books say of disputes."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.journeys import scene
from tests.journeys.walk import Start, Walk
from training_app import clock
from training_app.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.engine("sqlite"),  # the queries are compared on both engines elsewhere
]
OFFICER = "Lê Thị Hồng Nhung"
PAPER = "Báo cáo số 7/BC-TP"


def test_what_a_merged_commune_required_goes_on_in_the_new_one(
    db_session: Session, start: Start
) -> None:
    world = scene.build(db_session)
    make.requirement(db_session, world.version, unit_id=world.neighbour.unit_id)
    ended = clock.today() - timedelta(days=3)
    make.end_unit(db_session, world.neighbour, ended, world.commune)
    officer = world.staff(Role.COMMUNE_OFFICER, OFFICER, world.commune)
    walk = start("/more/", desk=True, account=officer)
    walk.arrive(walk.page.locator('main a[href="/requirements/"]'))
    walk.arrive(walk.page.locator('main a[href="/requirements/ended-units/"]'))
    walk.shows("Phường Rạch Dừa")
    walk.follow("Decide on the first")
    walk.shows("Phường Rạch Dừa")
    decide(walk)
    walk.heading("Requirements of units that ended")
    walk.reads("Nothing waits for a decision. Every requirement holds in a unit that stands.")


def decide(walk: Walk) -> None:
    """Without a reason nothing is saved and the day stays; then it goes on from today."""
    walk.tick("choice", "carry-on")
    walk.fill(day=f"{clock.today():%d/%m/%Y}")
    walk.press("Save the decision")
    expect(walk.page.locator("#errors")).to_be_visible()
    expect(walk.field("day")).to_have_value(f"{clock.today():%d/%m/%Y}")
    walk.fill(reason="Phường mới vẫn cần.")
    walk.press("Save the decision")
    walk.reads(
        "It goes on in %(place)s. Results are being counted now; the coverage pages show them"
        " within minutes.",
        place="Phường Vũng Tàu",
    )
    walk.go("/requirements/ended-units/")


def test_what_the_books_say_of_disputes_is_entered_and_taken_back(
    db_session: Session, start: Start
) -> None:
    world = scene.build(db_session)
    officer = world.staff(Role.COMMUNE_OFFICER, OFFICER, world.commune)
    address = f"/coverage/units/{world.commune.unit_id}/targets/"
    db_session.rollback()  # hold nothing that the browser waits for
    walk = start(address, desk=True, account=officer)
    walk.follow("Figures of disputes")
    enter(walk)
    walk.follow("Targets")
    walk.shows("40/50")
    walk.follow("Figures of disputes")
    take_back(walk)


def enter(walk: Walk) -> None:
    """More settled than ended is refused and nothing typed is lost; then both terms are shown."""
    year = clock.today().year - 1
    walk.fill(first_day=f"01/01/{year}", last_day=f"31/12/{year}", source=PAPER)
    walk.fill(received="60", in_progress="10", successful="51")
    walk.press("Record the figures")
    expect(walk.page.locator("#errors")).to_be_visible()
    expect(walk.field("source")).to_have_value(PAPER)
    walk.fill(successful="40")
    walk.press("Record the figures")
    walk.shows("(40/50)")
    walk.shows(PAPER)


def take_back(walk: Walk) -> None:
    """Only with a reason; then no figure stands."""
    walk.page.locator("main summary").click()
    walk.press("Take the figures back")
    expect(walk.page.locator("#errors")).to_be_visible()
    walk.fill(reason="Nhầm kỳ")
    walk.press("Take the figures back")
    walk.reads("No figures were entered yet.")
    walk.hides(PAPER)
