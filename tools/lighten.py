"""Make a screenshot light: PNG with a palette of at most 256 colours, a third of the bytes.

Chromium writes three bytes a pixel; a page of text needs far fewer colours than that.
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {2: 3, 6: 4}
COLOURS = 256


def lighten(png: bytes) -> bytes:
    """The same picture with a palette; raises ValueError on what no browser writes."""
    width, height, rows = decoded(png)
    found = Counter(pixel for row in rows for pixel in pixels(row))
    palette = [colour for colour, _ in found.most_common(COLOURS)]
    index = {colour: place for place, colour in enumerate(palette)}
    index |= {colour: nearest(colour, palette) for colour in found if colour not in index}
    lines = b"".join(b"\0" + bytes(index[one] for one in pixels(row)) for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return SIGNATURE + b"".join(
        chunk(kind, data)
        for kind, data in (
            (b"IHDR", head),
            (b"PLTE", b"".join(palette)),
            (b"IDAT", zlib.compress(lines, 9)),
            (b"IEND", b""),
        )
    )


def nearest(colour: bytes, palette: list[bytes]) -> int:
    """The place of the colour in the palette that looks most like this one."""
    return min(
        range(len(palette)),
        key=lambda place: sum((a - b) ** 2 for a, b in zip(colour, palette[place], strict=True)),
    )


def pixels(row: bytes) -> Iterator[bytes]:
    """The colours of a row, three bytes each."""
    return (row[at : at + 3] for at in range(0, len(row), 3))


def decoded(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and the rows of red, green and blue; transparency is left out."""
    parts = list(chunks(png))
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    if depth != 8 or kind not in CHANNELS or interlaced:  # noqa: PLR2004 - bits of a channel
        message = f"a PNG of kind {kind} with {depth} bits is not a browser's screenshot"
        raise ValueError(message)
    channels = CHANNELS[kind]
    data = zlib.decompress(b"".join(body for name, body in parts if name == b"IDAT"))
    stride = width * channels
    before, rows = bytes(stride), []
    for at in range(0, len(data), stride + 1):
        before = unfiltered(data[at], data[at + 1 : at + 1 + stride], before, channels)
        rows.append(before if channels == CHANNELS[2] else without_alpha(before))
    return width, height, rows


def without_alpha(row: bytes) -> bytes:
    """A row of four channels as three."""
    return b"".join(row[at : at + 3] for at in range(0, len(row), 4))


def unfiltered(kind: int, line: bytes, above: bytes, channels: int) -> bytes:
    """Undo the filter that PNG puts on a row."""
    row = bytearray(line)
    for at in range(len(row)):
        left = row[at - channels] if at >= channels else 0
        corner = above[at - channels] if at >= channels else 0
        row[at] = (row[at] + predicted(kind, left, above[at], corner)) & 255
    return bytes(row)


def predicted(kind: int, left: int, up: int, corner: int) -> int:
    """What the filter foretells from the neighbours."""
    if kind == 4:  # noqa: PLR2004 - Paeth
        guess = left + up - corner
        return min((left, up, corner), key=lambda one: abs(guess - one))
    return (0, left, up, (left + up) // 2)[kind]


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a PNG file: name and body."""
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def chunk(name: bytes, body: bytes) -> bytes:
    """One part of a PNG file."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
