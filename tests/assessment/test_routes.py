"""A test from the door to the mistakes, as a person without scripts meets it."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.learners import CANARY, Learner
from tests.page import Page, PageClient
from tests.statements import counted
from training_app import clock
from training_app.assessment.models import Answer, AnswerMark, Attempt
from training_app.catalogue.models import ModuleVersion
from training_app.db import Unscoped
from training_app.learning.models import Fact

ALL = {"scope": Unscoped("a test looks at everything")}
MODULE = "/learn/nghe/"


def attempts(session: Session) -> list[Attempt]:
    session.rollback()
    found = session.scalars(select(Attempt).order_by(Attempt.id), execution_options=ALL)
    return list(found)


def begin(reader: PageClient, learner: Learner) -> Page:
    learner.read_all()
    return reader.submit(reader.get(MODULE), "test/start")


def take(
    reader: PageClient, learner: Learner, page: Page, *, mistakes: frozenset[str] = frozenset()
) -> Page:
    """Answer every question, the named ones not right, and come to the look over."""
    by_stem = {
        question.stem: (key, question)
        for key, (_, question) in learners.questions(learner.session).items()
    }
    while "/questions/" in page.response.request.path:
        key, question = by_stem[page.h1]
        make = learners.wrong if key in mistakes else learners.right
        page = learners.answer(reader, page, question, make(question))
    return page


def test_the_test_is_locked_until_all_lessons_are_read_and_says_why(
    reader: PageClient, learner: Learner
) -> None:
    page = reader.get(MODULE)
    assert "Read 2 more lessons to open the test." in page.text
    assert not [form for form in page.forms if "start" in form.action]
    token = page.forms[0].filled()["csrf_token"]
    reader.post("/learn/nghe/test/start/", {"csrf_token": token}, status=409)


def test_a_whole_test_is_passed_and_leads_to_a_certificate_and_a_fact(
    app: Flask, reader: PageClient, learner: Learner
) -> None:
    learners.stand_in(app, "certificates.show", "/certificates/<code>/")
    page = take(reader, learner, begin(reader, learner))
    assert "All questions are answered." in page.text
    result = reader.submit(page, "submit")
    assert result.h1 == "Passed – 6 of 6 questions right"
    assert "/certificates/" in result.link("See the certificate")
    (attempt,) = attempts(learner.session)
    assert attempt.passed
    assert attempt.counts
    (fact,) = learner.session.scalars(select(Fact), execution_options=ALL)
    assert (fact.source_kind, fact.source_id) == ("attempt", attempt.id)


def test_the_forbidden_move_fails_whatever_the_total(reader: PageClient, learner: Learner) -> None:
    page = take(reader, learner, begin(reader, learner), mistakes=frozenset({"safe"}))
    result = reader.submit(page, "submit")
    assert result.h1 == "Not passed – 5 of 6 questions right"
    assert "the law does not allow" in result.text
    assert not learner.session.scalars(select(Fact), execution_options=ALL).all()


def test_mistakes_are_explained_with_law_and_lesson_and_open_the_test_again(
    reader: PageClient, learner: Learner
) -> None:
    wrong = frozenset({"one", "safe", "steps"})
    page = take(reader, learner, begin(reader, learner), mistakes=wrong)
    result = reader.submit(page, "submit")
    assert "opens again when the mistakes" in reader.get(MODULE).text
    page = reader.get(result.link("Look at the mistakes"))
    assert len([h for h in page.all("h2") if h.text.startswith("Question")]) == 3
    assert "Vì thế." not in page.text
    assert CANARY in page.text
    assert "Điều 16" not in page.text
    assert "Article 16" in page.text
    assert page.link("Read lesson 1 again") == "/learn/nghe/10-mot/"
    module = reader.submit(page, "")
    assert "The test opens again at" in module.text
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert "Take the test again" in reader.get(MODULE).text


def test_answers_are_shown_as_saved_and_survive_another_phone(
    app: Flask, reader: PageClient, learner: Learner
) -> None:
    page = begin(reader, learner)
    by_stem = {q.stem: q for _, q in learners.questions(learner.session).values()}
    for _ in range(2):
        question = by_stem[page.h1]
        page = learners.answer(reader, page, question, learners.right(question))
    assert "2 of 6 questions answered" in page.text
    stem = page.h1
    other = learners.reading(app, learner)
    again = other.submit(other.get(MODULE), "test/start")
    assert (again.h1, again.response.request.path) == (stem, page.response.request.path)
    assert len(attempts(learner.session)) == 1


def test_no_page_of_a_running_test_holds_a_key(reader: PageClient, learner: Learner) -> None:
    page = begin(reader, learner)
    take(reader, learner, page, mistakes=frozenset({"one"}))
    running = [p for p in reader.visited if "/attempts/" in p.response.request.path]
    assert len(running) == 7
    assert not [p for p in running if CANARY in p.html or "harmful" in p.html]


def test_nothing_chosen_keeps_the_page_and_says_what_to_do(
    reader: PageClient, learner: Learner
) -> None:
    page = begin(reader, learner)
    refused = reader.submit(page, "", status=422)
    assert refused.h1 == page.h1
    assert refused.all("title")[0].text.startswith("Error:")
    assert not learner.session.scalars(select(Answer), execution_options=ALL).all()


def test_a_second_press_saves_once_and_another_choice_under_the_same_key_asks_again(
    reader: PageClient, learner: Learner
) -> None:
    page = begin(reader, learner)
    questions = learners.questions(learner.session)
    question = next(q for _, q in questions.values() if q.stem == page.h1)
    learners.answer(reader, page, question, learners.right(question))
    learners.answer(reader, page, question, learners.right(question))
    stored = learner.session.scalars(select(Answer), execution_options=ALL).all()
    assert len(stored) == 1
    values = learners.fields(question, learners.wrong(question))
    refused = reader.submit(page, "", status=422, **values)
    assert "already answered in another way" in refused.text
    learners.answer(reader, refused, question, learners.wrong(question))
    learner.session.rollback()
    again = learner.session.scalars(select(Answer), execution_options=ALL).all()
    assert [one.sequence for one in again] == [1, 2]


def test_handing_in_twice_gives_one_result(reader: PageClient, learner: Learner) -> None:
    page = take(reader, learner, begin(reader, learner))
    first = reader.submit(page, "submit")
    second = reader.submit(page, "submit")
    assert first.h1 == second.h1
    marks = learner.session.scalars(select(AnswerMark), execution_options=ALL).all()
    assert len(marks) == 6


def test_what_was_skipped_stands_first_in_the_look_over_and_can_be_changed(
    reader: PageClient, learner: Learner
) -> None:
    page = begin(reader, learner)
    page = reader.get(page.link("Skip"))
    page = reader.get(page.link("Look over before handing in"))
    assert "6 questions are not answered." in page.text
    page = reader.get(page.link("Answer now"))
    questions = learners.questions(learner.session)
    question = next(q for _, q in questions.values() if q.stem == page.h1)
    page = learners.answer(reader, page, question, learners.right(question))
    assert page.h1 == "Look over before handing in"
    assert "5 questions are not answered." in page.text


def test_long_choices_of_a_match_stand_in_full_by_letter_and_an_order_is_read_back_by_number(
    reader: PageClient, learner: Learner
) -> None:
    long = "Công an xã, ngay khi biết sự việc đã xảy ra"
    bank = learners.BANK.replace('right = "Công an xã"', f'right = "{long}"')
    learners.teach(learner.session, bank=bank)
    learner.read_all()
    place = begin(reader, learner).response.request.path.removesuffix("1/")
    shown = {page.h1: page for page in (reader.get(f"{place}{number}/") for number in range(1, 7))}
    match = shown["Nối việc với nơi."]
    choices = [one.text.strip() for one in match.all("option")][1:4]
    assert [one[:3] for one in choices] == ["A. ", "B. ", "C. "]
    texts = [one[3:] for one in choices]
    assert long in texts
    assert [one.text.strip() for one in match.all("li") if one.text.strip() in texts] == texts
    steps = learners.questions(learner.session)["steps"][1]
    learners.answer(reader, shown["Xếp các bước."], steps, learners.right(steps))
    look = reader.get(place.removesuffix("questions/") + "review/")
    assert "1. Gặp từng bên; 2. Gặp hai bên; 3. Ghi biên bản" in look.text


def test_another_persons_attempt_is_not_found(
    app: Flask, reader: PageClient, learner: Learner
) -> None:
    begin(reader, learner)
    (attempt,) = attempts(learner.session)
    stranger = learners.enrol(learner.session, learner.version, "Trần Văn Bình")
    other = learners.entered(app, stranger)
    for path in ("questions/1/", "review/", "result/", "mistakes/"):
        other.get(f"/attempts/{attempt.id}/{path}", status=404)


def test_each_page_needs_few_statements_and_few_bytes(
    app: Flask, reader: PageClient, learner: Learner
) -> None:
    page = take(reader, learner, begin(reader, learner), mistakes=frozenset({"one", "many"}))
    running = f"/attempts/{attempts(learner.session)[0].id}"
    measured = {}
    for path in (MODULE, f"{running}/questions/2/", f"{running}/review/"):
        measured[path] = _cost(app, reader, path)
    reader.submit(page, "submit")
    for path in (f"{running}/result/", f"{running}/mistakes/"):
        measured[path] = _cost(app, reader, path)
    statements = {path: count for path, (count, _) in measured.items()}
    assert statements == {
        MODULE: 5,
        f"{running}/questions/2/": 2,
        f"{running}/review/": 4,
        f"{running}/result/": 4,
        f"{running}/mistakes/": 7,
    }
    assert max(size for _, size in measured.values()) <= 8_000


def _cost(app: Flask, reader: PageClient, path: str) -> tuple[int, int]:
    """Statements and bytes of a page."""
    with counted(app) as seen:
        page = reader.get(path)
    return len(seen), page.bytes


@pytest.mark.parametrize(
    "path", ["/attempts/{}/review/", "/attempts/{}/questions/1/", "/attempts/1/questions/{}/"]
)
def test_a_number_that_no_database_holds_is_not_found(reader: PageClient, path: str) -> None:
    reader.get(path.format(10**30), status=404)


def test_broken_form_fields_are_refused_in_words(reader: PageClient, learner: Learner) -> None:
    page = begin(reader, learner)
    for name, value in (
        ("client_key", "x" * 5_000),
        ("client_key", "\0" * 20),
        ("answer", "\0"),
        ("answer", ["a"] * 500),
        ("then", "http://elsewhere.example"),
    ):
        refused = reader.submit(page, "", status=422, **{name: value})
        assert refused.h1 == page.h1


def test_whoever_reads_english_meets_the_module_by_its_english_title(
    reader: PageClient, learner: Learner
) -> None:
    version = learner.session.scalars(select(ModuleVersion)).one()
    title, version.title_en = version.title, "The art of listening"
    learner.session.commit()
    question = begin(reader, learner)
    assert version.title_en in question.text
    assert title not in question.text
    page = take(reader, learner, question)
    done = reader.submit(page, "submit")
    assert version.title_en in done.text
    assert title not in done.text
