"""Pictures: whatever came in is drawn anew as a small WebP, and such a WebP is told by its header.

What an author sends is never stored. It is decoded by Pillow, only as JPEG, PNG or WebP, and only
after its header promised a size that memory can bear; what was seen is drawn into a new file
without place, camera or anything else that was not seen.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from training_app.catalogue.markdown import Shown
from training_app.catalogue.source import (
    PICTURE_BYTES,
    PICTURE_HEIGHT,
    PICTURE_WIDTH,
    Picture,
)
from training_app.errors import N_

PICTURE_ENDING: Final = ".webp"
LARGEST_UPLOAD: Final = 8_000_000
_PIXELS: Final = 25_000_000
_LONGEST_SIDE: Final = 12_000
_SMALLEST_SIDE: Final = 40
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_QUALITIES: Final = (80, 60, 45)
_SHRINK: Final = 0.75
# Everything by which Pillow's decoders say that a file is not what its header promised.
_BROKEN: Final = (
    OSError, ValueError, SyntaxError, EOFError, struct.error, OverflowError, IndexError, KeyError,
    TypeError, ZeroDivisionError, MemoryError, NotImplementedError,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
_RIFF: Final = struct.Struct("<4sI4s")
_CHUNK: Final = struct.Struct("<4sI")
_DRAWN: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})


class NotAPicture(ValueError):
    """What came in cannot be used; the message says why, in the author's words."""


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A new WebP and its size in dots."""

    content: bytes
    width: int
    height: int


def redraw(sent: bytes) -> Redrawn:
    """A small WebP that shows what ``sent`` shows, and holds nothing else.

    Raises :class:`NotAPicture` for what is too large, too small, or no picture.
    """
    if len(sent) > LARGEST_UPLOAD:
        raise NotAPicture(N_("The file is larger than 8 MB. Choose a smaller picture."))
    try:
        with Image.open(io.BytesIO(sent), formats=_FORMATS) as opened:
            _demand_size(*opened.size)
            # JPEG can be decoded at a fraction of its size: less memory for a large photograph.
            opened.draft("RGB", (2 * PICTURE_WIDTH, 2 * PICTURE_HEIGHT))
            upright = ImageOps.exif_transpose(opened)
            return _small(_plain(upright))
    except NotAPicture:
        raise
    except _BROKEN:
        message = N_("This file is no picture that can be read. Send a JPEG, PNG or WebP file.")
        raise NotAPicture(message) from None


def shown_pictures(pictures: Iterable[Picture], folder: str) -> dict[str, Shown]:
    """The pictures of a module by name, each at its address below ``folder``."""
    return {
        one.name: Shown(f"{folder}{one.sha256}/", one.width, one.height, one.alt, one.description)
        for one in pictures
    }


def _demand_size(width: int, height: int) -> None:
    if width * height > _PIXELS or max(width, height) > _LONGEST_SIDE:
        raise NotAPicture(N_("The picture has more than 25 million dots. Choose a smaller one."))
    if min(width, height) < _SMALLEST_SIDE:
        raise NotAPicture(N_("The picture is smaller than 40 dots. Choose a larger one."))


def _plain(image: Image.Image) -> Image.Image:
    """Three colours and nothing behind them; what was see-through becomes white."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        seen = image.convert("RGBA")
        ground = Image.new("RGB", seen.size, "white")
        ground.paste(seen, mask=seen.getchannel("A"))
        return ground
    return Image.frombytes("RGB", image.size, image.convert("RGB").tobytes())


def _small(image: Image.Image) -> Redrawn:
    """Fit into the page, then less fine, then smaller, until it is light enough."""
    image.thumbnail((PICTURE_WIDTH, PICTURE_HEIGHT), Image.Resampling.LANCZOS)
    while True:
        for quality in _QUALITIES:
            content = _webp(image, quality)
            if len(content) <= PICTURE_BYTES:
                return Redrawn(content, *image.size)
        smaller = (max(1, int(image.width * _SHRINK)), max(1, int(image.height * _SHRINK)))
        image = image.resize(smaller, Image.Resampling.LANCZOS)


def _webp(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()


# -- a WebP by its header ----------------------------------------------------------------------


def read_webp(content: bytes) -> tuple[int, int] | None:
    """Width and height of a still WebP that holds a picture and nothing else; None for others.

    Metadata, animation and anything before or after the picture make it another file.
    """
    if len(content) < _RIFF.size:
        return None
    mark, length, kind = _RIFF.unpack_from(content)
    if (mark, kind) != (b"RIFF", b"WEBP") or length + 8 != len(content):
        return None
    chunks = list(_chunks(content))
    if not chunks or any(name not in _DRAWN for name, _ in chunks):
        return None
    sizes = [_SIZES[name](data) for name, data in chunks if name in _SIZES]
    return sizes[0] if sizes and None not in sizes else None


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = _RIFF.size
    while place < len(content):
        if place + _CHUNK.size > len(content):
            yield b"", b""
            return
        name, length = _CHUNK.unpack_from(content, place)
        place += _CHUNK.size
        if place + length > len(content):
            name = b""  # promises more than is there
        yield name, content[place : place + length]
        place += length + length % 2


def _lossy(data: bytes) -> tuple[int, int] | None:
    if len(data) < 10 or data[3:6] != b"\x9d\x01\x2a":  # noqa: PLR2004 - the frame's header
        return None
    width, height = struct.unpack_from("<HH", data, 6)
    return width & 0x3FFF, height & 0x3FFF


def _lossless(data: bytes) -> tuple[int, int] | None:
    if len(data) < 5 or data[0] != 0x2F:  # noqa: PLR2004 - the signature of the format
        return None
    bits = int.from_bytes(data[1:5], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


_SIZES: Final = {b"VP8 ": _lossy, b"VP8L": _lossless}
