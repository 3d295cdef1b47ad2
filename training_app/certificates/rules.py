"""Codes of certificates and the comparison of names, pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from training_app.vietnamese import clean, fold, tone_placement

# Crockford's base 32 has no I, L, O, U, which are misread or spell words.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS: Final = 60
LENGTH: Final = 12
_GROUP: Final = 4
_MISREAD: Final = str.maketrans("OIL", "011")
_SEPARATORS: Final = re.compile(r"[\s\-–—.]+")
_PREFIX: Final = re.compile(r"\s*HG[\s\-–—.]*\d\d[\s\-–—.]+", re.IGNORECASE)
_BARE_PREFIX: Final = re.compile(rf"HG\d\d(?=.{{{LENGTH}}}$)")


def code_of(bits: int) -> str:
    """Write 60 random bits as 12 characters."""
    if not 0 <= bits < 1 << BITS:
        raise ValueError("a code is made of 60 bits")
    shifts = range(BITS - 5, -1, -5)
    return "".join(ALPHABET[bits >> shift & 31] for shift in shifts)


def shown_code(code: str, year: int) -> str:
    """Write a code as it is printed: HG-26-7K4M-Q2XF-9D3T."""
    groups = [code[start : start + _GROUP] for start in range(0, LENGTH, _GROUP)]
    return "-".join(["HG", f"{year % 100:02}", *groups])


def parse_code(text: str) -> str | None:
    """Read a code as people type it, with or without prefix and hyphens; None when it is none.

    O is read as 0, I and L as 1; any case.
    """
    typed = _PREFIX.sub("", unicodedata.normalize("NFKC", text), count=1)
    code = _BARE_PREFIX.sub("", _SEPARATORS.sub("", typed).upper()).translate(_MISREAD)
    well_formed = len(code) == LENGTH and all(letter in ALPHABET for letter in code)
    return code if well_formed else None


def name_matches(typed: str, printed: str) -> bool:
    """Say whether a typed name is the printed one.

    Capitals, spaces and tone placement do not matter (Hoà, HÒA); marks do, unless none was typed
    at all: many keyboards have none. Names that differ by a tone are different names.
    """
    given, expected = (tone_placement(clean(name)).casefold() for name in (typed, printed))
    if not given:
        return False
    if given.isascii():
        return given == fold(expected)
    return given == expected
