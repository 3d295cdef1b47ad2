"""Tables that a page and its XLSX share: each cell knows how it reads and what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from training_app.web import exports
from training_app.web.exports import Sheet
from training_app.web.pages import format_date, format_number, format_phone, format_share


@dataclass(frozen=True)
class Cell:
    """One cell: ``text`` on the page, ``value`` in the file.

    ``href`` leads on, ``tag`` is the kind of a status word, ``bar`` the terms of a share.
    """

    text: str
    value: exports.Cell
    href: str = ""
    tag: str | None = None
    bar: tuple[int, int] | None = None
    number: bool = False


@dataclass(frozen=True)
class Column:
    """The head of a column; numbers stand on the right."""

    text: str
    number: bool = False


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """Rows with a head; ``corrections`` and ``total`` stand at the foot."""

    caption: str
    head: tuple[Column, ...]
    rows: tuple[Row, ...]
    corrections: tuple[Row, ...] = ()
    total: Row = ()

    def sheet(self, name: str, filename: str, preamble: Sequence[str]) -> Sheet:
        """The same rows, columns, order and totals as a file."""
        return Sheet(
            name=name,
            filename=filename,
            head=[column.text for column in self.head],
            rows=[[cell.value for cell in row] for row in (*self.rows, *self.corrections)],
            preamble=preamble,
            totals=[cell.value for cell in self.total],
        )


def words(text: str, href: str = "", tag: str | None = None) -> Cell:
    """A cell of words."""
    return Cell(text, text, href, tag)


def number(value: int, href: str = "") -> Cell:
    """A cell with a count; a zero leads nowhere."""
    return Cell(format_number(value), value, href if value else "", number=True)


def telephone(value: str) -> Cell:
    """A telephone number to be called from the page."""
    if not value:
        return words("")
    text = format_phone(value)
    return Cell(text.replace(" ", "\u00a0"), text, f"tel:{value}")


def day(value: date | None) -> Cell:
    """A cell with a date, empty without one."""
    return Cell(format_date(value) if value else "", value)


def share(part: int, whole: int) -> Cell:
    """A cell with both terms of a share, its percentage and a bar."""
    text = format_share(part, whole)
    return Cell(text.replace(" ", "\u00a0"), text, bar=(part, whole) if whole else None)
