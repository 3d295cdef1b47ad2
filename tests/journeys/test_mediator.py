"""A mediator from the printed card to the certificate, and the stranger who checks it."""

import re

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import learners
from tests.journeys import scene
from tests.journeys.walk import Start, Walk, pages_of
from tests.learners import SLUG
from training_app.assessment.models import Attempt
from training_app.certificates.models import Certificate
from training_app.db import Unscoped
from training_app.learning.models import Fact
from training_app.questions.source import Question

pytestmark = [pytest.mark.browser]

PIN = "284617"
NAME = "Nguyễn Thị Hoa"
ALL = {"scope": Unscoped("the journey counts what was kept")}
DRAWN = 6


def test_from_the_card_to_the_certificate(app: Flask, db_session: Session, start: Start) -> None:
    world = scene.build(db_session)
    walk = first_entry(world, start)
    read_the_module(walk)
    practise(walk, questions(db_session))
    pass_the_test(walk, questions(db_session))
    hand_in_often(walk)
    assert kept(db_session) == {"attempts": 1, "facts": 1, "certificates": 1}
    see_the_mistake(walk)
    code = see_the_certificate(walk)
    check_the_certificate(start("/check/"), code)


# -- the way in ------------------------------------------------------------------------------


def first_entry(world: scene.Scene, start: Start) -> Walk:
    """Card where scripts run, the typed code where they do not; then the three steps."""
    issued = world.issued(world.member, card=True)
    walk = start("/")
    if walk.javascript:
        # A new browser, as the camera of the phone opens it.
        walk = start(f"/enter/#k={issued.secret}")
        expect(walk.field("code")).to_be_hidden()
        assert "#" not in walk.page.url, "the secret stays in the address"
    else:
        walk.follow("Enter with card or code")
        walk.press("Enter")
        expect(walk.page.locator("#errors")).to_be_visible()
        walk.fill(code=issued.code)
    walk.press("Enter")
    walk.heading("Choose a PIN of six digits")
    walk.fill(pin="123456", again="123456")
    walk.press("Keep this PIN")
    expect(walk.page.locator("#errors")).to_be_visible()
    walk.fill(pin=PIN, again=PIN)
    walk.press("Keep this PIN")
    walk.reads("On a shared phone the entry ends after 15 minutes without use.")
    walk.tick("whose", "own")
    walk.press("Continue")
    walk.heading("What is kept about the person")
    walk.press("I have read this, continue")
    walk.heading("What to do next")
    expect(walk.page.locator("footer")).to_contain_text("0507 123 456")
    return walk


# -- learning --------------------------------------------------------------------------------


def read_the_module(walk: Walk) -> None:
    """From home into the module and through its lessons; the test opens only then."""
    walk.follow("Begin")
    if walk.page.url.endswith("/bai-mot/"):
        walk.follow("Save, learn later")
    else:
        expect(walk.button("Start the test")).to_have_count(0)
        walk.arrive(walk.page.locator(".tasks a").first)
    walk.go(f"/learn/{SLUG}/")
    walk.arrive(walk.page.locator(".tasks a").first)
    walk.press("Read, on to lesson %(n)s", n=2)
    walk.press("Read, on to practice and test")
    expect(walk.page.locator("#test")).to_be_visible()


def practise(walk: Walk, by_stem: dict[str, Question]) -> None:
    """A wrong answer and a right one, each with reason and law."""
    walk.go(f"/learn/{SLUG}/")
    walk.follow("Practice questions")
    asked = here(walk, by_stem)
    walk.answer(asked, learners.wrong(asked))
    walk.press("Answer")
    walk.reads("Not right yet")
    walk.shows(asked.explanation)
    walk.reads("Legal basis")
    walk.shows("35/2013/QH13")
    walk.reload()
    walk.back()
    walk.answer(here(walk, by_stem), learners.right(here(walk, by_stem)))
    walk.press("Answer")
    walk.reads("That is right")
    walk.follow("Next question")
    walk.press("Answer")
    expect(walk.page.locator("#errors")).to_be_visible()


def pass_the_test(walk: Walk, by_stem: dict[str, Question]) -> None:
    """Every kind of question; one answer wrong, and never harmful."""
    walk.go(f"/learn/{SLUG}/")
    walk.press("Start the test")
    for number in range(1, DRAWN + 1):
        asked = here(walk, by_stem)
        assert asked.explanation not in walk.page.content(), "the key is on the page of the test"
        given = learners.wrong(asked) if asked.id == "said" else learners.right(asked)
        walk.answer(asked, given)
        if number == 1:  # Back and forth again keeps the answer
            walk.press("Answer")
            walk.back()
            walk.page.goto(walk.visited[-1])
        walk.press("Answer")
    walk.heading("Look over before handing in")
    walk.reads("All questions are answered.")


def hand_in_often(walk: Walk) -> None:
    """A double press, Back and another load change nothing."""
    button = walk.button("Hand in")
    button.dblclick(no_wait_after=True)
    # The second press cancels the first one's answer: only the address tells where it ends.
    expect(walk.page).to_have_url(re.compile("/result/$"))
    walk.heading("Passed – %(right)s of %(count)s questions right", right=DRAWN - 1, count=DRAWN)
    walk.look()
    walk.back()
    walk.page.wait_for_url("**/result/")
    walk.reload()
    walk.heading("Passed – %(right)s of %(count)s questions right", right=DRAWN - 1, count=DRAWN)


def see_the_mistake(walk: Walk) -> None:
    """What was not right is explained, with the law and the way back into the lesson."""
    walk.follow("Look at the mistakes")
    walk.heading("The mistakes explained")
    walk.shows("Phải ghi sổ.")
    walk.reads("Legal basis")
    walk.press("I have looked at them")


def see_the_certificate(walk: Walk) -> str:
    """Results, certificate, its print view on one sheet; returns the code."""
    walk.follow("My results")
    walk.reads("Test passed")
    walk.follow("See the certificate")
    walk.shows(NAME)
    code = walk.page.locator("p.code").inner_text()
    walk.page.emulate_media(media="print")
    for part in ("header.band", "nav.main", "footer", ".buttons"):
        expect(walk.page.locator(part).first).to_be_hidden()
    expect(walk.page.locator("svg")).to_be_visible()
    assert pages_of(walk.pdf()) == 1, "the paper takes more than one sheet"
    walk.page.emulate_media(media="screen")
    return code


def check_the_certificate(stranger: Walk, code: str) -> None:
    """Anyone learns that it is real, nobody learns a name."""
    stranger.fill(code="HG-26-0000-0000-0000")
    stranger.press("Check")
    stranger.heading("No certificate has this code")
    stranger.fill(code=code.lower().replace("-", " "))
    stranger.press("Check")
    stranger.heading("This certificate is real and valid")
    stranger.shows("Hồ Chí Minh")
    for name, verdict in (
        ("Nguyễn Thị Hòa", "The name does not match."),
        (NAME.upper(), "The name matches."),
    ):
        stranger.hides(NAME)
        stranger.fill(name=name)
        stranger.press("Compare")
        stranger.reads(verdict)
        stranger.hides(NAME)


# -- what the database holds -------------------------------------------------------------------


def questions(session: Session) -> dict[str, Question]:
    """Every question by the words it asks with."""
    return {question.stem: question for _, question in learners.questions(session).values()}


def here(walk: Walk, by_stem: dict[str, Question]) -> Question:
    """The question on the page."""
    return by_stem[walk.page.get_by_role("heading", level=1).inner_text()]


def kept(session: Session) -> dict[str, int | None]:
    """How many attempts, facts and certificates there are."""
    session.rollback()
    return {
        name: session.scalar(select(func.count(model.id)).execution_options(**ALL))
        for name, model in (("attempts", Attempt), ("facts", Fact), ("certificates", Certificate))
    }
