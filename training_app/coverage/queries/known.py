"""Dated rows as they were known at a moment: later entries left out, what was taken back read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.coverage.queries.places import Place, holds_place
from training_app.db import Identity, Unscoped, UtcDateTime
from training_app.errors import NotFound
from training_app.organisation.models import (
    Leadership,
    Level,
    Membership,
    Person,
    Superseded,
    TeamSpan,
    Unit,
    UnitSpan,
)

COUNTING: Final = {"scope": Unscoped("counts as known then name nobody")}
Service = type[Membership | Leadership]
Model = type[Membership | Leadership | TeamSpan | UnitSpan]
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    Membership.__tablename__: ("person_id", "team_id"),
    Leadership.__tablename__: ("person_id", "team_id"),
    TeamSpan.__tablename__: (
        "team_id", "unit_id", "name", "sort_key", "village", "minority_required",
    ),
    UnitSpan.__tablename__: ("unit_id", "parent_id", "type", "name", "sort_key", "path"),
}  # fmt: skip


# Statements are built once and asked with the moment, the day and the place.
_AT: Final[Any] = bindparam("at", type_=UtcDateTime())
_ON: Final[Any] = bindparam("on", type_=Date)
_FIRST: Final[Any] = bindparam("first", type_=String)
_END: Final[Any] = bindparam("end", type_=String)


@cache
def _known_rows(model: Model) -> Subquery:
    """The rows of a dated table as they were known at a moment, with ``valid_from`` and ``_to``.

    Of what was taken back since, the version known last before the moment stands in.
    """
    names = _COLUMNS[model.__tablename__]
    columns = model.__table__.c
    ended_later = columns.end_recorded_at > _AT
    another = select(Superseded.id).where(
        Superseded.row_id == columns.id, _covers(Superseded, model)
    )
    standing = select(
        columns.id.label("row_id"),
        *(columns[name] for name in names),
        columns.valid_from,
        case((ended_later, null()), else_=columns.valid_to).label("valid_to"),
    ).where(
        or_(columns.recorded_at.is_(None), columns.recorded_at <= _AT),
        ~another.exists(),
    )
    past: Any = Superseded.__table__.c
    newer = aliased(Superseded)
    known_later = select(newer.id).where(
        newer.row_id == past.row_id, _covers(newer, model), _known_after(newer)
    )
    taken_back = select(
        past.row_id,
        *(past[name] for name in names),
        past.valid_from,
        past.valid_to.label("valid_to"),
    ).where(_covers(Superseded, model), ~known_later.exists())
    return union_all(standing, taken_back).subquery(f"known_{model.__tablename__}")


def _covers(version: Any, model: Model) -> ColumnElement[bool]:
    return and_(
        version.kind == model.__tablename__,
        or_(version.known_from.is_(None), version.known_from <= _AT),
        version.known_to > _AT,
    )


def _known_after(newer: Any) -> ColumnElement[bool]:
    same = or_(
        newer.known_from == Superseded.known_from,
        and_(newer.known_from.is_(None), Superseded.known_from.is_(None)),
    )
    return or_(
        newer.known_from > Superseded.known_from,
        and_(newer.known_from.is_not(None), Superseded.known_from.is_(None)),
        and_(same, newer.id > Superseded.id),
    )


def _holding(rows: Subquery) -> ColumnElement[bool]:
    """The row holds on the day."""
    return and_(rows.c.valid_from <= _ON, or_(rows.c.valid_to.is_(None), rows.c.valid_to > _ON))


def _inside(rows: Subquery) -> ColumnElement[bool]:
    """The span stands in the subtree."""
    return and_(rows.c.path >= _FIRST, rows.c.path < _END)


def _asked(path: str, on: date, at: datetime) -> dict[str, Any]:
    return {"at": at, "on": on, "first": path, "end": path[:-1] + chr(ord("/") + 1)}


def place_then(session: Session, scope: Scope, unit_id: int, on: date, at: datetime) -> Place:
    """The unit on the day as known at the moment.

    Raises NotFound when it did not stand then, as was known, or is out of scope.
    """
    asked = {"at": at, "on": on, "unit": unit_id}
    for row in session.execute(_unit(), asked):
        if holds_place(scope, row.path):
            return Place(row.unit_id, f"{row.type} {row.name}", row.level, row.path)
    raise NotFound


def parts_then(session: Session, here: Place, on: date, at: datetime) -> Sequence[Any]:
    """The units directly under a place on the day as known at the moment, in Vietnamese order."""
    asked = {"at": at, "on": on} | ({"unit": here.id} if here.id else {})
    return session.execute(_parts(below=here.id is not None), asked).all()


@dataclass(frozen=True)
class TeamThen:
    """A team on a day as it was known: where it stood and what it was called."""

    id: int
    unit_id: int
    path: str
    name: str
    village: str
    minority_required: bool


def teams_known(session: Session, path: str, on: date, at: datetime) -> list[TeamThen]:
    """One row per team of the subtree on the day as known at the moment, in Vietnamese order."""
    found = session.execute(_teams(), _asked(path, on, at))
    return [
        TeamThen(row[0], row[1], row[2], row[3], row[4], minority_required=bool(row[5]))
        for row in found
    ]


def services_known(
    session: Session, model: Service, path: str, on: date, at: datetime
) -> Iterator[tuple[int, int, int]]:
    """Team, row of a person, and human being (as known now), of each service known then."""
    for row in session.execute(_services(model), _asked(path, on, at)):
        yield row[0], row[1], row[2]


def services_counted(session: Session, model: Service, path: str, on: date, at: datetime) -> int:
    """How many services there are, counted without reading them."""
    return session.scalar(_service_count(model), _asked(path, on, at)) or 0


def _named(spans: Subquery) -> Select[*tuple[Any, ...]]:
    # A unit whose setting up was taken back has left its span alone.
    guessed = case((spans.c.parent_id.is_(None), Level.PROVINCE.value), else_=Level.COMMUNE.value)
    level = func.coalesce(Unit.level, guessed).label("level")
    return (
        select(spans.c.unit_id, spans.c.type, spans.c.name, level, spans.c.path)
        .outerjoin(Unit, Unit.id == spans.c.unit_id)
        .where(_holding(spans))
        .order_by(spans.c.sort_key, spans.c.unit_id)
        .execution_options(**COUNTING)
    )


@cache
def _unit() -> Select[*tuple[Any, ...]]:
    spans = _known_rows(UnitSpan)
    return _named(spans).where(spans.c.unit_id == bindparam("unit", type_=Identity))


@cache
def _parts(*, below: bool) -> Select[*tuple[Any, ...]]:
    spans = _known_rows(UnitSpan)
    if not below:
        return _named(spans).where(spans.c.parent_id.is_(None))
    return _named(spans).where(spans.c.parent_id == bindparam("unit", type_=Identity))


@cache
def _teams() -> Select[*tuple[Any, ...]]:
    spans, teams = _known_rows(UnitSpan), _known_rows(TeamSpan)
    return (
        select(
            teams.c.team_id,
            teams.c.unit_id,
            spans.c.path,
            teams.c.name,
            teams.c.village,
            teams.c.minority_required,
        )
        .join(spans, spans.c.unit_id == teams.c.unit_id)
        .where(_holding(teams), _holding(spans), _inside(spans))
        .order_by(spans.c.sort_key, spans.c.unit_id, teams.c.sort_key, teams.c.row_id)
        .execution_options(**COUNTING)
    )


@cache
def _services(model: Service) -> Select[*tuple[Any, ...]]:
    spans, teams, served = (_known_rows(one) for one in (UnitSpan, TeamSpan, model))
    return (
        select(
            served.c.team_id,
            served.c.person_id,
            func.coalesce(Person.canonical_id, served.c.person_id),
        )
        .join(teams, teams.c.team_id == served.c.team_id)
        .join(spans, spans.c.unit_id == teams.c.unit_id)
        .outerjoin(Person, Person.id == served.c.person_id)
        .where(_holding(served), _holding(teams), _holding(spans), _inside(spans))
        .execution_options(**COUNTING)
    )


@cache
def _service_count(model: Service) -> Select[int]:
    counted = select(func.count()).select_from(_services(model).subquery())
    return counted.execution_options(**COUNTING)
