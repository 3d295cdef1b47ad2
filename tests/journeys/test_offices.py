"""Offices above the commune, the administrator, and a requirement that changes who is in need."""

import re

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.records import SYSTEM
from tests.journeys import scene
from tests.journeys.walk import Start, Walk
from training_app import clock
from training_app.access import Role
from training_app.learning.models import FactKind
from training_app.learning.services import record_fact

pytestmark = [
    pytest.mark.browser,
    pytest.mark.engine("sqlite"),  # the queries are compared on both engines elsewhere
]
PASSPHRASE = "con trâu đi cày ruộng sâu"
NAMES = ("Trần Văn Bình", "Nguyễn Thị Hoa", "Phan Thị Lý")


def test_a_province_sees_all_communes_and_drills_down(db_session: Session, start: Start) -> None:
    world = scene.build(db_session)
    officer = world.staff(Role.PROVINCE_OFFICER, "Trần Quốc Việt", world.province)
    walk = start("/", desk=True, account=officer)
    walk.follow("Coverage")
    rows = [row[0] for row in walk.rows()]
    assert {"Phường Vũng Tàu", "Phường Rạch Dừa"} <= set(rows)
    walk.follow_name("Phường Vũng Tàu")
    walk.arrive(walk.page.locator("tbody th a").first)
    walk.follow_name("Nguyễn Thị Hoa")
    walk.heading("Nguyễn Thị Hoa")


def test_the_ministry_sees_totals_and_no_way_to_a_person(db_session: Session, start: Start) -> None:
    world = scene.build(db_session)
    viewer = world.staff(Role.MINISTRY_VIEWER, "Nguyễn Thị Minh Châu")
    walk = start("/", desk=True, account=viewer)
    walk.follow("Coverage")
    nameless(walk)
    walk.follow_name("Tỉnh Hồ Chí Minh")
    nameless(walk)
    walk.follow("More")
    nameless(walk)
    for path in (f"/coverage/teams/{world.team.id}/", f"/coverage/people/{world.member.id}/"):
        walk.go(path)
        nameless(walk)
        walk.heading("This page is not open to this account")


def nameless(walk: Walk) -> None:
    """Nobody is named, and no link leads to a team or a person."""
    expect(walk.page.locator('a[href*="/teams/"], a[href*="/people/"]')).to_have_count(0)
    for name in NAMES:
        walk.hides(name)


def test_the_first_administrator_makes_accounts_and_meets_no_mediator(
    app: Flask, db_session: Session, start: Start
) -> None:
    world = scene.build(db_session)
    made = app.test_cli_runner().invoke(
        args=["admin", "create", "--name", "Đỗ Thị Giang", "--login", "giang.do"]
    )
    assert made.exit_code == 0, made.output
    walk = start("/enter/", desk=True)
    walk.fill(code=code_in(made.output))
    walk.press("Enter")
    set_up(walk)
    walk.heading("Staff accounts")
    walk.shows("Đỗ Thị Giang")
    second = second_administrator(app, start)
    new_officer(walk, second, world)
    for path in ("/teams/", "/coverage/", f"/people/{world.member.id}/"):
        walk.go(path)
        nameless(walk)
    again = app.test_cli_runner().invoke(
        args=["admin", "create", "--name", "Kẻ Lạ", "--login", "la"]
    )
    assert again.exit_code == 1
    assert "an administrator exists" in again.output


def code_in(output: str) -> str:
    """The code that the command line printed to be typed."""
    found = re.search(r"enter ([0-9A-Z]{4}-[0-9A-Z]{4})", output)
    assert found is not None
    return found[1]


def set_up(walk: Walk) -> None:
    """Passphrase, second factor, notice."""
    walk.heading("Choose a passphrase")
    walk.fill(passphrase=PASSPHRASE, again=PASSPHRASE)
    walk.press("Keep this passphrase")
    walk.heading("Set up the second factor")
    secret = walk.page.locator("span.code").inner_text().replace(" ", "")
    walk.fill(code="000000")
    walk.press("Confirm")
    expect(walk.page.locator("#errors")).to_be_visible()
    walk.fill(code=pyotp.TOTP(secret).at(clock.now()))
    walk.press("Confirm")
    walk.press("I have read this, continue")


def second_administrator(app: Flask, start: Start) -> Walk:
    """Made beside the first one on the machine, so that the two can act together."""
    made = app.test_cli_runner().invoke(
        args=["admin", "create", "--another", "--name", "Vũ Văn Long", "--login", "long.vu"]
    )
    assert made.exit_code == 0, made.output
    walk = start("/enter/", desk=True)
    walk.fill(code=code_in(made.output))
    walk.press("Enter")
    set_up(walk)
    return walk


def new_officer(walk: Walk, second: Walk, world: scene.Scene) -> None:
    """An account for a province: proposed by one, confirmed by the other, who reads the code."""
    walk.follow("New staff account")
    walk.fill(full_name="Lê Thị Hồng Nhung", login_name="nhung.le", unit="Hồ Chí Minh")
    walk.field("role").select_option(Role.PROVINCE_OFFICER.value)
    walk.press("Make the account")
    walk.reads("No role today.")
    expect(walk.page.locator("p.code")).to_have_count(0)
    second.follow("What takes two people")
    second.shows("Lê Thị Hồng Nhung")
    second.press("Confirm")
    expect(second.page.locator("p.code")).to_be_visible()
    walk.follow("Staff accounts")
    walk.reload()
    expect(walk.row("Lê Thị Hồng Nhung")).to_contain_text(world.province.name)


def test_a_new_requirement_changes_who_is_in_need(
    app: Flask, db_session: Session, start: Start
) -> None:
    world = scene.build(db_session)
    other = make.module(db_session, "an-toan", lessons=1)
    for person in (world.leader, world.member):
        completed(db_session, world, person.id)
    officer = world.staff(Role.COMMUNE_OFFICER, "Lê Thị Hồng Nhung", world.commune)
    team = walk_name(world)
    walk = start("/", desk=True, account=officer)
    untrained = walk.say("The leader is not trained")
    see_worklist(walk)
    expect(walk.row(team)).not_to_contain_text(untrained)
    walk.go("/requirements/")
    walk.follow("Set a requirement")
    walk.press("Set the requirement")
    expect(walk.page.locator("#errors")).to_be_visible()
    today = f"{clock.today():%d/%m/%Y}"
    walk.fill(title="An toàn khi hòa giải", title_en="Safety", in_force_from=today)
    walk.tick("modules", str(other.module_id))
    walk.tick("audience", "mediators")
    walk.page.locator('input[name="unit"]').first.check()
    walk.press("Set the requirement")
    assert walk.page.locator("#errors").all_inner_texts() == []
    stepped = app.test_cli_runner().invoke(args=["worker", "step"])
    assert stepped.exit_code == 0, stepped.output
    see_worklist(walk)
    title = re.compile("Safety|An toàn khi hòa giải")
    chosen = walk.field("requirement").locator("option", has_text=title)
    walk.field("requirement").select_option(chosen.get_attribute("value"))
    walk.press("Show")
    expect(walk.row(team)).to_contain_text(untrained)


def see_worklist(walk: Walk) -> None:
    """Open the list of teams that still need training."""
    walk.follow("Coverage")
    walk.follow("Teams that still need training")


def walk_name(world: scene.Scene) -> str:
    """The name of the scene's team."""
    return f"Tổ {world.team.id}"


def completed(session: Session, world: scene.Scene, person_id: int) -> None:
    """The person passed the module's test."""
    record_fact(
        session,
        person_id=person_id,
        kind=FactKind.TEST_PASSED,
        module_id=world.version.module_id,
        module_version_id=world.version.id,
        minutes=20,
        happened_on=clock.today(),
        source_kind="journey",
        source_id=person_id,
        now=clock.now(),
        actor=SYSTEM,
    )
    session.commit()
