"""Which rows of people were known to be one human being at a past moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent
from training_app.coverage.queries.known import COUNTING
from training_app.organisation.models import Person

LINKING: Final = (Action.PERSON_MERGED.value, Action.PERSON_UNMERGED.value)
_PART: Final = 5_000


@dataclass(frozen=True)
class Links:
    """Rows of people whose link was made or undone after a moment.

    ``then`` has the row to which each was linked at the moment, None for none; ``now`` has every
    row of the human beings concerned, then or now, with the row under which it counts now.
    """

    then: Mapping[int, int | None] = field(default_factory=dict)
    now: Mapping[int, int] = field(default_factory=dict)

    def human(self, row: int, counted_now: int) -> int:
        """The human being behind a row at the moment; ``counted_now`` is the one known now."""
        return (self.then[row] or row) if row in self.then else counted_now

    @cached_property
    def rows(self) -> Mapping[int, tuple[int, ...]]:
        """Human being → its rows, of those who were counted otherwise at the moment."""
        found: dict[int, list[int]] = defaultdict(list)
        for row, counted_now in self.now.items():
            found[self.human(row, counted_now)].append(row)
        return {human: tuple(rows) for human, rows in found.items()}

    def rows_of(self, humans: Sequence[int]) -> dict[int, int]:
        """Row → human being, of those of some human beings who were counted otherwise."""
        return {row: human for human in humans for row in self.rows.get(human, ())}


def links_known(session: Session, at: datetime) -> Links:
    """What is to be read otherwise than now: each link made or undone after the moment.

    Links stand in the record of what was done, which is never rewritten: the first change after
    the moment says what a row was before it. One SELECT, and two more if there is any.
    """
    then: dict[int, int | None] = {}
    changes = session.execute(
        select(AuditEvent.object_id, AuditEvent.action, AuditEvent.detail)
        .where(AuditEvent.action.in_(LINKING), AuditEvent.at > at)
        .order_by(AuditEvent.id)
    )
    for row, action, detail in changes:
        undone = action == Action.PERSON_UNMERGED
        then.setdefault(row, detail["person"] if undone else None)
    if not then:
        return Links()
    linked = {one for one in then.values() if one is not None}
    counted = _counted_under(session, then.keys() | linked)
    return Links(then, counted | _counted_under(session, set(counted.values())))


def _counted_under(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Of these rows, and of those linked to them, the row under which each counts now."""
    found: dict[int, int] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), _PART):
        part = ordered[start : start + _PART]
        chosen = select(Person.id, Person.canonical_id).where(
            or_(Person.id.in_(part), Person.canonical_id.in_(part))
        )
        for row, canonical in session.execute(chosen.execution_options(**COUNTING)):
            found[row] = canonical or row
    return found
