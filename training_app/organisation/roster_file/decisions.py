"""Decisions of recognition: number and date, in one cell or two."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from training_app.organisation.roster_file.cells import Cell
from training_app.organisation.roster_file.dates import read_decision_date
from training_app.organisation.roster_file.text import is_no, text_of
from training_app.vietnamese import clean

_NUMBER = re.compile(
    r"(?<!\d)\d+[a-zA-Z]?\s*[/-]\s*(?:\d{4}\s*[/-]\s*)?[A-ZĐ][\w&]*(?:\s*-\s*[A-ZĐ][\w&]*)*",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"(?:số|so|qđ|qd)\s*:?\s*(\d+[a-zA-Z]?)(?![\d/.-])", re.IGNORECASE)
_ONLY_NUMBER = re.compile(r"\d{1,5}[a-zA-Z]?")
_SPACES = re.compile(r"\s+")
_PENDING = re.compile(r"chưa|chua|chờ|đang", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recognition:
    """A decision; at least one of number and date is there."""

    number: str | None
    day: date | None

    def as_key(self) -> dict[str, str | None]:
        """Return the decision in the shape of the answer keys."""
        return {"number": self.number, "date": self.day.isoformat() if self.day else None}


def read_decision(cell: Cell) -> Recognition | None:
    """Return the decision in one cell that holds number and date; None when it holds neither."""
    if cell is None:
        return None
    return Recognition(None, cell) if isinstance(cell, date) else _read_decision(text_of(cell))


@lru_cache(maxsize=8192)
def _read_decision(text: str) -> Recognition | None:
    if is_no(text) or (_PENDING.search(text) and not re.search(r"\d", text)):
        return None
    number = _number(text)
    day = read_decision_date(text.replace(number or "\0", " "))
    found = Recognition(_tidy(number), day)
    return found if found.number or found.day else None


def read_number(cell: Cell) -> str | None:
    """Return the number of a decision from a cell of its own, without the words before it."""
    text = text_of(cell)
    if is_no(text) or isinstance(cell, date):
        return None
    return _tidy(_number(text) or (text if _ONLY_NUMBER.fullmatch(text) else None))


def _number(text: str) -> str | None:
    match = _NUMBER.search(text)
    if match:
        return match.group()
    bare = _BARE_NUMBER.search(text)
    return bare.group(1) if bare else None


def _tidy(number: str | None) -> str | None:
    return clean(_SPACES.sub("", number)) if number else None
