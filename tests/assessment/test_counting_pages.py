"""The page on which it is decided which attempt counts, and what the learner reads of it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import learners
from tests.assessment.test_policies import NOW, counted, sit
from tests.factories import records as make
from tests.factories import visitors
from tests.learners import SLUG, Learner
from tests.page import Page, PageClient
from training_app.access import Role
from training_app.assessment.models import Attempt, CountingPolicy
from training_app.audit.models import AuditEvent
from training_app.db import Unscoped

ADDRESS = f"/items/{SLUG}/counting/"
ALL = {"scope": Unscoped("a test looks at everything")}


@pytest.fixture
def twice(learner: Learner) -> Learner:
    """A pass, and after it an attempt that was not passed."""
    learner.read_all()
    for n, passing in enumerate((True, False)):
        sit(learner, NOW + timedelta(hours=n), passing=passing)
    return learner


def staff(app: Flask, session: Session, role: Role) -> PageClient:
    person = make.person(session, "Lê Thị Mai")
    unit = make.unit(session, "Tỉnh")
    return visitors.visitor(app, session, visitors.account(session, person, role=role, unit=unit))


def decided(session: Session) -> int:
    session.rollback()
    number = session.scalar(select(func.count(CountingPolicy.id))) or 0
    session.rollback()
    return number


def numbers(page: Page) -> list[str]:
    return [" ".join(cell.text.split()) for cell in page.all("td")]


def test_who_changes_is_counted_before_anything_is_decided(app: Flask, twice: Learner) -> None:
    trainer = staff(app, twice.session, Role.TRAINER)
    assert "Which attempt counts" in trainer.get(f"/items/{SLUG}/").text
    page = trainer.get(ADDRESS)
    assert "the best attempt" in page.text
    assert {one.get("value") for one in page.all("input") if one.get("name") == "policy"} == {
        "last",
        "first",
    }
    shown = trainer.get(f"{ADDRESS}?policy=last")
    assert "1 person handed in this test more than once." in shown.text
    assert numbers(shown) == ["0", "0", "1", "0"]
    assert decided(twice.session) == 0
    refused = trainer.submit(shown, "counting", status=422, reason=" ")
    assert "Please give a reason." in refused.text
    assert decided(twice.session) == 0


def test_a_choice_is_asked_for_and_a_reason_is_not_too_long(app: Flask, twice: Learner) -> None:
    trainer = staff(app, twice.session, Role.TRAINER)
    for query in ("?policy=", "?policy=worst"):
        assert "Choose which attempt" in trainer.get(ADDRESS + query, status=422).text
    shown = trainer.get(f"{ADDRESS}?policy=last")
    refused = trainer.submit(shown, "counting", status=422, reason="a" * 501)
    assert "This is too long" in refused.text
    refused = trainer.submit(shown, "counting", status=422, reason="Có", policy="worst")
    assert "Choose which attempt" in refused.text
    assert decided(twice.session) == 0


def test_a_decision_is_written_down_and_passes_stand_until_a_reviewer_lowers_them_by_name(
    app: Flask, twice: Learner
) -> None:
    session = twice.session
    trainer = staff(app, session, Role.TRAINER)
    shown = trainer.get(f"{ADDRESS}?policy=last")
    done = trainer.submit(shown, "counting", reason="Quy chế mới.")
    assert "the last attempt" in done.text
    assert "Quy chế mới." in done.text
    assert "1 person has a pass that counts" in done.text
    assert "A reviewer may decide it." in done.text
    assert not [form for form in done.forms if "lower" in form.action]
    assert counted(session) == [(1, "best", True), (2, "best", False)]
    session.rollback()
    reviewer = staff(app, session, Role.REVIEWER)
    refused = reviewer.submit(reviewer.get(ADDRESS), "lower", status=422, reason="Theo quy chế.")
    assert "Please say who decided" in refused.text
    assert "Theo quy chế." in refused.text
    lowered = reviewer.submit(refused, "lower", decided_for="Bà Hà, Phó Giám đốc")
    assert "Bà Hà, Phó Giám đốc" in lowered.text
    assert "1 result counted anew." in lowered.text
    assert "has a pass that counts" not in lowered.text
    assert counted(session) == [(1, "last", False), (2, "last", True)]
    found = session.scalars(
        select(AuditEvent.detail)
        .where(AuditEvent.action == "counting-policy.changed")
        .order_by(AuditEvent.id)
    )
    assert [one["lowering"] for one in found if one] == [False, True]
    session.rollback()


def test_who_may_not_lower_does_not_by_sending_the_form(app: Flask, twice: Learner) -> None:
    session = twice.session
    trainer = staff(app, session, Role.TRAINER)
    shown = trainer.get(f"{ADDRESS}?policy=last")
    trainer.submit(shown, "counting", reason="Quy chế mới.")
    typed = shown.form("counting").filled(reason="Có.", decided_for="Tôi")
    trainer.post(f"{ADDRESS}lower/", typed, status=403)
    assert counted(session)[0] == (1, "best", True)
    session.rollback()


def test_what_counts_already_is_not_decided_again(app: Flask, twice: Learner) -> None:
    trainer = staff(app, twice.session, Role.TRAINER)
    shown = trainer.get(f"{ADDRESS}?policy=first")
    trainer.submit(shown, "counting", reason="Quy chế mới.")
    assert "counts already" in trainer.submit(shown, "counting", status=409, reason="Lại.").text
    assert decided(twice.session) == 1


def test_a_module_without_a_test_has_no_such_page(app: Flask, twice: Learner) -> None:
    staff(app, twice.session, Role.TRAINER).get("/items/khong-co/counting/", status=404)


@pytest.mark.parametrize(
    ("policy", "number", "words"),
    [
        ("best", 2, "Another one is at least as good and stands."),
        ("last", 1, "This is an earlier one."),
        ("first", 2, "This is a later one, for practice; the result stays as it was."),
    ],
)
def test_an_attempt_that_does_not_count_says_which_one_does(
    app: Flask, twice: Learner, policy: str, number: int, words: str
) -> None:
    session = twice.session
    reviewer = staff(app, session, Role.REVIEWER)
    if policy != "best":
        reviewer.submit(reviewer.get(f"{ADDRESS}?policy={policy}"), "counting", reason="Có.")
    if policy == "last":
        reviewer.submit(reviewer.get(ADDRESS), "lower", reason="Có.", decided_for="Bà Hà")
    one = session.scalars(select(Attempt.id).where(Attempt.number == number), execution_options=ALL)
    attempt_id = one.one()
    session.rollback()
    client = learners.reading(app, twice)
    assert words in client.get(f"/attempts/{attempt_id}/result/").text
