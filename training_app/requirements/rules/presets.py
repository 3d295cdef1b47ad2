"""Presets: requirements to start from, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from training_app.requirements.rules.judging import Audience
from training_app.requirements.rules.renewing import Renewing


class Confidence(StrEnum):
    """How well it is known that somebody demands this."""

    SOURCE = "source"
    REPORTED = "reported"
    PRACTICE = "practice"


@dataclass(frozen=True)
class Preset:
    """What the form starts with, in plain words too; ``modules`` are slugs.

    ``open_fields`` are the fields for which no document was found: the officer decides them.
    """

    key: str
    title: str
    title_en: str
    audience: Audience
    modules: tuple[str, ...]
    class_only: bool
    hours: int | None
    valid_months: int | None
    renewal: Renewing
    window_months: int
    grace_days: int
    who: str
    who_en: str
    until: str
    until_en: str
    confidence: Confidence
    source: str
    source_en: str
    open_fields: tuple[str, ...]
