"""Trainers per teams against the targets of the national scheme: targets are data with dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from training_app.errors import N_


class Base(StrEnum):
    """Over which places a target is measured."""

    PROVINCE = "province"
    DISTRICT = "district"
    FORMER_DISTRICT = "former-district"


class Confidence(StrEnum):
    """How well the target itself is known."""

    CONFIRMED = "confirmed"
    SECONDARY = "secondary"
    ASSUMED = "assumed"


CONFIDENCE_MESSAGES: Final = {
    Confidence.CONFIRMED: N_("read in the signed text"),
    Confidence.SECONDARY: N_("read in reports, not yet in the signed text"),
    Confidence.ASSUMED: N_("carried over, not confirmed by an authority"),
}


@dataclass(frozen=True)
class RatioTarget:
    """At least one trainer for so many teams, in force on half-open dates."""

    key: str
    teams_per_trainer: int
    base: Base
    valid_from: date
    valid_to: date | None
    confidence: Confidence
    source: str
    source_en: str

    def in_force(self, on: date) -> bool:
        """Whether the target stands on the day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def needed(self, teams: int) -> int:
        """How many trainers so many teams ask for."""
        return -(-teams // self.teams_per_trainer)


@dataclass(frozen=True)
class Ratio:
    """A place or group of communes beside a target; ``name`` empty: no former district known."""

    target: RatioTarget
    name: str
    teams: int
    trainers: int

    @property
    def needed(self) -> int:
        """Trainers that the target asks for."""
        return self.target.needed(self.teams)

    @property
    def short(self) -> int:
        """Trainers still missing."""
        return max(0, self.needed - self.trainers)


def targets_on(targets: Iterable[RatioTarget], on: date) -> tuple[RatioTarget, ...]:
    """Return the targets in force on the day, in their order."""
    return tuple(target for target in targets if target.in_force(on))
