"""When a test may be taken, what answers amount to, which attempt counts."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from training_app.assessment.rules import attempts as rules
from training_app.questions.rules import Mark

NOW = datetime(2026, 11, 20, 7, 5, tzinfo=UTC)
RIGHT = Mark(Fraction(1), right=True)
WRONG = Mark(Fraction(0), right=False)
HARM = Mark(Fraction(0), right=False, harmful=True)


@dataclass(frozen=True)
class Settings:
    retake_after_minutes: int = 10
    attempts: int | None = None
    test_minutes: int | None = None


def handed_in(number: int = 1, minutes_ago: int = 60, **changes: bool | float) -> rules.Sitting:
    sitting = rules.Sitting(
        number, number, NOW - timedelta(minutes=minutes_ago), mistakes_seen=True
    )
    return replace(sitting, **changes)  # type: ignore[arg-type]


def test_the_first_attempt_opens_when_all_lessons_are_read() -> None:
    assert rules.door(Settings(), 0, [], NOW) == rules.Open(1)
    assert rules.door(Settings(), 2, [], NOW) == rules.LessonsFirst(2)


def test_a_version_without_a_test_has_no_door() -> None:
    assert rules.door(None, 0, [], NOW) == rules.NoTest()


def test_a_running_attempt_may_be_finished_even_if_it_is_the_last() -> None:
    sittings = [handed_in(1), rules.Sitting(2, 2)]
    assert rules.door(Settings(attempts=2), 1, sittings, NOW) == rules.Running(2)


def test_a_retake_opens_after_the_mistakes_were_seen_and_the_wait_is_over() -> None:
    unseen = handed_in(mistakes_seen=False)
    assert rules.door(Settings(), 0, [unseen], NOW) == rules.MistakesFirst(1)
    fresh = handed_in(minutes_ago=4)
    assert rules.door(Settings(), 0, [fresh], NOW) == rules.Wait(NOW + timedelta(minutes=6))
    assert rules.door(Settings(), 0, [handed_in(minutes_ago=10)], NOW) == rules.Open(2)


def test_the_limit_of_attempts_closes_the_door() -> None:
    sittings = [handed_in(1), handed_in(2)]
    assert rules.door(Settings(attempts=2), 0, sittings, NOW) == rules.UsedUp(2)


def test_enough_right_answers_pass() -> None:
    marks = {1: RIGHT, 2: RIGHT, 3: WRONG}
    result = rules.outcome(marks, [1, 2, 3, 4], pass_mark=2)
    assert (result.passed, result.right_count, result.out_of, result.points) == (True, 2, 4, 2.0)
    assert not rules.outcome(marks, [1, 2, 3, 4], pass_mark=3).passed


def test_the_forbidden_move_fails_whatever_the_total() -> None:
    result = rules.outcome({1: RIGHT, 2: RIGHT, 3: HARM}, [1, 2, 3], pass_mark=2)
    assert result.safety_failed
    assert not result.passed


def test_part_of_a_point_adds_up_but_is_not_a_right_answer() -> None:
    half = Mark(Fraction(1, 3), right=False)
    result = rules.outcome({1: half, 2: half, 3: half}, [1, 2, 3], pass_mark=1)
    assert (result.points, result.right_count, result.passed) == (1.0, 0, False)


def test_the_best_attempt_counts_a_pass_before_points_and_the_earlier_of_equals() -> None:
    failed_high = handed_in(1, points=9.0)
    passed = handed_in(2, points=8.0, passed=True)
    passed_again = handed_in(3, points=8.0, passed=True)
    sittings = [failed_high, passed, passed_again, rules.Sitting(4, 4)]
    assert rules.counting(rules.Policy.BEST, sittings) == passed
    assert rules.counting(rules.Policy.LAST, sittings) == passed_again
    assert rules.counting(rules.Policy.FIRST, sittings) == failed_high
    assert rules.counting(rules.Policy.BEST, []) is None


def test_time_runs_only_when_the_test_says_so() -> None:
    assert rules.closing_time(Settings(), NOW) is None
    closes = rules.closing_time(Settings(test_minutes=20), NOW)
    assert closes == NOW + timedelta(minutes=20)
    assert rules.in_time(closes, NOW + timedelta(minutes=20, seconds=59))
    assert not rules.in_time(closes, NOW + timedelta(minutes=22))
    assert rules.finished_at(closes, NOW + timedelta(hours=3)) == closes


def test_work_is_resumed_after_the_answer_given_last_then_with_what_was_skipped() -> None:
    assert rules.place_to_resume([11, 12, 13, 14], {}) == 1
    assert rules.place_to_resume([11, 12, 13, 14], {11: 1, 13: 2}) == 4
    assert rules.place_to_resume([11, 12, 13, 14], {11: 1, 13: 2, 14: 3}) == 2
    assert rules.place_to_resume([11, 12], {11: 2, 12: 1}) is None
