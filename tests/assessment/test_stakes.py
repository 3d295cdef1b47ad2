"""What another attempt can do to a result is told before it is begun, and holds afterwards."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import learners
from tests.assessment.test_policies import NOW, change, counted, sit
from tests.learners import BANK, SLUG, Learner
from tests.page import PageClient
from training_app import clock
from training_app.assessment import services
from training_app.assessment.models import Attempt
from training_app.assessment.rules.attempts import Policy, Sitting, Stakes, completes, stakes
from training_app.certificates.models import Certificate
from training_app.db import Unscoped
from training_app.learning.models import Fact

ALL = {"scope": Unscoped("a test looks at everything")}
MODULE = f"/learn/{SLUG}/"
BEFORE = {
    Policy.BEST: ("taking the test again loses nothing", "làm lại không mất gì"),
    Policy.LAST: ("the last attempt counts, even where it is worse", "dù kết quả kém hơn"),
    Policy.FIRST: ("Later ones are for practice", "Các lần sau chỉ để ôn tập"),
}
AFTER = {
    (Policy.BEST, True): ("taking the test again loses nothing", "làm lại không mất gì"),
    (Policy.BEST, False): ("taking the test again loses nothing", "làm lại không mất gì"),
    (Policy.LAST, True): ("even where it is worse or not passed", "dù kém hơn hoặc chưa đạt"),
    (Policy.LAST, False): ("even where it is worse.", "dù kém hơn."),
    (Policy.FIRST, True): ("does not change the result.", "không thay đổi kết quả."),
    (Policy.FIRST, False): ("A class can help", "về lớp tập huấn"),
}


def counted_as(session: Session, policy: Policy) -> None:
    if policy is not Policy.BEST:
        change(session, policy)


def earlier() -> datetime:
    """Long enough ago for the next attempt to be open."""
    return clock.now() - timedelta(hours=1)


def last_id(session: Session) -> int:
    found = session.scalars(select(Attempt.id).order_by(Attempt.id.desc()), execution_options=ALL)
    attempt_id = found.first()
    session.rollback()
    assert attempt_id
    return attempt_id


@pytest.mark.parametrize("policy", Policy)
def test_which_attempt_counts_is_told_before_the_first_one_begins(
    reader: PageClient, learner: Learner, policy: Policy
) -> None:
    counted_as(learner.session, policy)
    learner.read_all()
    english, vietnamese = BEFORE[policy]
    page = reader.get(MODULE)
    assert english in page.text
    assert page.form("start").method == "post"
    reader.language("vi")
    assert vietnamese in reader.get(MODULE).text


@pytest.mark.parametrize("case", AFTER)
def test_what_a_retake_can_do_is_told_with_the_result_and_before_it_begins(
    reader: PageClient, learner: Learner, case: tuple[Policy, bool]
) -> None:
    policy, passing = case
    counted_as(learner.session, policy)
    learner.read_all()
    sit(learner, earlier(), passing=passing)
    pages = (f"/attempts/{last_id(learner.session)}/result/", MODULE)
    for language, words in zip(("en", "vi"), AFTER[case], strict=True):
        reader.language(language)
        for path in pages:
            assert words in reader.get(path).text, path


def test_it_is_told_while_the_next_attempt_has_still_to_wait(
    reader: PageClient, learner: Learner
) -> None:
    change(learner.session, Policy.LAST)
    learner.read_all()
    sit(learner, clock.now(), passing=False)
    page = reader.get(MODULE)
    assert "opens again at" in page.text
    assert AFTER[Policy.LAST, False][0] in page.text


def test_where_the_first_attempt_counts_a_later_pass_does_not_complete_the_module(
    reader: PageClient, learner: Learner
) -> None:
    change(learner.session, Policy.FIRST)
    learner.read_all()
    for n, passing in enumerate((False, True)):
        sit(learner, NOW + timedelta(hours=n), passing=passing)
    assert not learner.session.scalars(select(Fact), execution_options=ALL).all()
    assert not learner.session.scalars(select(Certificate.id), execution_options=ALL).all()
    page = reader.get(f"/attempts/{last_id(learner.session)}/result/")
    assert "This is a later one, for practice; the result stays as it was." in page.text
    assert "See the certificate" not in page.text


def test_where_the_first_attempt_counts_and_was_passed_a_later_pass_renews(
    learner: Learner,
) -> None:
    change(learner.session, Policy.FIRST)
    learner.read_all()
    for n in range(2):
        sit(learner, NOW + timedelta(days=n), passing=True)
    days = learner.session.scalars(select(Fact.happened_on), execution_options=ALL).all()
    assert len(days) == 2


def test_a_pass_goes_into_the_record_unless_the_first_attempt_counts_and_was_none() -> None:
    failed, passed = Sitting(1, 1), Sitting(1, 1, passed=True)
    assert [completes(one, passed=True, counted=failed) for one in Policy] == [True, True, False]
    assert all(completes(one, passed=True, counted=passed) for one in Policy)
    assert not any(completes(one, passed=False, counted=passed) for one in Policy)


def test_each_policy_says_its_own_before_and_after_each_result() -> None:
    told = {(one, was): stakes(one, passed=was) for one in Policy for was in (None, True, False)}
    assert set(told.values()) == set(Stakes)
    assert {told[Policy.BEST, was] for was in (None, True, False)} == {Stakes.NOTHING_LOST}


def test_who_has_a_pass_that_stands_is_counted_as_before_in_later_attempts_too(
    reader: PageClient, learner: Learner
) -> None:
    learner.read_all()
    for n, passing in enumerate((True, False)):
        sit(learner, NOW + timedelta(hours=n), passing=passing)
    assert change(learner.session, Policy.LAST).kept == 1
    sit(learner, NOW + timedelta(hours=2), passing=False)
    assert counted(learner.session) == [
        (1, "best", True),
        (2, "best", False),
        (3, "best", False),
    ]
    learner.session.rollback()
    page = reader.get(f"/attempts/{last_id(learner.session)}/result/")
    assert "Another one is at least as good and stands." in page.text


def test_a_running_attempt_of_somebody_whose_pass_stands_is_counted_as_before(
    learner: Learner,
) -> None:
    learner.read_all()
    for n, passing in enumerate((True, False)):
        sit(learner, NOW + timedelta(hours=n), passing=passing)
    at = NOW + timedelta(hours=2)
    services.start(learner.session, SLUG, now=at, actor=learner.viewer)
    learner.session.commit()
    change(learner.session, Policy.LAST)
    assert [policy for _, policy, _ in counted(learner.session)] == ["best"] * 3


def test_when_no_attempt_is_left_the_result_says_who_helps_instead_of_asking_to_try_again(
    reader: PageClient, learner: Learner
) -> None:
    learners.teach(
        learner.session, bank=BANK.replace("pass_mark = 4", "pass_mark = 4\nattempts = 1")
    )
    learner.read_all()
    sit(learner, earlier(), passing=False)
    page = reader.get(f"/attempts/{last_id(learner.session)}/result/")
    assert "The only attempt is used. Please ask the team leader or the trainer" in page.text
    assert "try again" not in page.text
    assert "loses nothing" not in page.text


def test_who_passed_with_the_only_attempt_is_not_sent_to_a_class(
    reader: PageClient, learner: Learner
) -> None:
    learners.teach(
        learner.session, bank=BANK.replace("pass_mark = 4", "pass_mark = 4\nattempts = 1")
    )
    learner.read_all()
    sit(learner, earlier(), passing=True)
    for path in (f"/attempts/{last_id(learner.session)}/result/", MODULE):
        assert "about a class" not in reader.get(path).text


@pytest.mark.parametrize("passing", [False, True])
def test_the_first_of_two_attempts_does_not_invite_to_a_third_one(
    reader: PageClient, learner: Learner, *, passing: bool
) -> None:
    learners.teach(
        learner.session, bank=BANK.replace("pass_mark = 4", "pass_mark = 4\nattempts = 2")
    )
    learner.read_all()
    sit(learner, earlier() - timedelta(hours=1), passing=False)
    first = last_id(learner.session)
    sit(learner, earlier(), passing=passing)
    page = reader.get(f"/attempts/{first}/result/")
    assert "try again" not in page.text
    assert "loses nothing" not in page.text
    assert ("about a class" in page.text) is not passing
