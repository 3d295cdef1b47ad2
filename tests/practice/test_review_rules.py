"""The reference vectors of FSRS-6 hold through our wrapper."""

from datetime import UTC, datetime, timedelta

import pytest
from fsrs import Rating, Scheduler, State

from training_app.practice.rules import review
from training_app.practice.rules.review import Met

START = datetime(2022, 11, 29, 12, 30, tzinfo=UTC)


def tomorrow(moment: datetime) -> datetime:
    """The beginning of the next day in Viet Nam."""
    return review.day_of(moment) + timedelta(days=1)


def test_days_to_the_next_meeting_equal_the_reference() -> None:
    scheduler = Scheduler(enable_fuzzing=False)
    memory, now, days = None, START, []
    for rating in (3, 3, 3, 3, 3, 3, 1, 1, 3, 3, 3, 3, 3):
        memory = review.rate(scheduler, memory, Rating(rating), now)
        assert memory.last_review_at is not None
        days.append((memory.due_at - memory.last_review_at).days)
        now = memory.due_at
    assert days == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_stability_and_difficulty_equal_the_reference() -> None:
    scheduler = Scheduler(enable_fuzzing=False)
    memory, now = None, START
    for rating, gap in zip((1, 3, 3, 3, 3, 3), (0, 0, 1, 3, 8, 21), strict=True):
        now += timedelta(days=gap)
        memory = review.rate(scheduler, memory, Rating(rating), now)
    assert memory is not None
    assert memory.stability == pytest.approx(53.62690, abs=1e-5)
    assert memory.difficulty == pytest.approx(6.35749, abs=1e-5)


def test_a_wrong_answer_comes_back_the_next_day_and_a_right_one_later_each_time() -> None:
    first = review.meet(None, right=False, now=START)
    assert first.due_at == tomorrow(START)
    memory, gaps = first, []
    for _ in range(5):
        now = memory.due_at
        memory = review.meet(memory, right=True, now=now)
        gaps.append(memory.due_at - now)
    assert gaps == sorted(gaps)
    assert gaps[0] >= timedelta(days=1)
    assert gaps[-1] <= timedelta(days=review.LONGEST_DAYS)


@pytest.mark.parametrize("state", [State.Learning, State.Review, State.Relearning])
@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("hours", [0, 10, 18])
def test_whatever_is_answered_a_question_never_comes_back_on_the_same_day(
    state: State, hours: int, *, right: bool
) -> None:
    now = START + timedelta(hours=hours)
    before = review.Memory(
        due_at=now - timedelta(days=1),
        state=state.value,
        step=None if state is State.Review else 0,
        stability=0.3,
        difficulty=9.0,
        last_review_at=now - timedelta(minutes=3),
    )
    assert review.meet(before, right=right, now=now).due_at >= tomorrow(now)


def test_a_question_is_there_from_the_morning_of_its_day() -> None:
    evening = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)  # half past eight in Viet Nam
    after = review.meet(None, right=False, now=evening)
    assert after.due_at == datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    late = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # half past midnight of the next day
    assert review.meet(None, right=False, now=late).due_at == after.due_at + timedelta(days=1)


def test_planning_in_days_leaves_what_is_remembered_as_the_reference_has_it() -> None:
    memory, now = None, START
    for right, gap in zip((False, *[True] * 5), (0, 0, 1, 3, 8, 21), strict=True):
        now += timedelta(days=gap)
        memory = review.meet(memory, right=right, now=now)
    assert memory is not None
    assert memory.stability == pytest.approx(53.62690, abs=1e-5)
    assert memory.difficulty == pytest.approx(6.35749, abs=1e-5)


def test_what_is_known_for_long_is_met_once_a_year_on_a_day_without_chance() -> None:
    runs = set()
    for _ in range(5):
        memory = review.meet(None, right=False, now=START)
        now = START
        for _ in range(14):
            now = memory.due_at
            memory = review.meet(memory, right=True, now=now)
        assert memory.due_at - now == timedelta(days=365)
        early = review.meet(review.meet(None, right=True, now=START), right=True, now=START)
        for _ in range(2):
            early = review.meet(early, right=True, now=early.due_at)
        runs.add(early.due_at)
    assert len(runs) == 1


def test_a_day_holds_at_most_five_answers_and_seven_days_ten() -> None:
    assert review.left_today([]) == 5
    assert review.left_today([Met(1, 1, 9)] * 4) == 1
    assert review.left_today([Met(1, 1, 9)] * 6) == 0
    assert review.left_today([Met(0, 2, 9)] * 3) == 4
    assert review.left_today([Met(0, 3, 9)] * 4) == 0


def test_a_hard_question_counts_each_time_and_its_first_wrong_answer_does_not() -> None:
    hard = Met(today=1, week=7, again=30)
    assert review.left_today([hard]) == 3
    new = Met(today=2, week=2, again=1)
    assert review.left_today([new] * 4) == 1
