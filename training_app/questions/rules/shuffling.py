"""Order without chance: a seed and an id always give the same place.

Hashes instead of ``random``: the order of a stored attempt must not depend on the version of
Python that shows it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeVar

from training_app.questions.source import (
    Match,
    Multiple,
    Order,
    Question,
    Short,
    Single,
    TrueFalse,
    Written,
)

T = TypeVar("T")


def rank(seed: str, key: str) -> bytes:
    """A place in the order that ``seed`` makes; compare to sort."""
    return hashlib.sha256(f"{seed}\0{key}".encode()).digest()


def shuffled(keys: Iterable[str], seed: str) -> tuple[str, ...]:
    """``keys`` in the order that ``seed`` makes, whatever order they came in."""
    return tuple(sorted(keys, key=lambda key: rank(seed, key)))


def token(question_id: str, item_id: str) -> str:
    """What a page calls an item. Authors' ids ("a", "step-1") would give the answer away."""
    return hashlib.sha256(f"{question_id}\0{item_id}".encode()).hexdigest()[:8]


def option_order(question: Question, seed: str) -> tuple[str, ...]:
    """Ids of the options, reasons, steps or right-hand texts in the order to show them.

    Pinned options ("all of these") keep their place. Steps are never shown in the right order.
    """
    salted = f"{seed}\0{question.id}"
    match question:
        case Single() | Multiple():
            return _around_pinned(question, salted)
        case TrueFalse():
            return shuffled((reason.id for reason in question.reasons), salted)
        case Order():
            return _out_of_order([step.id for step in question.steps], salted)
        case Match():
            return shuffled(right_ids(question), salted)
        case Short() | Written():
            return ()


def right_ids(question: Match) -> tuple[str, ...]:
    """Ids of the right-hand texts: those of the pairs, then ``extra-1`` and so on."""
    extra = (f"extra-{number}" for number in range(1, len(question.extra) + 1))
    return (*(pair.id for pair in question.pairs), *extra)


def fitting(question: Match) -> dict[str, str]:
    """Pair id → id of the right-hand text that belongs to it, corrected where the key was."""
    return {pair.id: question.fits.get(pair.id, pair.id) for pair in question.pairs}


def _around_pinned(question: Single | Multiple, seed: str) -> tuple[str, ...]:
    free = iter(shuffled((one.id for one in question.options if not one.pinned), seed))
    return tuple(one.id if one.pinned else next(free) for one in question.options)


def _out_of_order(right: Sequence[str], seed: str) -> tuple[str, ...]:
    order = shuffled(right, seed)
    if list(order) == list(right) and len(order) > 1:
        return (*order[1:], order[0])
    return order
