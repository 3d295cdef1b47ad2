"""Periods in whole years, months, weeks or days, and what they do to a date."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from training_app.errors import N_, InvalidInput

_PERIOD: Final = re.compile(r"(\d{1,5})\s*([ymwd])", re.IGNORECASE)
_MONTHS_IN_YEAR: Final = 12
_LONGEST_MONTHS: Final = 100 * _MONTHS_IN_YEAR
_LONGEST_DAYS: Final = 36_525


@dataclass(frozen=True)
class Period:
    """A length of time: whole months, or whole days."""

    months: int = 0
    days: int = 0

    @property
    def empty(self) -> bool:
        """Whether it moves no date."""
        return not (self.months or self.days)

    def times(self, count: int) -> Period:
        """Return the period ``count`` times over; a negative count goes back in time."""
        return Period(self.months * count, self.days * count)


def parse_period(text: str) -> Period:
    """Read ``1y``, ``6m``, ``24m``, ``3w`` or ``10d``.

    Raises InvalidInput for anything else and for more than a hundred years.
    """
    match = _PERIOD.fullmatch(text.strip())
    if match is None:
        raise InvalidInput(
            N_("Write a period as a number and a letter: 1y, 6m, 3w or 10d, not “%(text)s”."),
            text=text,
        )
    count, unit = int(match[1]), match[2].lower()
    period = {
        "y": Period(months=count * _MONTHS_IN_YEAR),
        "m": Period(months=count),
        "w": Period(days=count * 7),
        "d": Period(days=count),
    }[unit]
    if period.months > _LONGEST_MONTHS or period.days > _LONGEST_DAYS:
        raise InvalidInput(N_("The period “%(text)s” is longer than a hundred years."), text=text)
    return period


def shift(day: date, period: Period, count: int = 1) -> date:
    """Move a day by a period ``count`` times; a day that the month lacks becomes its last day.

    31 January + 1 month = 28 February; 29 February + 1 year = 28 February. Counting is from
    ``day``, so 31 January + 2 months = 31 March. Raises InvalidInput beyond the calendar.
    """
    step = period.times(count)
    years, month = divmod(day.year * _MONTHS_IN_YEAR + day.month - 1 + step.months, _MONTHS_IN_YEAR)
    month += 1
    try:
        last = calendar.monthrange(years, month)[1]
        return date(years, month, min(day.day, last)) + timedelta(days=step.days)
    except (ValueError, OverflowError) as error:
        message = N_("The date is too far away to be computed from %(day)s.")
        raise InvalidInput(message, day=day.isoformat()) from error
