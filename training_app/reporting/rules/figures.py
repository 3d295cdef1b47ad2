"""The numbers of a report: rows, what was counted, what was written by hand, totals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from training_app.reporting.rules.layouts import Column
from training_app.vietnamese import tenths_of_percent


@dataclass(frozen=True)
class Change:
    """A number written by hand instead of the one counted, and why."""

    value: int
    reason: str


@dataclass(frozen=True)
class Line:
    """One row: a team of a commune, or a commune of a province.

    ``key`` stays the same when the report is counted again: ``team-12``, ``unit-5``.
    ``report_id`` is the locked report of the commune that the numbers were taken from; None when
    they were counted from the records.
    """

    key: str
    name: str
    counted: dict[str, int]
    changes: dict[str, Change] = field(default_factory=dict)
    report_id: int | None = None

    def value(self, column: str) -> int:
        """The number that the report states."""
        changed = self.changes.get(column)
        return changed.value if changed else self.counted.get(column, 0)


@dataclass(frozen=True)
class Figures:
    """All rows of a report. The total of a column is the sum of its rows, always."""

    lines: tuple[Line, ...] = ()

    def total(self, column: str) -> int:
        """The sum of the rows."""
        return sum(line.value(column) for line in self.lines)

    def counted(self, column: str) -> int:
        """The sum of what was counted, before anything was written by hand."""
        return sum(line.counted.get(column, 0) for line in self.lines)

    def line(self, key: str) -> Line | None:
        """The row with the key, or None."""
        return next((one for one in self.lines if one.key == key), None)

    @property
    def changed(self) -> list[tuple[Line, str, Change]]:
        """Every number written by hand, in the order of the rows."""
        return [(line, key, one) for line in self.lines for key, one in line.changes.items()]


def cell(values: Line | Figures, column: Column) -> int | str:
    """What stands in a cell: a number, or both terms of a share with the quotient."""
    number = values.value if isinstance(values, Line) else values.total
    if column.counted:
        return number(column.key)
    return share(number(column.part), number(column.whole))


def share(part: int, whole: int) -> str:
    """171/214 (79,9 %), as Vietnamese documents write it; an empty denominator is a dash."""
    if whole == 0:
        return "–"
    percent = tenths_of_percent(part, whole)
    return f"{grouped(part)}/{grouped(whole)} ({str(percent).replace('.', ',')} %)"


def grouped(number: int) -> str:
    """1.234, as Vietnamese documents write it."""
    return f"{number:,}".replace(",", ".")


def stored(figures: Figures) -> list[dict[str, Any]]:
    """Rows as JSON, for the table of reports."""
    return [
        {
            "key": line.key,
            "name": line.name,
            "counted": line.counted,
            "changes": {
                key: {"value": one.value, "reason": one.reason} for key, one in line.changes.items()
            },
            "report_id": line.report_id,
        }
        for line in figures.lines
    ]


def from_stored(rows: Iterable[dict[str, Any]]) -> Figures:
    """Rows read back from JSON."""
    return Figures(
        tuple(
            Line(
                key=row["key"],
                name=row["name"],
                counted=dict(row["counted"]),
                changes={key: Change(**one) for key, one in row["changes"].items()},
                report_id=row["report_id"],
            )
            for row in rows
        )
    )
