"""Telephone numbers in every spelling, brought to +84 and the number."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_OLD = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036",
    "0167": "037", "0168": "038", "0169": "039",
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
"""Prefixes of 11-digit mobile numbers and what replaced them in September 2018."""

_ONE_MOBILE = re.compile(r"0?([35789]\d{8})")
_NO_SEPARATORS = str.maketrans("", "", " .-")
_MOBILE = re.compile(r"0[35789]\d{8}")
_LANDLINE = re.compile(r"02\d{9}")
_STRICT_SEPARATORS = re.compile(r"[/;,|&\n]|\s+[-–—]\s+|\s(?:hoặc|hoac|và|va)\s", re.IGNORECASE)
_LOOSE_SEPARATORS = re.compile(r"\s+|[-–—]")
_EXPONENT = re.compile(r"(?<!\d)(\d)[.,]?(\d*)e\+?(\d{1,2})", re.IGNORECASE)
_WORDS_IN_BRACKETS = re.compile(r"\((?!\+?\d)[^()]*\)")
_LETTER = re.compile(r"[^\W\d_]")
_FEWEST_DIGITS = 4
_LONGEST_PAIR = 60
_LOST_ZERO = 9
_LOST_ZERO_LONG = 10


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a cell in its order, and problems as (code, values)."""

    phones: tuple[str, ...] = ()
    problems: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


@lru_cache(maxsize=8192)
def read_phones(text: str) -> Numbers:
    """Return the telephone numbers in a cell's text; words such as "không có" are no problem."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)  # digits as wide as letters
    plain = _ONE_MOBILE.fullmatch(text.translate(_NO_SEPARATORS))
    if plain:
        return Numbers((f"+84{plain.group(1)}",))
    phones: dict[str, None] = {}
    problems: list[tuple[str, tuple[tuple[str, str], ...]]] = []
    for piece in _pieces(_WORDS_IN_BRACKETS.sub(" ", text.lower())):
        number = _normal(piece)
        if number is None:
            problems.append(("phone_invalid", (("value", piece.strip()),)))
            continue
        phones[f"+84{number[1:]}"] = None
        digits = _digits(piece)
        if _converted(digits):
            problems.append(("phone_old_prefix", (("value", piece.strip()), ("phone", number))))
        elif _LANDLINE.fullmatch(number):
            problems.append(("phone_landline", (("value", piece.strip()),)))
    return Numbers(tuple(phones), tuple(problems))


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for part in _STRICT_SEPARATORS.split(text):
        digits = len(re.findall(r"\d", part))
        if not digits or (digits < _FEWEST_DIGITS and _LETTER.search(part)):
            continue
        pieces.extend([part] if _normal(part) else _loosely(part))
    return pieces


def _loosely(part: str) -> list[str]:
    """Split "0912345678 0987654321" where spaces or hyphens separate two whole numbers."""
    if len(part) > _LONGEST_PAIR:
        return [part]
    found: list[str] = []
    waiting = ""
    for token in _LOOSE_SEPARATORS.split(part):
        waiting = f"{waiting} {token}".strip()
        if _normal(waiting) and len(_digits(waiting)) >= _LOST_ZERO_LONG:
            found.append(waiting)
            waiting = ""
    return found if found and not _digits(waiting) else [part]


def _digits(text: str) -> str:
    exponent = _EXPONENT.search(text)
    if exponent:
        whole, fraction, zeros = exponent.groups()
        return whole + fraction.ljust(int(zeros), "0")
    return "".join(re.findall(r"\d", text.removesuffix(".0")))


def _normal(text: str) -> str | None:
    """Return a whole number with its leading 0, old prefixes replaced; None if it is none."""
    digits = _digits(text)
    return _converted(digits) or next(filter(_is_whole, _readings(digits)), None)


def _readings(digits: str) -> list[str]:
    readings = [digits]
    readings.extend(
        "0" + digits.removeprefix(code).removeprefix("0")
        for code in ("0084", "84")
        if digits.startswith(code) and len(digits) >= len(code) + _LOST_ZERO
    )
    if not digits.startswith("0"):
        readings.append("0" + digits)
    return readings


def _is_whole(digits: str) -> bool:
    return bool(_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits))


def _converted(digits: str) -> str | None:
    for reading in _readings(digits):
        if len(reading) == 11 and reading[:4] in _OLD:  # noqa: PLR2004 - old mobile numbers
            return _OLD[reading[:4]] + reading[4:]
    return None
