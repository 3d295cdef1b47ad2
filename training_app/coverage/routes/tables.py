"""Tables that a page and its XLSX share: each cell knows how it reads and what it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, overload

from training_app.web import exports
from training_app.web.exports import Sheet
from training_app.web.pages import format_date, format_number, format_phone, format_share

_THOUSAND: Final = 1_000


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


class Made(Sequence[Row]):
    """Rows made of what was found as they are asked for: a page shows fifty of some hundreds."""

    def __init__(self, found: Sequence[Any], make: Callable[[Any], Row]) -> None:
        self.found = found
        self.make = make

    def __len__(self) -> int:
        return len(self.found)

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Row, ...]: ...

    def __getitem__(self, at: int | slice) -> Row | tuple[Row, ...]:
        if isinstance(at, slice):
            return tuple([self.make(one) for one in self.found[at]])
        return self.make(self.found[at])


@dataclass(frozen=True)
class Table:
    """Rows with a head; ``corrections`` and ``total`` stand at the foot."""

    caption: str
    head: tuple[Column, ...]
    rows: Sequence[Row]
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
    # Most counts have no thousands: every language writes them alike, and none is asked.
    text = str(value) if -_THOUSAND < value < _THOUSAND else format_number(value)
    return Cell(text, value, href if value else "", None, None, True)


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
