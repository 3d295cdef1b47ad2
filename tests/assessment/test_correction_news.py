"""Whoever's result a corrected key changed is told where they look first, until they have read."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import learners
from tests.assessment.test_correction_pages import preview, question, run_job, staff
from tests.assessment.test_corrections import HARD, take
from tests.learners import Learner
from tests.page import Page
from tests.statements import counted
from training_app.access import Role
from training_app.questions.rules import Response

NEWS = "There is news about a result of the test"


@pytest.fixture
def learner(db_session: Session) -> Learner:
    return learners.enrol(db_session, learners.teach(db_session, bank=HARD))


def corrected(app: Flask, learner: Learner) -> str:
    """Make "a" right instead of "b"; returns the address of the correction."""
    trainer = staff(app, learner.session, Role.TRAINER)
    shown = trainer.submit(
        preview(trainer, question(learner.session), "right=a"), "correct", reason="Nhầm."
    )
    run_job(app, learner.session)
    return shown.response.request.path


def lowered(app: Flask, learner: Learner, address: str, passes: str) -> None:
    reviewer = staff(app, learner.session, Role.REVIEWER)
    values: dict[str, Any] = {"name": "Bà Lê Thị Hà", "reason": "Trái luật.", "passes": passes}
    reviewer.submit(reviewer.get(address), "lower", **values)
    run_job(app, learner.session)


def told(page: Page) -> str:
    """The address of the corrected result that a page tells of."""
    return next(str(one.get("href")) for one in page.all("a") if one.text == "See the result")


def test_a_corrected_result_is_told_on_the_first_page_until_it_was_read(
    app: Flask, learner: Learner
) -> None:
    attempt_id = take(learner, Response(chosen=("a",)))
    client = learners.reading(app, learner)
    before = client.get("/home/")
    assert NEWS not in before.text
    corrected(app, learner)
    home = client.get("/home/")
    assert NEWS in home.text
    assert "news, please read" in client.get("/my-results/").text
    assert told(home) == f"/attempts/{attempt_id}/result/"
    assert "With the right answer the test is passed" in client.get(told(home)).text
    assert NEWS not in client.get("/home/").text
    assert "news, please read" not in client.get("/my-results/").text
    assert "With the right answer the test is passed" in client.get(told(home)).text


def test_it_is_told_in_vietnamese(app: Flask, learner: Learner) -> None:
    take(learner, Response(chosen=("a",)))
    client = learners.reading(app, learner)
    client.language("vi")
    corrected(app, learner)
    assert "Có tin mới về kết quả bài kiểm tra" in client.get("/home/").text


def test_who_is_not_concerned_is_told_nothing_and_home_costs_the_same(
    app: Flask, learner: Learner
) -> None:
    take(learner, Response(chosen=("b",)))
    client = learners.reading(app, learner)
    with counted(app) as before:
        quiet = client.get("/home/")
    corrected(app, learner)
    with counted(app) as after:
        page = client.get("/home/")
    assert NEWS not in page.text
    assert len(after) == len(before)
    assert page.bytes == pytest.approx(quiet.bytes, abs=16)


@pytest.mark.parametrize(
    ("passes", "heading", "words"),
    [
        ("fall", "Not passed", "no longer passed, and its certificate no longer holds."),
        ("stand", "Passed", "The test stays passed."),
    ],
)
def test_a_lowered_result_is_told_with_the_name_of_who_decided_and_without_blame(
    app: Flask, learner: Learner, passes: str, heading: str, words: str
) -> None:
    attempt_id = take(learner, Response(chosen=("b",)))
    address = corrected(app, learner)
    client = learners.reading(app, learner)
    assert NEWS not in client.get("/home/").text
    lowered(app, learner, address, passes)
    home = client.get("/home/")
    assert NEWS in home.text
    page = client.get(f"/attempts/{attempt_id}/result/")
    assert page.h1.startswith(heading)
    assert words in page.text
    assert "The mistake was in the question, not in the answer that was given then." in page.text
    assert "Decided by Bà Lê Thị Hà. The reason: Trái luật." in page.text


def test_somebody_elses_look_at_the_address_does_not_count_as_having_read(
    app: Flask, learner: Learner
) -> None:
    attempt_id = take(learner, Response(chosen=("a",)))
    corrected(app, learner)
    other = learners.reading(app, learners.enrol(learner.session, learner.version, "Trần Văn Bình"))
    other.get(f"/attempts/{attempt_id}/result/", status=404)
    assert NEWS in learners.reading(app, learner).get("/home/").text
