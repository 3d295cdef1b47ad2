"""What becomes of the requirement of a unit that ended, decided for each unit in its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.errors import N_, InvalidInput, NotAllowed, NotFound, RuleBroken
from training_app.requirements.models import Requirement, RequirementDecision
from training_app.requirements.queries import Left, RequirementRow, left_one
from training_app.requirements.services.setting import (
    NewRequirement,
    Terms,
    may_manage,
    put_end,
    put_requirement,
    put_terms,
)
from training_app.vietnamese import clean

_DECIDED: Final = N_("Somebody decided on this a moment ago. Look at the list again.")


@dataclass(frozen=True)
class Decision:
    """For one unit in the place of an ended one: go on with the requirement from a day, or not."""

    requirement_id: int
    unit_id: int
    reason: str
    carry_on_from: date | None


def decide(
    session: Session, chosen: Decision, *, now: datetime, today: date, actor: Viewer
) -> Requirement | None:
    """Write the decision down, with a requirement of the unit's own if it goes on there.

    Everybody in the unit is asked from that day on; what was held, asked or exempt on earlier days
    stays. With the last unit decided, the requirement of the ended unit ends. Raises NotFound
    where nothing is open, NotAllowed outside the actor's units, InvalidInput without a reason or
    for a day before the unit ended or in the past, RuleBroken if another officer was faster.
    """
    left = left_one(session, chosen.requirement_id, today)
    if left is None or chosen.unit_id not in left.open:
        raise NotFound
    if not may_manage(session, chosen.unit_id, left.day, actor):
        raise NotAllowed
    if not clean(chosen.reason):
        raise InvalidInput(N_("Say why it is decided so."), field="reason")
    _write(session, chosen, now=now, actor=actor)
    made = _carry_on(session, left, chosen, now=now, today=today, actor=actor)
    audit.record(
        session,
        Action.REQUIREMENT_DECIDED,
        actor=actor,
        now=now,
        object_kind="requirement",
        object_id=chosen.requirement_id,
        unit_id=chosen.unit_id,
        reason=clean(chosen.reason),
        detail={"carried_on": made.id if made else None},
    )
    if left.open == (chosen.unit_id,):
        _end(session, left, chosen, now=now, today=today, actor=actor)
    session.flush()
    return made


def _write(session: Session, chosen: Decision, *, now: datetime, actor: Viewer) -> None:
    row = RequirementDecision(
        requirement_id=chosen.requirement_id,
        unit_id=chosen.unit_id,
        carried_on=chosen.carry_on_from is not None,
        reason=clean(chosen.reason),
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise RuleBroken(_DECIDED) from error


def _carry_on(
    session: Session, left: Left, chosen: Decision, *, now: datetime, today: date, actor: Viewer
) -> Requirement | None:
    """Set the same for the unit from the day on, with every later change that was decided."""
    since = chosen.carry_on_from
    if since is None:
        return None
    if since < left.day:
        raise InvalidInput(
            N_("Choose %(day)s or a later day."), field="day", day=f"{left.day:%d/%m/%Y}"
        )
    lasting = [row for row in left.versions if row.lasts(since)]
    if not lasting:
        raise InvalidInput(N_("It would have ended by then. Choose an earlier day."), field="day")
    first, *later = lasting
    new = NewRequirement(
        first.title,
        first.audience,
        chosen.unit_id,
        _terms(first, since),
        title_en=first.title_en,
        carries_on_id=left.requirement_id,
    )
    made = put_requirement(session, new, now=now, today=today, actor=actor)
    for row in later:
        terms = _terms(row, since)
        put_terms(session, made, terms, now=now, today=today, actor=actor)
    if (ends_on := lasting[-1].in_force_to) is not None:
        put_end(session, made, ends_on, chosen.reason, now=now, today=today, actor=actor)
    return made


def _terms(row: RequirementRow, since: date) -> Terms:
    required = row.required
    return Terms(
        in_force_from=max(since, row.in_force_from),
        modules=required.modules,
        hours=required.hours,
        valid_months=required.valid_months,
        renewal=required.renewal,
        window_months=required.window_months,
        minimum_months=required.minimum_months,
        grace_days=row.grace_days,
        class_only=required.class_only,
        equivalents=required.equivalents,
    )


def _end(
    session: Session, left: Left, chosen: Decision, *, now: datetime, today: date, actor: Viewer
) -> None:
    """Nobody lives in its unit any more; a requirement that ends later by itself is left alone."""
    last = left.versions[-1]
    if last.in_force_to is None:
        requirement = session.get_one(Requirement, left.requirement_id)
        ends_on = max(left.day, last.in_force_from)
        put_end(session, requirement, ends_on, chosen.reason, now=now, today=today, actor=actor)
