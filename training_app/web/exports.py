"""Tables as XLSX files: the same rows and columns as on the page, every cell typed."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import xlsxwriter
from flask import Response, make_response

from training_app.clock import VIETNAM

Cell = str | int | float | date | datetime | None
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 60


@dataclass(frozen=True)
class Sheet:
    """A table to export.

    ``preamble`` stands above the head: title, filter in words, as-of date, when it was made.
    ``totals`` stands below the rows. Cells are text, numbers or dates; text is never a formula.
    """

    name: str
    filename: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    preamble: Sequence[str] = ()
    totals: Sequence[Cell] = field(default_factory=tuple)


def xlsx_bytes(sheet: Sheet) -> bytes:
    """The sheet as an XLSX file."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        page = book.add_worksheet(sheet.name[:31])
        plain = book.add_format({"font_name": "Times New Roman", "font_size": 13})
        bold = book.add_format({"font_name": "Times New Roman", "font_size": 13, "bold": True})
        day = book.add_format(
            {"font_name": "Times New Roman", "font_size": 13, "num_format": "dd/mm/yyyy"}
        )
        line = 0
        for text in sheet.preamble:
            page.write_string(line, 0, text, bold if line == 0 else plain)
            line += 1
        line += 1 if sheet.preamble else 0
        for column, text in enumerate(sheet.head):
            page.write_string(line, column, text, bold)
            page.set_column(column, column, _width(sheet, column))
        page.freeze_panes(line + 1, 0)
        page.repeat_rows(line)
        page.set_paper(9)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        formats = (plain, day)
        for row in sheet.rows:
            line += 1
            _write_row(page, line, row, *formats)
        if sheet.totals:
            _write_row(page, line + 1, sheet.totals, bold, day)
    return buffer.getvalue()


def _width(sheet: Sheet, column: int) -> int:
    sample = [sheet.head[column], *(str(row[column] or "") for row in sheet.rows[:200])]
    return min(_WIDEST, max(len(text) for text in sample) + 3)


def _write_row(
    page: xlsxwriter.worksheet.Worksheet,
    line: int,
    row: Sequence[Cell],
    plain: xlsxwriter.format.Format,
    day: xlsxwriter.format.Format,
) -> None:
    """Write each cell by its type; nothing is left to guessing."""
    for column, value in enumerate(row):
        if value is None:
            page.write_blank(line, column, None, plain)
        elif isinstance(value, bool):
            page.write_boolean(line, column, value, plain)
        elif isinstance(value, int | float):
            page.write_number(line, column, value, plain)
        elif isinstance(value, datetime):
            local = value.astimezone(VIETNAM).replace(tzinfo=None)
            page.write_datetime(line, column, local, day)
        elif isinstance(value, date):
            page.write_datetime(line, column, value, day)
        else:
            page.write_string(line, column, value, plain)


def xlsx_response(sheet: Sheet) -> Response:
    """The sheet as a download; the file name is plain ASCII."""
    return file_response(xlsx_bytes(sheet), sheet.filename)


def file_response(content: bytes, filename: str, form: str = "xlsx") -> Response:
    """A workbook, or data (``form`` json), made before as a download; the name is plain ASCII."""
    name = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode()
    response = make_response(content)
    response.headers["Content-Type"] = XLSX_TYPE if form == "xlsx" else "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
