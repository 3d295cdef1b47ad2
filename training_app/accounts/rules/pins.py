"""Which PINs are refused, and how long to wait after wrong ones."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from training_app.errors import N_

PIN_LENGTH: Final = 6
FREE_TRIES: Final = 5
LAST_TRY: Final = 10
_LONGEST_WAIT: Final = 60
_DIGITS: Final = re.compile(r"[0-9]{6}")
_FEWEST_DIFFERENT: Final = 3
# Often chosen and not caught by the patterns below: keypad walks, dates everybody knows, luck.
_COMMON: Final = """
010101 010203 020202 020919 020945 030303 100200 101010 102030 111213 111222 112233 112358
121212 121314 123123 123321 123459 123654 123789 131313 131415 131420 135790 135791 141414
142536 147147 147258 147369 147852 159357 159753 180880 190545 192837 201020 202020 212121
232425 246802 246810 258258 258456 271828 300419 300475 304197 314159 321321 369258 393979
456123 456456 456789 520131 520520 521521 654123 666888 668668 686868 686886 688688 696969
741852 753159 753951 787878 789456 789789 797979 852456 868686 868868 886688 886886 888666
898989 951753 963852 987456 996633 997788 999666
"""


def weakness(pin: str, *, birth: date | None = None, phones: Sequence[str] = ()) -> str | None:
    """Why the PIN cannot be used, as an English message id; None when it can.

    Refused: anything but six digits, few different digits, runs, repeated halves, dates of birth
    in any usual order, the tail of the own telephone number, and what many people choose.
    """
    if not _DIGITS.fullmatch(pin):
        return N_("The PIN has six digits.")
    if birth is not None and pin in _written(birth):
        return N_("Choose another PIN: this one is the date of birth.")
    if any(number.endswith(pin) for number in phones):
        return N_("Choose another PIN: this one is in the telephone number.")
    if _guessed_first(pin):
        return N_("Choose another PIN: this one is among the first that others would try.")
    return None


def _guessed_first(pin: str) -> bool:
    """Whether a stranger would try it early."""
    if pin in _COMMON.split() or len(set(pin)) < _FEWEST_DIFFERENT:
        return True
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if len(steps) == 1:
        return True
    half, third = pin[:3], pin[:2]
    return pin in {half * 2, half + half[::-1], third * 3}


def _written(birth: date) -> set[str]:
    """The six-digit ways in which people write a date of birth."""
    day, month = f"{birth.day:02}", f"{birth.month:02}"
    year, short = f"{birth.year:04}", f"{birth.year % 100:02}"
    written = {day + month + short, month + day + short, short + month + day, short + day + month}
    written |= {year + month, month + year, year + day, day + year}
    written |= {f"{birth.day}{birth.month}{year}", f"{birth.month}{birth.day}{year}"}
    return {text for text in written if len(text) == PIN_LENGTH}


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many wrong tries in a row: 1, 2, 4 … 60 minutes from the fifth."""
    if failures < FREE_TRIES:
        return timedelta(0)
    return timedelta(minutes=min(2 ** (failures - FREE_TRIES), _LONGEST_WAIT))


def kills(failures: int) -> bool:
    """Whether this many wrong tries in a row end the phone's or card's right to try."""
    return failures >= LAST_TRY


def tries_left(failures: int) -> int:
    """Tries before the first wait."""
    return max(0, FREE_TRIES - failures)
