"""A change of law as reviewers and trainers see it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.authoring import texts
from tests.authoring.test_routes import Desk
from tests.factories import visitors
from tests.page import Page
from training_app.access import Role
from training_app.catalogue.models import LawTask, LawTaskSettlement
from training_app.laws.models import LawChange, LegalArticle

NEW = "/laws/changes/new/"


@pytest.fixture
def desk(app: Flask, db_session: Session) -> Desk:
    version = texts.teach(db_session)
    clients = []
    for name, role in (("Soạn", Role.TRAINER), ("Bạn", Role.TRAINER), ("Duyệt", Role.REVIEWER)):
        account, _ = texts.staff(db_session, name, role)
        clients.append(visitors.visitor(app, db_session, account, language="en"))
    db_session.commit()
    author, colleague, reviewer = clients
    return Desk(db_session, author, colleague, reviewer, version)


def record(desk: Desk, status: int = 200, **changes: Any) -> Page:
    values: dict[str, Any] = {
        "article": "luat-a#3",
        "kind": "amended",
        "in_force_from": "01/01/2026",
        "gist": "Ý mới của Điều 3.",
        "source": "Luật 99/2025/QH15",
    }
    return desk.reviewer.submit(desk.reviewer.get(NEW), NEW, status, **(values | changes))


def test_a_recorded_change_flags_the_citing_parts_and_says_what_to_do(desk: Desk) -> None:
    page = record(desk)
    assert "1 module to review" in page.text
    assert "Ý mới của Điều 3." in page.text
    assert "Ý chính của Điều 3." in page.text
    seen = desk.author.get("/laws/changes/")
    assert "Question: Câu an toàn?" in seen.text
    assert "Lesson: Bài một" not in seen.text
    assert "Lắng nghe" in desk.author.submit(seen, "/edit/").h1


def test_a_change_recorded_twice_as_by_a_button_pressed_twice_stands_once(desk: Desk) -> None:
    record(desk)
    again = record(desk, status=422)
    assert "A change of this place from this day is recorded already." in again.text
    record(desk, clause="2", unlisted="y")


def test_a_clause_that_nothing_cites_is_asked_about_before_it_is_recorded(desk: Desk) -> None:
    page = record(desk, 422, clause="10")
    assert "clause 10 is not known here" in page.text
    assert "Ý mới của Điều 3." in page.html
    assert not desk.session.scalars(select(LawChange)).all()
    assert "Article 3, clause 10" in desk.reviewer.submit(page, NEW, unlisted="y").text
    record(desk, clause="2a", point="c", unlisted="y")
    # What was recorded once is known.
    record(desk, clause="2a", in_force_from="01/02/2026")
    page = record(desk, 422, clause="99")
    assert "Known here: clause 2a; clause 2a, point c; clause 10." in page.text


def test_a_clause_that_nobody_knows_is_told_in_vietnamese(desk: Desk) -> None:
    desk.reviewer.language("vi")
    page = record(desk, 422, clause="9", point="a")
    assert "hệ thống không biết điểm a khoản 9" in page.text


def test_a_clause_that_is_no_number_is_told_in_the_reader_s_language(desk: Desk) -> None:
    desk.reviewer.language("vi")
    page = record(desk, status=422, clause="abc")
    assert "Ghi số của khoản" in page.text


def test_a_clause_flags_only_what_meets_it(desk: Desk) -> None:
    page = record(desk, article="luat-a#16", clause="2", unlisted="y")
    assert "Lesson: Bài một" in page.text
    assert "Câu an toàn" not in page.text


def test_what_is_missing_is_said_and_what_was_typed_stays(desk: Desk) -> None:
    page = desk.reviewer.get(NEW)
    again = desk.reviewer.submit(
        page, NEW, status=422, article="luat-a#3", kind="amended", in_force_from="01/01/2026",
        source="Luật 99",
    )  # fmt: skip
    assert "Write in short what it says from then on." in again.text
    assert "Luật 99" in again.html


def test_withdrawing_restores_the_article(desk: Desk) -> None:
    page = record(desk, kind="repealed", gist="")
    article = desk.session.scalars(select(LegalArticle).where(LegalArticle.number == "3")).one()
    assert article.in_force_to == date(2026, 1, 1)
    after = desk.reviewer.submit(page, "/withdraw/", reason="Ghi nhầm điều")
    assert "Withdrawn on" in after.text
    assert "nothing to review any more" in after.text
    # Whom it had asked is counted by the worker: until then the page names no number.
    assert "being counted; look again in a minute" in after.text
    desk.session.rollback()
    again = select(LegalArticle.in_force_to).where(LegalArticle.id == article.id)
    assert desk.session.scalars(again).one() is None
    assert "Nothing has to be reviewed" in desk.reviewer.get("/laws/changes/").text


def test_a_withdrawn_change_offers_no_module_to_edit(desk: Desk) -> None:
    page = record(desk)
    assert "Edit this module" in desk.author.get(page.response.request.path).text
    desk.reviewer.submit(page, "/withdraw/", reason="Ghi nhầm điều")
    assert "Edit this module" not in desk.author.get(page.response.request.path).text


def test_a_module_can_be_settled_with_a_word(desk: Desk) -> None:
    page = record(desk)
    after = desk.reviewer.submit(page, "/settle/", outcome="unchanged", note="Ý không đổi")
    assert "nothing had to change: Ý không đổi" in after.text
    desk.session.rollback()
    settled = desk.session.scalars(select(LawTaskSettlement)).one()
    assert settled.module_version_id is None


def test_a_task_of_another_change_is_not_found(desk: Desk) -> None:
    record(desk)
    page = record(desk, article="luat-a#16")
    desk.session.rollback()
    first, second = desk.session.scalars(select(LawChange.id).order_by(LawChange.id)).all()
    task = desk.session.scalars(select(LawTask.id).where(LawTask.law_change_id == second)).one()
    desk.session.rollback()
    path = f"/laws/changes/{first}/tasks/{task}/settle/"
    form = page.form("/settle/")
    desk.reviewer.post(path, form.filled(outcome="unchanged", note="x"), 404)


def test_a_trainer_reads_but_does_not_record(desk: Desk) -> None:
    record(desk)
    seen = desk.author.get("/laws/changes/")
    assert "Record a change of law" not in seen.text
    assert desk.author.get(NEW, status=403).status == 403


def test_the_command_records_a_change_and_says_where_nothing_cites_it(
    app: Flask, desk: Desk
) -> None:
    words = ["--kind", "amended", "--from", "2026-01-01", "--source", "Luật 99", "--gist", "Mới"]
    desk.session.rollback()
    run = app.test_cli_runner().invoke
    known, wrong = (
        run(args=["laws", "change", place, *words]) for place in ("luat-a#3", "luat-a#3.99")
    )
    assert (known.exit_code, known.stderr) == (0, "")
    assert known.stdout.endswith("luat-a#3\tnghe\n")
    assert wrong.stderr.startswith("luat-a#3.99: ")
    assert len(desk.session.scalars(select(LawChange)).all()) == 2
