"""Targets for training: what is asked by when, how far it is, and where the present pace leads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from training_app.coverage.rules.ratios import Base, Confidence
from training_app.errors import N_

MONTH: Final = 365.25 / 12  # days
PACE_DAYS: Final = 90
QUARTERS_SHOWN: Final = 4
_HUNDRED: Final = 100
_LAST_QUARTER: Final = 10  # its first month
# Beyond, "when at this pace" would be a day that nobody plans for.
_FURTHEST: Final = 36_525


class TargetMeasure(StrEnum):
    """What a target counts."""

    TRAINED = "mediators-trained"
    TAUGHT = "trained-in-period"
    COMPLETE = "teams-complete"
    KIT = "kit-used"
    SUPPORTED = "teams-supported"
    COACHED = "trainers-trained"
    TRAINERS = "teams-per-trainer"
    LOCAL_TRAINERS = "teams-per-local-trainer"
    SETTLED = "disputes-settled"

    @property
    def in_period(self) -> bool:
        """Whether only what happened within the period counts, and not where things stand."""
        return self in {TargetMeasure.TAUGHT, TargetMeasure.KIT, TargetMeasure.SETTLED}

    @property
    def of_teams(self) -> bool:
        """Whether teams are counted, of which a part is asked."""
        return self in {TargetMeasure.COMPLETE, TargetMeasure.SUPPORTED}

    @property
    def of_trainers(self) -> bool:
        """Whether trainers are counted beside the teams they look after: a number, no share."""
        return self in {TargetMeasure.TRAINERS, TargetMeasure.LOCAL_TRAINERS}

    @property
    def of_people(self) -> bool:
        """Whether mediators are counted: their list can be opened."""
        return self in {TargetMeasure.TRAINED, TargetMeasure.TAUGHT, TargetMeasure.KIT}


MEASURE_MESSAGES: Final = {
    TargetMeasure.TRAINED: N_("Mediators who hold what is required"),
    TargetMeasure.TAUGHT: N_("Mediators trained in the period"),
    TargetMeasure.COMPLETE: N_("Teams complete by Article 12"),
    TargetMeasure.KIT: N_("Mediators who use the training kit"),
    TargetMeasure.SUPPORTED: N_("Teams supported by legal professionals"),
    TargetMeasure.COACHED: N_("Trainers who hold what is required of trainers"),
    TargetMeasure.TRAINERS: N_("Trainers for the teams of the province"),
    TargetMeasure.LOCAL_TRAINERS: N_("Trainers for the teams of each group of communes"),
    TargetMeasure.SETTLED: N_("Disputes settled, of those that ended"),
}
# Printed with every table of targets.
MEASURE_DEFINITIONS: Final = {
    TargetMeasure.TRAINED: N_(
        "Mediators who hold what is required: people serving in the teams on the day who count as"
        " trained on that day."
    ),
    TargetMeasure.TAUGHT: N_(
        "Trained in the period: people serving in the teams on the day who passed a test or"
        " attended a class on a day of the period. What was waived or credited is not counted."
    ),
    TargetMeasure.COMPLETE: N_(
        "Complete teams: at least three members, at least one woman, a minority member where that"
        " is asked, and a leader (Article 12); a recorded exception counts."
    ),
    TargetMeasure.KIT: N_(
        "Using the training kit: people serving in the teams on the day who read a lesson to its"
        " end, answered a practice question, walked a scenario, or sat a test here at least once"
        " in the period. This is how this programme counts it; the decision does not say how."
    ),
    TargetMeasure.TRAINERS: N_(
        "Trainers for the teams: people with a trainer's role over the province itself, beside all"
        " its teams."
    ),
    TargetMeasure.SUPPORTED: N_(
        "Supported teams: an officer has recorded that people of at least one legal profession"
        " support the team on the day."
    ),
    TargetMeasure.COACHED: N_(
        "Trainers who hold what is required: people with a trainer's role over the place or below,"
        " and those of them who hold everything required of trainers on the day."
    ),
    TargetMeasure.LOCAL_TRAINERS: N_(
        "Trainers for the teams of each group: people with a trainer's role in the communes of a"
        " former district, beside the teams there. More than a group needs do not make up for"
        " another group."
    ),
    TargetMeasure.SETTLED: N_(
        "Disputes settled: mediated successfully, of all received less those still in progress, as"
        " the office entered them for the last period. The pace compares that period with the one"
        " before, for as many disputes. Of the country: the provinces that entered figures."
    ),
}


@dataclass(frozen=True)
class Goal:
    """What is asked, on half-open dates. ``value`` is a percentage, or teams per trainer.

    ``unit_id`` None is a national target; else the plan of a unit, row ``plan_id``.
    """

    measure: TargetMeasure
    valid_from: date
    valid_to: date
    value: int
    source: str
    source_en: str = ""
    confidence: Confidence | None = None
    requirement_id: int | None = None
    unit_id: int | None = None
    unit_name: str = ""
    plan_id: int | None = None
    recorded_at: datetime | None = None
    # Of trainers: over which places they are counted.
    base: Base | None = None

    @property
    def key(self) -> str:
        """Names what is counted: two goals with one key are counted alike."""
        first = self.valid_from.isoformat() if self.measure.in_period else ""
        value = self.value if self.measure.of_trainers else ""
        return f"{self.measure.value}/{self.requirement_id or ''}/{first}/{value}/{self.base or ''}"

    @property
    def last_day(self) -> date:
        """The last day on which it can be reached."""
        return self.valid_to - timedelta(days=1)

    def required(self, whole: int) -> int:
        """How many of so many people or teams it asks for; of trainers, for so many teams."""
        if self.measure.of_trainers:
            return -(-whole // self.value)
        return -(-whole * self.value // _HUNDRED)


@dataclass(frozen=True)
class Progress:
    """Where a place stands: ``done`` of ``whole``, and what it was ``days`` before.

    ``asked`` is how many are required where that is a sum over several places. Without
    ``compared`` nothing is known of before, or it was of another territory. ``ahead``: the day is
    still to come, so that nothing is over and no pace is known.
    """

    whole: int
    done: int
    before: int
    days: int = PACE_DAYS
    asked: int | None = None
    compared: bool = True
    ahead: bool = False

    @property
    def change(self) -> int:
        """By how much it grew."""
        return self.done - self.before

    def required(self, goal: Goal) -> int:
        """How many the goal asks for here."""
        return goal.required(self.whole) if self.asked is None else self.asked


class Outlook(StrEnum):
    """Where the present pace leads."""

    EMPTY = "empty"  # nobody and nothing to count
    REACHED = "reached"
    MISSED = "missed"  # the last day is over
    NOT_BEGUN = "not-begun"  # the period has not begun
    ON_COURSE = "on-course"
    SHORT = "short"  # grows, and too slowly
    STILL = "still"  # does not grow
    FIRST = "first"  # nothing to compare with yet
    AHEAD = "ahead"  # the day asked about is still to come


# Good news in one short word; the others need their numbers and are sentences.
OUTLOOK_KINDS: Final = {Outlook.REACHED: "success", Outlook.ON_COURSE: "success"}


@dataclass(frozen=True)
class Forecast:
    """What is missing, the pace needed and the pace there is (per month), and where that leads.

    ``on`` is the day of reaching it at this pace, also when that is too late; ``short`` is what
    will be missing on the last day, or was.
    """

    outlook: Outlook
    required: int
    gap: int
    needed: float
    pace: float
    on: date | None = None
    short: int = 0


def forecast(goal: Goal, progress: Progress, today: date) -> Forecast:
    """Hold where a place stands against a goal, going on as in the last days."""
    required = progress.required(goal)
    gap = max(0, required - progress.done)
    left = (goal.last_day - today).days
    days = max(1, progress.days)
    needed = gap / max(1.0, _months(goal, today)) if left >= 0 else 0.0
    known = progress.compared and not progress.ahead
    pace = progress.change / days * MONTH if known else 0.0
    base = Forecast(Outlook.EMPTY, required, gap, needed, pace)
    if not progress.whole:
        return base
    if not gap:
        return Forecast(Outlook.REACHED, required, 0, 0.0, pace)
    outlook = _without_pace(goal, progress, today)
    if outlook is Outlook.MISSED:
        return replace(base, outlook=outlook, short=gap)
    if outlook is not None:
        short = 0 if outlook is Outlook.NOT_BEGUN else gap
        return replace(base, outlook=outlook, pace=0.0, short=short)
    return _at_this_pace(base, progress, days, today, left)


def _without_pace(goal: Goal, progress: Progress, today: date) -> Outlook | None:
    """What is said instead of where the pace leads, which is not known, or no matter any more."""
    if progress.ahead:
        return Outlook.AHEAD
    if goal.last_day < today:
        return Outlook.MISSED
    if today < goal.valid_from and goal.measure.in_period:
        return Outlook.NOT_BEGUN
    return None if progress.compared else Outlook.FIRST


def _months(goal: Goal, today: date) -> float:
    """The months in which it can be done: what counts in a period waits for it to begin."""
    since = max(today, goal.valid_from) if goal.measure.in_period else today
    return (goal.last_day - since).days / MONTH


def _at_this_pace(
    base: Forecast, progress: Progress, days: int, today: date, left: int
) -> Forecast:
    """Go on for the days that are left; whole numbers, so that no day is lost to rounding."""
    change = progress.change
    at_end = min(progress.whole, max(0, progress.done + change * left // days))
    short = max(0, base.required - at_end)
    if change <= 0:
        return Forecast(Outlook.STILL, base.required, base.gap, base.needed, base.pace, short=short)
    wait = -(-base.gap * days // change)
    on = today + timedelta(days=wait) if wait <= _FURTHEST else None
    outlook = Outlook.ON_COURSE if wait <= left else Outlook.SHORT
    return Forecast(outlook, base.required, base.gap, base.needed, base.pace, on, short)


def quarter_end(day: date) -> date:
    """The last day of the quarter in which a day lies."""
    first_month = 3 * ((day.month - 1) // 3) + 1
    after = date(day.year + (first_month == _LAST_QUARTER), (first_month + 2) % 12 + 1, 1)
    return after - timedelta(days=1)


def days_of_history(last: date) -> tuple[date, ...]:
    """The days of a history, the earliest first: the last ends of quarters, and a last day."""
    days = [last]
    while len(days) <= QUARTERS_SHOWN:
        first_month = 3 * ((days[-1].month - 1) // 3) + 1
        days.append(date(days[-1].year, first_month, 1) - timedelta(days=1))
    return tuple(reversed(days))


def disclosable(progress: Progress, smallest: int) -> bool:
    """Whether the figures tell about no single person: nothing between one and ``smallest``.

    What is left, what it was before and by how much it changed follow from what is shown, so they
    are held to the same.
    """
    counts = (
        progress.whole,
        progress.done,
        progress.whole - progress.done,
        progress.before,
        abs(progress.change),
    )
    return all(count == 0 or count >= smallest for count in counts)
