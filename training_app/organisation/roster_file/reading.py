"""Cells out of a file that may be hostile. Runs in the child process only; see ``limited``."""

import csv
import io
import math
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from training_app.organisation.roster_file import archive, legacy, repair
from training_app.organisation.roster_file.cells import Area, Cell, Row, Sheet, Workbook
from training_app.organisation.roster_file.refusal import Limits, RefusedError

CSV_SHEET = "csv"
_OTHER_KINDS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"{\\rtf",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)
_MARKUP = (b"<?xml", b"<html", b"<!doctype", b"<table", b"mime-version")
_DELIMITERS = ",;\t|"
_SNIFFED_LINES = 50


def read_cells(path: Path, limits: Limits) -> Workbook:
    """Return the sheets of an .xlsx, .xls or .csv file; its content decides the kind, not its name.

    Raises RefusedError for files that are too large, hostile, damaged or of another kind.
    """
    size = path.stat().st_size
    if size == 0:
        raise RefusedError("empty")
    with path.open("rb") as file:
        start = file.read(16)
    packed = start.startswith((b"PK", legacy.SIGNATURE))
    allowed = limits.file if packed else limits.text_file
    if size > allowed:
        raise RefusedError("too_large", limit=allowed // 2**20)
    if start.startswith(b"PK"):
        sheets = _read_archive(path, limits)
    elif start.startswith(legacy.SIGNATURE):
        sheets = _read_legacy(path, limits)
    else:
        sheets = [_read_text(path, start)]
    if sum(len(sheet.rows) for sheet in sheets) > limits.rows:
        raise RefusedError("too_many_rows", limit=limits.rows)
    return Workbook(path.name, tuple(sheets))


def _read_archive(path: Path, limits: Limits) -> list[Sheet]:
    if not zipfile.is_zipfile(path):
        raise RefusedError("damaged")
    facts = archive.inspect(path, limits)
    return [
        _sheet(opened, facts.hidden_rows.get(opened[0], frozenset()))
        for opened in _opened(path, limits)
    ]


def _read_legacy(path: Path, limits: Limits) -> list[Sheet]:
    facts = legacy.inspect(path.read_bytes(), limits)
    return [
        _sheet(opened, hidden or frozenset())
        for opened, hidden in zip_longest(_opened(path, limits), facts.hidden_rows)
        if opened
    ]


_Opened = tuple[str, bool, list[Row], tuple[Area, ...]]


def _opened(path: Path, limits: Limits) -> Iterable[_Opened]:
    try:
        with CalamineWorkbook.from_path(path) as book:
            for facts in book.sheets_metadata:
                if facts.typ != SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_name(facts.name)
                if sheet.total_height * sheet.total_width > limits.cells:
                    raise RefusedError("far_cell", sheet=facts.name, cell="")
                merged = tuple(
                    (top + 1, left + 1, bottom + 1, right + 1)
                    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
                )
                rows = [
                    tuple([_plain(value) for value in row])
                    for row in sheet.to_python(skip_empty_area=False)
                ]
                yield facts.name, facts.visible == SheetVisibleEnum.Visible, rows, merged
    except (CalamineError, OSError, ValueError) as error:
        raise RefusedError("damaged") from error


def _sheet(opened: _Opened, hidden_rows: frozenset[int]) -> Sheet:
    name, visible, rows, merged = opened
    return Sheet(name, repair.repaired(_trimmed(rows)), visible, hidden_rows, merged)


def _plain(value: float | str | time | date | datetime | timedelta) -> Cell:
    if isinstance(value, str):
        return value or None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _trimmed(rows: list[Row]) -> list[Row]:
    """Drop empty rows and columns behind the last value: formatting alone is no content."""
    last_row = max(
        (at for at, row in enumerate(rows) if any(cell is not None for cell in row)), default=-1
    )
    kept = rows[: last_row + 1]
    width = max((_width(row) for row in kept), default=0)
    return [row[:width] for row in kept]


def _width(row: Row) -> int:
    return next((at + 1 for at in range(len(row) - 1, -1, -1) if row[at] is not None), 0)


def _read_text(path: Path, start: bytes) -> Sheet:
    if start.startswith(_OTHER_KINDS) or _is_markup(start):
        raise RefusedError("not_a_list")
    text = repair.decode(path.read_bytes())
    if text is None:
        raise RefusedError("encoding")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        rows: list[Row] = [
            tuple(cell if cell.strip() else None for cell in record) for record in reader
        ]
    except csv.Error as error:
        raise RefusedError("damaged") from error
    width = max(map(len, rows), default=0)
    even = [row + (None,) * (width - len(row)) for row in rows]
    return _sheet((CSV_SHEET, True, even, ()), frozenset())


def _is_markup(start: bytes) -> bool:
    return start.lstrip().lower().startswith(_MARKUP)


def _delimiter(text: str) -> str:
    """Return the delimiter that the most lines agree on: most fields, counted outside of quotes."""
    lines = [line for line in text.splitlines()[:_SNIFFED_LINES] if line.strip()]

    def agreement(delimiter: str) -> int:
        counts = [sum(part.count(delimiter) for part in line.split('"')[::2]) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        return usual * counts.count(usual) if usual else sum(counts) // 4

    return max(_DELIMITERS, key=agreement)
