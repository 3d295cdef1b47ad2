"""A roster's file as a workbook again, with its problems marked in place."""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import xlsxwriter

from training_app.organisation.roster_file import Cell, Sheet, Workbook
from training_app.organisation.roster_file.cells import column_index

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FONT: Final = {"font_name": "Times New Roman", "font_size": 13}
_DAY: Final = {"num_format": "dd/mm/yyyy"}
_FILLS: Final = {None: {}, False: {"bg_color": "#FFF4CE"}, True: {"bg_color": "#FDECEA"}}
_WIDE: Final = 60


@dataclass(frozen=True)
class Mark:
    """What to say about a row (from 1) and, where it is one cell, its column letter."""

    sheet: str
    row: int | None
    column: str
    text: str
    error: bool


def marked_copy(workbook: Workbook, marks: Iterable[Mark], heading: str) -> bytes:
    """The workbook's visible values with marked cells filled and the words in a column behind.

    Every cell is written by its type: text is never a formula. ``heading`` stands above the words.
    """
    by_sheet: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_sheet[mark.sheet].append(mark)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        formats = {
            (error, is_day): book.add_format(_FONT | fill | (_DAY if is_day else {}))
            for error, fill in _FILLS.items()
            for is_day in (False, True)
        }
        for sheet in workbook.sheets:
            page = book.add_worksheet(sheet.name[:31])
            _write(page, sheet, by_sheet[sheet.name], heading, formats)
    return buffer.getvalue()


def _write(
    page: xlsxwriter.worksheet.Worksheet,
    sheet: Sheet,
    marks: Sequence[Mark],
    heading: str,
    formats: Mapping[tuple[bool | None, bool], Any],
) -> None:
    cells = {(mark.row, column_index(mark.column)): mark for mark in marks if mark.column}
    for at, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            found = cells.get((at, column))
            error = found.error if found else None
            _write_cell(page, at - 1, column, cell, formats[error, type(cell) is date])
    words: dict[int, list[str]] = defaultdict(list)
    for mark in marks:
        words[mark.row or 1].append(mark.text)
    behind = max((len(row) for row in sheet.rows), default=0)
    if words:
        page.set_column(behind, behind, _WIDE)
        words[min(1, *words)].insert(0, heading)
    for at, said in words.items():
        page.write_string(at - 1, behind, "\n".join(said), formats[False, False])


def _write_cell(
    page: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, style: Any
) -> None:
    if cell is None:
        page.write_blank(row, column, None, style)
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell, style)
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell, style)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, style)
    else:
        page.write_string(row, column, cell, style)
