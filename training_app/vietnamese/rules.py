"""Vietnamese text as people type it, brought to forms that can be compared and sorted.

A letter is split into its *shape* (a, ă, â ...) and its *tone*. Everything here follows from that
split: folding drops both kinds of marks, ordering looks at shapes before tones, and tone placement
moves a tone within its syllable without ever changing it.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

# Look-alikes that keyboards, fonts and old files leave behind.
_REPLACED = str.maketrans(
    {
        "\u00d0": "Đ",
        "\u0189": "Đ",
        "\u00f0": "đ",
        "\u0256": "đ",
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "\u2032": "'",
    }
)
# Tone marks in dictionary order: huyền hỏi ngã sắc nặng, after the unmarked ngang (0).
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
# A shape mark sorts after every plain letter that may follow: "az" < "ă" < "b".
_SHAPES = {"\u0306": "{", "\u0302": "|", "\u031b": "}"}
_PLAIN_VOWELS = frozenset("aeiouy")
_BLANK_CATEGORIES = frozenset({"Cc", "Zs", "Zl", "Zp"})
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+")


def clean(text: str) -> str:
    """Return one line of text in NFC with real letters, straight apostrophes and single spaces.

    U+00D0 becomes Đ, every kind of space becomes one space, invisible format characters vanish.
    """
    replaced = unicodedata.normalize("NFC", text.translate(_REPLACED))
    return " ".join(_visible(replaced).split())


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    kinds = ((character, unicodedata.category(character)) for character in text)
    return "".join(
        " " if kind in {"Cc", "Zs", "Zl", "Zp"} else c for c, kind in kinds if kind != "Cf"
    )


def fold(text: str) -> str:
    """Return the form used to search: clean, case-folded, without any mark, đ as d.

    Both tone placements, NFC and NFD, and any capitals give the same result.
    """
    letters = unicodedata.normalize("NFD", clean(text).casefold()).replace("đ", "d")
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.split())


def sort_key(full_name: str) -> str:
    """Return an ASCII key that sorts people by given name, then middle names, then family name.

    Compared by code point it gives the Vietnamese alphabet and tone order on every database.
    """
    words = clean(full_name).split()
    given, family, middle = words[-1:], words[:1] if len(words) > 1 else [], words[1:-1]
    return " ".join(_ordered(part) for part in (given, middle, family)).rstrip()


def phrase_key(text: str) -> str:
    """Return an ASCII key that sorts names of places, numbers by value (KP 2 before KP 10)."""
    return _ordered(clean(text).split())


def _ordered(words: list[str]) -> str:
    """Shapes of all words, then a tone digit per word; "!" between words sorts after " "."""
    split = [_shapes_and_tone(word) for word in words]
    return "!".join(shapes for shapes, _ in split) + " " + "".join(tone for _, tone in split)


@lru_cache(maxsize=8192)
def _shapes_and_tone(word: str) -> tuple[str, str]:
    tone = "0"
    shapes: list[str] = []
    for letter in unicodedata.normalize("NFD", word.casefold()):
        if letter in _TONES:
            tone = _TONES[letter]
        elif letter == "đ":
            shapes.append("d{")
        elif letter in _SHAPES:
            shapes.append(_SHAPES[letter])
        elif letter.isascii():
            shapes.append(letter if letter.isalnum() else "")
        elif not unicodedata.combining(letter):
            shapes.append("~")
    return _DIGITS.sub(_number_by_value, "".join(shapes)), tone


def _number_by_value(digits: re.Match[str]) -> str:
    """Put the length before the digits, so that ASCII order is the order of the values."""
    value = digits.group().lstrip("0") or "0"
    return f"{min(len(value), 9)}{value}"


def tone_placement(text: str) -> str:
    """Return the text with every tone mark on its traditional letter: hoà and hòa both give hòa.

    Names that differ by a tone stay different: the tone itself is never changed.
    """
    return _WORD.sub(lambda match: _place_tone(match.group()), clean(text))


@lru_cache(maxsize=8192)  # a nation's names are made of few syllables
def _place_tone(word: str) -> str:
    toned = [_without_tone(letter) for letter in word]
    marks = [(index, tone) for index, (_, tone) in enumerate(toned) if tone]
    if len(marks) != 1:
        return word
    index, tone = marks[0]
    bare = [letter for letter, _ in toned]
    target = _toned_position("".join(bare).casefold(), index)
    bare[target] = unicodedata.normalize("NFC", bare[target] + tone)
    return "".join(bare)


def _without_tone(letter: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", letter)
    tone = next((part for part in parts if part in _TONES), "")
    return unicodedata.normalize("NFC", parts.replace(tone, "")), tone


def _toned_position(bare: str, marked: int) -> int:
    """Index of the letter that carries the tone in the syllable around the index ``marked``."""
    if len(bare) <= marked or not _is_vowel(bare[marked]):
        return marked
    start, end = marked, marked + 1
    while start > 0 and _is_vowel(bare[start - 1]):
        start -= 1
    while end < len(bare) and _is_vowel(bare[end]):
        end += 1
    if end - start > 1 and bare[max(start - 1, 0) : start + 1] in {"qu", "gi"}:
        start += 1
    shaped = [index for index in range(start, end) if bare[index] not in _PLAIN_VOWELS]
    if shaped:
        return shaped[-1]
    length, closed = end - start, end < len(bare)
    if length == 1 or (length == 2 and not closed):  # noqa: PLR2004 - two vowels
        return start
    return start + 1


def _is_vowel(letter: str) -> bool:
    return unicodedata.normalize("NFD", letter)[0] in _PLAIN_VOWELS


def title_name(text: str) -> str:
    """Return a name with usual capitals: HOÀNG VĂN A as Hoàng Văn A, h'hen niê as H'Hen Niê."""
    return _WORD.sub(
        lambda match: match.group()[0].upper() + match.group()[1:].lower(), clean(text)
    )


def number(value: float | Decimal, locale: str, decimals: int | None = None) -> str:
    """Write a number for readers: 1234.5 gives 1.234,5 in Vietnamese and 1,234.5 in English.

    ``decimals`` fixes the digits after the point; without it no needless zero is shown.
    """
    plain = f"{value:,.{decimals}f}" if decimals is not None else f"{Decimal(str(value)):,f}"
    if decimals is None and "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain.translate(str.maketrans(",.", ".,")) if locale.startswith("vi") else plain


def tenths_of_percent(part: int, whole: int) -> float:
    """A share in percent to the nearest tenth, as offices reckon it: 66.7 for 4 of 6.

    Only all of them are 100 %, and only none of them are 0 %. ``whole`` is not 0.
    """
    tenths = (2000 * part + whole) // (2 * whole)
    if 0 < part < whole:
        tenths = min(999, max(1, tenths))
    return tenths / 10
