"""Reading the tables of targets; mistakes name the row and the field."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any, Final

from training_app.coverage.rules.ratios import Base, Confidence, RatioTarget
from training_app.coverage.rules.targets import Goal, TargetMeasure

_FIELDS: Final = {
    "key": str,
    "teams_per_trainer": int,
    "base": str,
    "from": date,
    "confidence": str,
    "source": str,
    "source_en": str,
}

_GOAL_FIELDS: Final = {
    "measure": str,
    "value": int,
    "from": date,
    "to": date,
    "confidence": str,
    "source": str,
    "source_en": str,
}
_HUNDRED: Final = 100


class BadTarget(ValueError):
    """A row of the table cannot be used; the message says which and why."""


def ratio_targets(text: str) -> tuple[RatioTarget, ...]:
    """Return the targets in a TOML text. Raises BadTarget on the first row that cannot be used."""
    rows = tomllib.loads(text).get("target", [])
    return tuple(_target(place, row) for place, row in enumerate(rows, 1))


def _target(place: int, row: dict[str, Any]) -> RatioTarget:
    _demand(place, row, _FIELDS)
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


def national_targets(text: str) -> tuple[Goal, ...]:
    """Return the goals in a TOML text. Raises BadTarget on the first row that cannot be used."""
    rows = tomllib.loads(text).get("target", [])
    return tuple(_goal(place, row) for place, row in enumerate(rows, 1))


def _goal(place: int, row: dict[str, Any]) -> Goal:
    _demand(place, row, _GOAL_FIELDS)
    if not 1 <= row["value"] <= _HUNDRED:
        message = f"target {place}: value is a percentage from 1 to 100"
        raise BadTarget(message)
    if row["to"] <= row["from"]:
        message = f"target {place}: to comes after from"
        raise BadTarget(message)
    try:
        measure, confidence = TargetMeasure(row["measure"]), Confidence(row["confidence"])
    except ValueError as error:
        message = f"target {place}: {error}"
        raise BadTarget(message) from error
    return Goal(
        measure=measure,
        valid_from=row["from"],
        valid_to=row["to"],
        value=row["value"],
        source=row["source"],
        source_en=row["source_en"],
        confidence=confidence,
    )


def _demand(place: int, row: dict[str, Any], fields: dict[str, type]) -> None:
    for name, kind in fields.items():
        if not isinstance(row.get(name), kind):
            message = f"target {place}: {name} must be given as {kind.__name__}"
            raise BadTarget(message)
