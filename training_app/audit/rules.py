"""How events are chained: pure functions over canonical bytes."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

START = b"\0" * 32


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
