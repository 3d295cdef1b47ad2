"""The pages of a key found wrong, and what the learner is told."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.assessment.test_corrections import HARD, take
from tests.assessment.writing import ALL
from tests.factories import records as make
from tests.factories import visitors
from tests.learners import Learner
from tests.page import Page, PageClient
from training_app.access import Role
from training_app.assessment import queries
from training_app.assessment.models import Attempt, KeyCorrection
from training_app.extensions import db
from training_app.jobs.tasks import apply_correction
from training_app.questions.rules import Response, fitting
from training_app.questions.source import Match


@pytest.fixture
def learner(db_session: Session) -> Learner:
    return learners.enrol(db_session, learners.teach(db_session, bank=HARD))


def staff(app: Flask, session: Session, role: Role) -> PageClient:
    person = make.person(session, "Lê Thị Mai")
    return visitors.visitor(
        app, session, visitors.account(session, person, role=role, unit=make.unit(session, "Tỉnh"))
    )


def question(session: Session, key: str = "one") -> int:
    return learners.questions(session)[key][0]


def run_job(app: Flask, session: Session) -> None:
    session.rollback()
    made = session.scalars(select(KeyCorrection.id).order_by(KeyCorrection.id.desc())).first()
    session.rollback()
    with app.app_context():
        apply_correction(db.engine, {"correction_id": made}, lambda *_: True)


def preview(client: PageClient, version: int, query: str) -> Page:
    return client.get(f"/items/questions/{version}/correct/?show=1&{query}")


def listed(page: Page) -> str:
    """The items of the lists on a page, one after the other."""
    return "|".join(" ".join(item.text.split()) for item in page.all("li"))


def test_who_changes_is_counted_then_confirmed_with_a_reason_and_then_applied(
    app: Flask, learner: Learner
) -> None:
    session = learner.session
    attempt_id = take(learner, Response(chosen=("a",)))
    trainer = staff(app, session, Role.TRAINER)
    version = question(session)
    assert "Correct the key" in trainer.get(f"/items/questions/{version}/").text
    page = preview(trainer, version, "right=a")
    assert "1 handed-in test asked this question." in page.text
    assert not session.scalars(select(KeyCorrection.id)).all()
    refused = trainer.submit(page, "correct", status=422)
    assert "Say what was wrong with the key." in refused.text
    shown = trainer.submit(refused, "correct", reason="Luật đã đổi.")
    assert "1 result is still to be changed" in shown.text
    run_job(app, session)
    again = trainer.get(shown.response.request.path)
    assert "1 better, 1 of them passed" in again.text
    assert "Everything that follows from this key is done." in again.text
    row = session.get_one(Attempt, attempt_id, execution_options=ALL, populate_existing=True)
    assert row.passed


def test_the_learner_reads_plainly_what_was_corrected(app: Flask, learner: Learner) -> None:
    session = learner.session
    said = {}
    for name, chosen in (("Nguyễn Thị Lên", "a"), ("Trần Văn Giữ", "b")):
        one = learners.enrol(session, learner.version, name)
        said[chosen] = one, take(one, Response(chosen=(chosen,)))
    trainer = staff(app, session, Role.TRAINER)
    trainer.submit(preview(trainer, question(session), "right=a"), "correct", reason="Nhầm.")
    run_job(app, session)
    pages = {}
    for chosen, (one, attempt_id) in said.items():
        client = learners.reading(app, one)
        pages[chosen] = client.get(f"/attempts/{attempt_id}/result/")
    assert "was found to be wrong and was corrected" in pages["a"].text
    assert "With the right answer the test is passed" in pages["a"].text
    assert "This result stays as it was." in pages["b"].text
    assert pages["b"].h1.startswith("Passed")


def test_only_a_reviewer_lowers_and_says_who_why_and_what_becomes_of_passes(
    app: Flask, learner: Learner
) -> None:
    session = learner.session
    attempt_id = take(learner, Response(chosen=("b",)))
    trainer = staff(app, session, Role.TRAINER)
    shown = trainer.submit(
        preview(trainer, question(session), "right=a"), "correct", reason="Nhầm."
    )
    address = shown.response.request.path
    assert "A reviewer may decide it." in shown.text
    assert not [form for form in shown.forms if "lower" in form.action]
    reviewer = staff(app, session, Role.REVIEWER)
    page = reviewer.get(address)
    assert "1 result would become worse" in page.text
    refused = reviewer.submit(page, "lower", status=422, name="Hà", reason="Trái luật.")
    assert "Choose what happens to passes" in refused.text
    done = reviewer.submit(refused, "lower", passes="fall")
    assert "Decided by Hà" in done.text
    run_job(app, session)
    row = session.get_one(Attempt, attempt_id, execution_options=ALL, populate_existing=True)
    assert not row.passed
    client = learners.reading(app, learner)
    assert "Trái luật." in client.get(f"/attempts/{attempt_id}/result/").text


@pytest.mark.parametrize(
    ("key", "query", "words"),
    [
        ("many", "right=a", "Nghe"),
        ("said", "answer=false&right=b", "Not right|Để phạt"),
        ("steps", "place-a=2&place-b=1&place-c=3", "Gặp hai bên|Gặp từng bên"),
        ("safe", "right=a&harmful=b", "Hòa giải luôn"),
        ("pairs", "pair-a=b&pair-b=a&pair-c=c", "Bạo lực → Tổ hòa giải"),
        ("pairs", "void=1", "every answer counts as right"),
    ],
)
def test_every_kind_that_has_a_key_can_be_corrected(
    app: Flask, learner: Learner, key: str, query: str, words: str
) -> None:
    reviewer = staff(app, learner.session, Role.REVIEWER)
    version = question(learner.session, key)
    assert reviewer.get(f"/items/questions/{version}/correct/").h1
    counted = preview(reviewer, version, query)
    assert words in listed(counted) or words in counted.text


@pytest.mark.parametrize(
    "query", ["", "right=x", "right=b", "answer=maybe", "place-a=1&place-b=1", "right="]
)
def test_what_is_no_new_key_is_refused_on_the_form(
    app: Flask, learner: Learner, query: str
) -> None:
    reviewer = staff(app, learner.session, Role.REVIEWER)
    address = f"/items/questions/{question(learner.session)}/correct/?show=1&{query}"
    assert "Please check again" in reviewer.get(address, status=422).text


def test_a_question_that_nobody_published_is_not_found(app: Flask, learner: Learner) -> None:
    reviewer = staff(app, learner.session, Role.REVIEWER)
    for path in ("/items/questions/99999/correct/", "/items/corrections/99999/"):
        reviewer.get(path, status=404)


def test_a_matching_question_gets_a_corrected_mapping_and_results_follow_it(
    app: Flask, learner: Learner
) -> None:
    session = learner.session
    attempt_id = take(learner, Response(chosen=("b",)))
    reviewer, version = staff(app, session, Role.REVIEWER), question(session, "pairs")
    shown = reviewer.get(f"/items/questions/{version}/correct/")
    assert "Bạo lực" in shown.text
    counted = preview(reviewer, version, "pair-a=b&pair-b=a&pair-c=c")
    assert "Bạo lực → Tổ hòa giải|Lối đi → Công an xã" in listed(counted)
    assert "1 handed-in test asked this question." in counted.text
    again = reviewer.submit(counted, "correct", status=422, reason="")
    done = reviewer.submit(again, "correct", reason="Hai nơi bị đổi chỗ.")
    assert "1 result would become worse" in done.text
    run_job(app, session)
    held = queries.keys_that_hold(session, [version])[version].question
    assert isinstance(held, Match)
    assert fitting(held) == {"a": "b", "b": "a", "c": "c"}
    session.rollback()
    stands = session.get_one(Attempt, attempt_id, execution_options=ALL, populate_existing=True)
    assert stands.passed


@pytest.mark.parametrize("query", ["pair-a=b", "pair-a=x&pair-b=b&pair-c=c", ""])
def test_a_mapping_with_a_row_missing_or_unknown_is_refused(
    app: Flask, learner: Learner, query: str
) -> None:
    reviewer = staff(app, learner.session, Role.REVIEWER)
    address = f"/items/questions/{question(learner.session, 'pairs')}/correct/?show=1&{query}"
    assert "Choose a match for each row." in reviewer.get(address, status=422).text
