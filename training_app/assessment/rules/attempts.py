"""When a test may be taken, what its answers amount to, and which attempt counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final, Protocol, TypeAlias

# An answer made before the time ran out may arrive this much later and still counts.
GRACE: Final = timedelta(seconds=60)


class Policy(StrEnum):
    """Which of several attempts counts; stored with each attempt."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"


class Stakes(StrEnum):
    """What another attempt can do to the result that counts."""

    NOTHING_LOST = "nothing_lost"
    LAST_OF_SEVERAL = "last_of_several"
    FIRST_OF_SEVERAL = "first_of_several"
    REPLACES = "replaces"
    REPLACES_ONE_PASSED = "replaces_one_passed"
    PRACTICE = "practice"
    PRACTICE_CLASS_HELPS = "practice_class_helps"


class Settings(Protocol):
    """What a frozen version says about taking its test again."""

    @property
    def retake_after_minutes(self) -> int:
        """Shortest wait before the next attempt."""

    @property
    def attempts(self) -> int | None:
        """How many attempts there are; None for as many as needed."""

    @property
    def test_minutes(self) -> int | None:
        """How long an attempt is open; None for no limit."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """An attempt as the rules see it."""

    id: int
    number: int
    submitted_at: datetime | None = None
    points: float = 0.0
    right_count: int = 0
    out_of: int = 0
    passed: bool = False
    mistakes_seen: bool = False
    counts: bool = False
    waiting: bool = False
    policy: Policy = Policy.BEST


# -- the door -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Open:
    """A new attempt may be started; ``number`` is the one it will have."""

    number: int


@dataclass(frozen=True, slots=True)
class Running:
    """An attempt is under way and may be finished, even if it is the last one allowed."""

    attempt_id: int


@dataclass(frozen=True, slots=True)
class LessonsFirst:
    """Some lessons have not been read."""

    left: int


@dataclass(frozen=True, slots=True)
class Marking:
    """People have still to mark what was written in the last attempt."""

    attempt_id: int


@dataclass(frozen=True, slots=True)
class MistakesFirst:
    """The mistakes of the last attempt have not been looked at."""

    attempt_id: int


@dataclass(frozen=True, slots=True)
class Wait:
    """The next attempt opens at ``until``."""

    until: datetime


@dataclass(frozen=True, slots=True)
class UsedUp:
    """All attempts are used; a class or the trainer is the way on."""

    limit: int


@dataclass(frozen=True, slots=True)
class NoTest:
    """The version has no test."""


Door: TypeAlias = Open | Running | LessonsFirst | Marking | MistakesFirst | Wait | UsedUp | NoTest


def door(
    settings: Settings | None,
    lessons_left: int,
    sittings: Sequence[Sitting],
    now: datetime,
    *,
    elsewhere: int = 0,
) -> Door:
    """Whether an attempt may be started at ``now``, and if not, why and what opens it.

    ``elsewhere`` counts attempts of other records of the same person; they use up the limit too.
    A passed test may be taken again (a requirement may ask for it anew), under the same rules.
    """
    if settings is None:
        return NoTest()
    running = next((one for one in sittings if one.submitted_at is None), None)
    if running:
        return Running(running.id)
    if lessons_left:
        return LessonsFirst(lessons_left)
    last = max(sittings, key=lambda one: one.number, default=None)
    if last is None:
        spent = settings.attempts is not None and elsewhere >= settings.attempts
        return UsedUp(settings.attempts or 0) if spent else Open(1)
    return _again(settings, last, now, elsewhere)


def _again(settings: Settings, last: Sitting, now: datetime, elsewhere: int) -> Door:
    """Whether another attempt may follow ``last``, which was handed in."""
    if last.waiting:
        return Marking(last.id)
    if settings.attempts is not None and last.number + elsewhere >= settings.attempts:
        return UsedUp(settings.attempts)
    if not last.mistakes_seen:
        return MistakesFirst(last.id)
    handed_in = last.submitted_at or now
    until = handed_in + timedelta(minutes=settings.retake_after_minutes)
    return Wait(until) if now < until else Open(last.number + 1)


def closing_time(settings: Settings, started_at: datetime) -> datetime | None:
    """When an attempt begun at ``started_at`` closes; None without a time limit."""
    if settings.test_minutes is None:
        return None
    return started_at + timedelta(minutes=settings.test_minutes)


def in_time(closes_at: datetime | None, now: datetime) -> bool:
    """Whether an answer arriving at ``now`` still counts."""
    return closes_at is None or now <= closes_at + GRACE


def minutes_left(closes_at: datetime | None, now: datetime) -> int | None:
    """Whole minutes until an attempt closes, the begun one counted; 0: over, None: no limit."""
    if closes_at is None:
        return None
    return max(0, -((now - closes_at) // timedelta(minutes=1)))


def finished_at(closes_at: datetime | None, now: datetime) -> datetime:
    """The moment an attempt handed in at ``now`` was finished: never after it closed."""
    return now if closes_at is None else min(now, closes_at)


# -- the result ---------------------------------------------------------------------------


class Earning(Protocol):
    """What the answer to one question earned."""

    @property
    def points(self) -> Fraction | float:
        """From 0 to 1."""

    @property
    def right(self) -> bool:
        """Whether everything is."""

    @property
    def harmful(self) -> bool:
        """Whether it chose what the law forbids."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the answers of an attempt amount to.

    ``needed`` right answers pass, unless ``safety_failed``: a move that the law forbids was
    chosen, which fails whatever the total.
    """

    points: float
    right_count: int
    out_of: int
    needed: int
    passed: bool
    safety_failed: bool


def outcome(marks: Mapping[int, Earning], questions: Sequence[int], pass_mark: int) -> Outcome:
    """The result of an attempt; ``marks`` by question, an unanswered one has none.

    While some answers wait to be marked they earn nothing, and the attempt is not passed: who
    calls for it says so (``Attempt.waiting``).
    """
    earned: list[Earning] = [marks[one] for one in questions if one in marks]
    right_count = sum(mark.right for mark in earned)
    needed = min(pass_mark, len(questions))
    safety_failed = any(mark.harmful for mark in earned)
    return Outcome(
        points=float(sum((Fraction(mark.points) for mark in earned), Fraction(0))),
        right_count=right_count,
        out_of=len(questions),
        needed=needed,
        passed=right_count >= needed and not safety_failed,
        safety_failed=safety_failed,
    )


def counting(policy: Policy, sittings: Iterable[Sitting]) -> Sitting | None:
    """The attempt that counts among those handed in.

    Best: a pass before no pass, then more points, then the earlier one.
    """
    handed_in = sorted(
        (one for one in sittings if one.submitted_at is not None), key=lambda one: one.number
    )
    if not handed_in:
        return None
    match policy:
        case Policy.FIRST:
            return handed_in[0]
        case Policy.LAST:
            return handed_in[-1]
        case Policy.BEST:
            return max(handed_in, key=lambda one: (one.passed, one.points, -one.number))


def stakes(policy: Policy, *, passed: bool | None) -> Stakes:
    """What the next attempt is about; ``passed``: the result that counts, None before the first."""
    match policy:
        case Policy.BEST:
            return Stakes.NOTHING_LOST
        case Policy.LAST if passed is None:
            return Stakes.LAST_OF_SEVERAL
        case Policy.LAST:
            return Stakes.REPLACES_ONE_PASSED if passed else Stakes.REPLACES
        case Policy.FIRST if passed is None:
            return Stakes.FIRST_OF_SEVERAL
        case Policy.FIRST:
            return Stakes.PRACTICE if passed else Stakes.PRACTICE_CLASS_HELPS


def completes(policy: Policy, *, passed: bool, counted: Sitting | None) -> bool:
    """Whether an attempt goes into the record as a pass.

    Where the first attempt counts, a later pass is practice, unless the first one was passed too:
    then it renews. Under the other policies every pass goes there.
    """
    return passed and (policy is not Policy.FIRST or (counted is not None and counted.passed))


def counting_since(
    policy: Policy, sittings: Iterable[Sitting], *, lowering: bool
) -> Sitting | None:
    """The attempt that counts once another policy holds; None where nothing may change.

    A pass that was granted stands: an attempt that was not passed takes its place only when
    somebody decided by name that the change also lowers results.
    """
    held = list(sittings)
    before = next((one for one in held if one.counts), None)
    after = counting(policy, held)
    if after is None or (before and before.passed and not after.passed and not lowering):
        return None
    return after


def place_to_resume(questions: Sequence[int], latest: Mapping[int, int]) -> int | None:
    """The number (from 1) of the question to go on with; None when all are answered.

    ``latest`` gives, per answered question, a number that grows with each answer. The person
    goes on after the answer given last, then with those skipped before it.
    """
    if not latest:
        return 1
    after = questions.index(max(latest, key=lambda one: latest[one])) + 1
    order = [*range(after, len(questions)), *range(after)]
    return next((place + 1 for place in order if questions[place] not in latest), None)
