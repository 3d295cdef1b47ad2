"""Three people learn one after the other on the leader's phone; nothing of one is left behind."""

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.journeys import scene
from tests.journeys.walk import Start, Walk
from training_app import clock
from training_app.accounts.models import Kind
from training_app.accounts.services import ensure_account, hashed
from training_app.organisation.models import Membership, Person

pytestmark = [pytest.mark.browser]

PINS = {"Trần Văn Bình": "950274", "Nguyễn Thị Hoa": "284617", "Lê Văn Cường": "731946"}


def test_three_people_share_one_phone_and_leave_nothing_behind(
    app: Flask, db_session: Session, start: Start
) -> None:
    world = scene.build(db_session)
    third = make.person(db_session, "Lê Văn Cường")
    joined = {"valid_from": make.LONG_AGO, "recorded_at": make.NOW}
    db_session.add(Membership(team_id=world.team.id, person_id=third.id, **joined))
    for person in (world.leader, world.member, third):
        has_a_pin(app, db_session, person)
    card = world.issued(world.leader, card=True)

    walk = start("/enter/")
    walk.fill(code=card.code)
    walk.press("Enter")
    walk.tick("whose", "own")
    walk.press("Continue")
    walk.press("Sign out")
    walk.go("/sign-in/")
    walk.fill(pin=PINS["Trần Văn Bình"])
    walk.press("Enter")

    walk.go("/my-team/")
    walk.follow("Study together")
    walk.press("Begin to study together")
    walk.reads("People who may now enter on this phone with their own PINs: %(count)d.", count=3)

    enter(walk, "Nguyễn Thị H.", PINS["Nguyễn Thị Hoa"])
    walk.go("/my-results/")
    seen_by_hoa = walk.page.url
    walk.press("Change person")
    nothing_of(walk, "Nguyễn Thị Hoa")
    walk.page.go_back()
    nothing_of(walk, "Nguyễn Thị Hoa")

    walk.go("/sign-in/")
    enter(walk, "Lê Văn C.", PINS["Lê Văn Cường"])
    expect(walk.page.locator("header")).to_contain_text("Lê Văn Cường")
    walk.go(seen_by_hoa)
    nothing_of(walk, "Nguyễn Thị Hoa")
    walk.press("Change person")

    enter(walk, "Trần Văn B.", PINS["Trần Văn Bình"])
    walk.go("/my-team/")
    expect(walk.page.locator("main .note")).to_contain_text("Lê Văn Cường")
    walk.press("End studying together")
    walk.press("Sign out")
    walk.go("/sign-in/")
    nothing_of(walk, "Lê Văn C.")
    expect(walk.page.locator("main")).to_contain_text("Trần Văn B.")


def has_a_pin(app: Flask, session: Session, person: Person) -> None:
    """The person has entered before, on a phone at home."""
    del app
    now = clock.now()
    account = ensure_account(session, person.id, Kind.MEDIATOR, now=now, actor=make.SYSTEM)
    account.secret_hash = hashed(PINS[person.full_name], pepper=scene.PEPPER, purpose="pin")
    account.notice_seen_at = now
    session.commit()


def enter(walk: Walk, short_name: str, pin: str) -> None:
    """Pick the own name and give the own PIN."""
    walk.page.get_by_text(short_name, exact=True).click()
    walk.fill(pin=pin)
    walk.press("Enter")


def nothing_of(walk: Walk, name: str) -> None:
    """The page does not name the person."""
    expect(walk.page.locator("body")).not_to_contain_text(name)
