"""Reading the table of deadlines; mistakes name the row and the field."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any, Final

from training_app.dossier.rules.deadlines import Confidence, Deadline, Kind

_FIELDS: Final = {
    "kind": str,
    "from": date,
    "acknowledge": int,
    "days": int,
    "extension": int,
    "confidence": str,
    "source": str,
    "source_en": str,
}


class BadDeadline(ValueError):
    """A row of the table cannot be used; the message says which and why."""


def deadlines(text: str) -> tuple[Deadline, ...]:
    """Return the rows of a TOML text. Raises BadDeadline on the first that cannot be used."""
    rows = tomllib.loads(text).get("deadline", [])
    return tuple(_deadline(place, row) for place, row in enumerate(rows, 1))


def _deadline(place: int, row: dict[str, Any]) -> Deadline:
    for name, wanted in _FIELDS.items():
        if not isinstance(row.get(name), wanted):
            message = f"deadline {place}: {name} must be given as {wanted.__name__}"
            raise BadDeadline(message)
    if min(row["acknowledge"], row["days"]) < 1 or row["extension"] < 0:
        message = f"deadline {place}: days must be at least 1"
        raise BadDeadline(message)
    try:
        kind, confidence = Kind(row["kind"]), Confidence(row["confidence"])
    except ValueError as error:
        message = f"deadline {place}: {error}"
        raise BadDeadline(message) from error
    return Deadline(
        kind=kind,
        valid_from=row["from"],
        acknowledge=row["acknowledge"],
        days=row["days"],
        extension=row["extension"],
        confidence=confidence,
        source=row["source"],
        source_en=row["source_en"],
    )
