"""Birth dates and dates of decisions in every spelling. Dates are read day first."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from training_app.organisation.roster_file.cells import Cell
from training_app.organisation.roster_file.text import is_no, text_of, whole_number

_EPOCH = date(1899, 12, 30)
_OLDEST = 110
_OF_AGE = 18
_YEARS = range(1800, 2200)
_YEARS_AS_DAYS = range(1900, 2030)
_FIRST_SERIAL = 2200
_LAST_SERIAL = 80_000
_CENTURY = 100
_NUMBERS = re.compile(r"\d+")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_PLAIN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_COMPACT = re.compile(r"\d{7,8}")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})\s*(?:[/.,-]|tháng|thang|\s)\s*(\d{1,2})\s*(?:[/.,-]|năm|nam|\s)\s*(\d{4}|\d{2})(?!\d)",
    re.IGNORECASE,
)
_MONTH_YEAR = re.compile(r"(?<!\d)(\d{1,2})\s*(?:[/.-]|năm|nam|\s)\s*(\d{4})(?!\d)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Birth:
    """A birth date, or its year alone; ``code`` names a problem with ``values`` for its words."""

    day: date | None = None
    year: int | None = None
    code: str | None = None
    values: tuple[tuple[str, str], ...] = ()


def read_birth(cell: Cell, *, today: date) -> Birth | None:
    """Return what a cell says about a birth; None when it says nothing."""
    text = text_of(cell).strip("' ")
    if is_no(text):
        return None
    return _plausible(_read(cell, text), text, today)


def _plausible(birth: Birth, text: str, today: date) -> Birth:
    if birth.year is None:
        return birth
    if (
        birth.year > today.year
        or birth.year < today.year - _OLDEST
        or (birth.day and birth.day > today)
    ):
        return Birth(code="birth_year_impossible", values=(("value", text),))
    if birth.code is None and birth.year > today.year - _OF_AGE:
        return Birth(birth.day, birth.year, "birth_year_recent", (("value", str(birth.year)),))
    return birth


def _read(cell: Cell, text: str) -> Birth:
    if isinstance(cell, date):
        return _from_date(cell)
    number = whole_number(cell)
    if number is not None:
        return _from_number(number, text)
    found = find_date(text, two_digit_century=1900)
    if isinstance(found, date):
        return Birth(found, found.year)
    if found is not None:
        return Birth(None, found, "date_impossible", (("value", text),))
    return _without_day(text)


def _without_day(text: str) -> Birth:
    partial = _MONTH_YEAR.search(text)
    if partial and 1 <= int(partial.group(1)) <= 12:  # noqa: PLR2004 - months
        return Birth(None, int(partial.group(2)), "date_partial", (("value", text),))
    years = [int(year) for year in _YEAR.findall(text) if int(year) in _YEARS]
    if len(set(years)) == 1:
        return Birth(None, years[0])
    return Birth(code="birth_unreadable", values=(("value", text),))


def _from_date(day: date) -> Birth:
    """A year typed into a cell formatted as a date shows a day of 1905: 1968 becomes 21/05/1905."""
    year = (day - _EPOCH).days
    if year in _YEARS_AS_DAYS:
        return Birth(
            None, year, "birth_year_as_date", (("value", f"{day:%d/%m/%Y}"), ("year", str(year)))
        )
    return Birth(day, day.year)


def _from_number(number: int, text: str) -> Birth:
    if number in _YEARS:
        return Birth(None, number)
    if _FIRST_SERIAL <= number <= _LAST_SERIAL:
        day = _EPOCH + timedelta(days=number)
        return Birth(day, day.year, "date_serial", (("value", text), ("date", f"{day:%d/%m/%Y}")))
    if _COMPACT.fullmatch(text):
        digits = text.zfill(8)
        day_first = _date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
        year_first = _date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        day_or_none = day_first if day_first and day_first.year in _YEARS else year_first
        if day_or_none and day_or_none.year in _YEARS:
            return Birth(day_or_none, day_or_none.year)
    return Birth(code="birth_unreadable", values=(("value", text),))


def find_date(text: str, *, two_digit_century: int) -> date | int | None:
    """Return the first date in a text; its year alone if there is no such day; None if none."""
    match = _PLAIN.fullmatch(text)
    iso = None if match else _ISO.search(text)
    if iso:
        year, month, day = map(int, iso.groups())
        return _date(year, month, day) or year
    match = match or _DAY_FIRST.search(text)
    if not match:
        return None
    day, month, year = map(int, match.groups())
    if year < _CENTURY:
        year += two_digit_century
    return _date(year, month, day) or year


def from_parts(day: Cell, month: Cell, year: Cell) -> Cell:
    """Return one cell's worth of a date that stands in three columns."""
    parts = [text_of(part) for part in (day, month, year)]
    return "/".join(part for part in parts if part) or None


def read_decision_date(cell: Cell) -> date | None:
    """Return the date in a cell of its own; two-digit years are 20xx, day numbers are dates."""
    if isinstance(cell, date):
        return cell
    number = whole_number(cell)
    if number is not None and _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return _EPOCH + timedelta(days=number)
    found = find_date(text_of(cell), two_digit_century=2000)
    return found if isinstance(found, date) else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
