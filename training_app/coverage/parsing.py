"""Reading the table of trainers per teams; mistakes name the row and the field."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any, Final

from training_app.coverage.rules.ratios import Base, Confidence, RatioTarget

_FIELDS: Final = {
    "key": str,
    "teams_per_trainer": int,
    "base": str,
    "from": date,
    "confidence": str,
    "source": str,
    "source_en": str,
}


class BadTarget(ValueError):
    """A row of the table cannot be used; the message says which and why."""


def ratio_targets(text: str) -> tuple[RatioTarget, ...]:
    """Return the targets in a TOML text. Raises BadTarget on the first row that cannot be used."""
    rows = tomllib.loads(text).get("target", [])
    return tuple(_target(place, row) for place, row in enumerate(rows, 1))


def _target(place: int, row: dict[str, Any]) -> RatioTarget:
    for name, kind in _FIELDS.items():
        if not isinstance(row.get(name), kind):
            message = f"target {place}: {name} must be given as {kind.__name__}"
            raise BadTarget(message)
    if row["teams_per_trainer"] < 1:
        message = f"target {place}: teams_per_trainer must be at least 1"
        raise BadTarget(message)
    try:
        base, confidence = Base(row["base"]), Confidence(row["confidence"])
    except ValueError as error:
        message = f"target {place}: {error}"
        raise BadTarget(message) from error
    return RatioTarget(
        key=row["key"],
        teams_per_trainer=row["teams_per_trainer"],
        base=base,
        valid_from=row["from"],
        valid_to=row.get("to"),
        confidence=confidence,
        source=row["source"],
        source_en=row["source_en"],
    )
