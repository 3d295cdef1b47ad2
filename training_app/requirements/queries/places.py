"""Where requirements hold: the names of their units, and who may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.organisation.models import TeamSpan, UnitSpan, holds
from training_app.organisation.queries.succession import succession
from training_app.requirements.queries.versions import RequirementRow


@dataclass(frozen=True)
class Place:
    """What a unit is called on a day, or was last; ``stands`` on the day or not."""

    name: str
    stands: bool


def places(session: Session, unit_ids: Iterable[int], on: date) -> dict[int, Place]:
    """Units by id, as they are called on the day."""
    rows = session.execute(
        select(UnitSpan.unit_id, UnitSpan.type, UnitSpan.name, UnitSpan.valid_to)
        .where(UnitSpan.unit_id.in_(set(unit_ids)), UnitSpan.valid_from <= on)
        .order_by(UnitSpan.valid_from)
    )
    # The last span of a unit comes last.
    return {
        row.unit_id: Place(f"{row.type} {row.name}", row.valid_to is None or row.valid_to > on)
        for row in rows
    }


def visible(
    session: Session, rows: Iterable[RequirementRow], scope: Scope, on: date
) -> list[RequirementRow]:
    """Return the rows of the nation, of units in the scope, and of units above them.

    A unit that ended counts as the units in its place.
    """
    wanted = list(rows)
    if scope.everything:
        return wanted
    around = list(scope.unit_paths) + _paths(
        session,
        select(TeamSpan.unit_id)
        .where(TeamSpan.team_id.in_(scope.teams), holds(TeamSpan, on))
        .execution_options(scope=scope),
        on,
    )
    ids = {row.unit_id for row in wanted if row.unit_id is not None}
    paths = _paths_by_unit(session, ids, on)
    return [
        row
        for row in wanted
        if row.unit_id is None
        or any(_on_one_line(path, other) for path in paths.get(row.unit_id, ()) for other in around)
    ]


def _on_one_line(path: str, other: str) -> bool:
    """Say whether one of two units lies in the other's subtree."""
    return path.startswith(other) or other.startswith(path)


def _paths(session: Session, unit_ids: Select[int], on: date) -> list[str]:
    ids = set(session.scalars(unit_ids))
    return list(_standing(session, ids, on).values())


def _paths_by_unit(session: Session, unit_ids: set[int], on: date) -> dict[int, list[str]]:
    """Unit id → its path on the day, or those of the units in its place."""
    if not unit_ids:
        return {}
    standing = _standing(session, unit_ids, on)
    found = {unit: [path] for unit, path in standing.items()}
    if gone := unit_ids - standing.keys():
        came = succession(session, gone)
        heirs = {unit: came.heirs(unit) for unit in gone}
        paths = _standing(session, {one for some in heirs.values() for one in some}, on)
        found |= {unit: [paths[one] for one in heirs[unit] if one in paths] for unit in gone}
    return found


def _standing(session: Session, unit_ids: set[int], on: date) -> dict[int, str]:
    rows = session.execute(
        select(UnitSpan.unit_id, UnitSpan.path).where(
            UnitSpan.unit_id.in_(unit_ids), holds(UnitSpan, on)
        )
    )
    return dict(rows.all())
