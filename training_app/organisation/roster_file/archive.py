"""Zip-based spreadsheets (.xlsx) looked through before any parser sees them.

Headers are believed for nothing but refusal: every part is unpacked here once, within the limit, so
that a part which grows beyond what its header says is found out.
"""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from xml.etree import ElementTree as ET

from training_app.organisation.roster_file.cells import column_index
from training_app.organisation.roster_file.refusal import Limits, RefusedError

_CHUNK = 64 * 1024
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ENCRYPTED = 0x1
# What the standard library raises about broken zip files.
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, EOFError, NotImplementedError)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DECLARATIONS = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["'][^>]*>""")
# The quick look: any attribute that reads like a cell's place.
_COLUMN = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})[0-9]""")
_ROW_OF_CELL = re.compile(rb"""\br\s*=\s*["'][A-Z]{0,3}([0-9]{1,7})["']""")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\bhidden\s*=\s*["'](?:1|true)["'][^>]*>""")
_ROW_NUMBER = re.compile(rb"""\br\s*=\s*["']([0-9]{1,7})["']""")
_TEXT_PARTS = (".xml", ".rels", ".vml")
_FORBIDDEN: Final = (
    (re.compile(r"vbaproject|macrosheets/|/macro", re.IGNORECASE), "macros"),
    (re.compile(r"externallinks/", re.IGNORECASE), "external_links"),
    (
        re.compile(r"embeddings/|activex/|querytables/|connections\.xml|customui/", re.IGNORECASE),
        "embedded_objects",
    ),
)


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """What the cell reader cannot tell: the hidden rows (from 1) of each sheet by name."""

    hidden_rows: dict[str, frozenset[int]]


def inspect(path: Path, limits: Limits) -> ArchiveFacts:
    """Look through an .xlsx file.

    Raises RefusedError for bombs, macros, external links, entities, wrong sizes and far-off cells.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
            _check_directory(archive.infolist(), path.stat().st_size, limits)
            parts = dict(_unpacked_parts(archive.infolist(), raw, limits))
    except (*_DAMAGE, OSError) as error:
        raise RefusedError("damaged") from error
    paths = _sheet_paths(parts)
    names = {path: name for name, path in paths.items()}
    for path_inside, part in parts.items():
        if "sheets/" in path_inside.lower():
            _check_reach(names.get(path_inside, path_inside), part, limits)
    return ArchiveFacts(
        {name: _hidden_rows(parts.get(inside, b"")) for name, inside in paths.items()}
    )


def _check_directory(members: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    declared = sum(member.file_size for member in members)
    names = [member.filename for member in members]
    if len(members) > limits.members:
        raise RefusedError("too_many_parts", limit=limits.members)
    if declared > limits.unpacked:
        raise RefusedError("too_large_unpacked", limit=limits.unpacked // 2**20)
    if declared > limits.ratio * max(size, 1):
        raise RefusedError("packed_too_tightly")
    if len(set(names)) != len(names):
        raise RefusedError("damaged")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise RefusedError("password")
    for pattern, code in _FORBIDDEN:
        if any(pattern.search(name) for name in names):
            raise RefusedError(code)
    if "xl/workbook.xml" not in {name.lower() for name in names}:
        raise RefusedError("not_a_list")


def _unpacked_parts(
    members: list[zipfile.ZipInfo], raw: IO[bytes], limits: Limits
) -> Iterator[tuple[str, bytes]]:
    left = limits.unpacked
    for member in members:
        data = _really_unpacked(member, raw, left)
        left -= len(data)
        if len(data) != member.file_size:
            raise RefusedError("lying_sizes")
        if member.filename.lower().endswith(_TEXT_PARTS):
            _check_text(data)
            yield member.filename, data


def _really_unpacked(member: zipfile.ZipInfo, raw: IO[bytes], left: int) -> bytes:
    """Unpack one part from its own bytes, ignoring the size that its header promises."""
    raw.seek(member.header_offset)
    signature, name_length, extra_length = _LOCAL_HEADER.unpack(raw.read(_LOCAL_HEADER.size))
    if signature != b"PK\x03\x04":
        raise RefusedError("damaged")
    raw.seek(name_length + extra_length, 1)
    packed = raw.read(member.compress_size)
    if member.compress_type == zipfile.ZIP_STORED:
        data = packed
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, left + 1)
    else:
        raise RefusedError("damaged")
    if len(data) > left:
        raise RefusedError("lying_sizes")
    return data


def _check_text(data: bytes) -> None:
    plain = data
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        plain = data.decode("utf-16", errors="replace").encode()
    if _DECLARATIONS.search(plain):
        raise RefusedError("entities")
    if b"macroEnabled" in plain:
        raise RefusedError("macros")


def _sheet_paths(parts: dict[str, bytes]) -> dict[str, str]:
    """Return the path of each sheet's XML by the sheet's name."""
    try:
        # Parts with declarations were refused above, so no entity can be expanded here.
        book = ET.fromstring(parts["xl/workbook.xml"])  # noqa: S314
        links = ET.fromstring(parts.get("xl/_rels/workbook.xml.rels", b"<none/>"))  # noqa: S314
    except (ET.ParseError, KeyError) as error:
        raise RefusedError("damaged") from error
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    found: dict[str, str] = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION)) or ""
        inside = (
            target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        )
        found[sheet.get("name", "")] = inside
    return found


def _check_reach(name: str, part: bytes, limits: Limits) -> None:
    """Refuse a sheet whose rectangle from A1 to its last value is far larger than a list.

    A single value in XFD1048576 makes the cell reader ask for a trillion bytes and abort.
    """
    widest = max(map(column_index, map(bytes.decode, set(_COLUMN.findall(part)))), default=0) + 1
    lowest = max(map(int, set(_ROW_OF_CELL.findall(part))), default=0)
    if widest * lowest <= limits.cells and lowest <= limits.rows:
        return
    rows = columns = 0
    far = ""
    for match in _CELL.finditer(part):
        if match.group().endswith(b"/>"):
            continue
        letters, number = match.group(1).decode(), int(match.group(2))
        column = column_index(letters) + 1
        if number > rows or column > columns:
            rows, columns = max(rows, number), max(columns, column)
            far = f"{letters}{number}"
    if rows * columns > limits.cells or rows > 10 * limits.rows:
        raise RefusedError("far_cell", sheet=name, cell=far)


def _hidden_rows(part: bytes) -> frozenset[int]:
    found = (_ROW_NUMBER.search(match.group()) for match in _HIDDEN_ROW.finditer(part))
    return frozenset(int(number.group(1)) for number in found if number)
