"""Drawing a test from a bank by its blueprint: as hard for everybody, spread over topics.

A part of any difficulty may bend that where its topic has too few of one that is due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from training_app.questions.rules.shuffling import rank, shuffled


class Drawable(Protocol):
    """What drawing must know of a question; its id is unique in the bank."""

    @property
    def id(self) -> str:
        """Stable id."""

    @property
    def topic(self) -> str:
        """What it is about."""

    @property
    def difficulty(self) -> int:
        """1 easy to 3 hard."""

    @property
    def safety(self) -> bool:
        """Whether it is scored apart."""


@dataclass(frozen=True)
class Part:
    """One line of a blueprint: so many questions of a topic, of one difficulty or of any."""

    topic: str
    count: int
    difficulty: int | None = None

    def wants(self, one: Drawable) -> bool:
        """Whether the question belongs to it."""
        return one.topic == self.topic and self.difficulty in {None, one.difficulty}


@dataclass(frozen=True)
class Room:
    """What safety questions and the parts of a blueprint take of a test.

    ``short`` tells for a part, by its place, how many questions there are for it, where these are
    fewer than it asks for.
    """

    places: int
    short: dict[int, int]


def room(bank: Sequence[Drawable], parts: Sequence[Part], *, safety_always: bool = True) -> Room:
    """Whether a bank can give what a blueprint asks for, and how many places that takes."""
    always = [one for one in bank if one.safety] if safety_always else []
    open_parts = _Parts(parts, always)
    taken = {one.id for one in always}
    short = {}
    for place, part in open_parts.in_turn():
        fitting = [one.id for one in bank if part.wants(one) and one.id not in taken]
        if len(fitting) < open_parts.left[place]:
            short[place] = len(fitting) + part.count - open_parts.left[place]
        taken.update(fitting[: open_parts.left[place]])
    return Room(len(always) + sum(open_parts.left), short)


def draw(
    bank: Sequence[Drawable],
    seed: str,
    count: int,
    avoid: Collection[str] = frozenset(),
    *,
    safety_always: bool = True,
    parts: Sequence[Part] = (),
) -> tuple[str, ...]:
    """Ids of ``count`` questions in the order to ask them (all of a smaller bank).

    Safety questions are always among them, then as many of each part as the blueprint says,
    safety questions counted in. The others keep the bank's shares of difficulty, so
    that two people side by side get tests equally hard; within each difficulty, questions that are
    not in ``avoid`` (seen last time) come first, and topics are spread as evenly as that allows.
    The same arguments always give the same draw.
    """
    wanted = min(count, len(bank))
    order = sorted(bank, key=lambda one: rank(seed, one.id))
    always = [one for one in order if one.safety] if safety_always else []
    always = sorted(always, key=lambda one: one.id in avoid)[:wanted]
    hat = _Hat(order, always, avoid)
    asked = _Parts(parts, always)
    for place, part in asked.in_turn(exact=True):
        hat.take(min(asked.left[place], wanted - len(hat.taken)), part)
    hat.share_out(wanted - len(hat.taken))
    for place, part in asked.in_turn(exact=False):
        hat.take(min(asked.left[place], wanted - len(hat.taken)), part)
    hat.take(wanted - len(hat.taken))
    return shuffled(hat.taken, seed)


class _Parts:
    """How many questions each part of a blueprint still lacks beside those always asked."""

    def __init__(self, parts: Sequence[Part], always: Iterable[Drawable]) -> None:
        self.parts = parts
        self.left = [part.count for part in parts]
        for one in always:
            for place, part in self.in_turn():
                if self.left[place] and part.wants(one):
                    self.left[place] -= 1
                    break

    def in_turn(self, *, exact: bool | None = None) -> Iterator[tuple[int, Part]]:
        """The parts of one difficulty before those of any, or only the ones or the others."""
        for wanted in (True, False) if exact is None else (exact,):
            for place, part in enumerate(self.parts):
                if (part.difficulty is not None) is wanted:
                    yield place, part


class _Hat:
    """The questions still to be drawn from, in the order of the seed."""

    def __init__(
        self, order: Sequence[Drawable], always: Sequence[Drawable], avoid: Collection[str]
    ) -> None:
        self.order = order
        self.avoid = avoid
        self.taken = {one.id for one in always}
        self.topics = Counter(one.topic for one in always)
        self.shares: Counter[int] = Counter()

    def share_out(self, seats: int) -> None:
        """From now on keep the shares of difficulty that stand in what is left."""
        rest = Counter(one.difficulty for one in self.order if one.id not in self.taken)
        self.shares = _shares(rest, seats)

    def take(self, number: int, part: Part | None = None) -> None:
        """Draw so many, of a part only if one is given; fewer where there are no more."""
        for _ in range(number):
            rest = [one for one in self.order if one.id not in self.taken]
            rest = [one for one in rest if part is None or part.wants(one)]
            if not rest:
                return
            # min() keeps the first of equals, and they stand in the order of the seed.
            chosen = min(rest, key=self._rank)
            self.taken.add(chosen.id)
            self.topics[chosen.topic] += 1
            self.shares[chosen.difficulty] -= 1

    def _rank(self, one: Drawable) -> tuple[bool, bool, int]:
        return self.shares[one.difficulty] <= 0, one.id in self.avoid, self.topics[one.topic]


def _shares(available: Counter[int], seats: int) -> Counter[int]:
    """Divide ``seats`` among difficulties as they stand in the bank (largest remainder)."""
    total = sum(available.values())
    if not total:
        return Counter()
    exact = {level: Fraction(seats * number, total) for level, number in available.items()}
    shares = Counter({level: int(share) for level, share in exact.items()})
    by_remainder = sorted(exact, key=lambda level: (shares[level] - exact[level], level))
    shares.update(by_remainder[: seats - sum(shares.values())])
    return shares
