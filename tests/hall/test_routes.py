"""A class answers together: projector, phones and raised hands, all without a script."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from tests import learners
from tests.hall.conftest import Hall, code_on
from tests.learners import CANARY
from tests.page import Page, PageClient
from tests.statements import counted
from training_app import clock
from training_app.assessment.models import Answer
from training_app.hall import services
from training_app.hall.models import Hall as OpenHall
from training_app.hall.models import HallHands, HallRound, HallVote
from training_app.hall.routes.phones import WRONG_CODES
from training_app.learning.models import Fact
from training_app.practice.models import PracticeAnswer, ScenarioStep

Phone = Callable[[], PageClient]
RIGHT, LATE = "Đến hỏi thăm", "Chờ"


def letter_of(page: Page, text: str) -> str:
    """The letter before an answer on a phone or on the screen."""
    found = re.search(rf'value="(\w)"><span lang="vi"><b>\w\.</b> {text}', page.html)
    assert found, page.text
    return found.group(1)


def answer(phone: PageClient, code: str, text: str) -> Page:
    page = phone.get(f"/hall/?code={code}")
    return phone.submit(page, "", answer=letter_of(page, text))


def share(page: Page, text: str) -> str:
    """What the closed screen says beside an answer."""
    found = re.search(rf">{text}</span>.*?<b>([^<]*)</b>", page.html, re.DOTALL)
    assert found, page.text
    return found.group(1)


def hands(letter: str, number: str) -> Any:
    """The form field of raised hands."""
    return {f"hands-{letter}": number}


# -- the way through ------------------------------------------------------------------------


def test_a_class_answers_on_its_phones_and_sees_the_distribution_the_right_answer_and_why(
    hall: Hall, phone: Phone
) -> None:
    screen = hall.project(hall.question("Câu một?"))
    code = code_on(screen)
    for text in (RIGHT, RIGHT, RIGHT, LATE):
        assert answer(phone(), code, text).h1 == "The answer has been received"
    assert "Answers arrived: 4" in hall.reload(screen).text
    closed = hall.close(hall.reload(screen))
    assert share(closed, RIGHT) == "3/4 – 75.0 %"
    assert share(closed, LATE) == "1/4 – 25.0 %"
    assert "right answer" in closed.text
    assert f"{CANARY} vì thế." in closed.text
    assert "Article 16" in closed.text
    assert closed.link("Choose the next question") == hall.desk


def test_nothing_is_given_away_before_the_trainer_closes(hall: Hall, phone: Phone) -> None:
    screen = hall.project(hall.question("Câu một?"))
    for _ in range(4):
        page = answer(phone(), code_on(screen), RIGHT)
        assert CANARY not in page.html
    for shown in (hall.reload(screen), phone().get(f"/hall/{code_on(screen)}/")):
        assert CANARY not in shown.html
        assert "right answer" not in shown.text
        assert "%" not in shown.text


def test_the_key_never_reaches_a_phone_not_even_afterwards(hall: Hall, phone: Phone) -> None:
    screen = hall.project(hall.question("Câu một?"))
    mine, code = phone(), code_on(screen)
    answer(mine, code, RIGHT)
    hall.close(screen)
    page = mine.get(f"/hall/{code}/")
    assert page.h1 == "The question is closed"
    assert CANARY not in page.html
    assert RIGHT not in page.html


def test_with_fewer_than_three_answers_no_distribution_is_shown(hall: Hall, phone: Phone) -> None:
    screen = hall.project(hall.question("Câu một?"))
    for text in (RIGHT, LATE):
        answer(phone(), code_on(screen), text)
    closed = hall.close(screen)
    assert "2 answers arrived." in closed.text
    assert "with fewer, everybody would know who answered what" in closed.text
    assert "50.0" not in closed.text
    assert not closed.all("table")
    assert "right answer" in closed.text


def test_raised_hands_are_counted_in_and_shown_apart(hall: Hall, phone: Phone) -> None:
    screen = hall.project(hall.question("Câu một?"))
    for _ in range(3):
        answer(phone(), code_on(screen), RIGHT)
    at_right = letter_of(phone().get(f"/hall/{code_on(screen)}/"), RIGHT)
    counting = hall.trainer.get(screen.link("Count raised hands"))
    wrong = hall.trainer.submit(counting, "", 422, **hands(at_right, "many"))
    assert "Write a whole number" in wrong.text
    screen = hall.trainer.submit(wrong, "", **hands(at_right, "7"))
    assert "+ 7 hands" in screen.text
    closed = hall.close(screen)
    assert share(closed, RIGHT) == "10/10 – 100.0 %"
    row = next(e.text for e in closed.all("tr") if RIGHT in e.text)
    assert row.endswith("3710")  # by phone, by hand, together


def test_one_or_two_phones_do_not_stand_beside_the_hands_that_everybody_saw(
    hall: Hall, phone: Phone
) -> None:
    screen = hall.project(hall.question("Câu một?"))
    at_right = letter_of(phone().get(f"/hall/{code_on(screen)}/"), RIGHT)
    for _ in range(2):
        answer(phone(), code_on(screen), LATE)
    counting = hall.trainer.get(screen.link("Count raised hands"))
    closed = hall.close(hall.trainer.submit(counting, "", **hands(at_right, "7")))
    assert share(closed, RIGHT) == "7/9 – 77.8 %"
    assert "By phone" not in closed.text
    assert "Together" in closed.text


def test_a_correction_of_hands_adds_a_row_and_the_newest_counts(hall: Hall) -> None:
    screen = hall.close(hall.project(hall.question("Câu một?")))
    for number in ("30", "3"):
        counting = hall.trainer.get(screen.response.request.path + "hands/")
        screen = hall.trainer.submit(counting, "", **hands("A", number))
    kept = hall.kept(select(HallHands))
    assert [sum(one.counts.values()) for one in kept] == [30, 3]
    assert "3/3" in screen.text


def test_a_question_with_several_answers_is_answered_with_ticks(hall: Hall, phone: Phone) -> None:
    screen = hall.project(hall.question("Những việc nào?"))
    for _ in range(3):
        mine = phone()
        page = mine.get(f"/hall/{code_on(screen)}/")
        mine.submit(page, "", answer=[letter_of(page, "Nghe"), letter_of(page, "Hỏi")])
    closed = hall.close(screen)
    assert share(closed, "Nghe") == share(closed, "Hỏi") == "3/3 – 100.0 %"
    assert share(closed, "Phán") == "0/3 – 0.0 %"


def test_a_turn_of_a_scenario_is_projected_with_what_each_way_leads_to(
    hall: Hall, phone: Phone
) -> None:
    screen = hall.project(hall.turn())
    assert screen.h1 == "Bà Lan đến."
    for _ in range(3):
        answer(phone(), code_on(screen), "Nghe")
    closed = hall.close(screen)
    assert "Bà kể." in closed.text
    assert "Vì thế." in closed.text
    assert "Article 16" in closed.text
    assert "Hai bên thỏa thuận." in closed.text
    assert "Ghi rõ." in closed.text


def test_the_same_question_can_be_asked_once_more_after_talking(hall: Hall, phone: Phone) -> None:
    closed = hall.close(hall.project(hall.question("Câu một?")))
    again = hall.trainer.submit(closed, "/hall/rounds/")
    assert "Answers arrived: 0" in again.text
    assert answer(phone(), code_on(again), LATE).h1 == "The answer has been received"
    numbers = hall.kept(select(HallRound.number))
    assert sorted(numbers) == [1, 2]


# -- one answer a phone ---------------------------------------------------------------------


def test_a_phone_answers_once_however_often_it_is_pressed(hall: Hall, phone: Phone) -> None:
    screen = hall.project(hall.question("Câu một?"))
    mine, code = phone(), code_on(screen)
    page = mine.get(f"/hall/{code}/")
    mine.submit(page, "", answer=letter_of(page, RIGHT))
    mine.submit(page, "", answer=letter_of(page, LATE))
    kept = hall.kept(select(HallVote))
    assert [one.choices for one in kept] == ["b"]
    assert mine.get(f"/hall/{code}/").h1 == "The answer has been received"


def test_nothing_chosen_says_what_to_do(hall: Hall, phone: Phone) -> None:
    mine, code = phone(), code_on(hall.project(hall.question("Câu một?")))
    page = mine.submit(mine.get(f"/hall/{code}/"), "", status=422)
    assert "Choose an answer, then send it." in page.text


def test_a_phone_that_kept_no_page_is_told_so_and_votes_nothing(hall: Hall, phone: Phone) -> None:
    mine, code = phone(), code_on(hall.project(hall.question("Câu một?")))
    page = mine.get(f"/hall/{code}/")
    mine.http.delete_cookie("hall", path="/hall/")
    assert "choose once more" in mine.submit(page, "", status=422, answer="A").text
    assert hall.kept(select(HallVote)) == []


def test_an_answer_to_the_question_before_does_not_count_for_the_next(
    hall: Hall, phone: Phone
) -> None:
    mine, code = phone(), code_on(hall.project(hall.question("Câu một?")))
    page = mine.get(f"/hall/{code}/")
    hall.project(hall.question("Câu an toàn?"))
    late = mine.submit(page, "", answer="A")
    assert "another question now" in late.text
    assert late.h1 == "Câu an toàn?"
    assert hall.kept(select(HallVote)) == []


def test_an_answer_after_closing_finds_the_question_closed(hall: Hall, phone: Phone) -> None:
    screen = hall.project(hall.question("Câu một?"))
    mine, code = phone(), code_on(screen)
    page = mine.get(f"/hall/{code}/")
    hall.close(screen)
    late = mine.submit(page, "", answer="A")
    assert late.h1 == "The question is closed"
    assert "closed the question before this answer arrived" in late.text
    (shown,) = hall.kept(select(HallRound))
    assert shown.tally == {}


# -- nobody is named ------------------------------------------------------------------------


def test_a_mediator_who_is_signed_in_leaves_no_trace_of_the_answer(app: Flask, hall: Hall) -> None:
    screen = hall.project(hall.question("Câu một?"))
    learner = learners.enrol(hall.session, hall.version)
    client = learners.reading(app, learner)
    answer(client, code_on(screen), LATE)
    hall.close(screen)
    for model in (Fact, PracticeAnswer, Answer, ScenarioStep):
        assert hall.kept(select(model)) == []
    columns = set(HallVote.__table__.columns.keys())
    assert columns == {"round_id", "voter", "choices"}


def test_after_closing_only_the_numbers_stay(hall: Hall, phone: Phone) -> None:
    screen = hall.project(hall.question("Câu một?"))
    for _ in range(3):
        answer(phone(), code_on(screen), RIGHT)
    hall.close(screen)
    assert hall.kept(select(HallVote)) == []
    (shown,) = hall.kept(select(HallRound))
    assert shown.tally == {"b": 3}


def test_a_phone_leaves_a_different_fingerprint_in_every_round(hall: Hall, phone: Phone) -> None:
    mine, seen = phone(), set()
    for stem in ("Câu một?", "Câu an toàn?"):
        code = code_on(hall.project(hall.question(stem)))
        page = mine.get(f"/hall/{code}/")
        mine.submit(page, "", answer="A")
        seen |= set(hall.kept(select(HallVote.voter)))
    assert len(seen) == 2


# -- joining and limits ---------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["12345", "abc", "", "0123456"])
def test_half_a_code_is_told_what_a_code_looks_like(phone: Phone, typed: str) -> None:
    page = phone().get(f"/hall/?code={typed}", status=422)
    assert "The code has six digits." in page.text


def test_a_code_may_be_typed_with_blanks(hall: Hall, phone: Phone) -> None:
    code = code_on(hall.project(hall.question("Câu một?")))
    assert phone().get(f"/hall/?code={code[:3]}+{code[3:]}").h1 == "Câu một?"


def test_an_unknown_code_opens_nothing_and_trying_on_is_stopped(hall: Hall, phone: Phone) -> None:
    code = code_on(hall.project(hall.question("Câu một?")))
    other, mine = "100000" if code != "100000" else "100001", phone()
    with time_machine.travel(clock.now(), tick=False):  # all within one minute
        for _ in range(60):
            assert "No hall is open" in mine.get(f"/hall/{other}/", status=404).text
        mine.get(f"/hall/{other}/", status=429)
    assert mine.get(f"/hall/{code}/").h1 == "Câu một?"  # others behind the address are let in


def test_one_address_cannot_stuff_the_count_without_end(
    hall: Hall, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training_app.hall.routes.phones.VOTES", 2)
    code = code_on(hall.project(hall.question("Câu một?")))
    for _ in range(2):
        answer(phone(), code, RIGHT)
    mine = phone()
    mine.submit(mine.get(f"/hall/{code}/"), "", status=429, answer="A")
    assert len(hall.kept(select(HallVote))) == 2


def test_a_forgotten_hall_closes_by_itself_after_its_hours(hall: Hall, phone: Phone) -> None:
    code = code_on(hall.project(hall.question("Câu một?")))
    answer(phone(), code, RIGHT)
    with time_machine.travel(clock.now() + timedelta(hours=6, minutes=1)):
        assert phone().get(f"/hall/{code}/").h1 == "The hall is closed"
        assert services.close_lapsed(hall.session, now=clock.now()) == 1
        hall.session.commit()
    assert [one.closed_at is None for one in hall.kept(select(OpenHall))] == [False]
    assert [one.tally for one in hall.kept(select(HallRound))] == [{"b": 1}]
    assert hall.kept(select(HallVote)) == []


def test_the_next_question_after_those_hours_opens_the_hall_anew(hall: Hall) -> None:
    hall.project(hall.question("Câu một?"))
    hall.session.execute(update(OpenHall).values(closes_at=clock.now() - timedelta(minutes=1)))
    hall.session.commit()
    assert hall.project(hall.question("Câu an toàn?")).h1 == "Câu an toàn?"
    open_ones = [one.closed_at is None for one in hall.kept(select(OpenHall).order_by(OpenHall.id))]
    assert open_ones == [False, True]


def test_the_trainer_closes_the_hall_and_the_code_dies(hall: Hall, phone: Phone) -> None:
    code = code_on(hall.project(hall.question("Câu một?")))
    desk = hall.trainer.get(hall.desk)
    assert "Câu một?" in desk.text
    hall.trainer.submit(desk, "/hall/close/")
    told = phone().get(f"/hall/{code}/")
    assert told.h1 == "The hall is closed"
    assert "Câu một?" not in told.text
    with time_machine.travel(clock.now() + timedelta(hours=6, minutes=1)):
        assert "No hall is open" in phone().get(f"/hall/{code}/", status=404).text


def test_three_hundred_phones_that_ask_after_the_end_are_not_taken_for_guesses(
    hall: Hall, phone: Phone
) -> None:
    code = code_on(hall.project(hall.question("Câu một?")))
    hall.trainer.submit(hall.trainer.get(hall.desk), "/hall/close/")
    mine = phone()
    for _ in range(WRONG_CODES + 1):
        assert mine.http.get(f"/hall/{code}/state/").json == {"state": "ended"}
    assert mine.get(f"/hall/{code}/").h1 == "The hall is closed"


def test_a_question_of_another_module_is_not_projected(hall: Hall) -> None:
    desk = hall.trainer.get(hall.desk)
    for what in ("question-999999", "turn-1-nowhere", "something", ""):
        hall.trainer.submit(desk, "/hall/rounds/", status=404, what=what)


def test_a_second_press_on_project_finds_the_first_round(hall: Hall) -> None:
    desk = hall.trainer.get(hall.desk)
    what = hall.question("Câu một?")
    pressed = [hall.trainer.submit(desk, "/hall/rounds/", what=what) for _ in range(2)]
    assert len({page.response.request.path for page in pressed}) == 1


# -- cost -----------------------------------------------------------------------------------


def test_three_hundred_phones_that_ask_cost_one_statement_each(
    app: Flask, hall: Hall, phone: Phone
) -> None:
    code = code_on(hall.project(hall.question("Câu một?")))
    with counted(app) as seen:
        told = phone().http.get(f"/hall/{code}/state/")
    assert json.loads(told.data) == {"state": "1-open"}
    assert len(seen) == 1
    assert len(told.data) < 40
    assert "Set-Cookie" not in told.headers


def test_a_phones_pages_need_few_statements_and_few_bytes(
    app: Flask, hall: Hall, phone: Phone
) -> None:
    code = code_on(hall.project(hall.question("Câu một?")))
    mine = phone()
    with counted(app) as seen:
        page = mine.get(f"/hall/{code}/")
    assert len(seen) <= 3
    assert page.bytes <= 8_000
    with counted(app) as seen:
        received = mine.submit(page, "", answer="A")
    assert len(seen) <= 7  # the hall, its question, one counter, the round, the vote; then the page
    assert received.bytes <= 8_000
