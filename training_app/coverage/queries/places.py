"""The places of a coverage page: units in scope with the way up to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import Date, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.db import Identity
from training_app.errors import NotFound
from training_app.organisation.models import Level, Unit, UnitSpan

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


def holds_place(scope: Scope, path: str) -> bool:
    """Whether a unit with this path on the day stands in the scope's subtrees."""
    return scope.everything or path.startswith(scope.unit_paths)


def place(session: Session, scope: Scope, unit_id: int | None, on: date) -> Place:
    """The unit on the day. Raises NotFound when it does not stand then or is out of scope."""
    if unit_id is None:
        if not sees_nation(scope):
            raise NotFound
        return NATION
    found = _standing(session, [unit_id], on)
    if not found or not holds_place(scope, found[0].path):
        raise NotFound
    return found[0]


def breadcrumb(session: Session, scope: Scope, here: Place, on: date) -> list[Place]:
    """Places in scope from the top down to and with ``here``. At most one SELECT."""
    way = [path for path in _above(here.path) if holds_place(scope, path)]
    found = {one.path: one for one in _standing(session, [_last(path) for path in way], on)}
    found[here.path] = here
    if here.id is not None and holds_place(scope, here.path):
        way.append(here.path)
    places = [found[path] for path in way if path in found]
    return [NATION, *places] if sees_nation(scope) else places


def _above(path: str) -> list[str]:
    """The paths of the units above, the highest first."""
    ends = [at + 1 for at, sign in enumerate(path) if sign == "/"]
    return [path[:end] for end in ends[1:-1]]


def _last(path: str) -> int:
    return int(path.rstrip("/").rpartition("/")[2])


def roots(session: Session, scope: Scope, on: date) -> list[Place]:
    """The units at the top of the scope's subtrees, in Vietnamese order."""
    return _standing(session, [_last(path) for path in scope.unit_paths if path != "/"], on)


def _standing(session: Session, unit_ids: Collection[int], on: date) -> list[Place]:
    """The units as they stand on the day, in Vietnamese order. One SELECT, none for none."""
    if not unit_ids:
        return []
    found = session.execute(_spans(), {"units": list(unit_ids), "day": on})
    return [Place(row[0], f"{row[1]} {row[2]}", row[3], row[4]) for row in found]


@cache
def _spans() -> Select[*tuple[Any, ...]]:
    """Built once, on tables: building it for each page cost more than running it."""
    span: Any = UnitSpan.__table__
    unit: Any = Unit.__table__
    day: Any = bindparam("day", type_=Date)
    return (
        select(span.c.unit_id, span.c.type, span.c.name, unit.c.level, span.c.path)
        .join(unit, unit.c.id == span.c.unit_id)
        .where(
            span.c.unit_id.in_(bindparam("units", type_=Identity, expanding=True)),
            span.c.valid_from <= day,
            or_(span.c.valid_to.is_(None), span.c.valid_to > day),
        )
        .order_by(span.c.sort_key, span.c.unit_id)
    )
