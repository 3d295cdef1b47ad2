"""An answer that arrives after its test was closed: kept, shown to the trainer, never counted."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.assessment.writing import ALL, Desk, open_desk
from tests.factories import records as make
from tests.factories import visitors
from tests.learners import BANK, Learner
from training_app import clock
from training_app.access import Role
from training_app.assessment import services
from training_app.assessment.models import Answer, Attempt, LateAnswer
from training_app.assessment.rules.attempts import GRACE
from training_app.questions.rules import Response
from training_app.questions.source import Question

TIMED = BANK.replace("pass_mark = 4", "pass_mark = 4\nminutes = 20")


@pytest.fixture
def desk(db_session: Session) -> Desk:
    return open_desk(db_session)


def kept(session: Session) -> list[LateAnswer]:
    session.rollback()
    return list(session.scalars(select(LateAnswer).order_by(LateAnswer.id), execution_options=ALL))


def first_question(learner: Learner, attempt: Attempt) -> Question:
    found = dict(learners.questions(learner.session).values())
    return found[attempt.questions[0]]


def test_an_answer_that_arrives_after_closing_time_is_kept_once_and_counts_for_nothing(
    learner: Learner,
) -> None:
    learners.teach(learner.session, bank=TIMED)
    learner.read_all()
    session, now, actor = learner.session, clock.now(), learner.viewer
    attempt_id = services.start(session, learners.SLUG, now=now, actor=actor)
    session.commit()
    attempt = session.get_one(Attempt, attempt_id, execution_options=ALL)
    assert attempt.closes_at is not None
    late = attempt.closes_at + GRACE + timedelta(seconds=1)
    asked = services.question_to_answer(session, attempt_id, 1, actor=actor).attempt
    right = learners.right(first_question(learner, attempt))
    for _ in range(2):
        saved = services.save_into(session, asked, 1, right, client_key="late-0001", now=late)
        assert saved.refused is not None
        session.commit()
    (row,) = kept(session)
    assert (row.attempt_id, row.arrived_at, row.client_key) == (attempt_id, late, "late-0001")
    assert session.scalars(select(Answer), execution_options=ALL).all() == []
    services.submit(session, attempt_id, now=late, on=clock.local_date(late), actor=actor)
    session.commit()
    session.refresh(attempt)
    assert (attempt.right_count, attempt.submitted_at) == (0, attempt.closes_at)


def test_a_delivery_of_an_answer_saved_in_time_is_acknowledged_and_not_late(
    learner: Learner,
) -> None:
    learner.read_all()
    session, now, actor = learner.session, clock.now(), learner.viewer
    attempt_id = services.start(session, learners.SLUG, now=now, actor=actor)
    given: dict[str, Any] = {"client_key": "key-0001", "now": now, "actor": actor}
    unsure = Response(dont_know=True)
    services.save_answer(session, attempt_id, 1, unsure, **given)
    services.submit(session, attempt_id, now=now, on=clock.today(), actor=actor)
    assert services.save_answer(session, attempt_id, 1, unsure, **given).repeated
    session.commit()
    assert kept(session) == []


def test_who_answers_after_handing_in_reads_that_it_is_kept_and_the_trainer_sees_it(
    app: Flask, desk: Desk
) -> None:
    reader = learners.reading(app, desk.learner)
    desk.learner.read_all()
    desk.session.commit()
    before = reader.submit(reader.get("/learn/nghe/"), "test/start")
    attempt_id = desk.hand_in(single_right=False)
    trainer = visitors.visitor(app, desk.session, desk.marker(Role.TRAINER))
    far = desk.marker(Role.TRAINER, make.unit(desk.session, "Tỉnh Xa"))
    stranger = visitors.visitor(app, desk.session, far)
    _, question = learners.questions(desk.session)["one"]
    desk.session.commit()
    if before.h1 == "Câu một?":
        page = reader.submit(before, "", 409, **learners.fields(question, learners.right(question)))
    else:
        page = reader.submit(before, "", 409, text="Nghe riêng từng bên.")
    assert "The answer sent now is kept for the trainer to see" in page.text
    assert reader.get(page.link("See the result")).h1
    assert [one.attempt_id for one in kept(desk.session)] == [attempt_id]
    assert desk.attempt(attempt_id).right_count == 0
    desk.session.commit()
    queue = trainer.get("/marking/")
    assert "1 answer came too late to count" in queue.text
    told = trainer.get("/marking/late/").text
    assert ("would have been right" in told) is (before.h1 == "Câu một?")
    assert "after the test was handed in" in told
    assert "Nguyễn Thị Hoa" not in told
    assert "No answer came too late." in stranger.get("/marking/late/").text


@pytest.mark.parametrize(
    ("late", "words"),
    [
        (timedelta(seconds=5), "1 minute"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=40), "40 days"),
    ],
)
def test_how_late_an_answer_came_is_told_in_a_unit_that_people_grasp(
    app: Flask, desk: Desk, late: timedelta, words: str
) -> None:
    attempt_id = desk.hand_in()
    asked = services.question_to_answer(
        desk.session, attempt_id, 1, actor=desk.learner.viewer
    ).attempt
    assert asked.submitted_at is not None
    text = Response(text="Nghe riêng từng bên, " + "rồi hỏi thêm điều họ lo " * 20 + "sau cùng.")
    services.save_into(
        desk.session, asked, 1, text, client_key="late-0001", now=asked.submitted_at + late
    )
    desk.session.commit()
    trainer = visitors.visitor(app, desk.session, desk.marker(Role.TRAINER))
    desk.session.commit()
    told = trainer.get("/marking/late/").text
    assert f"Arrived {words} after the test was handed in, on " in told
