"""A log of publications, passes and changes of law, and an oracle that reads only the log.

The oracle knows no table, no rule of the application and no interval: it looks at every day by
itself, from what was written in the log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

START = date(2026, 1, 1)


@dataclass(frozen=True)
class Cite:
    """An article, and a clause of it or (empty) all of it."""

    article: int
    clause: str = ""

    def meets(self, other: Cite) -> bool:
        if self.article != other.article:
            return False
        return not self.clause or not other.clause or self.clause == other.clause


# A part of a module by its name: what it says, and what it cites.
Parts = dict[str, tuple[int, frozenset[Cite]]]


@dataclass
class Version:
    number: int
    day: int
    effect: str
    parts: Parts

    def cites(self, place: Cite) -> set[str]:
        return {
            name
            for name, (_, cites) in self.parts.items()
            if any(place.meets(one) for one in cites)
        }


@dataclass
class Change:
    place: Cite
    day: int
    takes_effect: int
    withdrawn: bool = False
    # By module: the version that was current, and the one that settled it.
    flagged: dict[int, Version] = field(default_factory=dict)
    settled: dict[int, Version | None] = field(default_factory=dict)


@dataclass
class Log:
    """Everything that happened, as plain values; days count from the first."""

    versions: dict[int, list[Version]] = field(default_factory=dict)
    passes: list[tuple[str, int, int, int]] = field(default_factory=list)
    updates: list[tuple[str, int, int, int]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def publish(self, module: int, day: int, effect: str, parts: Parts) -> Version:
        known = self.versions.setdefault(module, [])
        version = Version(len(known) + 1, day, effect if known else "none", dict(parts))
        known.append(version)
        for change in self.changes:
            flagged = change.flagged.get(module)
            if flagged is None or change.withdrawn or module in change.settled:
                continue
            left = {
                name
                for name in flagged.cites(change.place) & version.cites(change.place)
                if version.parts[name][0] == flagged.parts[name][0]
            }
            if not left:
                change.settled[module] = version
        return version

    def change(self, place: Cite, day: int, takes_effect: int) -> Change:
        made = Change(place, day, takes_effect)
        for module, versions in self.versions.items():
            if versions[-1].cites(place):
                made.flagged[module] = versions[-1]
        self.changes.append(made)
        return made

    def needs(self, on: int) -> set[tuple[str, int, int | None]]:
        """Person, module and number of the change (None: the content) asked on the day."""
        found: set[tuple[str, int, int | None]] = set()
        people = {person for person, *_ in self.passes}
        for person in people:
            for number, change in enumerate(self.changes):
                if change.withdrawn or change.takes_effect > on:
                    continue
                for module, version in change.settled.items():
                    if version and self._asked(person, module, version, on, change.place):
                        found.add((person, module, number))
            for module, versions in self.versions.items():
                for version in versions:
                    settled_one = any(version is one.settled.get(module) for one in self.changes)
                    if not settled_one and self._asked(person, module, version, on, None):
                        found.add((person, module, None))
        return found

    def _asked(
        self, person: str, module: int, version: Version, on: int, place: Cite | None
    ) -> bool:
        if version.effect == "none" or version.day > on:
            return False
        mine = [
            number
            for who, what, number, day in self.passes
            if (who, what) == (person, module) and day <= on
        ]
        if not mine or max(mine) >= version.number:
            return False
        if version.effect == "short_update" and any(
            who == person and what == module and number >= version.number and day <= on
            for who, what, number, day in self.updates
        ):
            return False
        rests_on = self.versions[module][max(mine) - 1]
        return place is None or bool(rests_on.cites(place))


def day_of(number: int) -> date:
    """The date of a day of the log."""
    return START + timedelta(days=number)
