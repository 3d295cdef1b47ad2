"""Another attempt counts: a preview, a log, and no granted pass is lowered by itself."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests import learners
from tests.learners import SLUG, Learner
from training_app.access import Viewer
from training_app.assessment import services
from training_app.assessment.models import Attempt, CountingPolicy
from training_app.assessment.rules.attempts import Policy
from training_app.assessment.services import Recount
from training_app.audit.models import AuditEvent
from training_app.db import Unscoped
from training_app.errors import InvalidInput, RuleBroken
from training_app.learning.models import Fact

NOW = datetime(2026, 11, 20, 7, 5, tzinfo=UTC)
ALL = {"scope": Unscoped("a test looks at everything")}
OFFICE = Viewer.for_system("test")
LOST = Recount(people=1, changed=1, better=0, worse=1, kept=0, lost=1)


@pytest.fixture
def twice(learner: Learner) -> Learner:
    """A pass, and after it an attempt that was not passed."""
    learner.read_all()
    for n, passing in enumerate((True, False)):
        sit(learner, NOW + timedelta(hours=n), passing=passing)
    return learner


def sit(learner: Learner, at: datetime, *, passing: bool) -> None:
    """Take the whole test."""
    session = learner.session
    attempt_id = services.start(session, SLUG, now=at, actor=learner.viewer)
    session.commit()
    bank = dict(learners.questions(session).values())
    attempt = session.get_one(Attempt, attempt_id, execution_options=ALL)
    for number, one in enumerate(attempt.questions, start=1):
        given = (learners.right if passing else learners.wrong)(bank[one])
        key = f"key-{attempt_id}-{number}"
        services.save_answer(
            session, attempt_id, number, given, client_key=key, now=at, actor=learner.viewer
        )
    services.submit(session, attempt_id, now=at, on=at.date(), actor=learner.viewer)
    services.see_mistakes(session, attempt_id, now=at, actor=learner.viewer)
    session.commit()


def counted(session: Session) -> list[tuple[int, str, bool]]:
    session.rollback()
    rows = session.execute(
        select(Attempt.number, Attempt.policy, Attempt.counts).order_by(Attempt.number),
        execution_options=ALL,
    )
    return [(number, policy, counts) for number, policy, counts in rows]


def change(session: Session, policy: Policy, *, lowering: bool = False, by: str = "") -> Recount:
    told = services.change_policy(
        session,
        SLUG,
        policy,
        reason="Quy che moi.",
        decided_for=by,
        lowering=lowering,
        now=NOW,
        actor=OFFICE,
    )
    session.commit()
    return told


def test_a_preview_of_another_policy_says_who_changes_and_changes_nobody(twice: Learner) -> None:
    told = services.preview_policy(twice.session, SLUG, Policy.LAST)
    assert told == Recount(people=1, changed=0, better=0, worse=0, kept=1, lost=0)
    told = services.preview_policy(twice.session, SLUG, Policy.LAST, lowering=True)
    assert told == LOST
    assert counted(twice.session) == [(1, "best", True), (2, "best", False)]


def test_another_policy_never_lowers_a_granted_pass_by_itself(twice: Learner) -> None:
    assert change(twice.session, Policy.LAST).kept == 1
    assert counted(twice.session) == [(1, "best", True), (2, "best", False)]


def test_a_named_decision_counts_anew_with_a_log_and_leaves_the_record(twice: Learner) -> None:
    facts = twice.session.scalar(select(func.count(Fact.id)), execution_options=ALL)
    told = change(twice.session, Policy.LAST, lowering=True, by="Pho Giam doc So")
    assert told == LOST
    assert counted(twice.session) == [(1, "last", False), (2, "last", True)]
    made = twice.session.scalars(select(CountingPolicy)).one()
    ids = twice.session.scalars(select(Attempt.id).order_by(Attempt.number), execution_options=ALL)
    assert made.changes == [list(ids)]
    assert (made.lowering, made.decided_for) == (True, "Pho Giam doc So")
    assert twice.session.scalar(select(func.count(Fact.id)), execution_options=ALL) == facts
    written = twice.session.scalars(
        select(AuditEvent.detail).where(AuditEvent.action == "counting-policy.changed")
    ).one()
    assert written == {"policy": "last", "changed": 1, "lowering": True}


def test_attempts_begun_since_are_born_with_the_policy_that_holds(twice: Learner) -> None:
    change(twice.session, Policy.FIRST)
    sit(twice, NOW + timedelta(hours=3), passing=True)
    assert counted(twice.session) == [(1, "first", True), (2, "first", False), (3, "first", False)]


def test_a_policy_needs_a_reason_and_a_name_for_lowering_and_changes_once(twice: Learner) -> None:
    with pytest.raises(InvalidInput, match="who decided"):
        change(twice.session, Policy.LAST, lowering=True)
    with pytest.raises(RuleBroken, match="counts already"):
        change(twice.session, Policy.BEST)
    change(twice.session, Policy.FIRST)
    with pytest.raises(RuleBroken, match="counts already"):
        change(twice.session, Policy.FIRST)


def test_a_pass_that_stands_is_lowered_later_only_by_a_decision_of_its_own(twice: Learner) -> None:
    change(twice.session, Policy.LAST)
    assert change(twice.session, Policy.LAST, lowering=True, by="Pho Giam doc So") == LOST
    assert counted(twice.session) == [(1, "last", False), (2, "last", True)]
    with pytest.raises(RuleBroken, match="Nothing is left to lower"):
        change(twice.session, Policy.LAST, lowering=True, by="Pho Giam doc So")


def test_who_becomes_better_or_worse_without_losing_a_pass_is_counted(learner: Learner) -> None:
    learner.read_all()
    for n, passing in enumerate((False, True)):
        sit(learner, NOW + timedelta(hours=n), passing=passing)
    assert change(learner.session, Policy.FIRST).kept == 1
    told = services.preview_policy(learner.session, SLUG, Policy.FIRST, lowering=True)
    assert told == LOST
    change(learner.session, Policy.FIRST, lowering=True, by="Pho Giam doc So")
    told = services.preview_policy(learner.session, SLUG, Policy.BEST)
    assert told == Recount(people=1, changed=1, better=1, worse=0, kept=0, lost=0)


def test_of_two_who_decide_at_once_one_is_told(twice: Learner) -> None:
    """The second one worked out the next number before the first one's row was there."""
    session = twice.session
    change(session, Policy.LAST)
    made = session.scalars(select(CountingPolicy)).one()
    columns = {one.key: getattr(made, one.key) for one in CountingPolicy.__table__.columns}
    with pytest.raises(IntegrityError):
        session.execute(insert(CountingPolicy).values({**columns, "id": made.id + 1}))
    session.rollback()


def test_the_command_tells_first_and_changes_only_when_asked(app: Flask, twice: Learner) -> None:
    twice.session.rollback()
    run = app.test_cli_runner().invoke
    told = run(args=["items", "counting", SLUG, "last", "--lowering", "An", "--json"])
    assert json.loads(told.stdout) == asdict(LOST)
    assert counted(twice.session)[1] == (2, "best", False)
    twice.session.rollback()
    done = run(args=["items", "counting", SLUG, "last", "--lowering", "An", "--apply", "Quy che."])
    assert done.exit_code == 0, done.output
    assert counted(twice.session)[1] == (2, "last", True)
    assert run(args=["items", "counting", "khong-co", "last"]).exit_code == 1
