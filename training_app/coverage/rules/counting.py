"""What counts as trained, for a person and for a team, and how counts are added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from training_app.errors import N_
from training_app.programme.rules import STANDING_MESSAGES, Standing


class Group(StrEnum):
    """The people behind a count: a standing, or those of the trained who are due soon."""

    HELD = Standing.HELD.value
    DUE_SOON = "due_soon"
    LAPSED = Standing.LAPSED.value
    BEGUN = Standing.BEGUN.value
    NOT_BEGUN = Standing.NOT_BEGUN.value


GROUP_MESSAGES: Final = {
    one: N_("Due soon") if one is Group.DUE_SOON else STANDING_MESSAGES[Standing(one.value)]
    for one in Group
}


@dataclass(frozen=True)
class TeamDefinition:
    """When a team counts: ``part`` of ``whole`` of its serving members, and its leader."""

    part: int = 2
    whole: int = 3
    leader: bool = True

    def met(self, members: int, held: int, *, leader_held: bool) -> bool:
        """Whether a team with so many members, of whom so many hold it, counts."""
        enough = members > 0 and held * self.whole >= members * self.part
        return enough and (leader_held or not self.leader)

    def needed(self, members: int) -> int:
        """How many of the members must hold it."""
        return -(-members * self.part // self.whole)


DEFINITION: Final = TeamDefinition()
# Printed with every table and every export.
DEFINITION_MESSAGES: Final = (
    N_(
        "A person counts as trained on a day when everything asked was completed by then, has not"
        " run out on that day, and rests on the present text of the law."
    ),
    N_(
        "A team counts as trained when its leader and at least two thirds of its serving members"
        " count."
    ),
    N_(
        "Somebody serving in several teams counts once in each unit; the line “counted in"
        " several rows” takes the repetition out of the total."
    ),
)


@dataclass(frozen=True)
class Counts:
    """People of whom something is asked, and where they stand; the four groups make the whole.

    ``due_soon`` are some of those who hold it.
    """

    people: int = 0
    held: int = 0
    due_soon: int = 0
    lapsed: int = 0
    begun: int = 0

    @property
    def not_begun(self) -> int:
        """People without anything that counts."""
        return self.people - self.held - self.lapsed - self.begun

    @property
    def needed(self) -> int:
        """People who are not trained."""
        return self.people - self.held

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.people + other.people,
            self.held + other.held,
            self.due_soon + other.due_soon,
            self.lapsed + other.lapsed,
            self.begun + other.begun,
        )

    def __neg__(self) -> Counts:
        return Counts(-self.people, -self.held, -self.due_soon, -self.lapsed, -self.begun)


def total_of(parts: Iterable[Counts]) -> Counts:
    """Return the sum of the parts."""
    total = Counts()
    for part in parts:
        total += part
    return total
