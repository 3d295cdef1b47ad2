"""What an archive looks like: values as JSON with a mark on what JSON lacks; encryption. Pure."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from training_app.errors import TrainingError

FORMAT = 1
LONGEST_HEADER: Final = 1 << 16
_AGE: Final = b"age-encryption.org/"
_ARMOURED: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
_FOR_A_KEY: Final = b"-> X25519 "


class BackupRefused(TrainingError):
    """The archive cannot be made or restored; the message says why and what to do."""

    status = 409


def is_encrypted(head: bytes) -> bool:
    """Whether a file that begins like this is encrypted in the format of age."""
    return head.startswith((_AGE, _ARMOURED))


def keys_that_open(head: bytes) -> str:
    """In words, for how many keys it was encrypted; whose they are does not show."""
    if head.startswith(_ARMOURED):
        return "as text"
    header, _, _ = head.partition(b"\n--- ")
    keys = sum(line.startswith(_FOR_A_KEY) for line in header.splitlines())
    return {0: "not for a key of this kind", 1: "for one key"}.get(keys, f"for any of {keys} keys")


def secret_lines(text: str) -> list[str]:
    """The lines of an identity file that are meant as secret keys, without its comments."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def encode(value: Any) -> Any:
    """A database value as JSON can carry it; moments are UTC, bytes are base64."""
    match value:
        case datetime():
            moment = value if value.tzinfo else value.replace(tzinfo=UTC)
            return {"$t": moment.astimezone(UTC).isoformat()}
        case date():
            return {"$d": value.isoformat()}
        case bytes() | memoryview():
            return {"$b": base64.b64encode(bytes(value)).decode()}
        case Decimal():
            return {"$n": str(value)}
        case dict() | list():
            return {"$j": value}
        case _:
            return value


def decode(value: Any) -> Any:
    """The inverse of :func:`encode`; moments come back aware."""
    if not isinstance(value, dict):
        return value
    ((mark, content),) = value.items()
    match mark:
        case "$t":
            return datetime.fromisoformat(content)
        case "$d":
            return date.fromisoformat(content)
        case "$b":
            return base64.b64decode(content)
        case "$n":
            return Decimal(content)
        case _:
            return content
