"""When a question comes back: FSRS without chance, and never more than a few minutes a week.

A person opens the review once on a day and is then done with it: a question that was met comes
back on another day, however it was answered. So FSRS plans in days, without its learning steps
of some minutes, and a question is there from the morning of its day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from fsrs import Card, Rating, Scheduler, State

from training_app.learning.rules import VIETNAM, local_day

# A few minutes a week, never a streak: at half a minute or somewhat more for a question with its
# reason, about three minutes on one day and six on seven.
DAILY_LIMIT: Final = 5
WEEKLY_LIMIT: Final = 10
WEEK: Final = timedelta(days=7)
LONGEST_DAYS: Final = 365  # what the law says should be met at least once a year
# Fuzz is off so that the same answers always give the same day.
_SCHEDULER: Final = Scheduler(
    learning_steps=(), relearning_steps=(), enable_fuzzing=False, maximum_interval=LONGEST_DAYS
)


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
    """The memory after an answer at ``now``; None is a question met for the first time.

    It is due from the beginning of a later day in Viet Nam, the next one at the earliest.
    """
    after = rate(_SCHEDULER, memory, Rating.Good if right else Rating.Again, now)
    return replace(after, due_at=day_of(after.due_at))


def day_of(moment: datetime) -> datetime:
    """The beginning of the day in Viet Nam on which an aware moment lies, in UTC."""
    return datetime.combine(local_day(moment), time.min, VIETNAM).astimezone(UTC)


def week_of(moment: datetime) -> datetime:
    """The beginning of the seven days that end with the day of an aware moment, in UTC."""
    return day_of(moment) - WEEK + timedelta(days=1)


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


@dataclass(frozen=True, slots=True)
class Met:
    """How often one card's question was answered today, in these seven days, and since it is one.

    The answer that made it a card is not a meeting: ``again`` counts those after it.
    """

    today: int
    week: int
    again: int


def left_today(cards: Iterable[Met]) -> int:
    """How many cards may still come today, after what was met again today and in seven days."""
    met = list(cards)
    today = sum(min(one.today, one.again) for one in met)
    week = sum(min(one.week, one.again) for one in met)
    return max(0, min(DAILY_LIMIT - today, WEEKLY_LIMIT - week))
