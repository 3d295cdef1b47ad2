"""Loading the shipped lists of units."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.organisation.models import (
    SINCE_BEFORE_RECORDS,
    Unit,
    UnitAlias,
    UnitSpan,
    UnitSuccession,
)
from training_app.organisation.parsing import unit_key
from training_app.vietnamese import phrase_key

DATA: Final = Path(__file__).parent.parent / "data"
REFORM_DAY: Final = date(2025, 7, 1)
REFORM_BASIS: Final = "Sắp xếp đơn vị hành chính từ ngày 01/7/2025"
# Units set up by hand later get ids above the shipped ones.
FIRST_OWN_ID: Final = 1_000_000

_Row = dict[str, Any]


@dataclass(frozen=True)
class Loaded:
    """How many rows a load added; all zero when everything was there."""

    units: int
    spans: int
    successions: int


def load_units(session: Session, *, now: datetime, actor: Viewer, folder: Path = DATA) -> Loaded:
    """Add the shipped units that the database does not have yet; what is there stays as it is."""
    known = set(session.scalars(select(Unit.id)))
    if all(int(line["unit"]) in known for line in _read(folder / "units.csv")):
        return Loaded(0, 0, 0)
    spans = [row for row in shipped_spans(folder) if row["unit_id"] not in known]
    units = {row["unit_id"]: row.pop("level") for row in spans}
    links = [row for row in shipped_successions(folder) if row["old_unit_id"] in units]
    aliases = [row for row in _aliases(folder) if row["unit_id"] in units]
    session.execute(insert(Unit), [{"id": key, "level": level} for key, level in units.items()])
    session.execute(insert(UnitSpan), spans)
    session.execute(insert(UnitSuccession), links)
    session.execute(insert(UnitAlias), aliases)
    reserve_ids(session, "unit", FIRST_OWN_ID)
    loaded = Loaded(len(units), len(spans), len(links))
    detail = {"units": loaded.units, "spans": loaded.spans}
    audit.record(session, Action.UNITS_LOADED, actor=actor, now=now, detail=detail)
    session.flush()
    return loaded


def _read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def shipped_spans(folder: Path = DATA) -> Iterator[_Row]:
    """Rows of units.csv as columns of unit_span and the level of the unit, parents first."""
    paths: dict[str, str] = {"": "/"}
    for line in sorted(_read(folder / "units.csv"), key=lambda row: len(row["code"])):
        path = f"{paths[line['parent']]}{line['unit']}/"
        paths[line["unit"]] = path
        yield {
            "unit_id": int(line["unit"]),
            "level": line["level"],
            "parent_id": int(line["parent"]) if line["parent"] else None,
            "code": line["code"],
            "name": line["name"],
            "name_fold": unit_key(line["name"]),
            "sort_key": phrase_key(line["name"]),
            "type": line["type"],
            "path": path,
            "valid_from": _day(line["valid_from"]) or SINCE_BEFORE_RECORDS,
            "valid_to": _day(line["valid_to"]),
        }


def shipped_successions(folder: Path = DATA) -> Iterator[_Row]:
    """Rows of successions.csv as columns of unit_succession."""
    for line in _read(folder / "successions.csv"):
        yield {
            "old_unit_id": int(line["old"]),
            "new_unit_id": int(line["new"]),
            "share": line["share"],
            "on": REFORM_DAY,
            "basis": REFORM_BASIS,
        }


def _aliases(folder: Path) -> Iterator[_Row]:
    for line in _read(folder / "aliases.csv"):
        yield {
            "unit_id": int(line["unit"]),
            "name": line["name"],
            "name_fold": unit_key(line["name"]),
        }


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def reserve_ids(session: Session, table: str, last: int) -> None:
    """Move a table's counter of ids past ``last``; SQLite counts from the highest by itself."""
    if session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table, "id")
        session.execute(select(func.setval(sequence, last)))
