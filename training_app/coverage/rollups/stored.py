"""Counts as they are stored, and what has to be written so that they are right again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from training_app.coverage.models import CoverageYear
from training_app.coverage.rollups.recount import Key, above
from training_app.coverage.rules.lasting import Tally
from training_app.coverage.rules.series import tally_of, years_of
from training_app.db import Unscoped

STORED: Final = {"scope": Unscoped("ready counts are kept for everybody and name nobody")}
# Place → year → counts.
Rows = dict[Key, dict[int, bytes]]


@dataclass(frozen=True)
class Change:
    """One stored year that must read otherwise; ``counts`` None: it must go.

    ``unit_id`` is the commune that was counted, 0 for the total of a place above communes.
    """

    key: Key
    unit_id: int
    year: int
    counts: bytes | None


def rows_of(tallies: Mapping[Key, Tally]) -> Rows:
    """Counts as they are stored."""
    found = {key: years_of(tally) for key, tally in tallies.items()}
    return {key: years for key, years in found.items() if years}


def totals_of(counted: Mapping[Key, Tally], totals: dict[str, Tally], sign: int = 1) -> None:
    """Add counted communes to the totals of the places above, or take them out."""
    for (place, leaf), tally in counted.items():
        if leaf:
            totals.setdefault(place, Tally()).join(tally, -sign)
        else:
            for one in above(place):
                totals.setdefault(one, Tally()).join(tally, sign)


def stored_rows(session: Session, requirement_id: int, *, units: Collection[int]) -> Rows:
    """What is stored of the communes."""
    return _rows(session, requirement_id, CoverageYear.unit_id.in_(units))


def stored_totals(session: Session, requirement_id: int, paths: Collection[str]) -> Rows:
    """What is stored of places above communes."""
    chosen = CoverageYear.path.in_(paths) & (CoverageYear.leaf == "")
    return _rows(session, requirement_id, chosen)


def all_rows(session: Session, requirement_id: int) -> Rows:
    """Everything that is stored of a requirement."""
    return _rows(session, requirement_id, true())


def _rows(session: Session, requirement_id: int, chosen: ColumnElement[bool]) -> Rows:
    found: Rows = defaultdict(dict)
    rows = session.execute(
        select(CoverageYear.path, CoverageYear.leaf, CoverageYear.year, CoverageYear.counts)
        .where(CoverageYear.requirement_id == requirement_id, chosen)
        .execution_options(**STORED)
    )
    for path, leaf, year, counts in rows:
        found[path, leaf][year] = counts
    return found


def difference(stored: Rows, right: Rows, *, totals: bool = False) -> list[Change]:
    """What has to be written so that communes (or ``totals`` above them) are stored right."""
    changes = []
    for key in stored.keys() | right.keys():
        old, new = stored.get(key, {}), right.get(key, {})
        unit_id = 0 if totals else unit_of(key)
        changes += [
            Change(key, unit_id, year, new.get(year))
            for year in old.keys() | new.keys()
            if old.get(year) != new.get(year)
        ]
    return changes


def unit_of(key: Key) -> int:
    """The commune that a key speaks of."""
    path, leaf = key
    return int((leaf or path).rstrip("/").rpartition("/")[2])


def moved(stored: Rows, right: Mapping[Key, Tally]) -> dict[Key, Tally]:
    """By how much the counts of communes change, where they do."""
    found: dict[Key, Tally] = {}
    for key in stored.keys() | right.keys():
        more = Tally()
        if key in right:
            more.join(right[key])
        if key in stored:
            more.join(tally_of(stored[key]), -1)
        if any(any(changes) for changes in more.days.values()):
            found[key] = more
    return found


def raised(session: Session, requirement_id: int, moves: Mapping[Key, Tally]) -> tuple[Rows, Rows]:
    """The totals above communes that moved: as stored, and as they must be."""
    totals: dict[str, Tally] = {}
    totals_of(moves, totals)
    stored = stored_totals(session, requirement_id, list(totals))
    for path, tally in totals.items():
        if (path, "") in stored:
            tally.join(tally_of(stored[path, ""]))
    return stored, rows_of({(path, ""): tally for path, tally in totals.items()})
