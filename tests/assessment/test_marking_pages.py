"""The pages of written answers: the learner's, the marker's, and the way back."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.assessment.writing import ALL, MODEL, TEXT, Desk, open_desk
from tests.factories import visitors
from tests.page import PageClient
from training_app import clock
from training_app.access import Role
from training_app.assessment import services
from training_app.assessment.models import Answer, WrittenAnswer, WrittenMark
from training_app.assessment.rules.written import Step

MODULE = "/learn/nghe/"


@pytest.fixture
def desk(db_session: Session) -> Desk:
    return open_desk(db_session)


@pytest.fixture
def reader(app: Flask, desk: Desk) -> PageClient:
    return learners.reading(app, desk.learner)


@pytest.fixture
def trainer(app: Flask, desk: Desk) -> PageClient:
    return visitors.visitor(app, desk.session, desk.marker(Role.TRAINER))


def write(reader: PageClient, desk: Desk, text: str = TEXT) -> str:
    """Take the test on the pages; returns the address of the attempt."""
    desk.learner.read_all()
    page = reader.submit(reader.get(MODULE), "test/start")
    for _ in range(2):
        if page.h1 == "Câu một?":
            _, question = learners.questions(desk.session)["one"]
            page = learners.answer(reader, page, question, learners.right(question))
        else:
            page = reader.submit(page, "", text=text)
    reader.submit(page, "submit")
    return page.response.request.path.removesuffix("review/")


def test_a_written_answer_is_saved_like_every_other_with_its_key_and_its_lines(
    reader: PageClient, desk: Desk
) -> None:
    write(reader, desk)
    saved = desk.session.scalars(select(Answer), execution_options=ALL).all()
    texts = [one.response["text"] for one in saved if "text" in one.response]
    assert texts == [TEXT]
    assert len({one.client_key for one in saved}) == 2


def test_no_running_page_shows_the_model_answer_or_the_rubric(
    reader: PageClient, desk: Desk
) -> None:
    desk.learner.read_all()
    page = reader.submit(reader.get(MODULE), "test/start")
    place = page.response.request.path.removesuffix("1/").removesuffix("2/")
    for number in (1, 2):
        text = reader.get(f"{place}{number}/").text
        assert learners.CANARY not in text
        assert "Nghe riêng" not in text


def test_an_empty_text_is_refused_beside_its_field(reader: PageClient, desk: Desk) -> None:
    desk.learner.read_all()
    page = reader.submit(reader.get(MODULE), "test/start")
    if page.h1 == "Câu một?":
        page = reader.get(page.response.request.path.removesuffix("1/") + "2/")
    again = reader.submit(page, "", status=422, text="  ")
    assert "Write the answer, or choose" in again.text


def test_the_learner_is_told_that_it_waits_and_what_happens_next(
    reader: PageClient, desk: Desk
) -> None:
    attempt = write(reader, desk)
    page = reader.get(f"{attempt}result/")
    assert page.h1 == "Handed in – waiting for marking"
    assert "nothing has to be done meanwhile" in page.text
    assert MODEL not in page.text
    assert reader.http.get(f"{attempt}mistakes/").status_code == 303
    module = reader.get(MODULE)
    assert "still marking the last attempt" in module.text
    assert not [form for form in module.forms if "start" in form.action]


def test_a_trainer_marks_along_the_rubric_and_the_learner_reads_points_note_and_model(
    reader: PageClient, trainer: PageClient, desk: Desk
) -> None:
    attempt = write(reader, desk)
    queue = trainer.get("/marking/")
    assert "1 answer waits" in queue.text
    page = trainer.get(f"/marking/{desk.waiting(int(attempt.split('/')[2]))}/")
    assert "Tôi gặp riêng từng bên." in page.text
    assert "Nguyễn Thị Hoa" not in page.text
    typed: dict[str, Any] = {"points-hear": "4", "points-both": "1", "note": "Rõ và đủ."}
    back = trainer.submit(page, "", **typed)
    assert "This answer is decided." in back.text
    assert "There is news about a result of the test" in reader.get("/home/").text
    result = reader.get(f"{attempt}result/")
    assert "There is news about a result of the test" not in reader.get("/home/").text
    assert result.h1 == "Passed – 2 of 2 questions right"
    assert "5 of 6 points" in result.text
    assert "Rõ và đủ." in result.text
    assert MODEL in result.text


def test_points_left_out_are_asked_for_and_the_note_is_kept(
    reader: PageClient, trainer: PageClient, desk: Desk
) -> None:
    attempt = write(reader, desk)
    address = f"/marking/{desk.waiting(int(attempt.split('/')[2]))}/"
    page = trainer.submit(
        trainer.get(address), "", status=422, **{"points-hear": "4", "note": "Rõ."}
    )
    assert "Give each criterion from 0" in page.text
    assert "Rõ." in page.text
    assert not desk.session.scalars(select(WrittenMark), execution_options=ALL).all()


def test_the_second_marker_sees_no_mark_and_the_third_sees_both(
    app: Flask, trainer: PageClient, desk: Desk
) -> None:
    written = desk.waiting(desk.hand_in())
    for points, step, note in (
        ({"hear": 2, "both": 1}, Step.FIRST, "Lời một"),
        ({"hear": 4, "both": 2}, Step.SECOND, "Lời hai"),
    ):
        page = trainer.get(f"/marking/{written}/")
        assert "Lời một" not in page.text
        services.give_mark(
            desk.session,
            written,
            points,
            note,
            step=step,
            now=clock.now(),
            on=clock.today(),
            actor=desk.viewer(Role.TRAINER),
        )
        desk.session.commit()
    waiting = trainer.get(f"/marking/{written}/")
    assert "A reviewer decides" in waiting.text
    assert "Lời một" not in waiting.text
    reviewer = visitors.visitor(app, desk.session, desk.marker(Role.REVIEWER))
    page = reviewer.get(f"/marking/{written}/")
    assert "Lời một" in page.text
    assert "Lời hai" in page.text
    refused = reviewer.submit(
        page, "", status=422, **{"points-hear": "0", "points-both": "0", "note": ""}
    )
    assert "Say to the learner why" in refused.text
    reviewer.submit(refused, "", note="Chưa nghe bên nào.")


def test_what_was_not_right_stands_among_the_mistakes_with_the_model_answer(
    reader: PageClient, desk: Desk
) -> None:
    attempt_id = desk.hand_in()
    services.give_mark(
        desk.session,
        desk.waiting(attempt_id),
        {"hear": 0, "both": 0},
        "",
        step=Step.FIRST,
        now=clock.now(),
        on=clock.today(),
        actor=desk.viewer(Role.TRAINER),
    )
    desk.session.commit()
    page = reader.get(f"/attempts/{attempt_id}/mistakes/")
    assert "1 question to look at again." in page.text
    assert MODEL in page.text


def test_an_empty_queue_says_so(trainer: PageClient) -> None:
    assert "Nothing waits to be marked." in trainer.get("/marking/").text


def test_home_and_own_results_say_that_it_waits_instead_of_asking_for_mistakes(
    reader: PageClient, desk: Desk
) -> None:
    desk.hand_in()
    assert "There is news" not in reader.get("/home/").text
    assert "waiting for marking" in reader.get("/my-results/").text
    assert not [one for one in reader.get("/home/").links if "mistakes" in one]


def test_the_trainers_desk_says_what_waits_to_be_marked_and_for_how_long(
    trainer: PageClient, desk: Desk
) -> None:
    assert "Mark them" not in trainer.get("/desk/").text
    written = desk.waiting(desk.hand_in())
    row = desk.session.get_one(WrittenAnswer, written, execution_options=ALL)
    row.handed_in_at = clock.now() - timedelta(days=8)
    desk.session.commit()
    page = trainer.get("/desk/")
    assert "1 answer waits. 1 for more than 7 days" in page.text
    assert page.link("Mark them") == "/marking/"
