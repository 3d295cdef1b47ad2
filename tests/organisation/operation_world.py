"""What reorganisations are held against: exports, head-counts, paths, overlaps."""

from collections import defaultdict
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from tests.organisation.builders import EVERYTHING
from training_app.organisation.models import Membership, TeamSpan, UnitSpan, holds
from training_app.organisation.services.operations.rows import TABLES


def export(session: Session) -> dict[str, bytes]:
    """Every table an operation may touch, byte for byte."""
    session.expire_all()
    return {
        name: repr(session.execute(select(table).order_by(table.c.id)).all()).encode()
        for name, table in TABLES.items()
    }


def heads(session: Session, on: date) -> int:
    """How many people serve in teams that stand in units that stand, on the day."""
    counted = (
        select(func.count(distinct(Membership.person_id)))
        .join(TeamSpan, TeamSpan.team_id == Membership.team_id)
        .join(UnitSpan, UnitSpan.unit_id == TeamSpan.unit_id)
        .where(holds(Membership, on), holds(TeamSpan, on), holds(UnitSpan, on))
    )
    return session.scalar(counted.execution_options(scope=EVERYTHING)) or 0


def paths_agree(session: Session, on: date) -> bool:
    """Whether on the day every path is its parent's with the unit's own id."""
    rows = session.execute(
        select(UnitSpan.unit_id, UnitSpan.parent_id, UnitSpan.path).where(holds(UnitSpan, on))
    ).all()
    by_id = {row.unit_id: row.path for row in rows}
    return len(by_id) == len(rows) and all(
        row.path == f"{by_id[row.parent_id] if row.parent_id else '/'}{row.unit_id}/"
        for row in rows
    )


def overlaps(session: Session) -> list[Any]:
    """Units and teams that stand twice on one day, people who serve twice in a team."""
    found = []
    keys: dict[str, tuple[str, ...]] = {
        "unit_span": ("unit_id",),
        "team_span": ("team_id",),
        "membership": ("person_id", "team_id"),
    }
    for name, key in keys.items():
        spans = defaultdict(list)
        for row in session.execute(select(TABLES[name])).mappings():
            spans[tuple(row[one] for one in key)].append(
                (row["valid_from"], row["valid_to"] or date.max)
            )
        for one, held in spans.items():
            ordered = sorted(held)
            found += [(name, one) for (_, end), (begin, _) in pairwise(ordered) if begin < end]
    return found
