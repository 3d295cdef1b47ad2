"""The QR code on the paper."""

import re

import segno

from training_app.certificates.printing import qr_code

ADDRESS = "https://hoagiai.example.vn/check/7K4MQ2XF9D3T/"


def test_the_path_draws_exactly_the_dark_modules() -> None:
    drawn = qr_code(ADDRESS)
    matrix = segno.make(ADDRESS, error="q", micro=False, boost_error=False).matrix
    dark = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawn.path)
        for step in range(int(length))
    }
    expected = {
        (x + 4, y + 4) for y, row in enumerate(matrix) for x, cell in enumerate(row) if cell
    }
    assert dark == expected
    assert drawn.size == len(matrix) + 8


def test_it_stays_coarse_enough_for_a_cheap_printer() -> None:
    assert qr_code(ADDRESS).size - 8 <= 37
