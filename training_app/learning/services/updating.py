"""What an update asks of whom: derived, stored beside the holdings, and done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from training_app.db import Unscoped
from training_app.learning import queries
from training_app.learning.models import UpdateNeed
from training_app.learning.queries import Record, Versions
from training_app.requirements.rules import Cause, asked_under, update_periods

_RECORD: Final = Unscoped("the record is written for whoever the fact is about")
# What tells one row from another: requirement, cause, days, fact.
Key = tuple[int, str, date, date | None, int]


def update_batch(
    session: Session,
    humans: Sequence[int],
    versions: Versions,
    causes: Sequence[Cause],
    requirement_id: int | None,
    *,
    now: datetime,
) -> set[int]:
    """Replace the stored rows of some people where the rule says otherwise; returns whose."""
    stored = _stored(session, humans, requirement_id)
    records = queries.update_records(session, humans, causes) if causes else {}
    wrong: list[int] = []
    fresh: list[dict[str, Any]] = []
    changed: set[int] = set()
    for human in humans:
        right = _right(versions, causes, records[human]) if human in records else {}
        known = stored.get(human, {})
        wrong += [known[key] for key in known.keys() - right.keys()]
        fresh += [
            {"person_id": human, "derived_at": now, **right[key]}
            for key in right.keys() - known.keys()
        ]
        if right.keys() != known.keys():
            changed.add(human)
    if wrong:
        session.execute(
            delete(UpdateNeed).where(UpdateNeed.id.in_(wrong)),
            execution_options={"synchronize_session": False},
        )
    if fresh:
        session.execute(insert(UpdateNeed), fresh)
    return changed


def _right(
    versions: Versions, causes: Sequence[Cause], record: Record
) -> dict[Key, dict[str, Any]]:
    """Key → values of the rows that the rule wants of one person."""
    periods = update_periods(causes, record.passed, record.updated)
    rows: dict[Key, dict[str, Any]] = {}
    for requirement_id, spans in versions.items() if periods else ():
        for one in asked_under(spans, periods, record.exempt_under(spans)):
            cause = one.cause
            key = (requirement_id, cause.key, one.opened_on, one.closed_on, one.fact_id)
            rows[key] = {
                "requirement_id": requirement_id,
                "module_id": cause.module_id,
                "module_version_id": cause.version_id,
                "law_change_id": cause.law_change_id,
                "cause": cause.key,
                "effect": cause.effect,
                "fact_id": one.fact_id,
                "opened_on": one.opened_on,
                "closed_on": one.closed_on,
            }
    return rows


def _stored(
    session: Session, humans: Sequence[int], requirement_id: int | None
) -> Mapping[int, dict[Key, int]]:
    """Person id → what is stored → id of its row."""
    wanted = select(
        UpdateNeed.id,
        UpdateNeed.person_id,
        UpdateNeed.requirement_id,
        UpdateNeed.cause,
        UpdateNeed.opened_on,
        UpdateNeed.closed_on,
        UpdateNeed.fact_id,
    ).where(UpdateNeed.person_id.in_(humans))
    if requirement_id is not None:
        wanted = wanted.where(UpdateNeed.requirement_id == requirement_id)
    stored: dict[int, dict[Key, int]] = defaultdict(dict)
    for row in session.execute(wanted.execution_options(scope=_RECORD)):
        key = (row.requirement_id, row.cause, row.opened_on, row.closed_on, row.fact_id)
        stored[row.person_id][key] = row.id
    return stored
