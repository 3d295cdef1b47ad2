"""A test taken through a lost network, a rotated phone and a change of phones: nothing is lost."""

import pytest
from flask import Flask
from playwright.sync_api import Error, Route, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import learners
from tests.browser import PHONE_HEIGHT, scrolls_sideways
from tests.factories import visitors
from tests.journeys import scene
from tests.journeys.walk import PHONE, REFUSED, Start, Walk
from tests.learners import SLUG, Learner
from training_app.accounts.models import Account
from training_app.assessment.models import Answer, Attempt
from training_app.db import Unscoped
from training_app.questions.rules import form_values
from training_app.questions.source import Question

pytestmark = [pytest.mark.browser]

ALL = {"scope": Unscoped("the journey counts what was kept")}
DRAWN = 6
OUT_OF_REACH = rf"{REFUSED}|net::ERR_(INTERNET_DISCONNECTED|FAILED)"
LOST = (
    "There is no network. The choice is still on this page; it is sent when the network is back,"
    " or when you press again."
)
Bank = dict[str, Question]


def test_nothing_is_lost_between_networks_and_phones(
    app: Flask, db_session: Session, start: Start
) -> None:
    account = ready_for_the_test(db_session)
    bank = questions(db_session)
    old = start(f"/learn/{SLUG}/", account=account, complaints=OUT_OF_REACH)
    old.press("Start the test")
    give(old, bank)
    lose_the_network(old, bank)
    lose_the_answer_on_the_way_back(old, bank)
    rotate(old, bank)
    stopped_at = old.page.url

    new = start("/home/", account=account)
    new.reads("Continue the test")
    resume(new)
    assert new.page.url == stopped_at, "the other phone stands at another question"
    while "/questions/" in new.page.url:
        give(new, bank)
    new.reads("All questions are answered.")
    new.press("Hand in")
    new.heading("Passed – %(right)s of %(count)s questions right", right=DRAWN, count=DRAWN)

    press_on_the_phone_left_behind(old, bank)
    assert kept(db_session) == {"attempts": 1, "questions": DRAWN}


def ready_for_the_test(session: Session) -> Account:
    """A mediator who has read every lesson."""
    world = scene.build(session)
    account = visitors.account(session, world.member)
    session.commit()
    Learner(session, world.member.id, account, world.version).read_all()
    return account


def give(walk: Walk, bank: Bank) -> None:
    """Answer the question on the page rightly."""
    asked = bank[walk.page.get_by_role("heading", level=1).inner_text()]
    walk.answer(asked, learners.right(asked))
    walk.press("Answer")


def lose_the_network(walk: Walk, bank: Bank) -> None:
    """Nothing arrives; once the network is back the same question stands there, to be sent."""
    before = walk.page.url
    asked = bank[walk.page.get_by_role("heading", level=1).inner_text()]
    walk.answer(asked, learners.right(asked))
    walk.page.context.set_offline(True)
    press_in_vain(walk)
    if walk.javascript:  # it is sent by itself
        with walk.page.expect_navigation():
            walk.page.context.set_offline(False)
        walk.look()
    else:
        walk.page.context.set_offline(False)
        walk.go(before)
        assert walk.page.get_by_role("heading", level=1).inner_text() == asked.stem
        walk.reads("%(n)s of %(count)s questions answered", n=1, count=DRAWN)
        give(walk, bank)
    walk.reads("%(n)s of %(count)s questions answered", n=2, count=DRAWN)


def press_in_vain(walk: Walk) -> None:
    """Press the button while nothing can come back: the page says so, or else the browser."""
    if walk.javascript:
        walk.button("Answer").click()
        walk.reads(LOST)
        return
    with pytest.raises(Error, match="net::ERR_"), walk.page.expect_navigation():
        walk.button("Answer").click(no_wait_after=True)


def lose_the_answer_on_the_way_back(walk: Walk, bank: Bank) -> None:
    """The answer is stored, but the phone does not hear of it and sends it once more."""
    before = walk.page.url
    dropped: list[int] = []

    def swallow(route: Route) -> None:
        if route.request.method == "POST" and not dropped:
            dropped.append(route.fetch(max_redirects=0).status)
            route.abort()
        else:
            route.continue_()

    asked = bank[walk.page.get_by_role("heading", level=1).inner_text()]
    walk.answer(asked, learners.right(asked))
    walk.page.route("**/questions/**", swallow)
    press_in_vain(walk)
    assert dropped == [200 if walk.javascript else 303]
    walk.page.unroute("**/questions/**")
    walk.go(before)
    for name, values in form_values(asked, learners.right(asked)).items():
        field = walk.page.locator(f'[name="{name}"]').first
        if field.get_attribute("type") in {"radio", "checkbox"}:
            chosen = walk.page.locator(f'[name="{name}"]:checked')
            shown = [one.get_attribute("value") or "" for one in chosen.all()]
            assert sorted(shown) == sorted(values)
        else:
            assert field.input_value() == values[0], "the stored answer is not on the page"
    walk.press("Answer")


def rotate(walk: Walk, bank: Bank) -> None:
    """Turning the phone keeps the page, what is marked on it, and its width."""
    asked = bank[walk.page.get_by_role("heading", level=1).inner_text()]
    walk.answer(asked, learners.right(asked))
    fields = "[...document.querySelectorAll('main [name]')].map(e => [e.name, e.value, e.checked])"
    before = walk.page.evaluate(fields)
    walk.page.set_viewport_size({"width": PHONE_HEIGHT, "height": PHONE})
    assert not scrolls_sideways(walk.page)
    assert walk.page.evaluate(fields) == before
    walk.page.set_viewport_size({"width": PHONE, "height": PHONE_HEIGHT})
    assert walk.page.evaluate(fields) == before
    walk.press("Answer")


def resume(walk: Walk) -> None:
    """The first card leads to the question where the other phone stopped."""
    walk.arrive(walk.page.locator("main a.button").first)


def press_on_the_phone_left_behind(walk: Walk, bank: Bank) -> None:
    """The old page says that the test has been handed in, and changes nothing."""
    asked = bank[walk.page.get_by_role("heading", level=1).inner_text()]
    walk.answer(asked, learners.wrong(asked))
    walk.press("Answer")
    expect(walk.page.locator("main")).not_to_contain_text(asked.stem)


def questions(session: Session) -> Bank:
    """Every question by the words it asks with."""
    return {question.stem: question for _, question in learners.questions(session).values()}


def kept(session: Session) -> dict[str, int | None]:
    """How many attempts and answered questions there are."""
    session.rollback()
    counts = {
        "attempts": func.count(Attempt.id.distinct()),
        "questions": func.count(Answer.question_version_id.distinct()),
    }
    joined = select(*counts.values()).join(Answer, Answer.attempt_id == Attempt.id)
    row = session.execute(joined, execution_options=ALL).one()
    return dict(zip(counts, row, strict=True))
