"""What may be recorded about a class, and for how long a trainer sees its people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from training_app.errors import N_, InvalidInput, RuleBroken
from training_app.learning.rules import EARLIEST

LONGEST_MINUTES: Final = 5 * 8 * 60
# A trainer sees the people of the own class by name until so long after it (permissions, note 1).
NAMES_FOR: Final = timedelta(days=30)


@dataclass(frozen=True)
class RollChange:
    """What a new roll changes: who is newly present, and who is no longer."""

    arrived: frozenset[int]
    struck: frozenset[int]
    absent: frozenset[int]

    @property
    def empty(self) -> bool:
        """Whether the roll stays as it was."""
        return not (self.arrived or self.struck or self.absent)


def check_day(held_on: date) -> None:
    """Refuse a day on which no class under this law can have been held. Raises InvalidInput."""
    if held_on < EARLIEST:
        raise InvalidInput(
            N_("The law came into force on 1 January 2014; check the year."), "held_on"
        )


def check_roll_open(held_on: date, today: date, *, cancelled: bool) -> None:
    """Refuse a roll for a class that has not been held. Raises RuleBroken."""
    if cancelled:
        raise RuleBroken(N_("This class was cancelled; nobody can be marked present."))
    if held_on > today:
        raise RuleBroken(
            N_("The roll opens on the day of the class. Until then nobody can be marked present.")
        )


def change_roll(
    before: dict[int, bool], present: Iterable[int], listed: Iterable[int]
) -> RollChange:
    """Compare the roll so far (person → present) with the people ticked among those listed.

    People who are not listed on the page keep their line: absence from a form says nothing.
    """
    ticked, shown = frozenset(present), frozenset(listed)
    was_present = {person for person, there in before.items() if there}
    return RollChange(
        arrived=frozenset(ticked - was_present),
        struck=frozenset((was_present & shown) - ticked),
        absent=frozenset(shown - ticked - set(before)),
    )


def demand_reason(change: RollChange, reason: str) -> None:
    """Striking somebody from the roll takes a completion away: say why. Raises InvalidInput."""
    if change.struck and not reason.strip():
        raise InvalidInput(
            N_("Say why people are taken off the roll; their record shows the reason."), "reason"
        )


def refuse_self_certification(trainer_person_id: int | None, present: Iterable[int]) -> None:
    """A trainer does not certify the own attendance. Raises RuleBroken."""
    if trainer_person_id is not None and trainer_person_id in set(present):
        raise RuleBroken(N_("The trainer of a class cannot be marked as having attended it."))


def names_visible(held_on: date, today: date) -> bool:
    """Whether the class's trainer still sees its people by name."""
    return today <= held_on + NAMES_FOR
