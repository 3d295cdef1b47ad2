"""Reading the table of presets; mistakes name the row and the field."""

from __future__ import annotations

import tomllib
from typing import Any, Final

from training_app.requirements.rules import Audience, Renewing
from training_app.requirements.rules.presets import Confidence, Preset

_FIELDS: Final = {
    "key": str,
    "title": str,
    "title_en": str,
    "audience": str,
    "modules": list,
    "class_only": bool,
    "valid_months": int,
    "renewal": str,
    "window_months": int,
    "grace_days": int,
    "who": str,
    "who_en": str,
    "until": str,
    "until_en": str,
    "confidence": str,
    "source": str,
    "source_en": str,
    "open": list,
}
# What a preset may say that nobody demands; the words stand in ``forms.open_names``.
OPEN_FIELDS: Final = frozenset(
    {"modules", "hours", "valid_months", "renewal", "window_months", "grace_days"}
)


class BadPreset(ValueError):
    """A row of the table cannot be used; the message says which and why."""


def presets(text: str) -> tuple[Preset, ...]:
    """Return the rows of a TOML text. Raises BadPreset on the first that cannot be used."""
    found = tuple(_preset(place, row) for place, row in enumerate(_rows(text), 1))
    if len({one.key for one in found}) != len(found):
        message = "two presets bear the same key"
        raise BadPreset(message)
    return found


def _rows(text: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(text).get("preset", [])
    return rows


def _preset(place: int, row: dict[str, Any]) -> Preset:
    for name, wanted in _FIELDS.items():
        if not isinstance(row.get(name), wanted):
            message = f"preset {place}: {name} must be given as {wanted.__name__}"
            raise BadPreset(message)
    if not OPEN_FIELDS.issuperset(row["open"]):
        message = f"preset {place}: open names an unknown field"
        raise BadPreset(message)
    if not row["modules"] and not row["class_only"] and not row.get("hours"):
        message = f"preset {place}: nothing is asked"
        raise BadPreset(message)
    try:
        kinds = Audience(row["audience"]), Renewing(row["renewal"]), Confidence(row["confidence"])
    except ValueError as error:
        message = f"preset {place}: {error}"
        raise BadPreset(message) from error
    return _made(row, *kinds)


def _made(
    row: dict[str, Any], audience: Audience, renewal: Renewing, confidence: Confidence
) -> Preset:
    return Preset(
        key=row["key"],
        title=row["title"],
        title_en=row["title_en"],
        audience=audience,
        modules=tuple(row["modules"]),
        class_only=row["class_only"],
        hours=row.get("hours"),
        valid_months=row["valid_months"] or None,
        renewal=renewal,
        window_months=row["window_months"],
        grace_days=row["grace_days"],
        who=row["who"],
        who_en=row["who_en"],
        until=row["until"],
        until_en=row["until_en"],
        confidence=confidence,
        source=row["source"],
        source_en=row["source_en"],
        open_fields=tuple(row["open"]),
    )
