"""The rows that an operation adds, closes and replaces, and how they are put back."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Date, Table, delete, insert, select, update
from sqlalchemy.orm import Session

from training_app.errors import N_, RuleBroken
from training_app.organisation.models import (
    CompositionException,
    Leadership,
    Membership,
    Recognition,
    Team,
    TeamSpan,
    Unit,
    UnitSpan,
    UnitSuccession,
)
from training_app.organisation.services.operations.loading import parts
from training_app.organisation.services.superseding import keep_closed, keep_opened

_Row = dict[str, Any]

# Parents first: added in this order, removed in the other.
TABLES: Final[dict[str, Table]] = {
    str(model.__tablename__): Unit.metadata.tables[model.__tablename__]
    for model in (
        Unit,
        UnitSpan,
        UnitSuccession,
        Team,
        TeamSpan,
        Membership,
        Leadership,
        Recognition,
        CompositionException,
    )
}
_REOPENED: Final[dict[str, _Row]] = {
    "membership": {
        "end_reason": None,
        "end_note": "",
        "end_recorded_at": None,
        "end_recorded_by": None,
    },
    "leadership": {"end_recorded_at": None},
    "team_span": {"end_recorded_at": None},
    "unit_span": {"end_recorded_at": None},
}
# When a span was written down is no part of what it says; older digests know nothing of it.
_ASIDE: Final = {
    table: frozenset({"recorded_at", "end_recorded_at"}) for table in ("team_span", "unit_span")
}
BUSY: Final = N_("Somebody else changed the same units or teams at this moment. Look again.")


@dataclass
class Written:
    """What was done to each table: ids added, ids closed, rows replaced on their first day.

    ``teams`` gives the ids of teams that were set up, by their number in the operation.
    """

    session: Session
    teams: dict[int, int] = field(default_factory=dict)
    added: dict[str, list[int]] = field(default_factory=dict)
    closed: dict[str, list[int]] = field(default_factory=dict)
    replaced: dict[str, list[_Row]] = field(default_factory=dict)

    def add(self, table: str, rows: list[_Row], *, ordered: bool = False) -> list[int]:
        """Add rows and return their ids; ``ordered`` as the rows are, one statement each."""
        if not rows:
            return []
        target = TABLES[table]
        adding = insert(target).returning(target.c.id, sort_by_parameter_order=ordered)
        ids = list(self.session.scalars(adding, rows))
        self.added.setdefault(table, []).extend(ids)
        return ids

    def close(self, table: str, ids: Collection[int], on: date, **values: Any) -> None:
        """Close open rows on the day. Raises RuleBroken when one was closed meanwhile."""
        if not ids:
            return
        target, done = TABLES[table], 0
        for part in parts(ids):
            closing = (
                update(target)
                .where(target.c.id.in_(part), target.c.valid_to.is_(None))
                .values(valid_to=on, **values)
                .returning(target.c.id)
            )
            done += len(self.session.execute(closing).all())
        if done != len(ids):
            raise RuleBroken(BUSY)
        self.closed.setdefault(table, []).extend(ids)

    def replace(self, table: str, ids: Collection[int], now: datetime) -> None:
        """Take away rows that began on the very day; they held on no other."""
        target = TABLES[table]
        keep_opened(self.session, table, ids, since=None, now=now)
        for part in parts(ids):
            rows = self.session.execute(select(target).where(target.c.id.in_(part))).mappings()
            self.replaced.setdefault(table, []).extend(_plain(row) for row in rows)
            self.session.execute(delete(target).where(target.c.id.in_(part)))

    def as_undo(self) -> _Row:
        """What it takes to put everything back, as JSON."""
        return {
            "added": {table: ranges(ids) for table, ids in self.added.items()},
            "closed": {table: ranges(ids) for table, ids in self.closed.items()},
            "replaced": self.replaced,
            "digest": digest(self.session, self.added, self.closed),
        }


def ranges(ids: Iterable[int]) -> list[list[int]]:
    """Ids as first and last of each run: short, however many."""
    found: list[list[int]] = []
    for one in sorted(ids):
        if found and one == found[-1][1] + 1:
            found[-1][1] = one
        else:
            found.append([one, one])
    return found


def ids_of(written: list[list[int]]) -> list[int]:
    """The ids that `ranges` shortened."""
    return [one for first, last in written for one in range(first, last + 1)]


def digest(session: Session, *touched: dict[str, list[int]], hold: bool = False) -> str:
    """A digest of the rows as they are now: it tells whether anybody changed one since.

    ``hold``: and nobody changes one until the transaction ends.
    """
    found = hashlib.sha256()
    for rows in touched:
        for table, ids in sorted(rows.items()):
            target = TABLES[table]
            for part in parts(ids):
                said = [one for one in target.c if one.name not in _ASIDE.get(table, ())]
                chosen = select(*said).where(target.c.id.in_(part)).order_by(target.c.id)
                chosen = chosen.with_for_update() if hold else chosen
                for row in session.execute(chosen):
                    found.update(f"{table}{tuple(row)!r}\n".encode())
    return found.hexdigest()


def put_back(session: Session, undo: _Row, *, since: datetime, now: datetime) -> None:
    """Remove what was added, open what was closed, return what was replaced.

    What the rows said from ``since``, when the operation was recorded, until now is kept.
    """
    for table in reversed(TABLES):
        added = ids_of(undo["added"].get(table, []))
        keep_opened(session, table, added, since=since, now=now)
        for part in parts(added):
            session.execute(delete(TABLES[table]).where(TABLES[table].c.id.in_(part)))
    for table, target in TABLES.items():
        values = {"valid_to": None, **_REOPENED.get(table, {})}
        closed = ids_of(undo["closed"].get(table, []))
        keep_closed(session, table, closed, since=since, now=now)
        for part in parts(closed):
            session.execute(update(target).where(target.c.id.in_(part)).values(**values))
        if rows := undo["replaced"].get(table):
            # Known again from now on; until then another row stood in its place.
            session.execute(
                insert(target), [_dated(target, row) | {"recorded_at": now} for row in rows]
            )


def _plain(row: Any) -> _Row:
    return {
        key: value.isoformat() if isinstance(value, date) else value for key, value in row.items()
    }


def _dated(table: Table, row: _Row) -> _Row:
    days = {column.name for column in table.c if isinstance(column.type, Date)}
    return {
        key: date.fromisoformat(value) if value and key in days else value
        for key, value in row.items()
        if key not in _ASIDE.get(table.name, ())
    }


def touched_rows(undo: _Row) -> Iterator[dict[str, list[int]]]:
    """Ids added and ids closed by table, as `digest` wants them."""
    for kind in ("added", "closed"):
        yield {table: ids_of(found) for table, found in undo[kind].items()}
