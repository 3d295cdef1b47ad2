"""Old spreadsheets (.xls) looked through before the cell reader: compound files of BIFF records.

Only what the cell reader cannot tell is read: hidden rows, macros, links to other files, encryption
and how far the cells reach.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from training_app.organisation.roster_file.cells import column_letter
from training_app.organisation.roster_file.refusal import Limits, RefusedError

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA  # this and above: end of a chain, free or reserved sectors
_HEADER_DIFAT = 109
_ENTRY = 128
_STREAM, _ROOT = 2, 5
_MINI_SHIFT = 6
_UTF16_VBA = "_VBA_PROJECT".encode("utf-16-le")
_UTF16_PACKAGE = "EncryptedPackage".encode("utf-16-le")

_BOUNDSHEET, _FILEPASS, _SUPBOOK, _ROW, _BOF = 0x85, 0x2F, 0x1AE, 0x208, 0x809
_CELLS = frozenset({0x203, 0x204, 0xFD, 0x27E, 0xBD, 0x06, 0x205, 0xD6})
_MACRO_SHEET = 1
_OWN_BOOK, _ADD_IN = 0x0401, 0x3A01
_ROW_HIDDEN = 0x20


@dataclass(slots=True)
class LegacyFacts:
    """Hidden rows (from 1) of each sheet, in the order of the workbook's sheets."""

    hidden_rows: list[frozenset[int]] = field(default_factory=list)


def inspect(data: bytes, limits: Limits) -> LegacyFacts:
    """Look through an .xls file.

    Raises RefusedError for macros, encryption, links to other files, far-off cells and damage.
    """
    if _UTF16_PACKAGE in data:
        raise RefusedError("password")
    if _UTF16_VBA in data:
        raise RefusedError("macros")
    try:
        book = _CompoundFile(data).workbook()
        return _walk(book, limits)
    except (struct.error, IndexError) as error:
        raise RefusedError("damaged") from error


class _CompoundFile:
    """Just enough of the compound file format to fetch one stream."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.shift = struct.unpack_from("<H", data, 30)[0]
        if self.shift not in {9, 12}:
            raise RefusedError("damaged")
        self.size = 1 << self.shift
        self.fat = self._table(self._fat_sectors())
        first_directory, self.mini_cutoff, first_mini = struct.unpack_from("<I4xII", data, 48)
        self.entries = self._read(first_directory)
        self.mini_fat = self._table(self._chain(first_mini, self.fat))

    def workbook(self) -> bytes:
        root = stream = None
        for at in range(0, len(self.entries) - _ENTRY + 1, _ENTRY):
            entry = self.entries[at : at + _ENTRY]
            name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode(
                "utf-16-le", "replace"
            )
            if entry[66] == _ROOT:
                root = entry
            elif entry[66] == _STREAM and name in {"Workbook", "Book"} and stream is None:
                stream = entry
        if root is None or stream is None:
            raise RefusedError("not_a_list")
        start, length = struct.unpack_from("<II", stream, 116)
        if length >= self.mini_cutoff:
            return self._read(start)[:length]
        container = self._read(struct.unpack_from("<I", root, 116)[0])
        pieces = (
            container[sector << _MINI_SHIFT : (sector + 1) << _MINI_SHIFT]
            for sector in self._chain(start, self.mini_fat)
        )
        return b"".join(pieces)[:length]

    def _sector(self, number: int) -> bytes:
        return self.data[(number + 1) << self.shift : (number + 2) << self.shift]

    def _fat_sectors(self) -> list[int]:
        sectors = list(struct.unpack_from(f"<{_HEADER_DIFAT}I", self.data, 76))
        following, count = struct.unpack_from("<II", self.data, 68)
        count = min(count, len(self.data) // self.size)
        while following < _END and count:
            numbers = struct.unpack(f"<{self.size // 4}I", self._sector(following))
            sectors.extend(numbers[:-1])
            following, count = numbers[-1], count - 1
        return [sector for sector in sectors if sector < _END]

    def _table(self, sectors: list[int]) -> list[int]:
        joined = b"".join(self._sector(sector) for sector in sectors)
        return list(struct.unpack(f"<{len(joined) // 4}I", joined[: len(joined) // 4 * 4]))

    def _chain(self, start: int, table: list[int]) -> list[int]:
        chain: list[int] = []
        while start < _END:
            if len(chain) > len(table):
                raise RefusedError("damaged")
            chain.append(start)
            start = table[start]
        return chain

    def _read(self, start: int) -> bytes:
        return b"".join(self._sector(sector) for sector in self._chain(start, self.fat))


def _records(book: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield kind, position and length of every record between two offsets."""
    while start + 4 <= end:
        kind, length = struct.unpack_from("<HH", book, start)
        yield kind, start + 4, length
        start += 4 + length


def _walk(book: bytes, limits: Limits) -> LegacyFacts:
    starts = _sheet_starts(book)
    facts = LegacyFacts()
    ends = dict(pairwise([*sorted(starts), len(book)]))
    for start in starts:
        facts.hidden_rows.append(_look_at_sheet(book, start, ends[start], limits))
    return facts


def _sheet_starts(book: bytes) -> list[int]:
    starts: list[int] = []
    for kind, at, length in _records(book, 0, len(book)):
        if kind == _BOUNDSHEET:
            start, _visibility, sheet_kind = struct.unpack_from("<IBB", book, at)
            if sheet_kind & 0x0F == _MACRO_SHEET:
                raise RefusedError("macros")
            starts.append(start)
        elif kind == _FILEPASS:
            raise RefusedError("password")
        elif kind == _SUPBOOK:
            _check_link(book, at, length)
        elif kind == _BOF and starts and at - 4 >= min(starts):
            break
    return starts


def _check_link(book: bytes, at: int, length: int) -> None:
    """A supporting book that is neither this file nor the add-ins is another file."""
    kind = struct.unpack_from("<H", book, at + 2)[0]
    if length > 4 or kind not in {_OWN_BOOK, _ADD_IN}:  # noqa: PLR2004 - own books carry two numbers
        raise RefusedError("external_links")


def _look_at_sheet(book: bytes, start: int, end: int, limits: Limits) -> frozenset[int]:
    hidden: set[int] = set()
    rows = columns = 0
    for kind, at, _length in _records(book, start, end):
        if kind == _ROW:
            row, flags = struct.unpack_from("<H10xH", book, at)
            if flags & _ROW_HIDDEN:
                hidden.add(row + 1)
        elif kind in _CELLS:
            row, column = struct.unpack_from("<HH", book, at)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
    if rows * columns > limits.cells:
        raise RefusedError("far_cell", sheet="", cell=f"{column_letter(columns - 1)}{rows}")
    return frozenset(hidden)
