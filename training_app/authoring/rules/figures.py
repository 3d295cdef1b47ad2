"""How long a lesson is, in the measures that matter on a telephone."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import brotli

from training_app.catalogue.checks.wording import sentences
from training_app.catalogue.markdown import PICTURE, pictures_in, render
from training_app.catalogue.parsing import shown_pictures
from training_app.catalogue.source import Picture, count_words

WORDS_A_MINUTE: Final = 100  # a slow reader of a small page, who thinks while reading
_QUALITY: Final = 4  # as the server compresses


@dataclass(frozen=True, slots=True)
class Figures:
    """Clean HTML of a lesson with its length in tiếng, minutes and bytes on the wire.

    ``longest`` is the length of the longest sentence, ``usual`` that of the one in the middle, in
    tiếng; ``pictures`` the bytes that the pictures cost besides.
    """

    html: str
    words: int
    minutes: int
    bytes: int
    longest: int
    usual: int
    pictures: int


def figures(markdown: str, pictures: Iterable[Picture] = (), folder: str = "/pictures/") -> Figures:
    """Render ``markdown`` as publication would, and measure it; pictures stand in ``folder``."""
    found = list(pictures)
    html = render(markdown, shown_pictures(found, folder))
    words = count_words(markdown)
    lengths = sorted(count_words(one) for one in sentences(PICTURE.sub(r"\g<alt>", markdown))) or [
        0
    ]
    shown = {name for _, name in pictures_in(markdown)}
    return Figures(
        html,
        words,
        max(1, math.ceil(words / WORDS_A_MINUTE)),
        len(brotli.compress(html.encode(), quality=_QUALITY)),
        lengths[-1],
        lengths[len(lengths) // 2],
        sum(one.size for one in found if one.name in shown),
    )
