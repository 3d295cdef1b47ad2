"""What a test promises to whoever takes it: time, order, limits, credit, and what counts."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.learners import BANK, Learner
from tests.page import PageClient
from training_app import clock
from training_app.assessment import services
from training_app.assessment.models import Answer, Attempt
from training_app.assessment.rules.attempts import (
    GRACE,
    Policy,
    Sitting,
    counting,
    minutes_left,
)
from training_app.clock import VIETNAM
from training_app.db import Unscoped
from training_app.errors import RuleBroken
from training_app.learning.models import Fact
from training_app.learning.rules import local_day
from training_app.questions.rules import Response

NOW = datetime(2026, 11, 20, 7, 5, tzinfo=UTC)
ALL = {"scope": Unscoped("a test looks at everything")}
TIMED = BANK.replace("pass_mark = 4", "pass_mark = 4\nminutes = 20")
TWICE = BANK.replace("retake_after_minutes = 10", "retake_after_minutes = 0\nattempts = 1")
UNSURE = Response(dont_know=True)


def started(learner: Learner, now: datetime = NOW) -> Attempt:
    learner.read_all()
    attempt_id = services.start(learner.session, learners.SLUG, now=now, actor=learner.viewer)
    learner.session.commit()
    return learner.session.get_one(Attempt, attempt_id, execution_options=ALL)


def answer(learner: Learner, attempt: Attempt, key: str, now: datetime) -> services.Saved:
    return services.save_answer(
        learner.session, attempt.id, 1, UNSURE, client_key=key, now=now, actor=learner.viewer
    )


def test_an_answer_on_its_way_when_the_time_ran_out_counts_within_the_grace(
    learner: Learner,
) -> None:
    learners.teach(learner.session, bank=TIMED)
    attempt = started(learner)
    assert attempt.closes_at == NOW + timedelta(minutes=20)
    assert answer(learner, attempt, "key-0001", attempt.closes_at + GRACE).sequence == 1
    late = attempt.closes_at + GRACE + timedelta(seconds=1)
    with pytest.raises(RuleBroken, match="time is over"):
        answer(learner, attempt, "key-0002", late)
    services.submit(learner.session, attempt.id, now=late, on=late.date(), actor=learner.viewer)
    learner.session.refresh(attempt)
    assert attempt.submitted_at == attempt.closes_at


def test_a_timed_test_says_before_the_start_and_on_each_page_until_when_it_is_open(
    reader: PageClient, learner: Learner
) -> None:
    learners.teach(learner.session, bank=TIMED)
    learner.read_all()
    module = reader.get("/learn/nghe/")
    assert "Open for 20 minutes from the start." in module.text
    page = reader.submit(module, "test/start")
    closes_at = learner.session.scalars(select(Attempt.closes_at), execution_options=ALL).one()
    assert closes_at is not None
    assert f"Open until {closes_at.astimezone(VIETNAM):%H:%M}" in page.text
    assert "at most 20 minutes left" in page.text
    review = page.response.request.path.rsplit("/", 3)[0] + "/review/"
    assert "at most 20 minutes left" in reader.get(review).text


def test_when_the_time_is_over_the_pages_say_so_before_anything_is_sent(
    reader: PageClient, learner: Learner
) -> None:
    learners.teach(learner.session, bank=TIMED)
    attempt_id = started(learner, clock.now() - timedelta(minutes=21)).id
    learner.session.rollback()
    for path in ("questions/1/", "review/"):
        page = reader.get(f"/attempts/{attempt_id}/{path}")
        assert "The time is over. The answers saved before are safe and count" in page.text
        assert "minutes left" not in page.text
        # Nothing is offered that would come too late.
        assert not {"Answer", "Answer now", "Skip, do it later"} & {
            one.text.strip() for one in page.all("button") + page.all("a")
        }


def test_the_time_left_is_counted_by_the_server_in_begun_minutes() -> None:
    told = [minutes_left(NOW, NOW - timedelta(seconds=left)) for left in (121, 120, 1, 0, -5)]
    assert told == [3, 2, 1, 0, 0]
    assert minutes_left(None, NOW) is None


def test_how_many_attempts_there_are_is_told_before_the_first(
    reader: PageClient, learner: Learner
) -> None:
    learners.teach(learner.session, bank=TWICE.replace("attempts = 1", "attempts = 2"))
    learner.read_all()
    page = reader.get("/learn/nghe/")
    assert "2 attempts at most." in page.text
    assert "How points are given stands beside each question." in page.text


def test_answers_stand_in_the_order_in_which_they_arrived_whatever_a_phone_says(
    reader: PageClient, learner: Learner
) -> None:
    learner.read_all()
    page = reader.submit(reader.get("/learn/nghe/"), "test/start")
    address = page.response.request.path
    for year in ("2031", "1999"):
        form = page.form("")
        fields = form.filled(**{"dont-know": "1"})
        reader.post(address, fields | {"answered_at": f"{year}-01-01", "sequence": "99"})
        page = reader.get(address)
    saved = learner.session.scalars(select(Answer).order_by(Answer.id), execution_options=ALL).all()
    assert [one.sequence for one in saved] == [1, 2]
    assert all(one.answered_at.year not in {2031, 1999} for one in saved)


def test_a_moment_belongs_to_the_day_it_has_in_viet_nam() -> None:
    before = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)
    assert str(local_day(before)) == "2026-12-31"
    assert str(local_day(before + timedelta(minutes=1))) == "2027-01-01"
    assert str(local_day(datetime(2028, 2, 28, 17, 0, tzinfo=UTC))) == "2028-02-29"


def test_how_points_are_given_stands_beside_the_question_before_it_is_answered(
    reader: PageClient, learner: Learner
) -> None:
    learner.read_all()
    page = reader.submit(reader.get("/learn/nghe/"), "test/start")
    told = {}
    for number in range(1, 7):
        page = reader.get(page.response.request.path.rsplit("/", 2)[0] + f"/{number}/")
        told[page.h1] = page.text
    assert "each one that is not right takes one away, never below zero" in told["Những việc nào?"]
    assert "Counts only when all steps are in order." in told["Xếp các bước."]
    assert "The answer counts half, the reason the other half." in told["Phải ghi sổ."]


def test_which_attempt_counts_follows_the_policy_stored_with_it() -> None:
    sittings = [
        Sitting(number, number, NOW, points=points, passed=passed)
        for number, points, passed in ((1, 3.0, False), (2, 5.0, True), (3, 4.0, False))
    ]
    chosen = {policy: counting(policy, sittings) for policy in Policy}
    assert {policy: one.number for policy, one in chosen.items() if one} == {
        Policy.FIRST: 1,
        Policy.BEST: 2,
        Policy.LAST: 3,
    }


def test_a_later_worse_attempt_takes_nothing_away(learner: Learner) -> None:
    free = BANK.replace("retake_after_minutes = 10", "retake_after_minutes = 0")
    learners.teach(learner.session, bank=free)
    for right in (True, False):
        attempt = started(learner)
        bodies = dict(learners.questions(learner.session).values())
        for number in range(1, 7):
            question = bodies[attempt.questions[number - 1]]
            given = learners.right(question) if right else UNSURE
            services.save_answer(
                learner.session,
                attempt.id,
                number,
                given,
                client_key=f"key-{attempt.id}-{number}",
                now=NOW,
                actor=learner.viewer,
            )
        services.submit(learner.session, attempt.id, now=NOW, on=NOW.date(), actor=learner.viewer)
        learner.session.commit()
    rows = learner.session.scalars(select(Attempt).order_by(Attempt.id), execution_options=ALL)
    assert [(one.policy, one.passed, one.counts) for one in rows] == [
        ("best", True, True),
        ("best", False, False),
    ]
    assert len(learner.session.scalars(select(Fact), execution_options=ALL).all()) == 1


def test_when_all_attempts_are_used_the_page_says_who_helps(
    reader: PageClient, learner: Learner
) -> None:
    learners.teach(learner.session, bank=TWICE)
    attempt = started(learner)
    services.submit(learner.session, attempt.id, now=NOW, on=NOW.date(), actor=learner.viewer)
    services.see_mistakes(learner.session, attempt.id, now=NOW, actor=learner.viewer)
    learner.session.commit()
    page = reader.get("/learn/nghe/")
    assert "The only attempt is used. Please ask the team leader or the trainer" in page.text
    assert not [form for form in page.forms if "start" in form.action]


def test_a_completion_stays_with_the_version_it_was_made_on(
    app: Flask, db_session: Session, learner: Learner
) -> None:
    attempt = started(learner)
    bodies = dict(learners.questions(db_session).values())
    for number, one in enumerate(attempt.questions, start=1):
        services.save_answer(
            learner.session,
            attempt.id,
            number,
            learners.right(bodies[one]),
            client_key=f"key-{number}-{one}",
            now=NOW,
            actor=learner.viewer,
        )
    services.submit(learner.session, attempt.id, now=NOW, on=NOW.date(), actor=learner.viewer)
    learner.session.commit()
    newer = learners.teach(learner.session, bank=BANK.replace("Câu một?", "Câu một, viết lại?"))
    fact = learner.session.scalars(select(Fact), execution_options=ALL).one()
    assert fact.module_version_id == attempt.module_version_id != newer.id
    learner.session.refresh(attempt)
    assert attempt.passed
