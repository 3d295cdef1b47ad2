"""The places of a coverage page: units in scope with the way up to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.errors import NotFound
from training_app.organisation import scope as rows
from training_app.organisation.models import Level, Unit, UnitSpan, holds

NATION_PATH: Final = "/"


@dataclass(frozen=True)
class Place:
    """A unit as it stands on the day; ``id`` None is the nation."""

    id: int | None
    name: str
    level: str
    path: str

    @property
    def is_commune(self) -> bool:
        """Whether teams stand directly under it."""
        return self.level == Level.COMMUNE

    @property
    def parent_path(self) -> str | None:
        """The path of the unit above; None above the nation."""
        if self.id is None:
            return None
        return self.path[: self.path[:-1].rindex("/") + 1]


NATION: Final = Place(None, "", "nation", NATION_PATH)


def sees_nation(scope: Scope) -> bool:
    """Whether the scope holds every unit."""
    return scope.everything or NATION_PATH in scope.unit_paths


def place(session: Session, scope: Scope, unit_id: int | None, on: date) -> Place:
    """The unit on the day. Raises NotFound when it does not stand then or is out of scope."""
    if unit_id is None:
        if not sees_nation(scope):
            raise NotFound
        return NATION
    row = session.execute(
        select(UnitSpan.unit_id, UnitSpan.type, UnitSpan.name, Unit.level, UnitSpan.path)
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .where(
            UnitSpan.unit_id == unit_id,
            holds(UnitSpan, on),
            UnitSpan.unit_id.in_(rows.units(scope, on)),
        )
    ).first()
    if row is None:
        raise NotFound
    return Place(row.unit_id, f"{row.type} {row.name}", row.level, row.path)


def breadcrumb(session: Session, scope: Scope, here: Place, on: date) -> list[Place]:
    """Places in scope from the top down to and with ``here``."""
    ids = [int(part) for part in here.path.split("/") if part]
    found = session.execute(
        select(UnitSpan.unit_id, UnitSpan.type, UnitSpan.name, Unit.level, UnitSpan.path)
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .where(
            UnitSpan.unit_id.in_(ids),
            holds(UnitSpan, on),
            UnitSpan.unit_id.in_(rows.units(scope, on)),
        )
    )
    by_id = {row.unit_id: row for row in found}
    way = [
        Place(row.unit_id, f"{row.type} {row.name}", row.level, row.path)
        for one in ids
        if (row := by_id.get(one))
    ]
    return [NATION, *way] if sees_nation(scope) else way


def roots(session: Session, scope: Scope, on: date) -> list[Place]:
    """The units at the top of the scope's subtrees, in Vietnamese order."""
    ids = [int(path.rstrip("/").rsplit("/", 1)[-1]) for path in scope.unit_paths if path != "/"]
    found = session.execute(
        select(UnitSpan.unit_id, UnitSpan.type, UnitSpan.name, Unit.level, UnitSpan.path)
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .where(UnitSpan.unit_id.in_(ids), holds(UnitSpan, on))
        .order_by(UnitSpan.sort_key)
    )
    return [Place(row.unit_id, f"{row.type} {row.name}", row.level, row.path) for row in found]
