"""What a spreadsheet holds once it is opened: plain cells, what is hidden and what is merged."""

from dataclasses import dataclass
from datetime import date

Cell = str | int | float | bool | date | None
Row = tuple[Cell, ...]
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells; all from 1, ends included."""

_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; ``rows[0]`` is the spreadsheet's row 1. Hidden rows are numbered from 1."""

    name: str
    rows: tuple[Row, ...]
    visible: bool = True
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """A spreadsheet file; ``name`` is the file's name without its folder."""

    name: str
    sheets: tuple[Sheet, ...]


def column_letter(index: int) -> str:
    """Return the letter of a column: 0 gives A, 25 Z, 26 AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the index of a column letter: A gives 0. Raises ValueError for anything else."""
    index = 0
    for letter in letters.strip().upper():
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        index = index * _LETTERS + ord(letter) - ord("A") + 1
    if index == 0:
        raise ValueError(letters)
    return index - 1
