"""How a scenario does its work: first choices, endings and competencies, by numbers alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from training_app.catalogue.source import COMPETENCIES, Choice, Ending, Node, Scenario
from training_app.practice.rules.paths import Level

# The number of a smaller group could tell a colleague who is meant.
LEAST: Final = 5
_WELL: Final = 0.5


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """A way to respond and how many chose it first; None where the number stays hidden."""

    choice: Choice
    people: int | None


@dataclass(frozen=True, slots=True)
class NodeLine:
    """A turn, how many came to it, and their first choices."""

    node: Node
    people: int | None
    choices: tuple[ChoiceLine, ...]


@dataclass(frozen=True, slots=True)
class EndingLine:
    """An ending and how many came to it first."""

    ending: Ending
    people: int | None


@dataclass(frozen=True, slots=True)
class CompetencyLine:
    """The average score, from -1 to 1, of the first choices that touch a competency."""

    competency: str
    average: float | None
    choices: int | None

    @property
    def level(self) -> Level | None:
        """The average in words."""
        if self.average is None:
            return None
        if self.average >= _WELL:
            return Level.WELL
        return Level.PARTLY if self.average >= 0 else Level.TO_PRACTISE


def hide_small(counts: Sequence[int]) -> list[int | None]:
    """``counts`` of one whole whose sum is known, without those of 1 to 4 people.

    Where a single one would be hidden, the next larger goes with it: the sum would betray it.
    A whole below five is hidden altogether.
    """
    if sum(counts) < LEAST:
        return [None] * len(counts)
    small = {place for place, many in enumerate(counts) if 0 < many < LEAST}
    if len(small) == 1:
        others = [place for place, many in enumerate(counts) if many >= LEAST]
        small.add(min(others, key=lambda place: counts[place]))
    return [None if place in small else many for place, many in enumerate(counts)]


def node_lines(scenario: Scenario, first: Mapping[tuple[str, str], int]) -> list[NodeLine]:
    """One line per turn in the author's order; ``first`` is (node, choice) → people."""
    lines = []
    for node in scenario.nodes:
        counts = [first.get((node.id, choice.id), 0) for choice in node.choices]
        shown = hide_small(counts)
        whole = sum(counts)
        lines.append(
            NodeLine(
                node,
                whole if whole >= LEAST else None,
                tuple(
                    ChoiceLine(choice, people)
                    for choice, people in zip(node.choices, shown, strict=True)
                ),
            )
        )
    return lines


def ending_lines(scenario: Scenario, first: Mapping[str, int]) -> list[EndingLine]:
    """One line per ending in the author's order; ``first`` is ending → people."""
    shown = hide_small([first.get(ending.id, 0) for ending in scenario.endings])
    return [EndingLine(one, people) for one, people in zip(scenario.endings, shown, strict=True)]


def competency_lines(
    scenario: Scenario, first: Mapping[tuple[str, str], int]
) -> list[CompetencyLine]:
    """One line per competency that the scenario scores, in the order of the rubric."""
    given = [
        (choice.scores.given(), first.get((node.id, choice.id), 0))
        for node in scenario.nodes
        for choice in node.choices
    ]
    lines = []
    for name in COMPETENCIES:
        touching = [(scores[name], many) for scores, many in given if name in scores]
        if not touching:
            continue
        many = sum(times for _, times in touching)
        total = sum(score * times for score, times in touching)
        enough = many >= LEAST
        lines.append(
            CompetencyLine(name, total / many if enough else None, many if enough else None)
        )
    return lines
