"""How values travel in an archive: JSON with a mark on what JSON lacks. Pure."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

FORMAT = 1


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
