"""Pictures of the README are made light without changing what they show."""

import struct
import zlib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tools.lighten import SIGNATURE, chunk, chunks, decoded, lighten

HEAVIEST = 60_000
IMAGES = Path(ROOT) / "docs" / "images"


def png(width: int, rows: list[bytes], filters: list[int]) -> bytes:
    """A picture of three bytes a pixel whose rows say how they were filtered."""
    head = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    lines = b"".join(bytes([kind]) + row for kind, row in zip(filters, rows, strict=True))
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return SIGNATURE + b"".join(chunk(name, body) for name, body in parts)


@pytest.mark.parametrize("kind", [0, 1, 2, 3, 4])
def test_every_filter_of_the_format_is_undone(kind: int) -> None:
    flat = bytes([10, 20, 30, 10, 20, 30])
    left_or_up = {0: flat, 1: flat[:3] + bytes(3), 2: bytes(6), 3: bytes([5, 10, 15, 0, 0, 0])}
    line = left_or_up.get(kind, bytes(6))
    _, _, rows = decoded(png(2, [flat, line], [0, kind]))
    assert rows == [flat, flat]


def test_a_page_of_few_colours_is_kept_to_the_pixel_and_shrinks() -> None:
    row = b"".join(bytes([value % 200] * 3) for value in range(300))
    light = lighten(png(300, [row] * 50, [0] * 50))
    assert light[:8] == SIGNATURE
    assert len(light) < len(row) * 50
    palette = next(body for name, body in chunks(light) if name == b"PLTE")
    lines = zlib.decompress(next(body for name, body in chunks(light) if name == b"IDAT"))
    first = b"".join(palette[3 * place : 3 * place + 3] for place in lines[1:301])
    assert first == row


def test_something_else_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="not a browser's screenshot"):
        lighten(lighten(png(1, [b"abc"], [0])))


def test_pictures_in_the_documents_are_light() -> None:
    heavy = {
        one.name: one.stat().st_size
        for one in IMAGES.glob("*.png")
        if one.stat().st_size > HEAVIEST
    }
    assert not heavy, f"{heavy}: take them with python -m tools.screens"
