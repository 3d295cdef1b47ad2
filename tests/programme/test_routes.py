"""What to do next, own results and the menu, as people meet them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.coverage.scene import Scene
from tests.factories import records as make
from tests.factories.records import NOW
from tests.factories.visitors import account, visitor
from tests.page import MEDIATOR_BYTES, PageClient
from training_app.assessment.models import Attempt
from training_app.catalogue.models import Lesson, ModuleVersion
from training_app.extensions import db
from training_app.learning.services import read_lesson

AIM_BYTES = 8_000


def mediator(scene: Scene, name: str, language: str = "en") -> PageClient:
    row = account(scene.session, scene.people[name])
    return visitor(scene.app, scene.session, row, language=language, budget=MEDIATOR_BYTES)


def attempt(session: Session, person_id: int, version: ModuleVersion, **more: Any) -> Attempt:
    values: dict[str, Any] = {
        "person_id": person_id,
        "module_version_id": version.id,
        "number": 1,
        "seed": "s",
        "questions": [],
        "started_at": NOW,
        "out_of": 5,
        "policy": "best",
    }
    row = Attempt(**{**values, **more})
    session.add(row)
    session.flush()
    return row


def handed_in(**more: Any) -> dict[str, Any]:
    return {
        "submitted_at": NOW,
        "points": 3.0,
        "right_count": 3,
        "passed": False,
        "safety_failed": False,
        **more,
    }


# -- what to do next -----------------------------------------------------------------------


def test_new_modules_are_offered_with_their_due_date(scene: Scene) -> None:
    page = mediator(scene, "Dũng").get("/home/")
    assert page.h1 == "What to do next"
    assert "New module (about 35 minutes)" in page.text
    assert page.link("Begin") == "/learn/mot/"


def test_somebody_up_to_date_has_nothing_to_do(scene: Scene) -> None:
    page = mediator(scene, "Bình").get("/home/")
    assert "There is nothing to do now" in page.text
    assert "Done: 2 modules." in page.text
    assert page.bytes < AIM_BYTES


def test_reading_goes_on_at_the_next_lesson(scene: Scene) -> None:
    session = scene.session
    version = make.module(session, "ba", lessons=3)
    lesson = session.query(Lesson).filter_by(module_version_id=version.id, position=1).one()
    read_lesson(session, scene.people["Bình"].id, lesson.id, now=NOW)
    page = mediator(scene, "Bình").get("/home/")
    assert "Lesson 2 of 3: Bài 2 (about 20 minutes left in the module)" in page.text
    assert page.link("Continue learning") == "/learn/ba/lesson-2/"


def test_an_open_test_comes_first_and_mistakes_before_new_modules(scene: Scene) -> None:
    session, person = scene.session, scene.people["Dũng"].id
    attempt(session, person, scene.first)
    attempt(session, person, make.module(session, "bon"), **handed_in())
    page = mediator(scene, "Dũng").get("/home/")
    headings = [element.text.strip() for element in page.all("h2")]
    assert headings == ["Module mot", "Module bon", "Module hai"]
    assert "0 of 5 questions answered" in page.text
    assert "Look at 2 mistakes of the last test again." in page.text


def test_somebody_who_owes_a_class_is_told_so_and_whom_to_ask(scene: Scene) -> None:
    make.requirement(scene.session, class_only=True)
    page = mediator(scene, "Bình").get("/home/")
    assert "There is nothing to do now" not in page.text
    assert [element.text.strip() for element in page.all("h2")] == ["Attend a class"]
    assert "Still missing: a class" in page.text
    assert "Ask the team leader or the commune officer for the day." in page.text
    assert page.bytes < AIM_BYTES


def test_three_cards_at_most_and_the_rest_counted(scene: Scene) -> None:
    session = scene.session
    make.requirement(session, *(make.module(session, f"m{at}") for at in range(4)))
    page = mediator(scene, "Dũng").get("/home/")
    assert len([one for one in page.all("section") if "todo" in one.get("class")]) == 3
    assert "3 more tasks come after these." in page.text
    assert page.bytes < AIM_BYTES


@pytest.mark.parametrize(("name", "most"), [("Dũng", 4), ("Bình", 6)])
def test_home_needs_six_statements_and_four_of_whom_nothing_stands_yet(
    scene: Scene, name: str, most: int
) -> None:
    client = mediator(scene, name)
    client.get("/home/")
    statements: list[str] = []

    def note(*args: Any) -> None:
        statements.append(args[2])

    with scene.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        client.get("/home/")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    selects = [one for one in statements if one != "BEGIN"]
    assert len(selects) == most, selects


@pytest.mark.parametrize("part", ["officer", "trainer", "ministry", "administrator"])
def test_staff_learn_too(scene: Scene, part: str) -> None:
    page = getattr(scene, part).get("/home/")
    assert "There is nothing to do now" in page.text


# -- own results ---------------------------------------------------------------------------


def test_results_say_state_reason_and_certificate(scene: Scene) -> None:
    page = mediator(scene, "Bình").get("/my-results/")
    assert "Holds until 9 Mar 2027" in page.text
    assert "Test passed, 9 Mar 2026, version 1" in page.text
    assert page.link("See the certificate").startswith("/certificates/")
    assert "Trần Thị Chi" not in page.text


def test_results_name_what_is_missing(scene: Scene) -> None:
    page = mediator(scene, "Chi").get("/my-results/")
    assert "Begun. Still missing: Module hai" in page.text
    page = mediator(scene, "Chi", "vi").get("/my-results/")
    assert "Chuyên đề hai" in page.text


def test_results_of_tests_are_shown_to_their_owner(scene: Scene) -> None:
    attempt(scene.session, scene.people["Chi"].id, scene.second, **handed_in())
    page = mediator(scene, "Chi").get("/my-results/")
    assert "3 of 5 right" in page.text
    assert "Not passed yet" in page.text


def test_an_empty_record_says_what_comes_next(app: Flask, db_session: Session) -> None:
    client = visitor(app, db_session, account(db_session))
    page = client.get("/my-results/")
    assert "No module is completed yet" in page.text
    assert "Nothing is required at present." in page.text


# -- the menu ------------------------------------------------------------------------------


def test_the_menu_offers_what_may_be_opened_and_nothing_else(scene: Scene) -> None:
    for part, offered, kept in (
        ("member", "My results", "Coverage"),
        ("leader", "Progress of the team", "Import a roster"),
        ("officer", "Requirements", "Staff accounts"),
        ("province_officer", "Staff accounts", "My team"),
        ("ministry", "Coverage", "Import a roster"),
        ("administrator", "Staff accounts", "Coverage"),
    ):
        client: PageClient = getattr(scene, part)
        page = client.get("/more/")
        assert offered in page.text, part
        assert kept not in page.text.replace("Check a certificate", ""), part
        for href in {link for link in page.links if link.startswith("/")}:
            assert client.http.get(href, follow_redirects=True).status_code == 200, (part, href)
