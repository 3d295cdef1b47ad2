"""Marking what was written: how many people mark it, and what their marks amount to. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Final, TypeAlias

from training_app.errors import N_, InvalidInput
from training_app.questions.source import Written

Points: TypeAlias = Mapping[str, int]
"""What one marker gave, by the id of the criterion."""
MOST_MARKS: Final = 3
LATE: Final = timedelta(days=7)  # an answer that waits longer is told on the trainer's desk


class Step(StrEnum):
    """What a written answer waits for."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Decided:
    """What the marks of a written answer amount to.

    ``earned`` of ``out_of`` points, a half rounded up in the person's favour; ``share`` of the
    question's one point; ``by_criterion`` as the counting marks gave on average.
    """

    earned: int
    out_of: int
    share: Fraction
    right: bool
    by_criterion: Mapping[str, Fraction]

    @property
    def rounded(self) -> bool:
        """Whether the points of the criteria add up to less than what was earned."""
        return sum(self.by_criterion.values()) != self.earned


def next_step(question: Written, marks: Sequence[Points]) -> Step:
    """What follows on the marks given so far.

    One mark is enough unless the question asks for a second always, or the mark stands near the
    point where the answer counts as right. Two marks that lie further apart than the question
    allows go to a third person; the third mark decides.
    """
    totals = [sum(mark.values()) for mark in marks]
    match totals:
        case []:
            step = Step.FIRST
        case [only]:
            near = question.second == "near" and abs(only - question.needed) <= question.near
            step = Step.SECOND if near or question.second == "always" else Step.DONE
        case [one, other]:
            step = Step.THIRD if abs(one - other) > question.differ else Step.DONE
        case _:
            step = Step.DONE
    return step


def decide(question: Written, marks: Sequence[Points]) -> Decided:
    """What the marks amount to: a third one decides alone, two count by their mean."""
    counting = marks[-1:] if len(marks) >= MOST_MARKS else marks
    means = {
        one.id: Fraction(sum(mark.get(one.id, 0) for mark in counting), len(counting))
        for one in question.criteria
    }
    earned = ceil(sum(means.values()))
    return Decided(
        earned=earned,
        out_of=question.total,
        share=Fraction(earned, question.total),
        right=earned >= question.needed,
        by_criterion=means,
    )


def read_points(question: Written, typed: Mapping[str, str]) -> dict[str, int]:
    """The points typed for each criterion, by its id; InvalidInput names the first bad field."""
    points: dict[str, int] = {}
    for one in question.criteria:
        text = typed.get(one.id, "").strip()
        if not (text.isascii() and text.isdigit() and int(text[:3]) <= one.points):
            raise InvalidInput(
                N_("Give each criterion from 0 to its highest points."), field=f"points-{one.id}"
            )
        points[one.id] = int(text)
    return points
