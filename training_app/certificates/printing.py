"""The QR code of a certificate, as one path for an inline SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import segno

_QUIET: Final = 4


@dataclass(frozen=True)
class QrCode:
    """A square of ``size`` modules a side, quiet zone included; ``path`` draws the dark ones."""

    size: int
    path: str


def qr_code(address: str) -> QrCode:
    """Draw an address; a quarter of the marks may be damaged and it still reads."""
    rows = segno.make(address, error="q", micro=False, boost_error=False).matrix
    runs = [
        f"M{start + _QUIET} {line + _QUIET}h{length}v1h-{length}z"
        for line, row in enumerate(rows)
        for start, length in _runs(row)
    ]
    return QrCode(len(rows) + 2 * _QUIET, "".join(runs))


def _runs(row: bytearray) -> list[tuple[int, int]]:
    """Return where dark runs start and how long they are."""
    runs: list[tuple[int, int]] = []
    for column, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((column, 1))
    return runs
