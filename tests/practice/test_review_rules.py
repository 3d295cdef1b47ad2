"""The reference vectors of FSRS-6 hold through our wrapper."""

from datetime import UTC, datetime, timedelta

import pytest
from fsrs import Rating, Scheduler

from training_app.practice.rules import review

START = datetime(2022, 11, 29, 12, 30, tzinfo=UTC)


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


def test_a_wrong_answer_comes_back_soon_and_a_right_one_later_each_time() -> None:
    first = review.meet(None, right=False, now=START)
    assert first.due_at - START <= timedelta(minutes=10)
    memory, gaps = first, []
    for _ in range(5):
        now = memory.due_at
        memory = review.meet(memory, right=True, now=now)
        gaps.append(memory.due_at - now)
    assert gaps == sorted(gaps)
    assert gaps[-1] <= timedelta(days=review.LONGEST_DAYS)


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


def test_a_day_holds_at_most_ten_cards_and_a_week_twenty() -> None:
    assert review.left_today(9, 9) == 1
    assert review.left_today(12, 12) == 0
    assert review.left_today(0, 15) == 5
    assert review.left_today(0, 25) == 0
