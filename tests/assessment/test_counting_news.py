"""Whoever's result another policy changed is told where they look first, until they have read."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests import learners
from tests.assessment.test_correction_news import NEWS, told
from tests.assessment.test_policies import NOW, change, sit
from tests.learners import Learner
from training_app.assessment.models import Attempt
from training_app.assessment.rules.attempts import Policy
from training_app.db import Unscoped

ALL = {"scope": Unscoped("a test looks at everything")}
INSTEAD = "counts at this test. So this result counts instead of attempt"


def sat(learner: Learner, *passing: bool) -> list[int]:
    """Attempts one after the other; returns their ids."""
    learner.read_all()
    for at, one in enumerate(passing):
        sit(learner, NOW - timedelta(hours=9 - at), passing=one)
    rows = select(Attempt.id).order_by(Attempt.number)
    ids = list(learner.session.scalars(rows, execution_options=ALL))
    learner.session.rollback()
    return ids


def test_a_result_lowered_by_name_is_told_until_it_was_read(app: Flask, learner: Learner) -> None:
    _, last = sat(learner, True, False)
    change(learner.session, Policy.LAST)
    client = learners.reading(app, learner)
    assert NEWS not in client.get("/home/").text
    change(learner.session, Policy.LAST, lowering=True, by="Bà Hà")
    home = client.get("/home/")
    assert NEWS in home.text
    assert "news, please read" in client.get("/my-results/").text
    assert told(home) == f"/attempts/{last}/result/"
    page = client.get(told(home))
    assert f"the last attempt {INSTEAD} 1 (6 of 6 questions right)." in page.text
    assert "Decided by Bà Hà. The reason: Quy che moi." in page.text
    assert "What stands in the record stays, and the certificate holds." in page.text
    assert NEWS not in client.get("/home/").text
    assert "news, please read" not in client.get("/my-results/").text
    assert INSTEAD in client.get(told(home)).text


def test_a_result_raised_is_told_too(app: Flask, learner: Learner) -> None:
    change(learner.session, Policy.FIRST)
    _, passed = sat(learner, False, True)
    client = learners.reading(app, learner)
    client.get("/home/")
    change(learner.session, Policy.BEST)
    home = client.get("/home/")
    assert told(home) == f"/attempts/{passed}/result/"
    page = client.get(told(home))
    assert f"the best attempt {INSTEAD} 1 (0 of 6 questions right)." in page.text
    assert "The reason: Quy che moi." in page.text
    assert "Decided by" not in page.text
    assert "the certificate holds" not in page.text


@pytest.mark.parametrize("passing", [(True,), (True, True), (False, True)])
def test_whose_result_neither_rises_nor_falls_is_told_nothing(
    app: Flask, learner: Learner, passing: tuple[bool, ...]
) -> None:
    ids = sat(learner, *passing)
    change(learner.session, Policy.LAST)
    client = learners.reading(app, learner)
    assert NEWS not in client.get("/home/").text
    client.language("vi")
    assert "Có tin mới về kết quả" not in client.get("/home/").text
    assert "tính thay cho lần" not in client.get(f"/attempts/{ids[0]}/result/").text
