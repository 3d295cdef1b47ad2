"""Small rosters that the project itself ships, made on the spot: the traps of real lists."""

import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from training_app.organisation.roster_file import Cell, Roster, Sheet, Workbook, understand

TODAY = date(2026, 6, 1)
Rows = Sequence[Sequence[Cell]]

HEADING = (
    "STT",
    "Họ và tên",
    "Giới tính",
    "Năm sinh",
    "Điện thoại",
    "Tổ hòa giải",
    "Chức vụ",
    "Ghi chú",
)
TCVN3 = {
    "Họ và tên": "Hä vµ tªn",
    "Năm sinh": "N¨m sinh",
    "Nguyễn Văn Tài": "NguyÔn V¨n Tµi",
    "Trần Thị Hường": "TrÇn ThÞ H\xadêng",
    "Nữ": "N÷",
    "Tổ hòa giải": "Tæ hßa gi¶i",
    "Tổ trưởng": "Tæ tr\xadëng",
    "Đặng Xuân Định": "§Æng Xu©n §Þnh",
}
"""Words and how a page in the font .VnTime stores them."""

DECISION = "QĐ số 4/QĐ-UBND ngày 5/3/2024"
TWO_ROW_LIST: Rows = (
    ("UBND PHƯỜNG HÒA BÌNH", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", *[None] * 4),
    (None, None, None, None, "Độc lập - Tự do - Hạnh phúc", None, None, None, None),
    ("DANH SÁCH HÒA GIẢI VIÊN", None, None, None, None, None, None, None, None),
    ("STT", "Họ và tên", "Năm sinh", None, "Trình độ", None, "Chức vụ", "QĐ công nhận", "Ghi chú"),
    (None, None, "Nam", "Nữ", "Văn hóa", "Chuyên môn", None, None, None),
    ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"),
    ("I. TỔ HÒA GIẢI KHU PHỐ 1 (3 người)", None, None, None, None, None, None, None, None),
    (1, "Nguyễn Văn Tài", 1958, None, "12/12", "ĐH Luật", "Tổ trưởng", DECISION, None),
    (2, "Trần Thị Hường", None, "1961", "7/12", None, "Tổ viên", DECISION, "chết 3/2025"),
    (3, "Lê Thị Lan", None, 1970, "9/12", "Cao đẳng", "Tổ viên", "QĐ số 4/QĐ-UBND", None),
    ("II. TỔ HOÀ GIẢI KP 2", None, None, None, None, None, None, None, None),
    (1, "Phạm Văn Ba", 1966, 1966, "12/12", None, "TT", None, None),
    (2, "Bùi Thị Năm", None, None, "12/12", None, "Tổ viên", None, None),
    ("Cộng", None, 2, 2, None, None, None, None, "5 người/2 tổ"),
    ("Ghi chú: tổ 2 chưa bầu đủ.", None, None, None, None, None, None, None, None),
    (None, None, None, None, None, None, None, None, None),
    ("NGƯỜI LẬP BIỂU", None, None, None, "TM. ỦY BAN NHÂN DÂN", None, None, None, None),
    (None, None, None, None, "CHỦ TỊCH", None, None, None, None),
    ("Nguyễn Minh Trung", None, None, None, None, None, None, None, None),
    (None, None, None, None, "Huỳnh Thị Vân", None, None, None, None),
)  # fmt: skip


def sheet(rows: Rows, name: str = "Danh sách", **facts: Any) -> Sheet:
    """Return a sheet whose rows are filled up to one width."""
    width = max(map(len, rows))
    return Sheet(name, tuple(tuple(row) + (None,) * (width - len(row)) for row in rows), **facts)


def roster(*sheets: Sheet, **options: Any) -> Roster:
    """Return what is understood of sheets held in memory."""
    return understand(Workbook("mau.xlsx", sheets), today=TODAY, **options)


def listed(*people: Sequence[Cell], heading: Sequence[Cell] = HEADING) -> Roster:
    """Return what is understood of people under a plain heading in row 1."""
    return roster(sheet((heading, *people)))


def codes(found: Roster) -> list[str]:
    """Return the codes of all problems."""
    return [problem.code for problem in found.problems]


def why(found: Roster) -> dict[int, str]:
    """Return why each ignored row of a one-sheet roster is ignored."""
    return {row.row: row.why for row in found.ignored if row.row}


@dataclass(frozen=True, slots=True)
class Look:
    """What a written sheet hides and merges; areas as in Excel (A1:B2), rows from 1."""

    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    comments: Mapping[str, str] | None = None


def write_xlsx(
    path: Path, sheets: Mapping[str, Rows], looks: Mapping[str, Look] | None = None
) -> Path:
    """Write sheets to an .xlsx file; a text that begins with = is a formula with the value 7."""
    book = xlsxwriter.Workbook(path)
    day_format = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(at, column, cell, day_format)
                elif isinstance(cell, str) and cell.startswith("="):
                    page.write_formula(at, column, cell, None, 7)
                elif cell is not None:
                    page.write(at, column, cell)
        look = (looks or {}).get(name, Look())
        if look.hidden:
            page.hide()
        for number in look.hidden_rows:
            page.set_row(number - 1, None, None, {"hidden": True})
        for place, text in (look.comments or {}).items():
            page.write_comment(place, text)
    book.close()
    return path


def add_parts(path: Path, parts: Mapping[str, bytes]) -> Path:
    """Put further parts into a zip file, whatever their names mean."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def replace_part(path: Path, name: str, old: bytes, new: bytes) -> Path:
    """Change one part of a zip file."""
    with zipfile.ZipFile(path) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    assert old in parts[name]
    parts[name] = parts[name].replace(old, new, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in parts.items():
            archive.writestr(member, data)
    return path


def write_xls(
    path: Path, sheets: Mapping[str, Rows], *, hidden_row: int = 0, extra: bytes = b""
) -> Path:
    """Write sheets to a minimal .xls file; ``extra`` goes among the workbook's own records."""
    bodies = [_xls_sheet(rows, hidden_row) for rows in sheets.values()]
    opening = _record(0x809, struct.pack("<HHHHII", 0x600, 0x5, 0, 0, 0, 0))
    names = [name.encode("utf-16-le") for name in sheets]
    at = len(opening) + len(extra) + sum(12 + len(name) for name in names) + 4
    bounds = b""
    for name, body in zip(names, bodies, strict=True):
        bounds += _record(0x85, struct.pack("<IBBBB", at, 0, 0, len(name) // 2, 1) + name)
        at += len(body)
    path.write_bytes(_compound(opening + extra + bounds + _record(0x0A, b"") + b"".join(bodies)))
    return path


def xls_record(kind: int, data: bytes) -> bytes:
    """Return one record, for ``extra``."""
    return _record(kind, data)


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _xls_sheet(rows: Rows, hidden_row: int) -> bytes:
    records = [_record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))]
    records.append(_record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)))
    for at, row in enumerate(rows):
        flags = 0x20 if at + 1 == hidden_row else 0
        records.append(
            _record(
                0x208,
                struct.pack("<HHHHHHI", at, 0, len(row), 255, 0, 0, flags)[:12]
                + struct.pack("<HH", flags, 0),
            )
        )
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                text = cell.encode("utf-16-le")
                records.append(
                    _record(0x204, struct.pack("<HHHHB", at, column, 0, len(cell), 1) + text)
                )
            elif isinstance(cell, int | float):
                records.append(_record(0x203, struct.pack("<HHHd", at, column, 0, cell)))
    return b"".join(records) + _record(0x0A, b"")


def _compound(stream: bytes) -> bytes:
    """Wrap one stream named Workbook: header, one sector of FAT, one of directory, the stream."""
    size = max(len(stream), 4096)
    sectors = -(-size // 512)
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table = struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
    header = (
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    )
    header += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    directory = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry(
        "Workbook", 2, 0xFFFFFFFF, 2, size
    )
    return header + table + directory.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    none = 0xFFFFFFFF
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, none, none, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
