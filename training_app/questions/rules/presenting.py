"""What a page needs to show a question, and nothing that gives the answer away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from training_app.questions.rules.shuffling import option_order, right_ids, token
from training_app.questions.source import (
    Kind,
    Match,
    Multiple,
    Order,
    Question,
    Short,
    Single,
    TrueFalse,
    Written,
)

DONT_KNOW: Final = "dont-know"  # value of the answer "Tôi chưa biết", and name of its field
TRUE: Final = "true"
FALSE: Final = "false"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to choose, order or join: the name its field carries, and its text."""

    token: str
    text: str


@dataclass(frozen=True, slots=True)
class Presentation:
    """A question as a page shows it.

    ``items`` are options, steps to be numbered, or left-hand texts; ``choices`` are the reasons of
    a true-false question or the right-hand texts of a match, in the order of the attempt. Field
    names: ``answer`` (single, multiple, true_false), ``reason``, ``step-<token>`` (a number from
    1), ``left-<token>`` (the token of a choice), ``text``; ``dont-know`` set to anything says
    "Tôi chưa biết" for every kind, and is also a value of ``answer``.
    """

    question_id: str
    kind: Kind
    stem: str
    items: tuple[Item, ...] = ()
    choices: tuple[Item, ...] = ()


def present(question: Question, seed: str) -> Presentation:
    """The question in the order that ``seed`` makes, without its key."""
    order = option_order(question, seed)
    items: tuple[Item, ...] = ()
    choices: tuple[Item, ...] = ()
    match question:
        case Single() | Multiple():
            items = _items(question, order, {one.id: one.text for one in question.options})
        case TrueFalse():
            choices = _items(question, order, {one.id: one.text for one in question.reasons})
        case Order():
            items = _items(question, order, {one.id: one.text for one in question.steps})
        case Match():
            items = tuple(Item(token(question.id, f"left:{p.id}"), p.left) for p in question.pairs)
            choices = _items(question, order, right_texts(question))
        case Short() | Written():
            pass
    return Presentation(question.id, Kind(question.kind), question.stem, items, choices)


def right_texts(question: Match) -> dict[str, str]:
    """The right-hand texts by id."""
    texts = (*(pair.right for pair in question.pairs), *question.extra)
    return dict(zip(right_ids(question), texts, strict=True))


def _items(question: Question, order: tuple[str, ...], texts: dict[str, str]) -> tuple[Item, ...]:
    return tuple(Item(token(question.id, one), texts[one]) for one in order)
