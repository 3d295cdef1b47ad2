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
EXEMPTION: Final = "exemption"
_TEST: Final = "test_passed"
_CLASS: Final = "class_attended"
_NOTHING: Final[frozenset[int]] = frozenset()


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
    covered. ``valid_until`` limits an exemption: it counts before that day. ``requirement_id``
    says that it is an exemption from this requirement as a whole, and counts for no other.
    """

    fact_id: int
    module_id: int | None
    module_version_id: int | None
    kind: str
    happened_on: date
    minutes: int | None = None
    occasion: str = ""
    valid_until: date | None = None
    requirement_id: int | None = None


@dataclass(frozen=True)
class Required:
    """What one version of a requirement asks for.

    ``hours`` None: no hours; ``valid_months`` None: held for ever. ``anchor`` is the day that
    fixed cycles are counted from; without it, the first completion. ``equivalents`` are pairs: a
    module, and the module that it counts for as well. ``class_only``: tests do not count; without
    modules and hours, one class of any kind completes it. ``carries_on`` are requirements of units
    that ended, which this one goes on with: exemptions from them hold here as well.
    """

    requirement_id: int
    modules: frozenset[int]
    hours: int | None = None
    valid_months: int | None = None
    renewal: Renewing = Renewing.COMPLETION
    window_months: int = 0
    minimum_months: int = 0
    anchor: date | None = None
    equivalents: frozenset[tuple[int, int]] = frozenset()
    class_only: bool = False
    carries_on: frozenset[int] = _NOTHING

    @property
    def exempting(self) -> frozenset[int]:
        """The requirements from which an exemption is one from this requirement as a whole."""
        return self.carries_on | {self.requirement_id}

    @property
    def accepted(self) -> frozenset[int]:
        """Modules that bring it nearer: those asked for, and those that count for them."""
        return self.modules | {
            module for module, other in self.equivalents if other in self.modules
        }

    @property
    def any_class(self) -> bool:
        """Whether one class of any kind is what it asks for."""
        return self.class_only and not self.modules and not self.hours

    def stands_for(self, module_id: int | None) -> frozenset[int]:
        """The modules asked for that a module completes."""
        if not self.equivalents:
            return _NOTHING if module_id not in self.modules else frozenset((module_id,))
        counted = {other for module, other in self.equivalents if module == module_id}
        return self.modules & (counted | {module_id})

    def counts(self, one: Evidence) -> bool:
        """Whether evidence of this kind counts; an exemption from the whole is another matter."""
        return one.requirement_id is None and not (self.class_only and one.kind == _TEST)

    def helps(self, one: Evidence) -> bool:
        """Whether the evidence brings it nearer."""
        if not self.counts(one):
            return False
        if self.any_class:
            return one.kind == _CLASS
        return bool(self.stands_for(one.module_id)) or bool(self.hours and one.minutes)


@dataclass(frozen=True)
class Complete:
    """Everything is there since ``completed_on``; ``basis`` are the facts it rests on."""

    completed_on: date
    basis: tuple[int, ...]


@dataclass(frozen=True)
class Incomplete:
    """What is still missing; with ``missing_class`` only a class can bring it."""

    missing_modules: frozenset[int]
    missing_minutes: int = 0
    missing_class: bool = False

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
    ordered = [one for one in ordered if required.counts(one)]
    if required.any_class:
        return _any_class(ordered)
    first: dict[int, Evidence] = {}
    for one in ordered:
        for module in required.stands_for(one.module_id):
            first.setdefault(module, one)
    timed, missing_minutes = _hours(required, ordered)
    missing = required.modules - first.keys()
    basis = {one.fact_id: one for one in (*first.values(), *timed)}
    if missing or missing_minutes or not basis:
        return Incomplete(frozenset(missing), missing_minutes, required.class_only)
    return Complete(max(one.happened_on for one in basis.values()), tuple(sorted(basis)))


def _any_class(ordered: list[Evidence]) -> Complete | Incomplete:
    """Judge a requirement that asks for one class, whatever it was about."""
    attended = next((one for one in ordered if one.kind == _CLASS), None)
    if attended is None:
        return Incomplete(frozenset(), missing_class=True)
    return Complete(attended.happened_on, (attended.fact_id,))


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
