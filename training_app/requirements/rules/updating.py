"""Which passes rest on an old text, and from when to when that asks something of a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from training_app.requirements.rules.holding import InForce

SHORT_UPDATE = "short_update"
Span = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Cause:
    """A version of a module was published that asks people back.

    ``number`` is the version's number in its module, ``opens_on`` the first day it is asked.
    ``touched`` are the numbers of older versions whose passes are meant; None: of all older ones.
    ``law_change_id`` None: the content itself changed, not the law.
    """

    key: str
    module_id: int
    version_id: int
    number: int
    effect: str
    opens_on: date
    touched: frozenset[int] | None = None
    law_change_id: int | None = None

    def means(self, number: int) -> bool:
        """Whether a pass of the version with this number rests on the old text."""
        return number < self.number and (self.touched is None or number in self.touched)


@dataclass(frozen=True, slots=True)
class Passed:
    """A module was completed on a version with this number."""

    fact_id: int
    module_id: int
    number: int
    happened_on: date


@dataclass(frozen=True, slots=True)
class Updated:
    """What changed up to the version with this number was read and answered."""

    module_id: int
    number: int
    done_on: date


@dataclass(frozen=True, slots=True)
class UpdatePeriod:
    """Something is asked for ``opened_on <= day < closed_on`` (None: still); of which fact."""

    cause: Cause
    fact_id: int
    opened_on: date
    closed_on: date | None

    def covers(self, on: date) -> bool:
        """Whether it is asked on the day."""
        return self.opened_on <= on and (self.closed_on is None or on < self.closed_on)


def update_periods(
    causes: Iterable[Cause], passed: Iterable[Passed], updated: Iterable[Updated] = ()
) -> tuple[UpdatePeriod, ...]:
    """Every period in which a cause asks one person back, oldest first.

    A person's pass of a module rests, on a day, on the newest version passed by then. It is asked
    while that version is meant, until a pass of the published version or a later one; a short
    update of these closes a cause that asks no more than one.
    """
    facts, done = list(passed), list(updated)
    found = [
        period
        for cause in causes
        for period in _of_cause(
            cause,
            [one for one in facts if one.module_id == cause.module_id],
            [one for one in done if one.module_id == cause.module_id],
        )
    ]
    return tuple(sorted(found, key=lambda one: (one.opened_on, one.cause.key)))


def _of_cause(
    cause: Cause, facts: Sequence[Passed], done: Sequence[Updated]
) -> Iterable[UpdatePeriod]:
    closed = _closed_on(cause, facts, done)
    older = sorted(
        (one for one in facts if one.number < cause.number),
        key=lambda one: (one.happened_on, one.number, one.fact_id),
    )
    period: UpdatePeriod | None = None
    rests_on: Passed | None = None
    for fact in older:
        if rests_on is not None and fact.number <= rests_on.number:
            continue
        rests_on = fact
        day = max(cause.opens_on, fact.happened_on)
        if cause.means(fact.number):
            period = period or UpdatePeriod(cause, fact.fact_id, day, None)
        elif period is not None:
            yield from _ended(period, day, closed)
            period = None
    if period is not None:
        yield from _ended(period, None, closed)


def _closed_on(cause: Cause, facts: Sequence[Passed], done: Sequence[Updated]) -> date | None:
    """Return the day on which the person had done what the cause asks."""
    days = [one.happened_on for one in facts if one.number >= cause.number]
    if cause.effect == SHORT_UPDATE:
        days += [one.done_on for one in done if one.number >= cause.number]
    return min(days, default=None)


def _ended(
    period: UpdatePeriod, ends_on: date | None, closed: date | None
) -> Iterable[UpdatePeriod]:
    """The period up to the earlier of two ends, if a day is left of it."""
    end = min((day for day in (ends_on, closed) if day is not None), default=None)
    if end is None or end > period.opened_on:
        yield replace(period, closed_on=end)


def asked_under(
    versions: Sequence[InForce], periods: Iterable[UpdatePeriod], exempt: Iterable[Span] = ()
) -> tuple[UpdatePeriod, ...]:
    """The parts of the periods on days when a requirement asks for their module.

    On the days of ``exempt`` the person is relieved of the requirement, and nothing is asked.
    """
    relieved = sorted(exempt, key=lambda span: span[0])
    return tuple(
        clipped
        for period in periods
        for asked in _days_asked(versions, period.cause.module_id)
        for span in _without(asked, relieved)
        if (clipped := _clip(period, span))
    )


def _without(span: Span, others: Iterable[Span]) -> Iterable[Span]:
    """The parts of an interval outside others, which are in the order of their beginning."""
    start, end = span
    for begins, ends in others:
        if begins > start:
            yield start, begins if end is None else min(begins, end)
        if ends is None:
            return
        start = max(start, ends)
    if end is None or start < end:
        yield start, end


def _days_asked(versions: Sequence[InForce], module_id: int) -> list[Span]:
    """Return the intervals in which the requirement asks for a module, touching ones joined."""
    spans: list[Span] = []
    for version in sorted(versions, key=lambda one: one.in_force_from):
        if module_id not in version.required.modules:
            continue
        start = version.in_force_from
        if spans and spans[-1][1] == start:
            start = spans.pop()[0]
        spans.append((start, version.in_force_to))
    return spans


def _clip(period: UpdatePeriod, span: Span) -> UpdatePeriod | None:
    opened = max(period.opened_on, span[0])
    closed = min((day for day in (period.closed_on, span[1]) if day is not None), default=None)
    if closed is not None and closed <= opened:
        return None
    return replace(period, opened_on=opened, closed_on=closed)
