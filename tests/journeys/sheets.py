"""Rosters as communes write them, and downloaded tables beside the page they come from."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from openpyxl import load_workbook

from tests.organisation.roster_samples import HEADING, write_xlsx

CLEAN: Sequence[Sequence[str | int | None]] = (
    HEADING,
    (1, "Nguyễn Văn Tài", "Nam", 1958, "0507000001", "Khu phố 3", "Tổ trưởng", None),
    (2, "Lê Văn Út", "Nam", 1970, "0507000002", "Khu phố 3", "Hòa giải viên", None),
    (3, "Phạm Văn Ba", "Nam", 1966, None, "Khu phố 3", "Hòa giải viên", None),
)
# Titles across the sheet, a heading of two rows, the sexes as columns, teams as lines between.
MERGED: Sequence[Sequence[str | int | None]] = (
    ("UBND PHƯỜNG VŨNG TÀU", None, None, None, None, None),
    ("DANH SÁCH HÒA GIẢI VIÊN NĂM 2026", None, None, None, None, None),
    ("STT", "Họ và tên", "Năm sinh", None, "Chức vụ", "Ghi chú"),
    (None, None, "Nam", "Nữ", None, None),
    ("I. TỔ HÒA GIẢI KHU PHỐ 4 (3 người)", None, None, None, None, None),
    (1, "Đỗ Văn Sáu", 1961, None, "Tổ trưởng", None),
    (2, "Trần Thị Hường", None, 1972, "Tổ viên", None),
    (3, "Bùi Văn Tám", 1968, None, "Tổ viên", None),
    ("Cộng", None, 2, 1, None, "3 người/1 tổ"),
)
MERGES = ("A1:F1", "A2:F2", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "F3:F4", "A5:F5")


def clean_roster(folder: Path) -> Path:
    """One heading, one person in a row."""
    return write_xlsx(folder / "danh-sach.xlsx", {"Danh sách": CLEAN})


def merged_roster(folder: Path) -> Path:
    """The kind with merged titles and headings."""
    path = folder / "danh-sach-gop.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("DS")
    for at, row in enumerate(MERGED):
        for column, cell in enumerate(row):
            if cell is not None:
                page.write(at, column, cell)
    for area in MERGES:
        page.merge_range(area, _first(area))
    book.close()
    return path


def _first(area: str) -> str | int | None:
    """The value in an area's upper left cell."""
    letter, number = area[0], int(area[1])
    return MERGED[number - 1]["ABCDEF".index(letter)]


def rows_of(path: Path, head: Sequence[str], language: str) -> list[list[str]]:
    """The rows of a downloaded table from its head on, as a page would read them."""
    sheet = load_workbook(path).worksheets[0]
    rows = [[_read(cell, language) for cell in row] for row in sheet.iter_rows(values_only=True)]
    kept = [row[: len(head)] for row in rows]
    assert list(head) in kept, f"the file has no head {head}: {kept[:8]}"
    return kept[kept.index(list(head)) :]


def _read(value: object, language: str) -> str:
    if value is None:
        return ""
    if isinstance(value, date | datetime):
        return f"{value:%d/%m/%Y}" if language == "vi" else f"{value.day} {value:%b %Y}"
    return str(value).replace("\u00a0", " ")


def row_called(path: Path, name: str) -> list[object]:
    """The row of a downloaded workbook that begins with the name."""
    rows = load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return next(list(row) for row in rows if row and row[0] == name)
