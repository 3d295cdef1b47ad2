"""What evidence amounts to under one version of a requirement."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from training_app.requirements.rules.renewing import Renewing

MINUTES_IN_HOUR: Final = 60


class Audience(StrEnum):
    """Of whom something is required."""

    MEDIATORS = "mediators"
    LEADERS = "leaders"
    TRAINERS = "trainers"
    OFFICIALS = "officials"


@dataclass(frozen=True)
class Evidence:
    """A fact that may count. Tests and classes on a module count alike.

    ``minutes`` is the length of the whole ``occasion``, counted once however many modules it
    covered. ``valid_until`` limits an exemption: it counts before that day.
    """

    fact_id: int
    module_id: int | None
    module_version_id: int | None
    kind: str
    happened_on: date
    minutes: int | None = None
    occasion: str = ""
    valid_until: date | None = None


@dataclass(frozen=True)
class Required:
    """What one version of a requirement asks for.

    ``hours`` None: no hours; ``valid_months`` None: held for ever. ``anchor`` is the day that
    fixed cycles are counted from; without it, the first completion.
    """

    requirement_id: int
    modules: frozenset[int]
    hours: int | None = None
    valid_months: int | None = None
    renewal: Renewing = Renewing.COMPLETION
    window_months: int = 0
    minimum_months: int = 0
    anchor: date | None = None


@dataclass(frozen=True)
class Complete:
    """Everything is there since ``completed_on``; ``basis`` are the facts it rests on."""

    completed_on: date
    basis: tuple[int, ...]


@dataclass(frozen=True)
class Incomplete:
    """What is still missing."""

    missing_modules: frozenset[int]
    missing_minutes: int = 0

    @property
    def missing_hours(self) -> int:
        """Hours still missing, rounded up."""
        return math.ceil(self.missing_minutes / MINUTES_IN_HOUR)


def in_order(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Return the evidence as it happened; the record's order decides within a day."""
    return sorted(evidence, key=lambda one: (one.happened_on, one.fact_id))


def evaluate(required: Required, evidence: Iterable[Evidence]) -> Complete | Incomplete:
    """Judge evidence as it stands: is everything there, since when, and what is missing if not.

    The first evidence for each module counts, and as many occasions, oldest first, as the hours
    need. A requirement that asks for nothing is never complete.
    """
    return judge(required, in_order(evidence))


def judge(required: Required, ordered: list[Evidence]) -> Complete | Incomplete:
    """Judge evidence that is in order already; see :func:`evaluate`."""
    first: dict[int, Evidence] = {}
    for one in ordered:
        if one.module_id is not None and one.module_id in required.modules:
            first.setdefault(one.module_id, one)
    timed, missing_minutes = _hours(required, ordered)
    missing = required.modules - first.keys()
    basis = {one.fact_id: one for one in (*first.values(), *timed)}
    if missing or missing_minutes or not basis:
        return Incomplete(frozenset(missing), missing_minutes)
    return Complete(max(one.happened_on for one in basis.values()), tuple(sorted(basis)))


def _hours(required: Required, ordered: list[Evidence]) -> tuple[list[Evidence], int]:
    """Return the facts that the hours rest on, and the minutes still missing."""
    missing = (required.hours or 0) * MINUTES_IN_HOUR
    counted: dict[str, Evidence] = {}
    for one in ordered:
        occasion = one.occasion or f"fact {one.fact_id}"
        if missing > 0 and one.minutes and occasion not in counted:
            counted[occasion] = one
            missing -= one.minutes
    return list(counted.values()), max(missing, 0)
