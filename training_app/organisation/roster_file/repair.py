"""Vietnamese text in old encodings: TCVN3 (.VnTime), Windows-1258, UTF-16.

An encoding is judged by how many everyday words of a roster it yields, never by its bytes alone: a
wrong guess would change people's names.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from training_app.organisation.roster_file.cells import Cell

_TCVN3 = {
    0xA1: "Ă", 0xA2: "Â", 0xA3: "Ê", 0xA4: "Ô", 0xA5: "Ơ", 0xA6: "Ư", 0xA7: "Đ",
    0xA8: "ă", 0xA9: "â", 0xAA: "ê", 0xAB: "ô", 0xAC: "ơ", 0xAD: "ư", 0xAE: "đ",
    0xB5: "à", 0xB6: "ả", 0xB7: "ã", 0xB8: "á", 0xB9: "ạ",
    0xBB: "ằ", 0xBC: "ẳ", 0xBD: "ẵ", 0xBE: "ắ", 0xC6: "ặ",
    0xC7: "ầ", 0xC8: "ẩ", 0xC9: "ẫ", 0xCA: "ấ", 0xCB: "ậ",
    0xCC: "è", 0xCE: "ẻ", 0xCF: "ẽ", 0xD0: "é", 0xD1: "ẹ",
    0xD2: "ề", 0xD3: "ể", 0xD4: "ễ", 0xD5: "ế", 0xD6: "ệ",
    0xD7: "ì", 0xD8: "ỉ", 0xDC: "ĩ", 0xDD: "í", 0xDE: "ị",
    0xDF: "ò", 0xE1: "ỏ", 0xE2: "õ", 0xE3: "ó", 0xE4: "ọ",
    0xE5: "ồ", 0xE6: "ổ", 0xE7: "ỗ", 0xE8: "ố", 0xE9: "ộ",
    0xEA: "ờ", 0xEB: "ở", 0xEC: "ỡ", 0xED: "ớ", 0xEE: "ợ",
    0xEF: "ù", 0xF1: "ủ", 0xF2: "ũ", 0xF3: "ú", 0xF4: "ụ",
    0xF5: "ừ", 0xF6: "ử", 0xF7: "ữ", 0xF8: "ứ", 0xF9: "ự",
    0xFA: "ỳ", 0xFB: "ỷ", 0xFC: "ỹ", 0xFD: "ý", 0xFE: "ỵ",
}  # fmt: skip
# Letters that Unicode Vietnamese itself takes from Latin-1: they prove nothing about the encoding.
_SHARED = frozenset("ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýÐð")
_MARKS = "".join(chr(code) for code in _TCVN3 if chr(code) not in _SHARED)
_MARKED_WORD = re.compile(rf"[A-Za-z][{re.escape(_MARKS)}]|[{re.escape(_MARKS)}][A-Za-z]")
_WORD = re.compile(r"[^\W\d_]+")
_EVERYDAY_WORDS = """
    và họ tên số thứ tự năm sinh ngày tháng giới tính nữ dân tộc trình độ chuyên môn chức vụ danh
    điện thoại tổ hòa hoà giải viên trưởng quyết định công nhận ghi chú sách phường xã thôn khu phố
    ấp buôn bản nguyễn trần lê phạm hoàng huỳnh võ vũ đặng bùi đỗ hồ ngô dương lý thị văn hữu đức
    minh thành ủy uỷ cộng chủ nghĩa việt độc lập hạnh phúc người đã thôi chết mất chuyển
"""
_EVERYDAY = frozenset(_EVERYDAY_WORDS.split())
_ENOUGH = 2
_SAMPLE = 4000
_LATIN1_END = 0xFF


def from_tcvn3(text: str) -> str:
    """Return TCVN3 text, read as Latin-1 letters, in Unicode."""
    return text.translate(_TCVN3)


def everyday_words(text: str) -> int:
    """Return how many words of the text are everyday words of a roster, rightly marked."""
    return sum(
        word in _EVERYDAY for word in _WORD.findall(unicodedata.normalize("NFC", text).lower())
    )


def decode(data: bytes) -> str | None:
    """Return the text of a CSV file, whichever its encoding; None if none fits the whole."""
    if data.startswith(b"\xef\xbb\xbf"):
        return _whole(data, "utf-8-sig")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _whole(data, "utf-16")
    if b"\0" in data:
        return _whole(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    return _whole(data, "utf-8") or _one_byte(data)


def _whole(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text or "\ufffd" in text else text


def _one_byte(data: bytes) -> str | None:
    candidates = [from_tcvn3(data.decode("latin-1"))]
    windows = _whole(data, "cp1258")
    if windows is not None:
        candidates.append(unicodedata.normalize("NFC", windows))
    best = max(candidates, key=everyday_words)
    return best if everyday_words(best) >= _ENOUGH else None


def repaired(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows with TCVN3 cells in Unicode: all, or in a mixed sheet the marked ones."""
    old = list(_old_looking(rows))
    if not old:
        return tuple(tuple(row) for row in rows)
    sample = " ".join(old[:_SAMPLE])
    if everyday_words(from_tcvn3(sample)) < max(_ENOUGH, everyday_words(sample) + 1):
        return tuple(tuple(row) for row in rows)
    unicode_too = any(_beyond_latin1(cell) for row in rows for cell in row)
    return tuple(tuple(_repair(cell, only_marked=unicode_too) for cell in row) for row in rows)


def _old_looking(rows: Iterable[Sequence[Cell]]) -> Iterable[str]:
    for row in rows:
        yield from [
            cell
            for cell in row
            if isinstance(cell, str) and not cell.isascii() and _MARKED_WORD.search(cell)
        ]


def _beyond_latin1(cell: Cell) -> bool:
    return isinstance(cell, str) and any(ord(letter) > _LATIN1_END for letter in cell)


def _repair(cell: Cell, *, only_marked: bool) -> Cell:
    if not isinstance(cell, str) or cell.isascii() or _beyond_latin1(cell):
        return cell
    if only_marked and not _MARKED_WORD.search(cell):
        return cell
    return from_tcvn3(cell)
