"""A commune officer from the list of names to the list of teams that still need training."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests.journeys import scene, sheets
from tests.journeys.conftest import Reading
from tests.journeys.walk import Start, Walk, pages_of
from training_app import clock
from training_app.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.engine("sqlite"),  # the queries are compared on both engines elsewhere
]
TEAM, MEN, LEADER = "Khu phố 3", 3, "Nguyễn Văn Tài"
OTHER_TEAM = "Tổ hòa giải khu phố 4"


def test_from_the_roster_to_the_worklist(
    db_session: Session, start: Start, reading: Reading, tmp_path: Path
) -> None:
    world = scene.build(db_session)
    world.staff(Role.TRAINER, "Đặng Văn Khải", world.province)
    officer = world.staff(Role.COMMUNE_OFFICER, "Lê Thị Hồng Nhung", world.commune)
    walk = start("/", desk=True, account=officer)
    walk.follow("Teams")
    import_roster(walk, sheets.clean_roster(tmp_path), people=3)
    import_roster(walk, sheets.merged_roster(tmp_path), people=3)
    mend_the_team(walk)
    print_cards(walk)
    code = issue_code(walk)
    enter_with(start("/enter/"), code)
    record_class(walk, world)
    drill_down(walk, reading, tmp_path)
    see_the_worklist(walk, reading, tmp_path)


# -- the roster --------------------------------------------------------------------------------


def import_roster(walk: Walk, file: Path, *, people: int) -> None:
    """Five pages: file, columns, what would change, questions, on record."""
    walk.follow("Enter a list")
    walk.press("Read the list")
    expect(walk.page.locator("#errors")).to_be_visible()
    walk.field("file").set_input_files(file)
    walk.press("Read the list")
    walk.heading("Which column holds what?")
    walk.press("These are right, go on")
    walk.heading("What would change")
    walk.follow("Go on to the last step")
    walk.heading("Put the list on record")
    walk.press("Put on record")
    new = walk.page.locator("dl.facts div", has_text=walk.say("New people")).locator("dd")
    expect(new).to_have_text(str(people))
    walk.follow("See the teams")


def mend_the_team(walk: Walk) -> None:
    """Three men: a woman is missing, and one step mends it."""
    expect(walk.row(TEAM)).to_contain_text(walk.say("No woman"))
    walk.follow_name(TEAM)
    walk.reads("Smallest repair")
    walk.shows(LEADER)
    expect(walk.page.locator(".law")).to_be_visible()


# -- ways in -------------------------------------------------------------------------------------


def print_cards(walk: Walk) -> None:
    """A sheet of cards, one for each person, cut from A4."""
    walk.follow("Print cards")
    walk.press("Make cards")
    expect(walk.page.locator(".cardsheet > li")).to_have_count(MEN)
    walk.shows(LEADER)
    walk.page.emulate_media(media="print")
    expect(walk.page.locator("footer")).to_be_hidden()
    assert pages_of(walk.pdf()) == 1, "three cards take more than one sheet"
    walk.page.emulate_media(media="screen")
    walk.follow("Back")


def issue_code(walk: Walk) -> str:
    """A code for the leader, from the leader's record."""
    walk.go("/teams/")
    walk.follow_name(TEAM)
    walk.follow_name(LEADER)
    walk.follow("Card, code and phones")
    walk.press("Issue a code")
    code = walk.page.locator("p.code").inner_text()
    assert len(code.replace("-", "")) == 8
    return code


def enter_with(mediator: Walk, code: str) -> None:
    """The code read aloud lets its person in."""
    mediator.fill(code=code)
    mediator.press("Enter")
    mediator.heading("Choose a PIN of six digits")


# -- the class -----------------------------------------------------------------------------------


def record_class(walk: Walk, world: scene.Scene) -> None:
    """A class held in a hall; the roll counts like a test."""
    walk.follow("Classes")
    walk.follow("Record a class")
    walk.press("Save the class")
    expect(walk.page.locator("#errors")).to_be_visible()
    today = clock.today()  # those of a list without dates serve from the day it is entered
    walk.fill(title="Tập huấn năm nay", held_on=f"{today:%d/%m/%Y}", place="Hội trường")
    walk.field("trainer").select_option(label="Đặng Văn Khải")
    walk.tick("modules", str(world.version.id))
    teams = walk.page.locator('input[name="teams"]')
    for team in teams.all():
        team.check()
    walk.press("Save the class")
    walk.follow("Mark who attended")
    for name in (LEADER, "Lê Văn Út", "Trần Thị Hường"):
        walk.page.get_by_label(name).check()
    walk.press("Save the roll")
    expect(walk.page.locator("td .tag.success")).to_have_count(3)


# -- coverage --------------------------------------------------------------------------------------


def drill_down(walk: Walk, reading: Reading, folder: Path) -> None:
    """Commune, team, person, evidence; every table as a file with the same rows."""
    walk.follow("Coverage")
    same_as_file(walk, reading, folder)
    walk.follow_name(TEAM)
    same_as_file(walk, reading, folder)
    walk.follow_name(LEADER)
    walk.reads("Class attended")
    same_as_file(walk, reading, folder, table=-1)


def see_the_worklist(walk: Walk, reading: Reading, folder: Path) -> None:
    """The teams that still need training, why, and the smallest next step."""
    walk.follow("Coverage")
    walk.follow("Teams that still need training")
    rows = {row[0]: " ".join(row) for row in walk.rows()}
    assert walk.say("The leader is not trained") in rows[OTHER_TEAM]
    assert walk.say("Fewer than two thirds of the members are trained") in " ".join(rows.values())
    same_as_file(walk, reading, folder)


def same_as_file(walk: Walk, reading: Reading, folder: Path, table: int = 0) -> None:
    """The page's table and its file have the same head, rows, order and totals."""
    shown = walk.rows(table)
    with walk.page.expect_download() as download:
        walk.link(walk.say("Download Excel")).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    assert sheets.rows_of(path, shown[0], reading.language) == shown
