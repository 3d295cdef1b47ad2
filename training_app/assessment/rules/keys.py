"""Answers under the key that holds today, which may be a corrected one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from training_app.errors import N_, InvalidInput
from training_app.questions.rules import Mark, Response, mark, right_ids
from training_app.questions.source import (
    Match,
    Multiple,
    Order,
    Question,
    Short,
    Single,
    TrueFalse,
    from_body,
    to_body,
)

UNANSWERED: Final = Response(dont_know=True)


@dataclass(frozen=True, slots=True)
class Key:
    """A question with the key that holds; ``void``: the question was bad, everybody is right."""

    question: Question
    void: bool = False


@dataclass(frozen=True, slots=True)
class Earned:
    """What an answer earns: points from 0 to 1, right, harmful."""

    points: float
    right: bool
    harmful: bool


class Way(StrEnum):
    """Where a corrected key takes a result."""

    UP = "up"
    SAME = "same"
    DOWN = "down"


def mark_under(key: Key, response: Response | None) -> Mark:
    """Mark an answer, or the lack of one, under a key."""
    decision = mark(key.question, response or UNANSWERED)
    if not key.void:
        return decision
    return Mark(
        Fraction(1),
        right=True,
        chosen=decision.chosen,
        expected=decision.expected,
        comments=decision.comments,
    )


def marks_under(keys: Mapping[int, Key], answers: Mapping[int, Response]) -> dict[int, Mark]:
    """One mark per question that was answered or that is void."""
    return {
        one: mark_under(key, answers.get(one))
        for one, key in keys.items()
        if key.void or one in answers
    }


def earned_under(key: Key, response: Response | None) -> Earned:
    """What an answer earns under a key."""
    decision = mark_under(key, response)
    return Earned(float(decision.points), decision.right, decision.harmful)


@dataclass(frozen=True, slots=True)
class Standing:
    """What an attempt amounts to, with how one of its answers stands in it."""

    item: Earned
    points: float
    right_count: int
    passed: bool
    safety_failed: bool


def way(before: Standing, after: Standing) -> Way:
    """Whether a change is for the better or the worse: nobody loses anything on the way up."""
    worse = (
        after.item.points < before.item.points
        or (after.item.harmful and not before.item.harmful)
        or (before.passed and not after.passed)
    )
    if worse:
        return Way.DOWN
    return Way.SAME if after == before else Way.UP


@dataclass
class Preview:
    """How many results a corrected key would take where; whole attempts, nobody by name."""

    up: int = 0
    same: int = 0
    down: int = 0
    gained: int = 0
    lost: int = 0

    def count(self, before: Standing, after: Standing, times: int) -> None:
        """Add ``times`` equal attempts."""
        match way(before, after):
            case Way.UP:
                self.up += times
            case Way.DOWN:
                self.down += times
            case Way.SAME:
                self.same += times
        self.gained += times * (after.passed and not before.passed)
        self.lost += times * (before.passed and not after.passed)

    @property
    def total(self) -> int:
        """Attempts looked at."""
        return self.up + self.same + self.down


# -- what may be corrected ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a person says the key should have been; what does not fit the kind is left alone.

    ``right`` and ``harmful``: ids of options, or of the reason; ``answer`` of a statement;
    ``accept``: typed answers; ``order``: ids of steps; ``pairs``: pair id → right-hand id.
    """

    right: frozenset[str] = frozenset()
    harmful: frozenset[str] = frozenset()
    answer: bool | None = None
    accept: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    pairs: Mapping[str, str] = field(default_factory=dict)
    void: bool = False


def correctable(question: Question) -> bool:
    """Whether the key can be written anew; any other one can only be declared void."""
    return isinstance(question, Single | Multiple | TrueFalse | Order | Match | Short)


def corrected(key: Key, new: NewKey) -> Key:
    """The question with its new key and the wording that people read.

    Raises InvalidInput where the new key is none, or the old one.
    """
    if new.void:
        changed = Key(key.question, void=True)
    else:
        body = to_body(key.question) | _body(key.question, new)
        changed = Key(from_body(body))
    if changed == key:
        raise InvalidInput(N_("This is the key that holds already."), field="key")
    return changed


def _body(question: Question, new: NewKey) -> dict[str, Any]:
    """The parts of the stored question that hold its key."""
    match question:
        case Single() | Multiple():
            known = {one.id for one in question.options}
            right, harmful = new.right & known, new.harmful & known if question.safety else set()
            if not right or right & harmful:
                raise InvalidInput(N_("Choose at least one right option."), field="key")
            return {"option": [_option(one, right, harmful) for one in _rows(question, "option")]}
        case TrueFalse() if new.answer is not None:
            rows = _rows(question, "reason")
            chosen = new.right & {one["id"] for one in rows}
            if rows and len(chosen) != 1:
                raise InvalidInput(N_("Choose the one right reason."), field="key")
            return {"answer": new.answer, "reason": [_option(one, chosen, set()) for one in rows]}
        case Order() if sorted(new.order) == sorted(step.id for step in question.steps):
            steps = {one["id"]: one for one in _rows(question, "step")}
            return {"step": [steps[one] for one in new.order]}
        case Match():
            return {"fits": _fits(question, new)}
        case Short() if new.accept:
            return {"accept": list(new.accept)}
        case _:
            raise InvalidInput(N_("Say what the right answer is."), field="key")


def _fits(question: Match, new: NewKey) -> dict[str, str]:
    """Where pairs belong other than as they were written; nothing where they belong as written."""
    known, asked = set(right_ids(question)), {pair.id for pair in question.pairs}
    if set(new.pairs) != asked or not set(new.pairs.values()) <= known:
        raise InvalidInput(N_("Choose a match for each row."), field="key")
    return {left: right for left, right in new.pairs.items() if left != right}


def _rows(question: Question, name: str) -> Sequence[dict[str, Any]]:
    found: Sequence[dict[str, Any]] = to_body(question).get(name, [])
    return found


def _option(row: dict[str, Any], right: AbstractSet[str], harmful: AbstractSet[str]) -> Any:
    marks = {"right": row["id"] in right, "harmful": row["id"] in harmful}
    kept = {name: value for name, value in row.items() if name not in marks}
    return kept | {name: True for name, value in marks.items() if value}
