"""How events are chained: pure functions over canonical bytes."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

START = b"\0" * 32
# What is copied by hand from paper: half a seal is as good as the whole one.
SHORTEST_SEAL = 16
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Break:
    """The first place where the chain does not hold: the sequence number and what is wrong."""

    sequence: int
    problem: str


def canonical(event: Mapping[str, Any]) -> bytes:
    """One spelling of an event: sorted keys, no spaces, UTF-8."""
    text = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def seal(key: bytes, previous: bytes, event: Mapping[str, Any]) -> bytes:
    """The seal that binds ``event`` to everything before it."""
    return hmac.new(key, previous + canonical(event), hashlib.sha256).digest()


@dataclass(frozen=True, order=True)
class Anchor:
    """The end of the chain as it was written down elsewhere.

    ``seal`` holds at least the first :data:`SHORTEST_SEAL` hexadecimal digits; ``noted`` says
    where or when it was written down.
    """

    sequence: int
    seal: str
    noted: str = ""

    def fits(self, seal: bytes) -> bool:
        """Whether the seal in the chain is the one that was written down."""
        return hmac.compare_digest(seal.hex()[: len(self.seal)], self.seal)


def anchor_line(anchor: Anchor, at: datetime) -> str:
    """One line of the file of anchors: moment, number, seal."""
    return f"{at.isoformat(timespec='seconds')} {anchor.sequence} {anchor.seal}"


def read_anchor(text: str) -> Anchor | None:
    """The anchor of a line of the file, or of "number seal" copied from paper; None for others.

    >>> read_anchor("2026-11-21T06:00:00+00:00 7 00112233445566778899")
    Anchor(sequence=7, seal='00112233445566778899', noted='2026-11-21T06:00:00+00:00')
    """
    *before, number, digits = ["", "", *text.split()]
    hexadecimal = digits.lower()
    if not number.isdigit() or len(digits) < SHORTEST_SEAL or set(hexadecimal) - _HEX:
        return None
    return Anchor(int(number), hexadecimal, before[-1])
