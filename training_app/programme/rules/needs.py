"""Does a person need training for a requirement on a day, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from training_app.errors import InvalidInput
from training_app.requirements.rules import (
    SHORT_UPDATE,
    Evidence,
    HeldPeriod,
    Incomplete,
    Period,
    Required,
    evaluate,
    held_through,
    shift,
    window_opens,
)

_DAY: Final = timedelta(days=1)


class State(StrEnum):
    """What a requirement asks of a person on a day. Only *needed* is a gap."""

    HELD = "held"
    DUE_SOON = "due_soon"
    NEEDED = "needed"
    EXEMPT = "exempt"


class Reason(StrEnum):
    """Why something is needed now, or will be soon."""

    NEVER_TRAINED = "never_trained"
    EXPIRED = "expired"
    EXPIRES_BEFORE = "expires_before"
    NEW_REQUIREMENT = "new_requirement"
    INCOMPLETE = "incomplete"
    REQUIREMENT_CHANGED = "requirement_changed"
    LAW_CHANGED = "law_changed"
    CONTENT_CHANGED = "content_changed"


# Nobody is called overdue for an update before he can have heard of it.
UPDATE_DAYS: Final = 30
UPDATES: Final = frozenset({Reason.LAW_CHANGED, Reason.CONTENT_CHANGED})


class Standing(StrEnum):
    """The four groups that a coverage table counts; each person stands in exactly one."""

    HELD = "held"
    LAPSED = "lapsed"
    BEGUN = "begun"
    NOT_BEGUN = "not_begun"


@dataclass(frozen=True)
class Asked:
    """The version of a requirement that is the rule on the day.

    ``since`` is the day the requirement began, ``version_since`` the day this version became the
    rule; they differ once the requirement was changed.
    """

    required: Required
    since: date
    version_since: date
    grace_days: int = 0


@dataclass(frozen=True)
class Law:
    """A change of law in words, in both languages, and since when it holds."""

    change_id: int
    vietnamese: str
    english: str
    since: date


@dataclass(frozen=True)
class Update:
    """A pass of a module rests on an old text: asked for ``opened_on <= day < closed_on``.

    ``effect`` is what has to be done, ``fact_id`` the pass. ``law`` names the place that changed
    on ``law_since``; None where the content changed and not the law.
    """

    module_id: int
    opened_on: date
    closed_on: date | None = None
    effect: str = SHORT_UPDATE
    fact_id: int = 0
    law: Law | None = None

    def open(self, on: date) -> bool:
        """Whether it is asked on the day."""
        return self.opened_on <= on and (self.closed_on is None or on < self.closed_on)


@dataclass(frozen=True)
class Need:
    """What the rule says about one person, one requirement and one day, with its facts.

    ``held_from`` and ``until`` bound the unbroken stretch in which it is held (``until`` None:
    for ever). ``ended_on`` is the end of the last stretch when it is over. The need arose on
    ``arose_on``; nobody is overdue before ``due_on``. ``missing_modules`` and ``missing_hours``
    are what is still to be done, with ``missing_class`` in a class alone; ``basis`` are the ids of
    the facts that it rests on. ``updates`` are what is asked anew of a pass on the day, the oldest
    first. ``exempt``: it is held by an exemption alone.
    """

    requirement_id: int
    on: date
    state: State
    reason: Reason | None = None
    held_from: date | None = None
    until: date | None = None
    window_opens: date | None = None
    ended_on: date | None = None
    arose_on: date | None = None
    due_on: date | None = None
    missing_modules: frozenset[int] = frozenset()
    missing_hours: int = 0
    missing_class: bool = False
    begun: bool = False
    basis: tuple[int, ...] = ()
    updates: tuple[Update, ...] = ()
    exempt: bool = False

    @property
    def covered(self) -> bool:
        """Whether the person counts as trained on the day."""
        return self.state is not State.NEEDED

    @property
    def counts_until(self) -> date | None:
        """Until when the person counts: what rests on an old text is held, and does not count."""
        return self.until if self.covered else None

    @property
    def overdue(self) -> bool:
        """Whether the days of grace are over."""
        return not self.covered and self.due_on is not None and self.on >= self.due_on

    def short_update_of(self, module_id: int) -> bool:
        """Whether a short update is all that is asked of the module."""
        effects = {one.effect for one in self.updates if one.module_id == module_id}
        return self.held_from is not None and effects == {SHORT_UPDATE}

    @property
    def standing(self) -> Standing:
        """The group in which a coverage table counts the person."""
        if self.covered:
            return Standing.HELD
        if self.ended_on is not None or self.held_from is not None:
            return Standing.LAPSED
        return Standing.BEGUN if self.begun else Standing.NOT_BEGUN


def need(
    asked: Asked,
    held: Iterable[HeldPeriod],
    evidence: Iterable[Evidence],
    on: date,
    *,
    joined: date | None = None,
    by: date | None = None,
    updates: Sequence[Update] = (),
    exemptions: frozenset[int] = frozenset(),
) -> Need:
    """Judge one person on the day ``on``.

    ``held`` are the person's stored periods and ``evidence`` the facts that count, both of any
    date; what lies after ``on`` is not looked at, except that a period already earned may follow
    without a hole. ``joined`` is the day the person became one of those of whom it is asked,
    ``by`` the end of a period by which it must still hold, ``updates`` what is asked anew of the
    person's passes (of any day), ``exemptions`` the ids of facts that are exemptions.
    """
    periods = sorted(held, key=lambda one: one.held_from)
    known = [one for one in evidence if counts(one, on)]
    holds, until = held_through(periods, on)
    opened = tuple(sorted((one for one in updates if one.open(on)), key=lambda one: one.opened_on))
    if not holds:
        found = _needed(asked, periods, known, on, joined)
        again = frozenset(one.module_id for one in opened)
        return replace(found, updates=opened, missing_modules=found.missing_modules | again)
    found = _held(asked, periods, known, on, until, by, exemptions)
    return _updating(asked, found, opened) if opened else found


def counts(one: Evidence, on: date) -> bool:
    """Whether the evidence is known and not yet run out on the day."""
    return one.happened_on <= on and (one.valid_until is None or one.valid_until > on)


def _held(  # noqa: PLR0917 - as above
    asked: Asked,
    periods: list[HeldPeriod],
    known: list[Evidence],
    on: date,
    until: date | None,
    by: date | None,
    exemptions: frozenset[int],
) -> Need:
    """Judge somebody who holds it: securely, or must something be done soon."""
    current = next(one for one in reversed(periods) if one.held_from <= on)
    plain = Need(
        requirement_id=asked.required.requirement_id,
        on=on,
        state=State.HELD,
        held_from=_stretch_start(periods, current),
        until=until,
        basis=current.basis,
        exempt=bool(current.basis) and exemptions.issuperset(current.basis),
    )
    if until is not None:
        opens = window_opens(until, Period(months=asked.required.window_months))
        plain = replace(plain, window_opens=opens)
        if on >= opens or (by is not None and until <= by):
            missing = _missing(asked, [one for one in known if _renews(one, opens, current)])
            return replace(
                plain,
                state=State.DUE_SOON,
                reason=Reason.EXPIRES_BEFORE,
                due_on=until,
                missing_modules=missing.missing_modules,
                missing_hours=missing.missing_hours,
                missing_class=missing.missing_class,
            )
    return replace(plain, state=State.EXEMPT) if plain.exempt else plain


def _updating(asked: Asked, held: Need, opened: tuple[Update, ...]) -> Need:
    """Judge somebody who holds it on the strength of a text that is not the present one."""
    arose = opened[0].opened_on
    by_law = any(one.law for one in opened)
    return replace(
        held,
        state=State.NEEDED,
        reason=Reason.LAW_CHANGED if by_law else Reason.CONTENT_CHANGED,
        arose_on=arose,
        due_on=arose + timedelta(days=max(asked.grace_days, UPDATE_DAYS)),
        missing_modules=frozenset(one.module_id for one in opened),
        missing_hours=0,
        missing_class=False,
        updates=opened,
    )


def _needed(
    asked: Asked,
    periods: list[HeldPeriod],
    known: list[Evidence],
    on: date,
    joined: date | None,
) -> Need:
    """Judge somebody who does not hold it: since when, why, and what is missing."""
    ended = [one for one in periods if one.held_until is not None and one.held_until <= on]
    last = ended[-1] if ended else None
    ended_on = last.held_until if last else None
    changed = ended_on is not None and asked.since < asked.version_since == ended_on
    if last is not None and ended_on is not None and not changed:
        opens = window_opens(ended_on, Period(months=asked.required.window_months))
        known = [one for one in known if _renews(one, opens, last)]
    begun = any(asked.required.helps(one) for one in known)
    missing = _missing(asked, known)
    arose = ended_on or max(asked.since, joined or asked.since)
    due = arose + timedelta(days=asked.grace_days)
    if ended_on is not None:
        reason = Reason.REQUIREMENT_CHANGED if changed else Reason.EXPIRED
    elif begun:
        reason = Reason.INCOMPLETE
    else:
        reason = Reason.NEW_REQUIREMENT if on < due else Reason.NEVER_TRAINED
    return Need(
        requirement_id=asked.required.requirement_id,
        on=on,
        state=State.NEEDED,
        reason=reason,
        ended_on=ended_on,
        arose_on=arose,
        due_on=due,
        missing_modules=missing.missing_modules,
        missing_hours=missing.missing_hours,
        missing_class=missing.missing_class,
        begun=begun,
        basis=tuple(sorted(one.fact_id for one in known if asked.required.helps(one))),
    )


def _stretch_start(periods: list[HeldPeriod], current: HeldPeriod) -> date:
    """Return the first day of the unbroken stretch that ends with ``current``."""
    start = current.held_from
    for one in reversed(periods):
        if one.held_until == start:
            start = one.held_from
    return start


def _renews(one: Evidence, opens: date, last: HeldPeriod) -> bool:
    """Whether the evidence counts for the cycle after ``last``."""
    return one.happened_on >= opens and one.fact_id not in last.basis


def _missing(asked: Asked, known: list[Evidence]) -> Incomplete:
    """Return what is still to be done."""
    judged = evaluate(asked.required, known)
    return judged if isinstance(judged, Incomplete) else Incomplete(frozenset())


def due_soon_until(on: date, window_months: int) -> date:
    """Return the last end of a held period whose renewal window is open on ``on``.

    What ends on or before this day is due soon: SQL compares with one date instead of moving
    every stored one by whole months.
    """
    window = Period(months=window_months)
    try:
        end = shift(on, window)
        while window_opens(end + _DAY, window) <= on:
            end += _DAY
    except (InvalidInput, OverflowError):
        return date.max
    return end
