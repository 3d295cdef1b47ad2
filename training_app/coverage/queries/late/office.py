"""Entries about teams, who serves in them and who leads them, and about units."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from training_app.coverage.queries.known import Model, Service
from training_app.coverage.queries.late.kinds import NOBODY, Entries, Late, LateKind, columns
from training_app.coverage.queries.sets import HUMAN, below, last_known
from training_app.organisation.models import (
    Leadership,
    Membership,
    Person,
    Superseded,
    TeamSpan,
    UnitSpan,
    holds,
)


def office_entries(late: Late) -> list[Entries]:
    """One SELECT for each kind of entry."""
    services: tuple[Service, ...] = (Membership, Leadership)
    return [
        *(_begun(late, one) for one in services),
        *(_ended(late, one) for one in services),
        *(_service_undone(late, one) for one in services),
        _teams_came(late),
        _teams_went(late),
        _team_undone(late),
        _units_came(late),
        _units_went(late),
        _unit_undone(late),
    ]


def _service(late: Late, service: Service, found: Entries) -> Entries:
    """Services in the teams that stood in the place on the day."""
    return (
        found.join_from(service, Person, Person.id == service.person_id)
        .join(TeamSpan, and_(TeamSpan.team_id == service.team_id, holds(TeamSpan, late.on)))
        .join(UnitSpan, and_(UnitSpan.unit_id == TeamSpan.unit_id, holds(UnitSpan, late.on)))
        .where(below(late.here.path), service.valid_from <= late.on)
    )


def _begun(late: Late, service: Service) -> Entries:
    """Services on the day that were not known of."""
    kind, by = LateKind.LED, NOBODY
    if service is Membership:
        kind, by = LateKind.JOINED, Membership.recorded_by
    at = service.recorded_at
    found = columns(kind, HUMAN, service.team_id, service.valid_from, at, by)
    serving = or_(service.valid_to.is_(None), service.valid_to > late.on)
    return _service(late, service, found).where(at > late.at, serving)


def _ended(late: Late, service: Service) -> Entries:
    """Services over by the day that were not known to be."""
    kind, by = LateKind.UNLED, NOBODY
    if service is Membership:
        kind, by = LateKind.LEFT, Membership.end_recorded_by
    at = service.end_recorded_at
    found = columns(kind, HUMAN, service.team_id, service.valid_to, at, by)
    return _service(late, service, found).where(
        service.recorded_at <= late.at, service.valid_to <= late.on, at > late.at
    )


# -- what was taken back as if it had never been ---------------------------------------------------

_PAST = aliased(Superseded)
_PAST_DAY = func.coalesce(_PAST.valid_to, _PAST.valid_from)


def _undone(late: Late, model: Model) -> ColumnElement[bool]:
    """A row as it was known at the moment, which says otherwise of the day now, or is gone."""
    stands = select(model.id).where(model.id == _PAST.row_id).exists()
    return and_(
        _PAST.kind == model.__tablename__,
        or_(_PAST.known_from.is_(None), _PAST.known_from <= late.at),
        _PAST.known_to > late.at,
        _PAST.valid_from <= late.on,
        or_(_PAST.valid_to.is_(None), _PAST.valid_to <= late.on, ~stands),
    )


def _service_undone(late: Late, service: Service) -> Entries:
    """Services that began or ended, as was known then, and whose beginning or end never was."""
    found = columns(LateKind.TAKEN_BACK, HUMAN, _PAST.team_id, _PAST_DAY, _PAST.known_to)
    return (
        found.join_from(_PAST, Person, Person.id == _PAST.person_id)
        .join(TeamSpan, and_(TeamSpan.team_id == _PAST.team_id, holds(TeamSpan, late.on)))
        .join(UnitSpan, and_(UnitSpan.unit_id == TeamSpan.unit_id, holds(UnitSpan, late.on)))
        .where(_undone(late, service), below(late.here.path))
    )


def _team_undone(late: Late) -> Entries:
    """Teams that stood, or stood otherwise, as was known then, and never did."""
    found = columns(
        LateKind.TEAM_UNDONE, NOBODY, _PAST.team_id, _PAST_DAY, _PAST.known_to, label=_PAST.name
    )
    standing = and_(UnitSpan.unit_id == _PAST.unit_id, last_known(late.on))
    return found.join_from(_PAST, UnitSpan, standing).where(
        _undone(late, TeamSpan), below(late.here.path)
    )


def _unit_undone(late: Late) -> Entries:
    """Units that stood, or stood otherwise, as was known then, and never did."""
    name = _PAST.type + " " + _PAST.name
    return columns(
        LateKind.UNIT_UNDONE, NOBODY, _PAST.unit_id, _PAST_DAY, _PAST.known_to, label=name
    ).where(_undone(late, UnitSpan), late.inside(_PAST.path))


# -- teams and units -------------------------------------------------------------------------------


def _teams_came(late: Late) -> Entries:
    """Teams that came to the place by the day, were set up there or named anew."""
    one = TeamSpan
    found = columns(
        LateKind.TEAM_CAME, NOBODY, one.team_id, one.valid_from, one.recorded_at, label=one.name
    )
    standing = and_(UnitSpan.unit_id == one.unit_id, holds(UnitSpan, late.on))
    return found.join_from(one, UnitSpan, standing).where(
        below(late.here.path), holds(one, late.on), one.recorded_at > late.at
    )


def _teams_went(late: Late) -> Entries:
    """Teams that left the place by the day, ended there or were named anew; also with the unit."""
    one = TeamSpan
    found = columns(
        LateKind.TEAM_WENT, NOBODY, one.team_id, one.valid_to, one.end_recorded_at, label=one.name
    )
    standing = and_(UnitSpan.unit_id == one.unit_id, last_known(late.on))
    return found.join_from(one, UnitSpan, standing).where(below(late.here.path), *_over(late, one))


def _over(late: Late, span: type[TeamSpan | UnitSpan]) -> tuple[ColumnElement[bool], ...]:
    """The span was over by the day, and not known to be."""
    return (
        or_(span.recorded_at.is_(None), span.recorded_at <= late.at),
        span.valid_to <= late.on,
        span.end_recorded_at > late.at,
    )


def _of_units(kind: LateKind, day: Any, at: Any) -> Entries:
    name = UnitSpan.type + " " + UnitSpan.name
    return columns(kind, NOBODY, UnitSpan.unit_id, day, at, label=name)


def _units_came(late: Late) -> Entries:
    """Units that stand in the place on the day as nobody knew: new, moved here or named anew."""
    found = _of_units(LateKind.UNIT_CAME, UnitSpan.valid_from, UnitSpan.recorded_at)
    return found.where(
        below(late.here.path), holds(UnitSpan, late.on), UnitSpan.recorded_at > late.at
    )


def _units_went(late: Late) -> Entries:
    """Units that stood in the place no more, or not so: ended, moved away or named anew."""
    found = _of_units(LateKind.UNIT_WENT, UnitSpan.valid_to, UnitSpan.end_recorded_at)
    return found.where(below(late.here.path), *_over(late, UnitSpan))
