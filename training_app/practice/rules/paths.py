"""Walking through a branching dispute: the moves replay to the same place for ever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from training_app.catalogue.source import COMPETENCIES, Choice, Ending, Node, Scenario
from training_app.errors import N_, NotFound


@dataclass(frozen=True, slots=True)
class Move:
    """A choice made at a node; ``choice`` None is a step back to the turn before.

    ``at`` is when it was made, where that is known.
    """

    node: str
    choice: str | None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the path: where one stood and what one chose; ``number`` from 1."""

    number: int
    node: Node
    choice: Choice


@dataclass(frozen=True, slots=True)
class Walk:
    """The path so far, without the turns that were taken back, and where it stands.

    Exactly one of ``node`` and ``ending`` is set.
    """

    turns: tuple[Turn, ...]
    node: Node | None
    ending: Ending | None

    @property
    def number(self) -> int:
        """The number of the turn that comes next."""
        return len(self.turns) + 1


def walk(scenario: Scenario, moves: Iterable[Move]) -> Walk:
    """Replay ``moves``; moves of another scenario lead nowhere: NotFound."""
    turns = [
        Turn(number, *find(scenario, move.node, move.choice or ""))
        for number, move in enumerate(standing(moves), start=1)
    ]
    here = turns[-1].choice.next if turns else scenario.start
    return Walk(tuple(turns), scenario.node(here), scenario.ending(here))


def standing(moves: Iterable[Move]) -> list[Move]:
    """The choices that were not taken back, in order."""
    kept: list[Move] = []
    for move in moves:
        if move.choice is None:
            del kept[-1:]
        else:
            kept.append(move)
    return kept


def find(scenario: Scenario, node_id: str, choice_id: str) -> tuple[Node, Choice]:
    """The choice with these ids; NotFound when the scenario has none."""
    node = scenario.node(node_id)
    choices = node.choices if node else ()
    choice = next((one for one in choices if one.id == choice_id), None)
    if node is None or choice is None:
        raise NotFound
    return node, choice


# -- what a path shows ----------------------------------------------------------------------


class Level(StrEnum):
    """What a path shows of one competency."""

    WELL = "well"
    PARTLY = "partly"
    TO_PRACTISE = "to_practise"


COMPETENCY_NAMES: Final = {
    "scope_safety": N_("Scope of mediation, and safety"),
    "impartiality": N_("Impartiality"),
    "process": N_("Following the steps"),
    "listening": N_("Listening"),
    "interests_options": N_("Finding interests and options"),
    "law_plain": N_("Explaining the law in plain words"),
    "agreement": N_("Bringing about an agreement"),
    "record_followup": N_("Keeping the record and following up"),
}
LEVEL_NAMES: Final = {
    Level.WELL: N_("done well"),
    Level.PARTLY: N_("partly done"),
    Level.TO_PRACTISE: N_("to be practised more"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One competency along a path: the sum of the scores of ``turns`` turns that touch it.

    ``forbidden``: it lost in a turn whose choice the law does not allow.
    """

    competency: str
    total: int
    turns: int
    forbidden: bool = False

    @property
    def level(self) -> Level:
        """The sum in words: all good turns, some, or more bad than good.

        What the law forbids is not made good by other turns.
        """
        if self.forbidden:
            return Level.TO_PRACTISE
        if self.total == self.turns:
            return Level.WELL
        return Level.PARTLY if self.total >= 0 else Level.TO_PRACTISE


def competencies(turns: Sequence[Turn]) -> tuple[Shown, ...]:
    """The competencies that the path touches, in the order of the rubric."""
    given = [turn.choice.scores.given() for turn in turns]
    lost = {
        name
        for turn in turns
        if turn.choice.harmful
        for name, score in turn.choice.scores.given().items()
        if score < 0
    }
    return tuple(
        Shown(name, sum(scores), len(scores), name in lost)
        for name in COMPETENCIES
        if (scores := [one[name] for one in given if name in one])
    )
