"""Results of a test from a file: one row per attempt, one column per item. Pure."""

from __future__ import annotations

import csv
import io
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from training_app.errors import N_, InvalidInput

DELIMITERS: Final = (",", ";", "\t")
TOLERANCE: Final = 1e-3  # sums are written with few digits
# Names by which a column that numbers the attempts is known, whatever it counts.
ID_NAMES: Final = frozenset({"id", "no", "nr", "stt", "attempt", "quizattempt", "person"})
SUM_NAMES: Final = frozenset({"sum", "total", "summarks", "tổng", "tổng điểm", "tổng cộng"})
# How tables write that there is no mark.
NOTHING: Final = frozenset({"", "-", "–", "—"})


@dataclass(frozen=True, slots=True)
class Results:
    """Marks per item, in the order of the file.

    ``left_out`` are numeric columns not taken, ``text`` columns with a cell that is no number;
    ``empty`` counts cells of the items without a mark.
    """

    marks: dict[str, list[float]]
    left_out: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    empty: int = 0


def read_results(text: str, items: Sequence[str] = ()) -> Results:
    """Read a table of marks; ``items`` chooses columns by name.

    Without a choice every numeric column is an item, except one that numbers the attempts and one
    that is the sum of the others. An empty cell is no mark: nothing earned. Raises InvalidInput
    naming the row and column of what is not a number.
    """
    names, rows = _table(text)
    if items:
        marks = {name: _numbers(names, rows, name) for name in items}
        return Results(marks, empty=_empty(names, rows, marks))
    columns = {name: _numbers(names, rows, name) for name in names if _numeric(names, rows, name)}
    left_out = _counting(columns)
    rest = {name: column for name, column in columns.items() if name not in left_out}
    left_out += _sums(rest)
    marks = {name: column for name, column in columns.items() if name not in left_out}
    if not marks:
        raise InvalidInput(N_("No column of the file holds marks. Choose columns with --items."))
    words = [name for name in names if name not in columns and _filled(names, rows, name)]
    return Results(marks, tuple(left_out), tuple(words), _empty(names, rows, marks))


def read_names(text: str) -> list[str]:
    """Names of columns separated by commas, quoted where a name holds one."""
    found = next(csv.reader([text], skipinitialspace=True), [])
    return [name for one in found if (name := _named(one))]


def _table(text: str) -> tuple[list[str], list[list[str]]]:
    lines = _lines(text.removeprefix("\ufeff"))
    if len(lines) < 2:  # noqa: PLR2004 - a heading and at least one attempt
        raise InvalidInput(N_("The file holds no attempt: a heading and at least one row needed."))
    names = [_named(name) for name in lines[0]]
    rows = lines[1:]
    if all(_is_number(name) for name in names):
        raise InvalidInput(N_("The first row holds numbers; it has to name the columns."))
    twice = next((name for name, times in Counter(names).items() if name and times > 1), None)
    if twice is not None:
        raise InvalidInput(N_("Two columns have the name “%(name)s”."), name=twice)
    for number, row in enumerate(rows, start=2):
        if len(row) != len(names):
            raise InvalidInput(
                N_("Row %(row)d has %(found)d columns, the heading has %(wanted)d."),
                row=number,
                found=len(row),
                wanted=len(names),
            )
    return names, rows


def _lines(text: str) -> list[list[str]]:
    """The rows that hold anything, read with the separator that finds most columns."""
    try:
        return max(
            (_separated(text, delimiter) for delimiter in DELIMITERS),
            key=lambda lines: len(lines[0]) if lines else 0,
        )
    except csv.Error as error:
        message = N_("The file is not a table: a quotation mark is opened and not closed.")
        raise InvalidInput(message) from error


def _separated(text: str, delimiter: str) -> list[list[str]]:
    found = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter)
    return [row for row in found if any(cell.strip() for cell in row)]


def _named(name: str) -> str:
    return " ".join(name.split())


def _numbers(names: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> list[float]:
    if name not in names:
        raise InvalidInput(
            N_("The file has no column “%(name)s”. It has: %(names)s."),
            name=name,
            names=", ".join(names),
        )
    place = names.index(name)
    return [_number(row[place], name, number) for number, row in enumerate(rows, start=2)]


def _number(cell: str, name: str, row: int) -> float:
    text = cell.strip().replace(",", ".")
    try:
        value = 0.0 if text in NOTHING else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        message = N_("Row %(row)d, column “%(name)s”: “%(cell)s” is not a number.")
        raise InvalidInput(message, row=row, name=name, cell=cell)
    return value


def _cells(names: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> list[str]:
    place = names.index(name)
    return [row[place].strip() for row in rows]


def _filled(names: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> bool:
    return any(cell not in NOTHING for cell in _cells(names, rows, name))


def _empty(names: Sequence[str], rows: Sequence[Sequence[str]], items: Iterable[str]) -> int:
    return sum(cell in NOTHING for name in items for cell in _cells(names, rows, name))


def _numeric(names: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> bool:
    marks = [cell for cell in _cells(names, rows, name) if cell not in NOTHING]
    return bool(name) and bool(marks) and all(_is_number(cell) for cell in marks)


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell.replace(",", ".")))
    except ValueError:
        return False


def _counting(columns: dict[str, list[float]]) -> list[str]:
    """Columns that number the attempts: named so, or rising by one from row to row.

    A mark of 0 and then of 1 is no numbering.
    """
    return [
        name
        for name, column in columns.items()
        if name.lower() in ID_NAMES
        or (len(column) > 1 and max(column) > 1 and _rises_by_one(column))
    ]


def _rises_by_one(column: Sequence[float]) -> bool:
    return all(after - before == 1 for before, after in itertools.pairwise(column))


def _sums(columns: dict[str, list[float]]) -> list[str]:
    """The column that is the sum of all others, if there is one."""
    named = [name for name in columns if name.lower() in SUM_NAMES]
    if len(columns) < 3 and not named:  # noqa: PLR2004 - of two equal ones neither is the sum
        return []
    whole = [math.fsum(row) for row in zip(*columns.values(), strict=True)]
    among = named or columns
    return [name for name in among if _is_half(columns[name], whole)][:1]


def _is_half(column: Iterable[float], whole: Iterable[float]) -> bool:
    """A sum counted together with its parts is half of everything."""
    pairs = list(zip(column, whole, strict=True))
    return any(total for _, total in pairs) and all(
        abs(2 * value - total) <= TOLERANCE for value, total in pairs
    )
