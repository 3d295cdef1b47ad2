"""How a year of counts is stored: the state at its start, then each day on which it changed.

The bytes are little-endian 32-bit numbers: the year, the state before it, then for every change
the day of the year (1 to 366) and the state from that day on. The year stands among them, so that
a reader who wants the last one fetches nothing else.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from training_app.coverage.rules.lasting import NOTHING, Measure, State, Tally

WIDTH: Final = len(Measure)
_STEP: Final = WIDTH + 1


def years_of(tally: Tally) -> dict[int, bytes]:
    """Year → its counts; years in which nothing changes are left out."""
    found: dict[int, array[int]] = {}
    state = list(NOTHING)
    for day in sorted(tally.days):
        changes = tally.days[day]
        if not any(changes):
            continue
        year = found.get(day.year)
        if year is None:
            year = found[day.year] = array("i", [day.year, *state])
        state = [one + more for one, more in zip(state, changes, strict=True)]
        year.append(day.timetuple().tm_yday)
        year.extend(state)
    return {year: _written(numbers) for year, numbers in found.items()}


def tally_of(years: Mapping[int, bytes]) -> Tally:
    """The changes behind stored years: the opposite of :func:`years_of`."""
    tally = Tally()
    state: State = NOTHING
    for year in sorted(years):
        numbers = _read(years[year])
        new_year = date(year, 1, 1)
        for at in range(_STEP, len(numbers), _STEP):
            new = tuple(numbers[at + 1 : at + _STEP])
            day = new_year + timedelta(days=numbers[at] - 1)
            tally.days[day] = [one - before for one, before in zip(new, state, strict=True)]
            state = new
    return tally


def state_on(stored: bytes, on: date) -> State:
    """The counts on a day, from the last stored year that begins by then."""
    numbers = _read(stored)
    end = len(numbers)
    if on.year == numbers[0]:
        end = _STEP + _STEP * bisect_right(numbers[_STEP::_STEP], on.timetuple().tm_yday)
    return tuple(numbers[end - WIDTH : end])


def _written(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _read(stored: bytes) -> array[int]:
    numbers = array("i")
    numbers.frombytes(stored)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
