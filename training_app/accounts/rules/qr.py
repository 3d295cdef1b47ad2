"""QR codes as the outline of an SVG path."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

QUIET: Final = 2  # modules of white around the code; the page around it is white as well


@dataclass(frozen=True)
class Drawing:
    """A square of ``width`` modules and the path of its dark ones."""

    width: int
    path: str


def draw(matrix: Iterable[Sequence[int]]) -> Drawing:
    """The drawing of a QR matrix: one rectangle for each run of dark modules in a row."""
    rows = list(matrix)
    parts: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row, key=bool):
            length = len(list(run))
            if dark:
                parts.append(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z")
            x += length
    return Drawing(len(rows) + 2 * QUIET, "".join(parts))
