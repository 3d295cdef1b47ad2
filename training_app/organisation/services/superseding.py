"""Keeping what dated rows said before they are taken back: reports as known then rest on it."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, func, insert, literal, null, select
from sqlalchemy.orm import Session

from training_app.db import UtcDateTime
from training_app.organisation.models import (
    Leadership,
    Membership,
    Superseded,
    TeamSpan,
    UnitSpan,
)

_PART: Final = 10_000
_KINDS: Final[dict[str, Table]] = {
    str(model.__tablename__): model.metadata.tables[model.__tablename__]
    for model in (Membership, Leadership, TeamSpan, UnitSpan)
}
_TARGET: Final[Any] = Superseded.__table__
_COPIED: Final = tuple(
    column.name
    for column in _TARGET.c
    if column.name not in {"id", "kind", "row_id", "known_from", "known_to"}
)


def keep_opened(
    session: Session, kind: str, ids: Collection[int], *, since: datetime | None, now: datetime
) -> None:
    """Keep rows that are about to go, known since they were recorded (else since ``since``)."""
    _keep(session, kind, ids, "recorded_at", since, now)


def keep_closed(
    session: Session, kind: str, ids: Collection[int], *, since: datetime | None, now: datetime
) -> None:
    """Keep rows that are about to open again, known since their end was recorded."""
    _keep(session, kind, ids, "end_recorded_at", since, now)


def _keep(  # noqa: PLR0917 - one row of values, in the order of its columns
    session: Session,
    kind: str,
    ids: Collection[int],
    moment: str,
    since: datetime | None,
    now: datetime,
) -> None:
    table = _KINDS.get(kind)
    if table is None:
        return
    copied = [table.c[name] if name in table.c else null() for name in _COPIED]
    known_from: Any = table.c[moment]
    if since is not None:
        known_from = func.coalesce(known_from, literal(since, UtcDateTime()))
    for part in _parts(ids):
        kept = select(
            literal(kind), table.c.id, *copied, known_from, literal(now, UtcDateTime())
        ).where(table.c.id.in_(part))
        into = ["kind", "row_id", *_COPIED, "known_from", "known_to"]
        session.execute(insert(_TARGET).from_select(into, kept))


def _parts(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _PART):
        yield ordered[start : start + _PART]
