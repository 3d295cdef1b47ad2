"""Vietnamese text: cleaning, folding, order, tone placement, capitals and numbers."""

import random
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

import pytest

from training_app.vietnamese import (
    clean,
    fold,
    number,
    phrase_key,
    sort_key,
    title_name,
    tone_placement,
)

DICTIONARY_ORDER = (
    "An Anh Ánh Ân Ấn Bao Bào Bảo Bão Báo Bạo Dao Đào Đạo E Ê Nga Ngọc Nguyễn "
    "O Ô Ổn Ơ U Uyên Ư Ước Y Ý Yến"
)
PEOPLE_ORDER = (
    "Nguyễn Văn An",
    "Trần Thị Ánh",
    "Lê Ân",
    "Phạm Văn Bảo",
    "Lê Văn Dũng",
    "Đỗ Thị Đào",
    "Hoàng Đức",
    "Võ Thị Yến",
)
BOTH_PLACEMENTS = (
    ("hòa", "hoà"),
    ("khỏe", "khoẻ"),
    ("thủy", "thuỷ"),
    ("Hòa Bình", "Hoà Bình"),
    ("QUÝ", "QÚY"),
    ("già", "gìa"),
    ("hoàn", "hòan"),
    ("người", "ngừơi"),
    ("khuỷu", "khủyu"),
    ("ngoèo", "ngòeo"),
)
ONSETS = ("", "b", "h", "ng", "nh", "th", "qu", "gi", "đ", "Đ", "kh", "tr")
RHYMES = (
    *("a", "oa", "oe", "uy", "uyên", "ươi", "iê", "uya"),
    *("ăn", "ân", "ê", "ôi", "ơ", "ưa", "oan", "yêu"),
)
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")


def shuffled(words: Sequence[str]) -> list[str]:
    return random.Random(1).sample(words, len(words))


def random_words(count: int) -> list[str]:
    """Return syllables with a random tone on a random vowel, as keyboards and fonts produce."""
    chance = random.Random(20251)
    words = []
    for _ in range(count):
        onset, rhyme, tone = chance.choice(ONSETS), chance.choice(RHYMES), chance.choice(TONES)
        vowels = [index for index, letter in enumerate(rhyme) if fold(letter) in "aeiouy"]
        at = chance.choice(vowels) + 1
        word = unicodedata.normalize("NFC", onset + rhyme[:at] + tone + rhyme[at:])
        word = chance.choice((word, unicodedata.normalize("NFD", word)))
        words.append(chance.choice((word, word.upper(), word.title())))
    return words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  Nguyễn\u00a0Văn \t An\u200b ", "Nguyễn Văn An"),
        ("\u00d0ỗ Thị \u00d0ào", "Đỗ Thị Đào"),
        (unicodedata.normalize("NFD", "Trần Thị Ngọc"), "Trần Thị Ngọc"),
        ("Cư M\u2019gar", "Cư M'gar"),
        ("một\nhai", "một hai"),
        ("\u202ean", "an"),
        ("", ""),
    ],
)
def test_cleaning_repairs_what_files_leave_behind(typed: str, meant: str) -> None:
    assert clean(typed) == meant


@pytest.mark.parametrize(
    "typed", ["Đặng Thị Hòa", "ĐẶNG THỊ HOÀ", "dang thi hoa", "\u00d0a\u0323\u0306ng  thị hoà"]
)
def test_folding_makes_spellings_equal(typed: str) -> None:
    assert fold(typed) == "dang thi hoa"


def test_words_sort_as_in_icu() -> None:
    words = DICTIONARY_ORDER.split()
    assert sorted(shuffled(words), key=sort_key) == words
    assert sorted(shuffled(words), key=phrase_key) == words


def test_tones_sort_as_in_icu() -> None:
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=sort_key) == tones


def test_people_sort_by_given_name_first() -> None:
    assert tuple(sorted(shuffled(PEOPLE_ORDER), key=sort_key)) == PEOPLE_ORDER


def test_same_given_name_sorts_by_middle_then_family() -> None:
    people = ["Lê An", "Trần Bá An", "Bùi Văn An", "Trần Văn An", "Lê Văn Anh"]
    assert sorted(shuffled(people), key=sort_key) == people


def test_a_shorter_name_sorts_before_a_longer_one() -> None:
    assert sorted(["Hòa An", "Hòa", "Hoa Lư"], key=phrase_key) == ["Hòa", "Hòa An", "Hoa Lư"]


def test_numbers_in_names_sort_by_value() -> None:
    names = ["Khu phố 1", "Khu phố 2", "Khu phố 10", "Thôn 1"]
    assert sorted(shuffled(names), key=phrase_key) == names


def test_keys_are_plain_ascii() -> None:
    for word in random_words(500):
        assert sort_key(word).isascii()
        assert phrase_key(word).isascii()


def test_order_ignores_spelling_differences() -> None:
    for word in random_words(500):
        assert sort_key(word) == sort_key(tone_placement(word).upper())


@pytest.mark.parametrize(("old", "new"), BOTH_PLACEMENTS)
def test_either_tone_placement_gives_one_form(old: str, new: str) -> None:
    assert tone_placement(new) == tone_placement(old) == old


def test_tone_placement_is_stable_and_keeps_letters() -> None:
    for word in random_words(1000):
        placed = tone_placement(word)
        assert tone_placement(placed) == placed
        assert fold(placed) == fold(word)
        assert sort_key(placed) == sort_key(word)


def test_different_tones_stay_different() -> None:
    spellings = ["Hoa", "Hòa", "Hỏa", "Hõa", "Hóa", "Họa"]
    assert len({tone_placement(name) for name in spellings}) == len(spellings)


def test_every_vietnamese_syllable_keeps_its_tone() -> None:
    for tone in TONES[1:]:
        typed = unicodedata.normalize("NFC", "hoa" + tone)
        assert tone in unicodedata.normalize("NFD", tone_placement(typed))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("HOÀNG VĂN A", "Hoàng Văn A"),
        ("đỗ thị đào", "Đỗ Thị Đào"),
        ("H\u2019HEN NIÊ", "H'Hen Niê"),
        ("Trần Thị HÒA", "Trần Thị Hòa"),
    ],
)
def test_names_get_usual_capitals(typed: str, name: str) -> None:
    assert title_name(typed) == name


@pytest.mark.parametrize(
    ("value", "locale", "decimals", "written"),
    [
        (1234.5, "vi", None, "1.234,5"),
        (1234.5, "en", None, "1,234.5"),
        (550000, "vi", None, "550.000"),
        (0.1 + 0.2, "vi", 1, "0,3"),
        (Decimal("82.70"), "vi", None, "82,7"),
        (82.7, "vi_VN", 2, "82,70"),
        (-1200, "en", None, "-1,200"),
        (100, "vi", None, "100"),
    ],
)
def test_numbers_are_written_for_the_reader(
    value: float, locale: str, decimals: int | None, written: str
) -> None:
    assert number(value, locale, decimals) == written
