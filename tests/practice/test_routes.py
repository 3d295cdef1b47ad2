"""Practice without scripts: questions with reasons, one turn a page, what comes back."""

from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import select

from tests import learners
from tests.learners import CANARY, Learner
from tests.page import PageClient
from tests.statements import counted
from training_app import clock
from training_app.db import Unscoped
from training_app.practice.models import PracticeAnswer, ReviewCard, ScenarioRun, ScenarioStep
from training_app.questions.source import Question

ALL = {"scope": Unscoped("a test looks at everything")}
SCENARIO = "/practice/nghe/scenarios/ngo-chung/"


def question_at(learner: Learner, stem: str) -> Question:
    return next(q for _, q in learners.questions(learner.session).values() if q.stem == stem)


def test_every_kind_is_answered_and_explained_without_a_script(
    reader: PageClient, learner: Learner
) -> None:
    page = reader.get("/practice/nghe/1/")
    for number in range(1, 8):
        question = question_at(learner, page.h1)
        told = learners.answer(reader, page, question, learners.right(question))
        assert "That is right" in told.text
        assert CANARY in told.text
        assert "Article" in told.text
        page = reader.get(told.link("Next question" if number < 7 else "Back to the module"))
    assert page.h1 == "Listening"


def test_what_was_not_right_is_told_calmly_with_the_right_answer_and_the_lesson(
    reader: PageClient, learner: Learner
) -> None:
    page = reader.get("/practice/nghe/1/")
    question = question_at(learner, page.h1)
    told = learners.answer(reader, page, question, learners.wrong(question))
    assert "Not right yet" in told.text
    assert "Đến hỏi thăm" in told.text
    assert "chờ thì muộn" in told.text
    assert told.link("Read lesson 1 again") == "/learn/nghe/10-mot/"


def test_not_knowing_is_an_answer(reader: PageClient, learner: Learner) -> None:
    page = reader.get("/practice/nghe/1/")
    told = reader.submit(page, "", answer="dont-know")
    assert "Not known yet, and that is fine" in told.text


def test_nothing_chosen_says_what_to_do(reader: PageClient, learner: Learner) -> None:
    page = reader.submit(reader.get("/practice/nghe/1/"), "", status=422)
    assert page.all("title")[0].text.startswith("Error:")


def test_a_second_press_stores_one_answer(reader: PageClient, learner: Learner) -> None:
    page = reader.get("/practice/nghe/1/")
    question = question_at(learner, page.h1)
    for _ in range(2):
        learners.answer(reader, page, question, learners.wrong(question))
    assert len(learner.session.scalars(select(PracticeAnswer), execution_options=ALL).all()) == 1
    (card,) = learner.session.scalars(select(ReviewCard), execution_options=ALL)
    assert card.reviews == 1


def test_a_question_of_the_running_test_is_practised_after_it(
    reader: PageClient, learner: Learner
) -> None:
    page = reader.get("/practice/nghe/1/")
    question = question_at(learner, page.h1)
    learners.answer(reader, page, question, learners.wrong(question))
    learner.session.rollback()
    learner.read_all()
    with time_machine.travel(clock.now() + timedelta(days=1)):
        come_back = reader.get("/practice/review/")
    assert come_back.h1 == question.stem
    reader.submit(reader.get("/learn/nghe/"), "test/start")
    for path in ("/practice/nghe/1/", "/practice/nghe/1/feedback/"):
        assert CANARY not in reader.get(path, status=409).html
    # What was opened before the test began says nothing either, and nothing comes back meanwhile.
    given = learners.fields(question, learners.right(question))
    for opened, action in ((page, ""), (come_back, "/practice/review/")):
        assert CANARY not in reader.submit(opened, action, 409, **given).html
    card = learner.session.scalars(select(ReviewCard), execution_options=ALL).one()
    card_id, reviews = card.id, card.reviews
    assert reviews == 1
    learner.session.rollback()
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert "nothing to review now" in reader.get("/practice/review/").text
        told = reader.get(f"/practice/review/{card_id}/feedback/", status=409)
        assert CANARY not in told.html


def test_what_was_right_at_once_does_not_come_back(reader: PageClient, learner: Learner) -> None:
    page = reader.get("/practice/nghe/1/")
    question = question_at(learner, page.h1)
    learners.answer(reader, page, question, learners.right(question))
    assert learner.session.scalars(select(PracticeAnswer), execution_options=ALL).one().right
    assert not learner.session.scalars(select(ReviewCard), execution_options=ALL).all()


# -- scenarios ------------------------------------------------------------------------------


def test_a_scenario_is_walked_turn_by_turn_to_its_end(reader: PageClient, learner: Learner) -> None:
    page = reader.submit(reader.get(SCENARIO), "")
    assert page.response.request.path.endswith("/turns/1/")
    assert page.h1 == "Bà Lan đến."
    reply = reader.submit(page, "", choice="a")
    assert reply.response.request.path == page.response.request.path
    assert "Bà kể." in reply.text
    assert "Article 16" in reply.text
    end = reader.get(reply.link("To the end of the scenario"))
    assert end.h1 == "Xong"
    assert "Ghi rõ." in end.text
    assert "Listening" in end.text
    (run,) = learner.session.scalars(select(ScenarioRun), execution_options=ALL)
    assert run.ending == "e1"


def test_going_back_keeps_every_choice_as_evidence(reader: PageClient, learner: Learner) -> None:
    page = reader.submit(reader.get(SCENARIO), "")
    reply = reader.submit(page, "", choice="a")
    again = reader.submit(reply, "back")
    assert again.h1 == "Bà Lan đến."
    steps = learner.session.scalars(select(ScenarioStep), execution_options=ALL).all()
    assert [(one.node, one.choice) for one in steps] == [("n1", "a")]
    runs = learner.session.scalars(select(ScenarioRun), execution_options=ALL).all()
    assert [run.ending for run in runs] == ["e1", None]


def test_a_second_press_makes_one_move(reader: PageClient, learner: Learner) -> None:
    page = reader.submit(reader.get(SCENARIO), "")
    for _ in range(2):
        reader.submit(page, "", choice="a")
    assert len(learner.session.scalars(select(ScenarioStep), execution_options=ALL).all()) == 1


def test_no_way_chosen_says_what_to_do(reader: PageClient, learner: Learner) -> None:
    page = reader.submit(reader.get(SCENARIO), "")
    assert "Choose one way." in reader.submit(page, "", status=422).text


def test_an_unknown_way_and_anothers_run_are_not_found(
    app: Flask, reader: PageClient, learner: Learner
) -> None:
    page = reader.submit(reader.get(SCENARIO), "")
    reader.submit(page, "", status=404, choice="z")
    stranger = learners.enrol(learner.session, learner.version, "Trần Văn Bình")
    learners.entered(app, stranger).get(page.response.request.path, status=404)


# -- cost -----------------------------------------------------------------------------------


def test_each_page_needs_few_statements_and_few_bytes(
    app: Flask, reader: PageClient, learner: Learner
) -> None:
    page = reader.get("/practice/nghe/1/")
    question = question_at(learner, page.h1)
    learners.answer(reader, page, question, learners.wrong(question))
    turn = reader.submit(reader.get(SCENARIO), "").response.request.path
    limits = {
        "/practice/nghe/1/": 4,
        "/practice/nghe/1/feedback/": 7,
        SCENARIO: 4,
        turn: 4,
        "/practice/review/": 5,
    }
    for path, limit in limits.items():
        with counted(app) as seen:
            page = reader.get(path)
        assert len(seen) <= limit, (path, seen)
        assert page.bytes <= 8_000
