"""Drawing a test from a bank: the same difficulty for everybody, spread over topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
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


def draw(
    bank: Sequence[Drawable],
    seed: str,
    count: int,
    avoid: Collection[str] = frozenset(),
    *,
    safety_always: bool = True,
) -> tuple[str, ...]:
    """Ids of ``count`` questions in the order to ask them (all of a smaller bank).

    Safety questions are always among them. The others keep the bank's shares of difficulty, so
    that two people side by side get tests equally hard; within each difficulty, questions that are
    not in ``avoid`` (seen last time) come first, and topics are spread as evenly as that allows.
    The same arguments always give the same draw.
    """
    wanted = min(count, len(bank))
    order = sorted(bank, key=lambda one: rank(seed, one.id))
    always = [one for one in order if one.safety] if safety_always else []
    always = sorted(always, key=lambda one: one.id in avoid)[:wanted]
    taken = {one.id for one in always}
    rest = [one for one in order if one.id not in taken]
    topics = Counter(one.topic for one in always)
    shares = _shares(Counter(one.difficulty for one in rest), wanted - len(always))
    for _ in range(wanted - len(always)):
        open_ones = (one for one in rest if one.id not in taken and shares[one.difficulty])
        # min() keeps the first of equals, and ``rest`` is already in the order of the seed.
        chosen = min(open_ones, key=lambda one: (one.id in avoid, topics[one.topic]))
        taken.add(chosen.id)
        topics[chosen.topic] += 1
        shares[chosen.difficulty] -= 1
    return shuffled(taken, seed)


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
