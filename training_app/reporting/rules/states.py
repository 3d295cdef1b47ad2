"""From draft to locked: who may do what to a report, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from training_app.errors import N_, RuleBroken
from training_app.reporting.rules.layouts import Kind


class State(StrEnum):
    """How far a report has come."""

    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"
    LOCKED = "locked"


STATE_MESSAGES = {
    State.DRAFT: N_("Draft"),
    State.CHECKED: N_("Waits for approval"),
    State.APPROVED: N_("Approved, not sent yet"),
    State.LOCKED: N_("Sent and locked"),
}
TAGS = {State.DRAFT: "", State.CHECKED: "warning", State.APPROVED: "info", State.LOCKED: "success"}

CHANGED = N_(
    "A colleague changed this report meanwhile. Nothing of yours was saved; look at the report as"
    " it stands now, then decide again."
)
NOT_YOURS = N_(
    "This report belongs to another office: you can read it, and its own officers change it."
)


def demand_state(state: str, *allowed: State) -> None:
    """Raise RuleBroken, with what to do, unless the report stands in one of the states."""
    if state in allowed:
        return
    if state == State.LOCKED:
        raise RuleBroken(
            N_(
                "This report is locked and is never changed. To correct it, make a new report that"
                " replaces it; both are kept."
            )
        )
    if state == State.DRAFT:
        raise RuleBroken(N_("This report is a draft. Have it checked first, then go on."))
    raise RuleBroken(
        N_("This report waits for approval or is approved. Take it back as a draft to change it.")
    )


def demand_other_person(approver: int | None, hands: set[int]) -> None:
    """Raise RuleBroken when who approves is one of the people who made the report.

    Both are people, not accounts: somebody with two accounts is still one person.
    """
    if approver is None or approver in hands:
        raise RuleBroken(
            N_(
                "You have prepared this report or changed a number in it. Another officer of the"
                " unit has to look at it and approve it."
            )
        )


@dataclass(frozen=True)
class Wanted:
    """A report that a unit has to make: of which form, for which period, and by when."""

    layout: str
    kind: Kind
    year: int
    due: date | None

    def late_by(self, today: date) -> int:
        """Days since the deadline; 0 before it, and without one."""
        return max(0, (today - self.due).days) if self.due else 0


def in_order(wanted: list[Wanted]) -> list[Wanted]:
    """The most pressing first; what has no deadline on record last."""
    return sorted(wanted, key=lambda one: (one.due is None, one.due or date.max, one.year))
