"""What people write for a unit, brought to readings that can be compared with the lists."""

import re
import unicodedata
from dataclasses import dataclass

from training_app.vietnamese import clean, fold, tone_placement

# The word in front of a name, full or short, folded. A single letter counts only before a dot
# or a number: "P. 1" is a ward, "P Rao" is a name.
_TYPE_WORDS = {
    "thanh pho": "Thành phố",
    "tp": "Thành phố",
    "tinh": "Tỉnh",
    "t": "Tỉnh",
    "quan": "Quận",
    "q": "Quận",
    "huyen": "Huyện",
    "h": "Huyện",
    "thi xa": "Thị xã",
    "tx": "Thị xã",
    "thi tran": "Thị trấn",
    "tt": "Thị trấn",
    "phuong": "Phường",
    "p": "Phường",
    "xa": "Xã",
    "x": "Xã",
    "dac khu": "Đặc khu",
    "dk": "Đặc khu",
}
_ONE_LETTER = re.compile(r"^([pqxht])(?:\s*\.\s*|\s*(?=\d))", re.IGNORECASE)
_TYPE_WORD = re.compile(
    r"^(thanh pho|thi xa|thi tran|dac khu|phuong|huyen|tinh|quan|tp|tx|tt|dk|xa)"
    r"(?:\s*\.\s*|\s+|(?=\d))"
)
# A name that begins with a State farm, as the lists of the office shorten it.
_FARM = re.compile(r"^n\.?\s?t\.?\s+(?=\S)", re.IGNORECASE)
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True)
class Reading:
    """One way to read a text: ``type`` is None where no type word was taken off."""

    type: str | None
    name: str

    @property
    def key(self) -> str:
        """Letters and digits without marks."""
        return unit_key(self.name)


def readings(text: str) -> list[Reading]:
    """Read a text as a whole name and, where it begins so, as type word and name."""
    whole = clean(text)
    found = [Reading(None, _in_full(whole))]
    # Folding keeps the number of letters in composed text, so positions agree.
    if match := _ONE_LETTER.match(whole) or _TYPE_WORD.match(fold(whole)):
        word, rest = fold(match.group(1)), whole[match.end() :].strip()
        if rest and match.group().rstrip().endswith("."):
            found.clear()  # "P. Hương Sơn" is not the place Phương Sơn
        if rest:
            found.append(Reading(_TYPE_WORDS[word], _in_full(rest)))
    return [reading for reading in found if reading.key]


def _in_full(name: str) -> str:
    return _FARM.sub("Nông trường ", name)


def unit_key(name: str) -> str:
    """The letters and digits of a name without marks: "Ia H'Drai" gives iahdrai, "01" gives 1."""
    return "".join(filter(str.isalnum, _LEADING_ZEROS.sub("", fold(name))))


def toned_key(name: str) -> str:
    """As :func:`unit_key`, with its marks in their traditional place."""
    placed = _LEADING_ZEROS.sub("", tone_placement(name).casefold())
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", placed)))


def bears_marks(text: str) -> bool:
    """Whether the writer uses Vietnamese marks at all."""
    return not clean(text).isascii()


def tones_conflict(typed: str, known: str) -> bool:
    """Whether a tone was typed where the known name, equal but for marks, has another or none."""
    return any(
        mine and mine != theirs for mine, theirs in zip(_tones(typed), _tones(known), strict=True)
    )


def _tones(name: str) -> list[str]:
    decomposed = [unicodedata.normalize("NFD", letter) for letter in toned_key(name)]
    return ["".join(mark for mark in letter if mark in _TONES) for letter in decomposed]
