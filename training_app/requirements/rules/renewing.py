"""When something held ends, and from which day it may be renewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from training_app.errors import N_, InvalidInput
from training_app.requirements.rules.periods import Period, shift

WINDOW_TOO_LONG: Final = N_("The renewal window cannot be longer than the time it is valid.")


class Renewing(StrEnum):
    """What the next end is counted from."""

    COMPLETION = "completion"
    EXPIRY = "expiry"
    FIXED = "fixed"


@dataclass(frozen=True)
class Renewal:
    """The period runs from ``base``; on ``expires`` it is held no more.

    Evidence counts for the next period from ``window_opens`` on.
    """

    base: date
    expires: date
    window_opens: date


def renewal(
    mode: Renewing,
    *,
    completed: date,
    period: Period,
    window: Period,
    minimum: Period,
    held_until: date | None = None,
    due: date | None = None,
) -> Renewal:
    """Say until when a completion holds.

    *Completion*: the period runs from the day of completion.

    *Expiry*: it runs from the previous end, so that diligence costs nothing; the first time from
    the due date, else from completion. Overdue or lapsed: from completion. Completed before the
    window opened: the end stays where it is.

    *Fixed*: ends fall on fixed dates, whole periods from the previous end, else the due date,
    else completion; the end is the first of them after completion, and at least ``minimum`` after.

    Raises InvalidInput when the period is empty or leads out of the calendar.
    """
    if period.empty:
        raise InvalidInput(N_("The period must be longer than nothing."), field="period")
    base = _base(mode, completed, held_until, due, period, window, minimum)
    expires = shift(base, period)
    if held_until is not None and base == shift(held_until, period, -1):
        expires = held_until  # back and forth would lose the end of a month
    return Renewal(base, expires, window_opens(expires, window))


def refuse_long_window(completed: date, *, period: Period, window: Period) -> None:
    """Refuse a rule that could not be set, before :func:`renewal` tries it on a completion."""
    if shift(completed, window, -1) < shift(completed, period, -1):
        raise InvalidInput(WINDOW_TOO_LONG, field="window")


def window_opens(expires: date, window: Period) -> date:
    """Return the day from which a renewal counts."""
    return shift(expires, window, -1)


def _base(  # noqa: PLR0917 - the seven values are the rule
    mode: Renewing,
    completed: date,
    held_until: date | None,
    due: date | None,
    period: Period,
    window: Period,
    minimum: Period,
) -> date:
    """Return the day that the period runs from."""
    if mode is Renewing.COMPLETION:
        return completed
    anchor = held_until or due or completed
    if mode is Renewing.FIXED:
        # Without a minimum the end would fall on the day of completion itself.
        earliest_end = max(shift(completed, minimum), shift(completed, Period(days=1)))
        return _fixed_base(anchor, earliest_end, period)
    if completed > anchor:
        return completed
    if held_until is not None and completed < window_opens(held_until, window):
        return shift(held_until, period, -1)
    return anchor


def _fixed_base(anchor: date, earliest_end: date, period: Period) -> date:
    """Return the date, whole periods from ``anchor``, whose own period is the first to end then."""
    # A guess that is never too late (the shortest month backwards, the longest forwards), then
    # at most a few steps forward.
    distance = (earliest_end - anchor).days
    days = period.days or period.months * (31 if distance > 0 else 28)
    count = distance // days - 2
    while shift(shift(anchor, period, count), period) < earliest_end:
        count += 1
    return shift(anchor, period, count)
