"""One person, one test: a button pressed six times, two tabs, a phone beside another."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests import learners
from tests.databases import Database
from tests.learners import Learner
from training_app.assessment.models import Answer, AnswerMark, Attempt
from training_app.catalogue.queries import question_bodies
from training_app.db import Unscoped, writing
from training_app.questions.rules import form_values, response_from_data
from training_app.questions.rules.presenting import DONT_KNOW

PRESSES, QUESTIONS = 6, 6
ALL = {"scope": Unscoped("a test looks at everything")}


class Tabs:
    """Six tabs of one signed-in person, all able to press at the same moment."""

    def __init__(self, app: Flask, learner: Learner) -> None:
        self.learner = learner
        first = learners.entered(app, learner)
        page = first.get(f"/learn/{learners.SLUG}/")
        self.token = dict(page.form("start").fields)["csrf_token"]
        cookie = first.http.get_cookie("session")
        assert cookie
        self.clients: list[FlaskClient] = []
        for _ in range(PRESSES):
            client = app.test_client()
            client.set_cookie("session", cookie.value)
            self.clients.append(client)

    def press(self, *presses: tuple[str, dict[str, str]]) -> list[tuple[int, str]]:
        """Press all at once, each in a tab of its own; status and where it leads."""
        gate = threading.Barrier(len(presses))

        def one(tab: FlaskClient, path: str, form: dict[str, str]) -> tuple[int, str]:
            gate.wait()
            told = tab.post(path, data=form | {"csrf_token": self.token})
            return told.status_code, told.location or ""

        with ThreadPoolExecutor(len(presses)) as pool:
            running = [
                pool.submit(one, tab, *press)
                for tab, press in zip(self.clients, presses, strict=False)
            ]
        return [told.result() for told in running]


@pytest.fixture
def tabs(app: Flask, db_session: Session) -> Tabs:
    """Somebody who has read everything, with the module open in six tabs."""
    learner = learners.enrol(db_session, learners.teach(db_session))
    learner.read_all()
    return Tabs(app, learner)


@pytest.fixture
def attempt(tabs: Tabs, db_session: Session) -> Attempt:
    """The running attempt, begun in all tabs at once."""
    start = (f"/learn/{learners.SLUG}/test/start/", dict[str, str]())
    told = tabs.press(*[start] * PRESSES)
    db_session.rollback()
    attempt = db_session.scalars(select(Attempt), execution_options=ALL).one()
    assert set(told) == {(303, f"/attempts/{attempt.id}/questions/1/")}
    return attempt


@pytest.fixture
def stored(db_session: Session, attempt: Attempt) -> Callable[[], list[Answer]]:
    """The answers in the database now, in the order of their sequence."""

    def read() -> list[Answer]:
        db_session.rollback()
        found = select(Answer).where(Answer.attempt_id == attempt.id)
        ordered = found.order_by(Answer.question_version_id, Answer.sequence)
        return list(db_session.scalars(ordered, execution_options=ALL))

    return read


def question(attempt: Attempt, number: int) -> str:
    return f"/attempts/{attempt.id}/questions/{number}/"


def test_an_answer_pressed_six_times_at_once_is_saved_once(
    tabs: Tabs, attempt: Attempt, stored: Callable[[], list[Answer]]
) -> None:
    for number in range(1, QUESTIONS + 1):
        form = {DONT_KNOW: "1", "client_key": f"pressed-{number}"}
        told = tabs.press(*[(question(attempt, number), form)] * PRESSES)
        assert {status for status, _ in told} == {303}
        assert len(set(told)) == 1
    answers = stored()
    assert [one.sequence for one in answers] == [1] * QUESTIONS
    assert sorted(one.client_key for one in answers) == [
        f"pressed-{number}" for number in range(1, QUESTIONS + 1)
    ]


def test_six_tabs_that_answer_one_question_are_all_saved_one_after_another(
    tabs: Tabs, attempt: Attempt, stored: Callable[[], list[Answer]]
) -> None:
    told = tabs.press(
        *[
            (question(attempt, 1), {DONT_KNOW: "1", "client_key": f"tab-{tab}-key"})
            for tab in range(PRESSES)
        ]
    )
    assert {status for status, _ in told} == {303}
    answers = stored()
    assert [one.sequence for one in answers] == list(range(1, PRESSES + 1))
    assert {one.client_key for one in answers} == {f"tab-{tab}-key" for tab in range(PRESSES)}


def test_two_tabs_with_one_key_and_two_answers_keep_the_first_and_say_so(
    tabs: Tabs, attempt: Attempt, stored: Callable[[], list[Answer]], db_session: Session
) -> None:
    asked = question_bodies(db_session, attempt.questions)[attempt.questions[0]]
    right = {name: many[0] for name, many in form_values(asked, learners.right(asked)).items()}
    told = tabs.press(
        (question(attempt, 1), {DONT_KNOW: "1", "client_key": "the-same-key"}),
        (question(attempt, 1), right | {"client_key": "the-same-key"}),
    )
    assert sorted(status for status, _ in told) == [303, 422]
    (kept,) = stored()
    unsure_came_first = told[0][0] == 303
    assert response_from_data(kept.response).dont_know is unsure_came_first


def test_an_answer_acknowledged_while_another_tab_hands_in_is_part_of_the_result(
    tabs: Tabs, attempt: Attempt, stored: Callable[[], list[Answer]], db_session: Session
) -> None:
    bodies = question_bodies(db_session, attempt.questions)
    presses: list[tuple[str, dict[str, str]]] = []
    singles = [
        number
        for number, one in enumerate(attempt.questions, 1)
        if all(
            len(many) == 1
            for many in form_values(bodies[one], learners.right(bodies[one])).values()
        )
    ]
    for number in singles[: PRESSES - 2]:
        asked = bodies[attempt.questions[number - 1]]
        right = {name: many[0] for name, many in form_values(asked, learners.right(asked)).items()}
        presses.append((question(attempt, number), right | {"client_key": f"late-key-{number}"}))
    hand_in = (f"/attempts/{attempt.id}/submit/", dict[str, str]())
    told = tabs.press(*presses, hand_in, hand_in)

    assert told[-2:] == [(303, f"/attempts/{attempt.id}/result/")] * 2
    acknowledged = {
        press[1]["client_key"]
        for press, (status, _) in zip(presses, told, strict=False)
        if status == 303
    }
    refused = Counter(status for status, _ in told if status != 303)
    assert set(refused) <= {409}
    answers = stored()
    assert {one.client_key for one in answers} == acknowledged
    marks = db_session.scalars(select(AnswerMark), execution_options=ALL).all()
    assert len(marks) == QUESTIONS
    earned = {one.question_version_id for one in marks if one.right}
    assert earned == {one.question_version_id for one in answers}
    counted = select(func.count()).select_from(Attempt).where(Attempt.counts)
    assert db_session.scalar(counted, execution_options=ALL) == 1


@pytest.mark.engine("sqlite")
def test_a_save_that_finds_the_database_locked_is_refused_and_saved_when_sent_again(
    tabs: Tabs,
    attempt: Attempt,
    stored: Callable[[], list[Answer]],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(database.app.config, "PROPAGATE_EXCEPTIONS", False)
    save = (question(attempt, 1), {DONT_KNOW: "1", "client_key": "sent-again"})
    with writing(), database.engine.connect() as another:
        another.execute(text("SELECT 1"))
        assert tabs.press(save) == [(500, "")]
        page = tabs.clients[0].get(question(attempt, 1)).get_data(as_text=True)
        assert "Đã lưu lúc" not in page
    assert stored() == []
    assert tabs.press(save) == [(303, question(attempt, 2))]
    assert [one.client_key for one in stored()] == ["sent-again"]
