"""Offices that change units and teams: they see the counts first, sign, and take it back."""

import json
from datetime import timedelta

import pytest
from flask import Flask
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
NEW, REASON = "Phường Tân Thành", "Nghị quyết về sắp xếp"


def test_a_province_merges_two_communes_and_takes_it_back(
    app: Flask, db_session: Session, start: Start
) -> None:
    world = scene.build(db_session)
    officer = world.staff(Role.PROVINCE_OFFICER, "Trần Quốc Việt", world.province)
    old = world.commune.code, world.commune.name
    db_session.rollback()  # hold nothing that the browser waits for
    walk = start("/", desk=True, account=officer)
    walk.follow("More")
    open_line(walk, "/units/")
    walk.follow("Merge units")
    merge(walk)
    see_what_would_change(walk, {"Units set up": 1, "Units that end": 2, "People affected": 3})
    sign(walk, "Trần Quốc Việt", wrong="Ai Đó")
    walk.reads("carried out")
    old_unit_resolves(app, walk, *old)
    take_back(walk, "Trần Quốc Việt")
    walk.go("/units/")
    walk.shows("Phường Vũng Tàu")
    walk.hides(NEW)


def open_line(walk: Walk, path: str) -> None:
    """Follow a line of the menu, whose link also holds its hint."""
    walk.arrive(walk.page.locator(f'main a[href="{path}"]'))


def merge(walk: Walk) -> None:
    """A mistake is told and nothing typed is lost; then the two are found as people write them."""
    walk.fill(units="vũng tàu\nPhường Rạch", code="99999", name="Tân Thành")
    walk.field("type").select_option("Phường")
    walk.press("Show what it would touch")
    expect(walk.page.locator("#errors")).to_be_visible()
    expect(walk.field("name")).to_have_value("Tân Thành")
    walk.fill(units="vũng tàu\nPhường Rạch Dừa")
    walk.press("Show what it would touch")


def see_what_would_change(walk: Walk, counts: dict[str, int]) -> None:
    """The counts stand on the page before anything is done."""
    walk.heading("What would change")
    for name, count in counts.items():
        line = walk.page.locator("dl.facts div", has_text=walk.say(name)).locator("dd")
        expect(line).to_have_text(str(count))


def sign(walk: Walk, name: str, wrong: str = "") -> None:
    """Reason, decision, the own name: another name is refused and what was typed stays."""
    if wrong:
        walk.fill(reason=REASON, decision="12/NQ, 01/11/2026", signed_name=wrong)
        walk.press("Sign and carry out")
        expect(walk.page.locator("#errors")).to_be_visible()
        expect(walk.field("reason")).to_have_value(REASON)
    walk.fill(reason=REASON, decision="12/NQ, 01/11/2026", signed_name=name)
    walk.press("Sign and carry out")
    walk.shows("12/NQ, 01/11/2026")
    walk.shows(name)


def old_unit_resolves(app: Flask, walk: Walk, code: str, name: str) -> None:
    """Yesterday's unit is found by its name and code, and its coverage opens as it was."""
    before = clock.today() - timedelta(days=1)
    asked = ["units", "find", name, "--on", before.isoformat(), "--json"]
    found = json.loads(app.test_cli_runner().invoke(args=asked).output)
    assert [(row["code"], row["to"]) for row in found] == [(code, clock.today().isoformat())]
    this = walk.page.url
    walk.follow("Coverage")
    walk.shows(NEW)
    walk.fill(as_of=f"{before:%d/%m/%Y}")
    walk.press("Show")
    walk.shows("Phường Vũng Tàu")
    walk.hides(NEW)
    walk.go(this)


def take_back(walk: Walk, name: str) -> None:
    """With a reason and a signature; both stay on the page."""
    walk.fill(reason="Nhầm ngày", signed_name=name)
    walk.press("Take it back")
    walk.reads("taken back")
    walk.shows("Nhầm ngày")


def test_a_commune_moves_a_person_and_takes_it_back(db_session: Session, start: Start) -> None:
    world = scene.build(db_session)
    other = make.team(db_session, world.commune, make.person(db_session, "Lê Văn Cường"))
    officer = world.staff(Role.COMMUNE_OFFICER, "Lê Thị Hồng Nhung", world.commune)
    first, second = f"Tổ {world.team.id}", f"Tổ {other.id}"
    db_session.rollback()  # hold nothing that the browser waits for
    walk = start("/", desk=True, account=officer)
    walk.follow("Teams")
    walk.follow_name(first)
    walk.follow_name("Nguyễn Thị Hoa")
    walk.follow("Another team")
    walk.field("team").select_option(label=second)
    walk.press("Show what it would touch")
    see_what_would_change(walk, {"People affected": 1})
    walk.reads("%(team)s is left with fewer than three mediators (Article 12).", team=first)
    sign(walk, "Lê Thị Hồng Nhung")
    walk.follow_name("Nguyễn Thị Hoa")
    walk.reads("Moved away")
    walk.follow("More")
    open_line(walk, "/operations/")
    walk.arrive(walk.page.locator("tbody th a").first)
    take_back(walk, "Lê Thị Hồng Nhung")
    walk.follow_name("Nguyễn Thị Hoa")
    expect(walk.page.locator("tbody tr")).to_have_count(1)
    walk.shows(first)
