"""A class answers in its hall: the trainer's screen and two phones, seen in a real browser."""

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.hall.conftest import record_class
from tests.journeys import scene
from tests.journeys.walk import Start, Walk
from training_app.access import Role

pytestmark = [pytest.mark.browser]

ASKED, RIGHT = "Câu một?", "Đến hỏi thăm"


def test_a_class_answers_by_phone_and_hand_and_sees_how_it_answered(
    db_session: Session, start: Start
) -> None:
    screen = trainer_before_the_class(db_session, start)
    screen.follow("Project a question")
    screen.arrive(screen.page.get_by_role("button", name=ASKED))
    code = screen.page.locator(".joincode").inner_text()
    phones = [start("/hall/") for _ in range(2)]
    for phone in phones:
        join_and_answer(phone, code)
    see_the_count(screen, 2)
    count_hands_in(screen)
    screen.press("Close and show the answers")
    expect(screen.page.locator(".ways")).to_contain_text("5/5")
    screen.reads("right answer")
    for phone in phones:
        moved_on(phone)
    screen.follow("Choose the next question")
    screen.press("Close the hall")
    hears_the_end(phones[1])


def trainer_before_the_class(session: Session, start: Start) -> Walk:
    """The trainer on the page of the own class of today."""
    world = scene.build(session)
    account = world.staff(Role.TRAINER, "Phạm Thị Dung", world.province)
    person = account.person_id
    workshop = record_class(session, world.version, make.unit(session, "Tỉnh Khác"), person)
    session.commit()
    return start(f"/classes/{workshop.id}/", desk=True, account=account)


def join_and_answer(phone: Walk, code: str) -> None:
    """Half a code is explained, a whole one leads to the question; one answer is sent."""
    phone.fill(code=code[:3])
    phone.press("Join")
    phone.reads("The code has six digits. It is on the screen.")
    phone.fill(code=f"{code[:3]} {code[3:]}")
    phone.press("Join")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text(ASKED)
    phone.page.locator("label.card", has_text=RIGHT).click()
    phone.press("Send the answer")
    phone.heading("The answer has been received")


def see_the_count(screen: Walk, answers: int) -> None:
    """The count comes by itself where scripts run, by a button where they do not."""
    if not screen.javascript:
        screen.follow("Refresh")
    arrived = screen.page.locator("[data-answers]")
    expect(arrived).to_have_text(str(answers))


def count_hands_in(screen: Walk) -> None:
    """Three hands for the right answer."""
    screen.follow("Count raised hands")
    screen.page.get_by_label(RIGHT).fill("3")
    screen.press("Save the numbers")


def moved_on(phone: Walk) -> None:
    """The phone hears that the question is closed, by itself or when asked."""
    if not phone.javascript:
        phone.follow("Look for the next question")
    closed = phone.say("The question is closed")
    heading = phone.page.get_by_role("heading", level=1)
    expect(heading).to_have_text(closed)
    phone.look()


def hears_the_end(phone: Walk) -> None:
    """The phone hears that the hall is closed, by itself or when it loads the page again."""
    if not phone.javascript:
        phone.page.reload()
    closed = phone.say("The hall is closed")
    expect(phone.page.locator("main")).to_contain_text(closed)
    phone.look()
