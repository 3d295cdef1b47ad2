"""How long a lesson is, in the measures that matter on a telephone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import brotli

from training_app.catalogue.markdown import render
from training_app.catalogue.source import count_words

WORDS_A_MINUTE: Final = 100  # a slow reader of a small page, who thinks while reading
_QUALITY: Final = 4  # as the server compresses


@dataclass(frozen=True, slots=True)
class Figures:
    """Clean HTML of a lesson with its length in tiếng, minutes and bytes on the wire."""

    html: str
    words: int
    minutes: int
    bytes: int


def figures(markdown: str) -> Figures:
    """Render ``markdown`` as publication would, and measure it."""
    html, words = render(markdown), count_words(markdown)
    size = len(brotli.compress(html.encode(), quality=_QUALITY))
    return Figures(html, words, max(1, math.ceil(words / WORDS_A_MINUTE)), size)
