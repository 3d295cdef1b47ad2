"""Pictures as authors send them, honest and hostile, made while a test runs."""

import io
import struct
import zlib

from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

GPS = 0x8825


def photograph(width: int = 1600, height: int = 1200, kind: str = "JPEG") -> bytes:
    """A noisy picture that says where it was taken, and by whom."""
    image = Image.effect_noise((width, height), 90).convert("RGB")
    exif = image.getexif()
    exif[0x010F] = "Canari Camera"
    exif[0x0112] = 6  # held upright: turned by a quarter
    place = ImageFileDirectory_v2()
    place[1], place[2] = "N", (10.0, 20.0, 30.0)
    exif[GPS] = dict(place)
    out = io.BytesIO()
    image.save(out, kind, exif=exif)
    return out.getvalue()


def drawing() -> bytes:
    """A small drawing with a see-through ground."""
    image = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    image.paste((200, 30, 30, 255), (50, 50, 250, 150))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def png(
    width: int, height: int, data: bytes, *, chunks: tuple[tuple[bytes, bytes], ...] = ()
) -> bytes:
    """A PNG whose header promises any size, with any data behind it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), *chunks, (b"IDAT", zlib.compress(data, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, parts))


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    name, data = part
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def gif() -> bytes:
    """A picture of a kind that is not taken."""
    out = io.BytesIO()
    Image.new("RGB", (100, 100)).save(out, "GIF")
    return out.getvalue()


HOSTILE = {
    "nothing": b"",
    "text": b"hello" * 100,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "gif": gif(),
    "a header of 200 megapixels": png(20_000, 10_000, b"\0" * 100_000),
    "a header of one very long side": png(60_000, 60, b"\0" * 1000),
    "a header of two thousand million": png(2**31 - 1, 2**31 - 1, b""),
    "less data than the header promises": png(2_000, 2_000, b"\0" * 50),
    "cut in the middle": photograph()[:20_000],
    "a jpeg that is only a header": b"\xff\xd8\xff\xe0" + b"\0" * 500,
    "a webp that lies about its length": b"RIFF\xff\xff\xff\x7fWEBPVP8 " + b"\0" * 400,
    "a text bomb in a png": png(
        100, 100, b"\0" * 40_000,
        chunks=((b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 200_000_000, 9)),),
    ),
    "too small to see": png(10, 10, b"\0" * 310),
    "more bytes than are taken": b"\xff\xd8\xff" + b"\0" * 9_000_000,
}  # fmt: skip
