"""From when to when a requirement is met, cycle after cycle, version after version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from training_app.requirements.rules.judging import (
    Complete,
    Evidence,
    Required,
    in_order,
    judge,
)
from training_app.requirements.rules.periods import Period
from training_app.requirements.rules.renewing import Renewing, renewal, window_opens

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class HeldPeriod:
    """The requirement is met for ``held_from <= day < held_until`` (None: for ever).

    ``basis`` are the ids of the facts it rests on, ``version_id`` the version that judged them.
    """

    held_from: date
    held_until: date | None
    basis: tuple[int, ...]
    version_id: int | None = None


@dataclass(frozen=True)
class InForce:
    """One version of a requirement and the half-open interval in which it is the rule."""

    version_id: int
    required: Required
    in_force_from: date
    in_force_to: date | None


@dataclass
class _Walk:
    """Where the walk through the cycles stands.

    ``left`` may still count, oldest first. ``until`` is the end of the last whole cycle, from
    which renewal counts; ``floor`` is the end of the last period, which a cycle ``interrupted``
    by the end of an exemption puts earlier.
    """

    left: list[Evidence]
    until: date | None = None
    floor: date | None = None
    interrupted: bool = False


def holdings(required: Required, evidence: Iterable[Evidence]) -> tuple[HeldPeriod, ...]:
    """All periods in which the evidence meets the requirement, oldest first, never overlapping.

    The first begins on the day everything was there. After that, only evidence of the renewal
    window or later counts. Renewed in time, the next period follows without a hole: at the old
    end in the modes *expiry* and *fixed*, on the day itself in *completion*. A renewal never
    erases what was held. A limited exemption ends the period with it; the rest of what the period
    rested on goes on counting. An exemption from the whole requirement holds on its own days,
    where nothing else does.
    """
    return _all_periods(required, in_order(evidence))


def _all_periods(required: Required, ordered: list[Evidence]) -> tuple[HeldPeriod, ...]:
    """Walk through the cycles, then let exemptions from the whole fill the days between."""
    held = _walked(required, ordered)
    whole = [one for one in ordered if one.requirement_id in required.exempting]
    for one in whole:
        spare = HeldPeriod(one.happened_on, one.valid_until, (one.fact_id,))
        held = tuple(sorted((*held, *_uncovered(spare, held)), key=lambda part: part.held_from))
    return held


def _uncovered(spare: HeldPeriod, held: Iterable[HeldPeriod]) -> Iterable[HeldPeriod]:
    """The parts of a period on which no other (in order, apart from each other) holds."""
    start: date | None = spare.held_from
    for one in held:
        if start is None:
            return
        if one.held_from > start and (part := _clip(spare, start, one.held_from)):
            yield part
        if one.held_until is None or one.held_until > start:
            start = max(one.held_until, start) if one.held_until else None
    if start is not None and (part := _clip(spare, start, None)):
        yield part


def _walked(required: Required, ordered: list[Evidence]) -> tuple[HeldPeriod, ...]:
    """Walk through the cycles that evidence, in order already, fills."""
    held: list[HeldPeriod] = []
    walk = _Walk(ordered)
    while isinstance(done := judge(required, walk.left), Complete):
        start = _start(required, walk, held, done)
        end = _end(required, walk, done)
        cut = _first_exemption_end(walk.left, done)
        if cut is not None and cut <= start:
            walk.left = _without_exemptions(walk.left, cut)
        elif end is not None and end <= start:
            # Too early to move the end: not a renewal.
            walk.left = [one for one in walk.left if one.happened_on > done.completed_on]
        elif cut is not None and (end is None or cut < end):
            _append(held, HeldPeriod(start, cut, done.basis))
            walk.left = _without_exemptions(walk.left, cut)
            walk.floor, walk.interrupted = cut, True
        else:
            _append(held, HeldPeriod(start, end, done.basis))
            if end is None:
                break
            walk = _next_cycle(required, walk, done, end)
    return tuple(held)


def held_under(versions: Sequence[InForce], evidence: Iterable[Evidence]) -> tuple[HeldPeriod, ...]:
    """Periods held under the version in force on each day, oldest first, never overlapping.

    Each version judges all evidence, also from before it was the rule, and speaks for its own
    interval only. Where two versions both hold across a change, the periods touch.
    """
    known = in_order(evidence)
    held = [
        replace(clipped, version_id=version.version_id)
        for version in sorted(versions, key=lambda one: one.in_force_from)
        for period in _all_periods(version.required, known)
        if (clipped := _clip(period, version.in_force_from, version.in_force_to))
    ]
    return tuple(held)


def held_through(periods: Iterable[HeldPeriod], on: date) -> tuple[bool, date | None]:
    """Return whether ``on`` is held, and the end of its unbroken stretch (None: it has none)."""
    holds, end = False, None
    for period in sorted(periods, key=lambda one: one.held_from):
        if holds and period.held_from == end:
            end = period.held_until
        elif period.held_from <= on and (period.held_until is None or on < period.held_until):
            holds, end = True, period.held_until
    return holds, end


def _start(required: Required, walk: _Walk, held: list[HeldPeriod], done: Complete) -> date:
    """Return the first day of the period that a completion opens."""
    if walk.floor is None or done.completed_on >= walk.floor:
        return done.completed_on
    if required.renewal is Renewing.COMPLETION and not walk.interrupted:
        return max(done.completed_on, held[-1].held_from)
    return walk.floor


def _end(required: Required, walk: _Walk, done: Complete) -> date | None:
    """Return the day on which a completion ends by itself, or None when it never does."""
    if required.valid_months is None:
        return None
    due = required.anchor if required.renewal is Renewing.FIXED else None
    return renewal(
        required.renewal,
        completed=done.completed_on,
        period=Period(months=required.valid_months),
        window=Period(months=required.window_months),
        minimum=Period(months=required.minimum_months),
        held_until=walk.until,
        due=due,
    ).expires


def _next_cycle(required: Required, walk: _Walk, done: Complete, end: date) -> _Walk:
    """Return the walk after a whole cycle: what is older than the window counts no more."""
    opens = window_opens(end, Period(months=required.window_months))
    since = max(opens, done.completed_on + _DAY)
    left = [one for one in walk.left if one.happened_on >= since]
    return _Walk(left=left, until=end, floor=end)


def _append(held: list[HeldPeriod], period: HeldPeriod) -> None:
    """Add a period; one that begins before the last one ends takes over on its first day."""
    if held:
        last = held[-1]
        if last.held_until is None or last.held_until > period.held_from:
            last = held.pop()
            if last.held_from < period.held_from:
                held.append(replace(last, held_until=period.held_from))
    held.append(period)


def _first_exemption_end(left: list[Evidence], done: Complete) -> date | None:
    """Return the day on which the first limited exemption of the basis ends."""
    basis = set(done.basis)
    ends = [one.valid_until for one in left if one.valid_until and one.fact_id in basis]
    return min(ends, default=None)


def _without_exemptions(left: list[Evidence], on: date) -> list[Evidence]:
    """Return the evidence that a limited exemption ended by ``on`` no longer is part of."""
    return [one for one in left if one.valid_until is None or one.valid_until > on]


def _clip(period: HeldPeriod, start: date, end: date | None) -> HeldPeriod | None:
    """Return the part of a period inside an interval, or None when nothing is left."""
    held_from = max(period.held_from, start)
    ends = [day for day in (period.held_until, end) if day is not None]
    held_until = min(ends, default=None)
    if held_until is not None and held_until <= held_from:
        return None
    return replace(period, held_from=held_from, held_until=held_until)
