"""Results of a test from a file: one row per attempt, one column per item. Pure."""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from training_app.errors import N_, InvalidInput

DELIMITERS: Final = (",", ";", "\t")
TOLERANCE: Final = 1e-3  # sums are written with few digits
# Names by which a column that numbers the attempts is known, whatever it counts.
ID_NAMES: Final = frozenset({"id", "no", "nr", "stt", "attempt", "quizattempt", "person"})


@dataclass(frozen=True, slots=True)
class Results:
    """Marks per item, in the order of the file; ``left_out`` are numeric columns not taken."""

    marks: dict[str, list[float]]
    left_out: tuple[str, ...] = ()


def read_results(text: str, items: Sequence[str] = ()) -> Results:
    """Read a table of marks; ``items`` chooses columns by name.

    Without a choice every numeric column is an item, except one that numbers the attempts and one
    that is the sum of the others. An empty cell is no mark: nothing earned. Raises InvalidInput
    naming the row and column of what is not a number.
    """
    names, rows = _table(text)
    if items:
        return Results({name: _numbers(names, rows, name) for name in items})
    columns = {name: _numbers(names, rows, name) for name in names if _numeric(names, rows, name)}
    left_out = _counting(columns)
    rest = {name: column for name, column in columns.items() if name not in left_out}
    left_out += _sums(rest)
    marks = {name: column for name, column in columns.items() if name not in left_out}
    if not marks:
        raise InvalidInput(N_("No column of the file holds marks. Choose columns with --items."))
    return Results(marks, tuple(left_out))


def _table(text: str) -> tuple[list[str], list[list[str]]]:
    lines = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
    if len(lines) < 2:  # noqa: PLR2004 - a heading and at least one attempt
        raise InvalidInput(N_("The file holds no attempt: a heading and at least one row needed."))
    delimiter = max(DELIMITERS, key=lines[0].count)
    names, *rows = csv.reader(lines, delimiter=delimiter)
    names = [name.strip() for name in names]
    for number, row in enumerate(rows, start=2):
        if len(row) != len(names):
            raise InvalidInput(
                N_("Row %(row)d has %(found)d columns, the heading has %(wanted)d."),
                row=number,
                found=len(row),
                wanted=len(names),
            )
    return names, rows


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
        value = float(text or 0)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        message = N_("Row %(row)d, column “%(name)s”: “%(cell)s” is not a number.")
        raise InvalidInput(message, row=row, name=name, cell=cell)
    return value


def _numeric(names: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> bool:
    place = names.index(name)
    cells = [row[place].strip() for row in rows]
    return any(cells) and all(_is_number(cell) for cell in cells if cell)


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell.replace(",", ".")))
    except ValueError:
        return False


def _counting(columns: dict[str, list[float]]) -> list[str]:
    """Columns that number the attempts: named so, or rising by one from row to row."""
    return [
        name
        for name, column in columns.items()
        if name.lower() in ID_NAMES or (len(column) > 1 and _rises_by_one(column))
    ]


def _rises_by_one(column: Sequence[float]) -> bool:
    return all(after - before == 1 for before, after in itertools.pairwise(column))


def _sums(columns: dict[str, list[float]]) -> list[str]:
    """The column that is the sum of all others, if there is one."""
    if len(columns) < 3:  # noqa: PLR2004 - of two equal columns neither is the sum
        return []
    whole = [math.fsum(row) for row in zip(*columns.values(), strict=True)]
    return [name for name, column in columns.items() if _is_half(column, whole)][:1]


def _is_half(column: Iterable[float], whole: Iterable[float]) -> bool:
    """A sum counted together with its parts is half of everything."""
    pairs = list(zip(column, whole, strict=True))
    return any(total for _, total in pairs) and all(
        abs(2 * value - total) <= TOLERANCE for value, total in pairs
    )
