"""Standing through time: from when to when a person is counted where, and a team counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from training_app.coverage.rules.counting import DEFINITION, TeamDefinition
from training_app.coverage.rules.spans import FOREVER, Span, Spans, common, merged, without
from training_app.requirements.rules import Period, window_opens


class Measure(IntEnum):
    """What a roll-up counts on a day, in the order in which it is stored."""

    PEOPLE = 0
    HELD = 1
    DUE_SOON = 2
    LAPSED = 3
    BEGUN = 4
    TEAMS = 5
    COVERED = 6


State = tuple[int, ...]
NOTHING: State = (0,) * len(Measure)
Line = tuple[Measure, date, date]


@dataclass(frozen=True)
class Rule:
    """One version of a requirement: the days on which it is the rule, and its renewal window."""

    days: Span
    window_months: int


@dataclass(frozen=True)
class Known:
    """What the record says of a person about one requirement.

    ``held`` are the periods held, ``updates`` the days on which a change of law asks for more,
    ``begun`` for each version the days on which something counts towards it.
    """

    held: Spans = ()
    updates: Spans = ()
    begun: tuple[Spans, ...] = ()


def lines(known: Known, rules: Sequence[Rule]) -> tuple[Line, ...]:
    """From when to when the person is in each group, under the version in force on each day.

    The one place where holding, updates and beginnings are put together over time; for a single
    day ``queries.sets.standing_of`` says the same in SQL.
    """
    held = merged(known.held)
    trained = without(held, known.updates)
    first_end = min((end for _, end in known.held), default=FOREVER)
    lapsed = merged((*without(((first_end, FOREVER),), held), *common(held, known.updates)))
    first = held[0][0] if held else FOREVER
    found: list[Line] = []
    for at, rule in enumerate(rules):
        begun = merged(known.begun[at]) if at < len(known.begun) else ()
        groups = (
            (Measure.HELD, trained),
            (Measure.DUE_SOON, common(trained, _due(known.held, rule.window_months))),
            (Measure.LAPSED, lapsed),
            (Measure.BEGUN, common(begun, ((date.min, first),))),
        )
        found += [
            (measure, start, end)
            for measure, spans in groups
            for start, end in common(spans, (rule.days,))
        ]
    return tuple(found)


def _due(held: Spans, window_months: int) -> Spans:
    """The days within the renewal window before an end that no other period follows."""
    followed = {start for start, _ in held}
    window = Period(months=window_months)
    return merged(
        [
            (window_opens(end, window), end)
            for _, end in held
            if end != FOREVER and end not in followed
        ]
    )


def covered(
    members: Iterable[tuple[Spans, Spans, Spans]], definition: TeamDefinition = DEFINITION
) -> Spans:
    """The days on which a team counts as trained.

    ``members`` are the people of the team: the days served, those of them on which it is held,
    and those of these on which the person leads.
    """
    changes: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for kinds in members:
        for kind, spans in enumerate(kinds):
            for start, end in spans:
                changes[start][kind] += 1
                changes[end][kind] -= 1
    found: list[Span] = []
    people = held = leading = 0
    since = None
    for day in sorted(changes):
        more = changes[day]
        people, held, leading = people + more[0], held + more[1], leading + more[2]
        counts = definition.met(people, held, leader_held=leading > 0)
        if counts and since is None:
            since = day
        elif not counts and since is not None:
            found.append((since, day))
            since = None
    return tuple(found)


@dataclass
class Tally:
    """Changes by day of what is counted somewhere; the sum up to a day is the state on it."""

    days: dict[date, list[int]] = field(default_factory=dict)

    def add(self, measure: Measure, start: date, end: date) -> None:
        """Count one more from ``start`` on, up to ``end``."""
        days = self.days
        if start in days:
            days[start][measure] += 1
        else:
            days[start] = list(NOTHING)
            days[start][measure] = 1
        if end == FOREVER:
            return
        if end in days:
            days[end][measure] -= 1
        else:
            days[end] = list(NOTHING)
            days[end][measure] = -1

    def add_person(self, present: Spans, standing: Sequence[Line]) -> None:
        """Count a person on the days present, each day in the group of that day."""
        for start, end in present:
            self.add(Measure.PEOPLE, start, end)
            for measure, first, last in standing:
                since = max(start, first)
                until = min(end, last)
                if since < until:
                    self.add(measure, since, until)

    def join(self, other: Tally, sign: int = 1) -> None:
        """Add (or take away) everything that another tally counts."""
        days = self.days
        for day, changes in other.days.items():
            known = days.get(day)
            if known is None:
                days[day] = [sign * one for one in changes]
            else:
                for at, one in enumerate(changes):
                    if one:
                        known[at] += sign * one

    def state_on(self, on: date) -> State:
        """What is counted on a day."""
        reached = [changes for day, changes in self.days.items() if day <= on]
        return tuple(sum(column) for column in zip(*reached, strict=True)) if reached else NOTHING
