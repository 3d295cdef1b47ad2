"""A report as a workbook: A4 landscape, Times New Roman 13, numbers as numbers."""

from __future__ import annotations

import io
import textwrap
from dataclasses import dataclass, field
from typing import Any, Final

import xlsxwriter

from training_app.reporting.printing.document import Cell, Document

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FONT: Final = {"font_name": "Times New Roman", "font_size": 13, "text_wrap": True}
_MIDDLE: Final = {"align": "center", "valign": "vcenter"}
_STYLES: Final[dict[str, dict[str, Any]]] = {
    "plain": {},
    "small": {"font_size": 11, "valign": "top"},
    "middle": _MIDDLE,
    "bold": _MIDDLE | {"bold": True},
    "motto": _MIDDLE | {"bold": True, "underline": 1},
    "italic": _MIDDLE | {"italic": True},
    "title": _MIDDLE | {"bold": True, "font_size": 14},
    "head": _MIDDLE | {"bold": True, "border": 1},
    "under": _MIDDLE | {"italic": True, "border": 1},
    "text": {"border": 1, "valign": "vcenter"},
    "number": {"border": 1, "valign": "vcenter", "align": "right", "num_format": "#,##0"},
    "sum": {"border": 1, "bold": True, "align": "right", "num_format": "#,##0"},
    "total": {"border": 1, "bold": True},
}
_NAME_WIDTH: Final = 34
_NUMBERS_WIDTH: Final = 104
_LINE: Final = 17.5
# So many rows, and the signatures, are still easy to read on one page.
_ONE_PAGE: Final = 15


@dataclass
class _Pen:
    """Writes line after line, each cell by its type."""

    page: Any
    styles: dict[str, Any]
    widths: list[int]
    line: int = 0
    heights: dict[int, int] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The last column."""
        return len(self.widths) - 1

    def across(self, text: str, style: str, first: int = 0, last: int | None = None) -> None:
        """One text over some columns of the present line."""
        end = self.last if last is None else last
        if end > first:
            self.page.merge_range(self.line, first, self.line, end, "", self.styles[style])
        self.page.write_string(self.line, first, text, self.styles[style])
        self.grow(text, sum(self.widths[first : end + 1]))

    def down(self, texts: tuple[str, ...], style: str) -> None:
        """Some texts one under another in the first column, which do not move what is beside."""
        end = self.line + 2 * len(texts) - 1
        joined = "\n".join(texts)
        self.page.merge_range(self.line, 0, end, 0, joined, self.styles[style])

    def row(self, cells: tuple[Cell, ...], text: str, number: str) -> None:
        """A row of the table."""
        for column, value in enumerate(cells):
            if isinstance(value, int):
                self.page.write_number(self.line, column, value, self.styles[number])
            else:
                style = number if column else text
                self.page.write_string(self.line, column, value, self.styles[style])
                self.grow(value, self.widths[column])
        self.line += 1

    def grow(self, text: str, width: int) -> None:
        """Make the line as high as the text needs: merged cells never grow by themselves."""
        lines = max(1, len(textwrap.wrap(text, max(1, int(width * 0.85)))))
        self.heights[self.line] = max(self.heights.get(self.line, 0), lines)
        self.page.set_row(self.line, _LINE * self.heights[self.line])


def xlsx_bytes(made: Document) -> bytes:
    """The document as a workbook; text is never a formula."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        page = book.add_worksheet("Báo cáo")
        styles = {key: book.add_format(_FONT | more) for key, more in _STYLES.items()}
        widths = [_NAME_WIDTH, *(made.width - 1) * [_column_width(made.width)]]
        for at, width in enumerate(widths):
            page.set_column(at, at, width)
        page.set_paper(9)
        page.set_landscape()
        page.fit_to_pages(1, 1 if len(made.rows) <= _ONE_PAGE else 0)
        page.set_margins(left=1.18, right=0.59, top=0.79, bottom=0.79)
        pen = _Pen(page, styles, widths)
        _heading(pen, made)
        _table(pen, made)
        _foot(pen, made)
    return buffer.getvalue()


def _column_width(columns: int) -> int:
    """The numbers share a width; few columns are wide, so that signatures fit under them."""
    return min(30, _NUMBERS_WIDTH // (columns - 1))


def _heading(pen: _Pen, made: Document) -> None:
    half = max(0, (pen.last - 1) // 2)
    right = [(made.nation, "bold"), (made.motto, "motto"), (made.place_date, "italic")]
    left = [*((line, "bold") for line in made.body), (made.number, "middle")]
    for at in range(max(len(left), len(right))):
        if at < len(left):
            pen.across(left[at][0], left[at][1], 0, half)
        if at < len(right):
            pen.across(right[at][0], right[at][1], half + 1)
        pen.line += 1
    for text in made.form:
        pen.across(text, "plain")
        pen.line += 1
    pen.line += 1
    for text, style in (
        (made.draft, "bold"),
        (made.title, "title"),
        *((line, "italic") for line in made.under_title),
        *((line, "plain") for line in made.units),
    ):
        if text:
            pen.across(text, style)
            pen.line += 1
    pen.line += 1


def _table(pen: _Pen, made: Document) -> None:
    pen.page.repeat_rows(pen.line, pen.line + 1)
    pen.row(made.head, "head", "head")
    pen.row(made.numbers, "under", "under")
    pen.row(made.total, "total", "sum")
    for row in made.rows:
        pen.row(row, "text", "number")


def _foot(pen: _Pen, made: Document) -> None:
    pen.line += 1
    for text in made.notes:
        pen.across(text, "plain")
        pen.line += 1
    pen.line += 1
    start = pen.line
    pen.down(made.recipients, "small")
    places = _thirds(pen.last)
    for signing, (first, last) in zip(made.signings, places, strict=True):
        pen.line = start
        for text in signing.title:
            pen.across(text, "bold", first, last)
            pen.line += 1
        pen.across(signing.hint, "italic", first, last)
        pen.line += 4
        pen.across(signing.name, "bold", first, last)


def _thirds(last: int) -> tuple[tuple[int, int], ...]:
    """Three stretches of the columns beside the recipients; narrow tables share the last ones."""
    width = max(1, last // 3)
    return tuple((1 + at * width, 1 + at * width + width - 1) for at in range(3))
