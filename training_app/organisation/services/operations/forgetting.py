"""What operations say of people whose data are erased: the deed stays, the words go."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session

from training_app.organisation.models import UnitOperation
from training_app.organisation.rules.operations import people_named, read

# A change keeps a reason; this one says nothing.
WITHHELD = "–"


def forget_people(session: Session, people: Collection[int]) -> int:
    """Take reasons and notes out of the operations that name the people; returns how many."""
    written = cast(UnitOperation.operation, String)
    # A person stands before a comma or at the end of a step; what was found is read again below.
    marks = [f'"person": {one}{end}' for one in people for end in (",", "}")]
    found = select(UnitOperation).where(or_(*(written.contains(mark) for mark in marks)))
    forgotten = 0
    for row in session.scalars(found) if marks else ():
        if people_named(read(row.operation)) & set(people):
            row.reason, row.undo_reason = WITHHELD, WITHHELD if row.undo_reason else ""
            row.operation = {"steps": [_without_note(step) for step in row.operation["steps"]]}
            forgotten += 1
    session.flush()
    return forgotten


def _without_note(step: dict[str, Any]) -> dict[str, Any]:
    return step | {"note": ""} if "note" in step else step
