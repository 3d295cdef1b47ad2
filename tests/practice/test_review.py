"""Spaced review: what was not right comes back on another day, a few minutes a week."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.learners import BANK, CANARY, Learner
from tests.page import Page, PageClient
from training_app import clock
from training_app.assessment import services as tests
from training_app.assessment.models import Attempt
from training_app.db import Unscoped
from training_app.organisation.models import Person
from training_app.practice import services
from training_app.practice.models import PracticeAnswer, ReviewCard
from training_app.questions.source import Question

ALL = {"scope": Unscoped("a test looks at everything")}
REVIEW = "/practice/review/"
NOON = datetime(2026, 11, 20, 12, tzinfo=clock.VIETNAM)
On = Callable[..., AbstractContextManager[PageClient]]


@pytest.fixture
def on(app: Flask, learner: Learner) -> On:
    """The learner's phone so many days and hours after a noon, while time stands there."""

    @contextmanager
    def moment(days: int = 0, hours: int = 0) -> Iterator[PageClient]:
        with time_machine.travel(NOON + timedelta(days=days, hours=hours), tick=False):
            learner.session.rollback()
            reader = learners.reading(app, learner)
            yield reader
            learner.session.rollback()

    return moment


def question_at(learner: Learner, stem: str) -> Question:
    return next(q for _, q in learners.questions(learner.session).values() if q.stem == stem)


def get_wrong(reader: PageClient, learner: Learner, number: int = 1) -> Question:
    """Answer a practice question wrong; the question."""
    page = reader.get(f"/practice/nghe/{number}/")
    question = question_at(learner, page.h1)
    learners.answer(reader, page, question, learners.wrong(question))
    learner.session.rollback()
    return question


def answer_card(reader: PageClient, learner: Learner, page: Page, *, right: bool) -> Page:
    question = question_at(learner, page.h1)
    given = learners.right(question) if right else learners.wrong(question)
    told = learners.answer_review(reader, page, question, given)
    learner.session.rollback()
    return told


def cards(session: Session) -> dict[str, tuple[int, datetime]]:
    """Key of each card → how often it was met, and when it comes back."""
    session.rollback()
    found = session.execute(
        select(ReviewCard.question_key, ReviewCard.reviews, ReviewCard.due_at),
        execution_options=ALL,
    ).all()
    session.rollback()
    return {row.question_key: (row.reviews, row.due_at) for row in found}


# -- when -----------------------------------------------------------------------------------


def test_what_was_wrong_comes_back_on_the_next_day_and_a_right_answer_sends_it_away(
    on: On, learner: Learner
) -> None:
    with on() as reader:
        assert "nothing to review now" in reader.get(REVIEW).text
        question = get_wrong(reader, learner)
        assert "tomorrow at the earliest" in reader.get("/practice/nghe/1/feedback/").text
        later = reader.get(REVIEW)
        assert "nothing to review now" in later.text
        assert f"comes back on {NOON + timedelta(days=1):%-d %b %Y}" in later.text
    with on(0, 13) as reader:
        page = reader.get(REVIEW)
        assert page.h1 == question.stem
        told = answer_card(reader, learner, page, right=True)
        assert "That is right" in told.text
        assert "the last one for today" in told.text
    ((met, comes),) = cards(learner.session).values()
    assert met == 2
    assert comes > NOON + timedelta(days=1)


def test_a_card_answered_wrong_is_done_for_the_day(on: On, learner: Learner) -> None:
    with on() as reader:
        question = get_wrong(reader, learner)
    with on(1) as reader:
        told = answer_card(reader, learner, reader.get(REVIEW), right=False)
        assert f"comes back on {NOON + timedelta(days=2):%-d %b %Y}" in told.text
    with on(1, 9) as reader:
        assert "nothing to review now" in reader.get(REVIEW).text
    with on(2) as reader:
        assert reader.get(REVIEW).h1 == question.stem


# -- how much -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("met", "ago", "comes"),
    [(4, 0, True), (5, 0, False), (9, 2, True), (10, 2, False), (10, 6, False), (10, 7, True)],
)
def test_what_comes_back_ends_after_five_answers_a_day_and_ten_in_seven_days(
    on: On, learner: Learner, met: int, ago: int, *, comes: bool
) -> None:
    with on(-9) as reader:
        question = get_wrong(reader, learner)
        ((_, due_at),) = cards(learner.session).values()
    answer_often(learner, "many", met, NOON - timedelta(days=ago, hours=1))
    with on() as reader:
        shown = reader.get(REVIEW)
    assert due_at <= NOON
    assert (shown.h1 == question.stem) is comes
    assert ("enough for now" in shown.text) is not comes


def answer_often(learner: Learner, key: str, times: int, at: datetime) -> None:
    """A card of another question that was met again so often at that moment."""
    version_id, _ = learners.questions(learner.session)[key]
    moment = at.astimezone(UTC)
    for number in range(times):
        learner.session.add(
            PracticeAnswer(
                person_id=learner.person_id,
                question_version_id=version_id,
                response={},
                right=False,
                answered_at=moment,
                client_key=f"{key}-{number}-again",
            )
        )
    learner.session.add(
        ReviewCard(
            person_id=learner.person_id,
            module_id=learner.version.module_id,
            question_key=key,
            state=2,
            due_at=NOON.astimezone(UTC) + timedelta(days=30),
            last_review_at=moment,
            reviews=times + 1,
        )
    )
    learner.session.commit()


def test_the_person_reads_how_many_are_left_and_what_the_limit_is(on: On, learner: Learner) -> None:
    with on() as reader:
        for number in (1, 2, 3):
            get_wrong(reader, learner, number)
    with on(1) as reader:
        assert "3 questions today" in reader.get(REVIEW).text
        told = answer_card(reader, learner, reader.get(REVIEW), right=True)
        assert told.link("Next question") == REVIEW
        assert "2 questions today" in reader.get(REVIEW).text
    with on(0, 1) as reader:
        assert "at most 5 a day and 10 in seven days" in reader.get(REVIEW).text


# -- what was wrong in a test ---------------------------------------------------------------


def fail_a_test(learner: Learner) -> None:
    """Hand in the test with every answer wrong."""
    session, now, actor = learner.session, clock.now(), learner.viewer
    learner.read_all()
    attempt_id = tests.start(session, learners.SLUG, now=now, actor=actor)
    session.commit()
    bank = dict(learners.questions(session).values())
    attempt = session.get_one(Attempt, attempt_id, execution_options=ALL)
    for number, one in enumerate(attempt.questions, start=1):
        given, key = learners.wrong(bank[one]), f"key-{attempt_id}-{number}"
        tests.save_answer(session, attempt_id, number, given, client_key=key, now=now, actor=actor)
    tests.submit(session, attempt_id, now=now, on=clock.today(), actor=actor)
    session.commit()


def test_what_was_wrong_in_a_test_comes_back_too(on: On, learner: Learner) -> None:
    with on() as reader:
        fail_a_test(learner)
        assert services.remember_mistakes(learner.session, now=clock.now()) == 6
        learner.session.commit()
        assert "nothing to review now" in reader.get(REVIEW).text
    with on(1) as reader:
        page = reader.get(REVIEW)
        assert "5 questions today" in page.text
        assert "That is right" in answer_card(reader, learner, page, right=True).text


def test_a_mistake_in_a_test_is_remembered_once(on: On, learner: Learner) -> None:
    session = learner.session
    with on():
        fail_a_test(learner)
        assert services.remember_mistakes(session, now=clock.now()) == 6
        session.commit()
        before = cards(session)
        assert services.remember_mistakes(session, now=clock.now()) == 0
        session.commit()
    assert cards(session) == before


def test_what_was_practised_after_the_test_knows_it_already(on: On, learner: Learner) -> None:
    with on() as reader:
        fail_a_test(learner)
    with on(0, 1) as reader:
        question = get_wrong(reader, learner)
        assert services.remember_mistakes(learner.session, now=clock.now()) == 5
        learner.session.commit()
    key = next(k for k, (_, q) in learners.questions(learner.session).items() if q == question)
    assert cards(learner.session)[key][0] == 1


def test_a_card_well_known_is_met_again_by_a_mistake_in_a_test(on: On, learner: Learner) -> None:
    session = learner.session
    long_ago = NOON.astimezone(UTC) - timedelta(days=40)
    card = ReviewCard(
        person_id=learner.person_id,
        module_id=learner.version.module_id,
        question_key="one",
        state=2,
        stability=60.0,
        difficulty=5.0,
        due_at=long_ago + timedelta(days=60),
        last_review_at=long_ago,
        reviews=4,
    )
    session.add(card)
    session.commit()
    with on():
        fail_a_test(learner)
        services.remember_mistakes(session, now=clock.now())
        session.commit()
    met, comes = cards(session)["one"]
    assert met == 5
    assert comes < NOON + timedelta(days=15)


def test_questions_of_tests_alone_and_people_who_were_erased_get_no_cards(
    on: On, learner: Learner
) -> None:
    session = learner.session
    only_test = BANK.replace('id = "one"', 'id = "one"\nuse = "test"')
    learner.version = learners.teach(session, bank=only_test)
    with on():
        fail_a_test(learner)
        services.remember_mistakes(session, now=clock.now())
        session.commit()
        assert "one" not in cards(session)
        session.get_one(Person, learner.person_id, execution_options=ALL).anonymised_at = NOON
        for card in session.scalars(select(ReviewCard), execution_options=ALL):
            session.delete(card)
        session.commit()
        assert services.remember_mistakes(session, now=clock.now()) == 0


# -- beside a running test ------------------------------------------------------------------


def test_a_new_wording_of_a_question_of_the_running_test_is_kept_back_too(
    on: On, learner: Learner
) -> None:
    with on(-2) as reader:
        question = get_wrong(reader, learner)
    with on() as reader:
        learner.read_all()
        reader.submit(reader.get("/learn/nghe/"), "test/start")
        learner.session.rollback()
        learners.teach(learner.session, bank=BANK.replace(question.stem, "Lời mới?"))
        learner.session.rollback()
        assert "nothing to review now" in reader.get(REVIEW).text
        assert CANARY not in reader.get("/practice/nghe/1/feedback/", status=409).html
