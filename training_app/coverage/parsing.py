"""Reading the tables of targets; mistakes name the row and the field."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeVar

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
_Made = TypeVar("_Made")


class BadTarget(ValueError):
    """A row of the table cannot be used; the message says which and why."""


def ratio_targets(text: str) -> tuple[RatioTarget, ...]:
    """Return the targets in a TOML text. Raises BadTarget on the first row that cannot be used."""
    return _rows(text, _FIELDS, _target)


def national_targets(text: str) -> tuple[Goal, ...]:
    """Return the goals in a TOML text. Raises BadTarget on the first row that cannot be used."""
    return _rows(text, _GOAL_FIELDS, _goal)


def _rows(
    text: str, fields: dict[str, type], made: Callable[[dict[str, Any]], _Made]
) -> tuple[_Made, ...]:
    """Each row, once its fields are there; a mistake is told with the row's number."""
    found = []
    for place, row in enumerate(tomllib.loads(text).get("target", []), 1):
        try:
            _demand(row, fields)
            found.append(made(row))
        except ValueError as error:
            message = f"target {place}: {error}"
            raise BadTarget(message) from error
    return tuple(found)


def _demand(row: dict[str, Any], fields: dict[str, type]) -> None:
    for name, kind in fields.items():
        if not isinstance(row.get(name), kind):
            message = f"{name} must be given as {kind.__name__}"
            raise BadTarget(message)


def _target(row: dict[str, Any]) -> RatioTarget:
    if row["teams_per_trainer"] < 1:
        message = "teams_per_trainer must be at least 1"
        raise BadTarget(message)
    return RatioTarget(
        key=row["key"],
        teams_per_trainer=row["teams_per_trainer"],
        base=Base(row["base"]),
        valid_from=row["from"],
        valid_to=row.get("to"),
        confidence=Confidence(row["confidence"]),
        source=row["source"],
        source_en=row["source_en"],
    )


def _goal(row: dict[str, Any]) -> Goal:
    if not 1 <= row["value"] <= _HUNDRED:
        message = "value is a percentage from 1 to 100"
        raise BadTarget(message)
    if row["to"] <= row["from"]:
        message = "to comes after from"
        raise BadTarget(message)
    return Goal(
        measure=TargetMeasure(row["measure"]),
        valid_from=row["from"],
        valid_to=row["to"],
        value=row["value"],
        source=row["source"],
        source_en=row["source_en"],
        confidence=Confidence(row["confidence"]),
    )
