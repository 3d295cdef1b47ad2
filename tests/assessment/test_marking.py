"""Written answers: handed in, marked by people who do not know whose they are, and decided."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import learners
from tests.assessment.writing import ALL, Desk, as_viewer, open_desk
from tests.factories import records as make
from training_app import clock
from training_app.access import Permission, Role, Viewer
from training_app.accounts.models import Kind
from training_app.accounts.services import ensure_account
from training_app.assessment import queries, services
from training_app.assessment.models import AnswerMark, Remark, WrittenMark
from training_app.assessment.rules.written import Step
from training_app.certificates.models import Certificate
from training_app.errors import InvalidInput, NotFound, RuleBroken
from training_app.learning.models import Fact

GOOD, WEAK, NEAR = {"hear": 4, "both": 2}, {"hear": 0, "both": 0}, {"hear": 2, "both": 1}


@pytest.fixture
def desk(db_session: Session) -> Desk:
    return open_desk(db_session)


def give(
    desk: Desk,
    written_id: int,
    viewer: Viewer,
    points: dict[str, int],
    step: Step = Step.FIRST,
    note: str = "",
) -> Step:
    follows = services.give_mark(
        desk.session,
        written_id,
        points,
        note,
        step=step,
        now=clock.now(),
        on=clock.today(),
        actor=viewer,
    )
    desk.session.commit()
    return follows


def facts(desk: Desk) -> list[Fact]:
    return list(desk.session.scalars(select(Fact), execution_options=ALL))


def queue(desk: Desk, viewer: Viewer) -> list[int]:
    found = queries.waiting(desk.session, viewer, on=clock.today(), limit=50)
    return [one.id for one in found]


def test_a_test_with_a_written_answer_waits_and_is_neither_passed_nor_opened_again(
    desk: Desk,
) -> None:
    attempt = desk.attempt(desk.hand_in())
    assert (attempt.waiting, attempt.passed, attempt.right_count) == (True, False, 1)
    assert facts(desk) == []
    with pytest.raises(RuleBroken, match="marking"):
        services.start(desk.session, learners.SLUG, now=clock.now(), actor=desk.learner.viewer)


def test_nothing_waits_where_nothing_was_written(desk: Desk) -> None:
    attempt = desk.attempt(desk.hand_in(text=""))
    assert (attempt.waiting, attempt.passed, attempt.right_count) == (False, False, 1)
    assert queue(desk, desk.viewer(Role.TRAINER)) == []


def test_the_last_mark_makes_the_result_final_and_the_pass_counts_from_handing_in(
    desk: Desk,
) -> None:
    with time_machine.travel("2026-11-20T16:30:00Z", tick=False):  # 23:30 in Viet Nam
        attempt_id = desk.hand_in()
    with time_machine.travel("2026-11-25T02:00:00Z", tick=False):
        follows = give(desk, desk.waiting(attempt_id), desk.viewer(Role.TRAINER), GOOD)
    assert follows is Step.DONE
    attempt = desk.attempt(attempt_id)
    assert (attempt.waiting, attempt.passed, attempt.right_count) == (False, True, 2)
    (fact,) = facts(desk)
    assert (str(fact.happened_on), str(clock.local_date(fact.recorded_at))) == (
        "2026-11-20",
        "2026-11-25",
    )
    certificate = desk.session.scalars(select(Certificate), execution_options=ALL).one()
    assert str(certificate.issued_on) == "2026-11-20"


def test_what_was_handed_in_is_kept_and_the_decision_stands_beside_it(desk: Desk) -> None:
    attempt_id = desk.hand_in()
    give(desk, desk.waiting(attempt_id), desk.viewer(Role.TRAINER), GOOD)
    remark = desk.session.scalars(select(Remark), execution_options=ALL).one()
    first = desk.session.get_one(
        AnswerMark, (attempt_id, remark.question_version_id), execution_options=ALL
    )
    assert (first.points, first.right) == (0.0, False)
    assert (remark.points, remark.right, remark.attempt_passed) == (1.0, True, True)
    assert remark.before["passed"] is False
    assert remark.recorded_by is not None


def test_a_weak_answer_is_not_passed_and_gives_no_fact(desk: Desk) -> None:
    attempt_id = desk.hand_in()
    give(desk, desk.waiting(attempt_id), desk.viewer(Role.TRAINER), WEAK)
    attempt = desk.attempt(attempt_id)
    assert (attempt.waiting, attempt.passed) == (False, False)
    assert facts(desk) == []


def test_the_second_marker_does_not_see_the_first_mark_and_is_another_person(
    desk: Desk,
) -> None:
    written = desk.waiting(desk.hand_in())
    first, second = desk.viewer(Role.TRAINER), desk.viewer(Role.TRAINER)
    assert give(desk, written, first, NEAR) is Step.SECOND
    assert queue(desk, first) == []
    assert queue(desk, second) == [written]
    with pytest.raises(RuleBroken, match="already"):
        give(desk, written, first, GOOD, Step.SECOND)
    assert give(desk, written, second, NEAR, Step.SECOND) is Step.DONE


def test_marks_far_apart_are_decided_by_a_reviewer_with_a_word_to_the_learner(
    desk: Desk,
) -> None:
    attempt_id = desk.hand_in()
    written = desk.waiting(attempt_id)
    give(desk, written, desk.viewer(Role.TRAINER), NEAR)
    other, third = desk.viewer(Role.TRAINER), desk.viewer(Role.TRAINER)
    assert give(desk, written, other, GOOD, Step.SECOND) is Step.THIRD
    assert queue(desk, third) == []
    with pytest.raises(RuleBroken, match="reviewer"):
        give(desk, written, third, GOOD, Step.THIRD)
    reviewer = desk.viewer(Role.REVIEWER)
    assert queue(desk, reviewer) == [written]
    with pytest.raises(InvalidInput):
        give(desk, written, reviewer, GOOD, Step.THIRD)
    assert give(desk, written, reviewer, GOOD, Step.THIRD, "Đã nghe cả hai bên.") is Step.DONE
    assert desk.attempt(attempt_id).passed


def test_two_who_mark_the_same_answer_at_once_give_one_first_mark(desk: Desk) -> None:
    written = desk.waiting(desk.hand_in())
    give(desk, written, desk.viewer(Role.TRAINER), NEAR)
    with pytest.raises(RuleBroken, match="meanwhile"):
        give(desk, written, desk.viewer(Role.TRAINER), GOOD, Step.FIRST)
    marks = desk.session.scalar(select(func.count(WrittenMark.id)), execution_options=ALL)
    assert marks == 1


def test_nobody_marks_what_a_person_of_another_province_wrote(desk: Desk) -> None:
    written = desk.waiting(desk.hand_in())
    far = make.unit(desk.session, "Tỉnh Xa")
    stranger = desk.viewer(Role.TRAINER, far)
    assert queue(desk, stranger) == []
    with pytest.raises(NotFound):
        give(desk, written, stranger, GOOD)


@pytest.mark.parametrize("role", [Role.TRAINER, Role.REVIEWER])
def test_nobody_marks_an_own_answer(desk: Desk, role: Role) -> None:
    written = desk.waiting(desk.hand_in())
    account = ensure_account(
        desk.session,
        desk.learner.person_id,
        Kind.MEDIATOR,
        now=clock.now(),
        actor=learners.SYSTEM,
    )
    own = as_viewer(account, role, desk.province)
    assert queue(desk, own) == []
    with pytest.raises(NotFound):
        give(desk, written, own, GOOD)


def test_what_waits_for_long_is_counted_for_the_trainers_desk(desk: Desk) -> None:
    desk.hand_in()
    viewer, now = desk.viewer(Role.TRAINER), clock.now()
    on = clock.today()
    fresh = queries.waiting_count(desk.session, viewer, on=on, late_before=now - timedelta(days=7))
    old = queries.waiting_count(desk.session, viewer, on=on, late_before=now + timedelta(days=1))
    assert (fresh.total, fresh.late, old.late) == (1, 0, 1)


def test_marks_of_other_people_are_not_in_the_statistics_until_they_are_given(
    desk: Desk,
) -> None:
    desk.hand_in()
    reviewer = desk.viewer(Role.REVIEWER)
    scope = reviewer.scope(Permission.ITEM_STATISTICS)
    module_id = desk.learner.version.module_id
    before = queries.total_distribution(desk.session, scope, module_id, on=clock.today())
    assert sum(before.values()) == 0
    give(desk, queue(desk, reviewer)[0], reviewer, GOOD)
    after = queries.total_distribution(desk.session, scope, module_id, on=clock.today())
    assert dict(after) == {2.0: 1}
