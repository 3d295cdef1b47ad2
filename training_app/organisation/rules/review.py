"""The yearly review of teams (Law 35/2013/QH13, Article 12): until when, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ReviewState(StrEnum):
    """Where the review of a team stands in a year."""

    DONE = "done"
    OPEN = "open"
    LATE = "late"


@dataclass(frozen=True)
class ReviewPlan:
    """From a year on: month and day on which reviews begin, and by which they shall be done."""

    year_from: int
    opens: tuple[int, int]
    due: tuple[int, int]

    def opens_on(self, year: int) -> date:
        """The day from which teams are reviewed in a year."""
        return date(year, *self.opens)

    def due_on(self, year: int) -> date:
        """The last day on which a review of the year is in time."""
        return date(year, *self.due)


def plan_of(plans: Sequence[ReviewPlan], year: int) -> ReviewPlan:
    """The plan that holds in a year: the latest that began by then."""
    begun = [plan for plan in plans if plan.year_from <= year]
    return max(begun or plans, key=lambda plan: plan.year_from if begun else -plan.year_from)


def review_state(plan: ReviewPlan, on: date, *, reviewed: bool) -> ReviewState:
    """The state on a day of its year."""
    if reviewed:
        return ReviewState.DONE
    return ReviewState.LATE if on > plan.due_on(on.year) else ReviewState.OPEN


@dataclass(frozen=True)
class Progress:
    """How many teams of a commune are reviewed, and how many of all are complete."""

    teams: int
    reviewed: int
    complete: int

    @property
    def left(self) -> int:
        """How many teams are still to be reviewed."""
        return self.teams - self.reviewed
