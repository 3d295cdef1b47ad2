"""The counts of disputes that a unit's office entered."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from training_app.coverage.models import DisputeCount
from training_app.coverage.rules.disputes import Disputes
from training_app.db import Unscoped

_COUNTS = Unscoped("counts of disputes of a unit, and nobody named")


def disputes(session: Session, unit_id: int | None) -> list[Disputes]:
    """One row per period of the unit for which figures hold, the last period first. One SELECT."""
    newer = aliased(DisputeCount)
    replaced = exists().where(
        newer.id > DisputeCount.id,
        newer.unit_id == DisputeCount.unit_id,
        newer.period_from == DisputeCount.period_from,
        newer.period_to == DisputeCount.period_to,
    )
    found = session.scalars(
        select(DisputeCount)
        .where(DisputeCount.unit_id == unit_id, DisputeCount.received.is_not(None), ~replaced)
        .order_by(DisputeCount.period_to.desc(), DisputeCount.period_from)
        .execution_options(scope=_COUNTS)
    )
    return [
        Disputes(
            row.period_from,
            row.period_to,
            row.received or 0,
            row.in_progress or 0,
            row.successful or 0,
            row.source,
            row.id,
            row.recorded_at,
        )
        for row in found
    ]
