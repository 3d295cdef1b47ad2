"""Codes of certificates and the comparison of names."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.certificates.rules import (
    ALPHABET,
    BITS,
    LENGTH,
    code_of,
    name_matches,
    parse_code,
    shown_code,
)


@given(st.integers(0, 2**BITS - 1), st.integers(2020, 2099))
def test_a_code_is_read_back_as_it_is_printed(bits: int, year: int) -> None:
    code = code_of(bits)
    assert len(code) == LENGTH
    assert parse_code(code) == parse_code(shown_code(code, year)) == code
    assert parse_code(shown_code(code, year).lower().replace("-", " ")) == code


def test_sixty_bits_and_no_more() -> None:
    assert code_of(2**BITS - 1) == ALPHABET[-1] * LENGTH
    for bits in (-1, 2**BITS):
        with pytest.raises(ValueError, match="60 bits"):
            code_of(bits)


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert parse_code("HG-26-OIL0-QQQQ-2345") == "0110QQQQ2345"


def test_a_code_that_begins_like_a_prefix_is_whole() -> None:
    assert parse_code("HG26HG26HG26") == "HG26HG26HG26"
    assert parse_code("HG-26-HG26-HG26-HG26") == "HG26HG26HG26"


@pytest.mark.parametrize("text", ["", "HG-26-7K4M-Q2XF", "U" * 12, "7K4MQ2XF9D3TT", "<script>"])
def test_what_is_no_code_is_none(text: str) -> None:
    assert parse_code(text) is None


@pytest.mark.thorough
def test_a_million_guesses_meet_none_of_the_codes_of_ten_modules_for_the_whole_corps() -> None:
    chance = random.Random(1)
    guesses = {chance.getrandbits(BITS) for _ in range(1_000_000)}
    assert not any(chance.getrandbits(BITS) in guesses for _ in range(5_500_000))


@pytest.mark.parametrize(
    ("typed", "matches"),
    [
        ("Nguyễn Thị Hòa", True),
        ("NGUYỄN THỊ HOÀ", True),
        ("  nguyễn   thị hoà ", True),
        ("Nguyen Thi Hoa", True),
        ("nguyen thi hoa", True),
        ("Nguyễn Thị Hoa", False),
        ("Nguyễn Thi Hòa", False),
        ("Thị Hòa", False),
        ("Hòa Nguyễn Thị", False),
        ("", False),
        ("%", False),
    ],
)
def test_marks_decide_unless_none_was_typed(typed: str, matches: bool) -> None:  # noqa: FBT001
    assert name_matches(typed, "Nguyễn Thị Hòa") is matches


def test_a_plain_d_stands_for_both_only_where_no_mark_was_typed() -> None:
    assert name_matches("do van dong", "Đỗ Văn Đông")
    assert not name_matches("đo van dong", "Đỗ Văn Đông")
