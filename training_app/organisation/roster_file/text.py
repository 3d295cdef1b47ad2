"""A cell as clean text, and the folded text that words are recognised by."""

import re
from datetime import date
from functools import lru_cache

from training_app.organisation.roster_file.cells import Cell
from training_app.vietnamese import clean, fold, tone_placement

_BRACKETS = re.compile(r"\s*\([^()]*\)?\s*")
_MARK = re.compile(r"[xX✓✔vV√]+|có|đ|\*|co|yes|y|1|true", re.IGNORECASE)
_NO_MARK = re.compile(r"0|không|khong|ko|k|no|false|-+|/+|\.+", re.IGNORECASE)
_SURE_INTEGER = 2**53
# Longer cells are cut: no field of a roster needs more, and no pattern then takes long.
_LONGEST = 500

# A roster has tens of thousands of cells and a few thousand different syllables.
_clean = lru_cache(maxsize=65536)(clean)
_fold_word = lru_cache(maxsize=65536)(fold)
_place_tone = lru_cache(maxsize=65536)(tone_placement)


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """Return small letters without marks, with single spaces."""
    return " ".join([_fold_word(word) for word in text.split()]).strip()


def placed(text: str) -> str:
    """Return the text with tone marks in their traditional places: hoà gives hòa."""
    return " ".join([_place_tone(word) for word in text.split()])


def text_of(cell: Cell) -> str:
    """Return a cell as one clean line: 1968.0 gives 1968, a date 26/12/1959, nothing ''."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _clean(cell[: 4 * _LONGEST])[:_LONGEST]
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _SURE_INTEGER:
        return str(int(cell))
    return str(cell)


def whole_number(cell: Cell) -> int | None:
    """Return the integer in a cell, stored as a number or as text; None if there is none."""
    if isinstance(cell, bool):
        return None
    text = text_of(cell).removeprefix("'").rstrip(".")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None  # noqa: PLR2004


def without_brackets(text: str) -> str:
    """Return the text without what stands in round brackets."""
    return _BRACKETS.sub(" ", text).strip()


def is_mark(text: str) -> bool:
    """Return whether a cell says yes by a mark such as x."""
    return _MARK.fullmatch(text) is not None


def is_no(text: str) -> bool:
    """Return whether a cell says no, or says nothing in so many words."""
    return not text or _NO_MARK.fullmatch(text) is not None
