"""Numbers as pages write them: nothing divides by nothing, nothing rounds up to everything."""

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from training_app.web.pages import format_share


@pytest.mark.parametrize(("language", "words"), [("vi", "không có"), ("en", "none")])
def test_an_empty_denominator_says_none_instead_of_a_share(
    app: Flask, language: str, words: str
) -> None:
    with app.test_request_context(), force_locale(language):
        assert format_share(0, 0) == words


@given(whole=st.integers(1, 600_000), missing=st.integers(1, 600_000))
def test_only_all_of_them_are_a_hundred_percent(app: Flask, whole: int, missing: int) -> None:
    part = max(0, whole - missing)
    with app.test_request_context(), force_locale("en"):
        assert "100.0 %" not in format_share(part, whole)
        assert format_share(whole, whole).endswith("– 100.0 %")
