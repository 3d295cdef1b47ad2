"""The plans of units: rows are only added, a later one takes the place of an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.coverage.models import SOURCE_LENGTH, Target
from training_app.coverage.rules.targets import TargetMeasure
from training_app.errors import N_, InvalidInput

MOST_PER_CENT: Final = 100
MOST_TEAMS: Final = 1000


@dataclass(frozen=True)
class NewTarget:
    """A row of a plan, on half-open dates; ``value`` in per cent, or teams per trainer."""

    unit_id: int
    measure: TargetMeasure
    requirement_id: int | None
    period_from: date
    period_to: date
    value: int
    source: str


def set_target(session: Session, new: NewTarget, *, now: datetime, actor: Viewer) -> Target:
    """Write down a plan; it takes the place of the one for the same measure and period.

    Raises :class:`InvalidInput` for a value, period or source that cannot be.
    """
    most = MOST_TEAMS if new.measure.of_trainers else MOST_PER_CENT
    if not 1 <= new.value <= most:
        raise InvalidInput(N_("Write a whole number from 1 to %(most)s."), field="value", most=most)
    if new.period_to <= new.period_from:
        raise InvalidInput(N_("The last day comes after the first."), field="last_day")
    if not new.source.strip():
        raise InvalidInput(N_("Write which plan or decision says so."), field="source")
    return _add(session, new, new.value, new.source, Action.TARGET_SET, now=now, actor=actor)


def withdraw_target(
    session: Session, row: Target, reason: str, *, now: datetime, actor: Viewer
) -> Target:
    """Take a plan back; what it was stays on record. Raises InvalidInput without a reason."""
    if not reason.strip():
        raise InvalidInput(N_("Say why the plan is taken back."), field="reason")
    new = NewTarget(
        unit_id=row.unit_id,
        measure=TargetMeasure(row.measure),
        requirement_id=row.requirement_id,
        period_from=row.period_from,
        period_to=row.period_to,
        value=0,
        source=reason,
    )
    return _add(session, new, None, reason, Action.TARGET_WITHDRAWN, now=now, actor=actor)


def _add(
    session: Session,
    new: NewTarget,
    value: int | None,
    source: str,
    action: Action,
    *,
    now: datetime,
    actor: Viewer,
) -> Target:
    row = Target(
        unit_id=new.unit_id,
        measure=new.measure.value,
        requirement_id=new.requirement_id,
        period_from=new.period_from,
        period_to=new.period_to,
        value=value,
        source=source.strip()[:SOURCE_LENGTH],
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        action,
        actor=actor,
        now=now,
        object_kind="target",
        object_id=row.id,
        detail={
            "unit": new.unit_id,
            "measure": new.measure.value,
            "from": new.period_from.isoformat(),
            "to": new.period_to.isoformat(),
            "value": value,
        },
    )
    session.flush()
    return row
