"""When a question comes back: FSRS without chance, and never more than a few minutes a week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fsrs import Card, Rating, Scheduler, State

# A few minutes a week, never a streak: so many different cards on one day, and on seven days.
DAILY_LIMIT: Final = 10
WEEKLY_LIMIT: Final = 20
WEEK: Final = timedelta(days=7)
LONGEST_DAYS: Final = 365  # what the law says should be met at least once a year
# Fuzz is off so that the same answers always give the same day.
_SCHEDULER: Final = Scheduler(enable_fuzzing=False, maximum_interval=LONGEST_DAYS)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of one question by one person, as FSRS keeps it.

    ``stability`` in days, ``difficulty`` from 1 to 10; ``state`` 1 learning, 2 review,
    3 learning again.
    """

    due_at: datetime
    state: int = State.Learning.value
    step: int | None = 0
    stability: float | None = None
    difficulty: float | None = None
    last_review_at: datetime | None = None


def meet(memory: Memory | None, *, right: bool, now: datetime) -> Memory:
    """The memory after an answer at ``now``; None is a question met for the first time."""
    return rate(_SCHEDULER, memory, Rating.Good if right else Rating.Again, now)


def rate(scheduler: Scheduler, memory: Memory | None, rating: Rating, now: datetime) -> Memory:
    """The memory after a rating by any scheduler (the reference vectors use their own)."""
    # The card's id is only a label; a given one keeps the library from reading the clock.
    before = memory or Memory(due_at=now)
    card = Card(
        card_id=1,
        state=State(before.state),
        step=before.step,
        stability=before.stability,
        difficulty=before.difficulty,
        due=before.due_at,
        last_review=before.last_review_at,
    )
    after, _ = scheduler.review_card(card, rating, review_datetime=now)
    return Memory(
        after.due,
        after.state.value,
        after.step,
        after.stability,
        after.difficulty,
        after.last_review,
    )


def left_today(today: int, week: int) -> int:
    """How many cards may still come after those met today, and on seven days with today."""
    return max(0, min(DAILY_LIMIT - today, WEEKLY_LIMIT - week))


def settled(memory: Memory) -> bool:
    """Whether the question is remembered for at least three weeks and need not press."""
    return memory.stability is not None and timedelta(days=memory.stability) >= timedelta(days=21)
