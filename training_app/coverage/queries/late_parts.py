"""Each kind of entry made after a day about that day or before, as a SELECT."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent
from training_app.coverage.queries.known import Service
from training_app.coverage.queries.linked import LINKING
from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import HUMAN, Asking, below, helps, people_asked
from training_app.db import Identity
from training_app.learning.models import (
    Exemption,
    ExemptionRevocation,
    Fact,
    FactWithdrawal,
)
from training_app.organisation.models import (
    Leadership,
    Membership,
    Person,
    Superseded,
    TeamSpan,
    UnitSpan,
    holds,
)

_NOBODY: Final[Any] = cast(null(), Identity)
_NO_DAY: Final = cast(null(), Date)
_NOTHING: Final = cast(null(), String)


class LateKind(StrEnum):
    """What was entered late."""

    FACT = "fact"
    WITHDRAWAL = "withdrawal"
    JOINED = "joined"
    LEFT = "left"
    TAKEN_BACK = "taken_back"
    LED = "led"
    UNLED = "unled"
    EXEMPTED = "exempted"
    REVOKED = "revoked"
    LINKED = "linked"
    PARTED = "parted"
    TEAM_CAME = "team_came"
    TEAM_WENT = "team_went"


def late_parts(asking: Asking, here: Place, moment: datetime) -> list[Select[*tuple[Any, ...]]]:
    """One SELECT for each kind of entry; a row says whom or which team it is about."""
    parts = [
        _facts(asking, here, moment),
        _withdrawals(asking, here, moment),
        _exempted(asking, here, moment),
        _revoked(asking, here, moment),
        _linked(asking, here, moment),
    ]
    if asking.by_team:
        parts += [
            *(_begun(asking, here, moment, one) for one in (Membership, Leadership)),
            *(_ended(asking, here, moment, one) for one in (Membership, Leadership)),
            _taken_back(asking, here, moment),
            _teams(asking, here, moment, came=True),
            _teams(asking, here, moment, came=False),
        ]
    return parts


def _columns(kind: LateKind, *columns: Any) -> Select[*tuple[Any, ...]]:
    names = ("human", "module_id", "team_id", "happened_on", "recorded_at", "recorded_by", "label")
    given = (*columns, *(_NOTHING,) * (len(names) - len(columns)))
    return select(
        literal(kind.value).label("kind"),
        *(column.label(name) for column, name in zip(given, names, strict=True)),
    )


def _those_asked(asking: Asking, here: Place) -> ColumnElement[bool]:
    return HUMAN.in_(select(people_asked(asking, here.path).c.human))


def _of_those_asked(asking: Asking, here: Place) -> ColumnElement[bool]:
    return and_(_those_asked(asking, here), Fact.happened_on <= asking.on)


def _facts(asking: Asking, here: Place, moment: datetime) -> Select[*tuple[Any, ...]]:
    return (
        _columns(
            LateKind.FACT,
            HUMAN,
            Fact.module_id,
            _NOBODY,
            Fact.happened_on,
            Fact.recorded_at,
            Fact.recorded_by,
        )
        .join_from(Fact, Person, Person.id == Fact.person_id)
        .where(
            _of_those_asked(asking, here),
            helps(asking.requirement.asked.required),
            Fact.recorded_at > moment,
        )
    )


def _withdrawals(asking: Asking, here: Place, moment: datetime) -> Select[*tuple[Any, ...]]:
    return (
        _columns(
            LateKind.WITHDRAWAL,
            HUMAN,
            Fact.module_id,
            _NOBODY,
            Fact.happened_on,
            FactWithdrawal.recorded_at,
            FactWithdrawal.recorded_by,
        )
        .join_from(Fact, Person, Person.id == Fact.person_id)
        .join(FactWithdrawal, FactWithdrawal.fact_id == Fact.id)
        .where(
            _of_those_asked(asking, here),
            helps(asking.requirement.asked.required),
            Fact.recorded_at <= moment,
            FactWithdrawal.recorded_at > moment,
        )
    )


def _exempted(asking: Asking, here: Place, moment: datetime) -> Select[*tuple[Any, ...]]:
    """Exemptions granted."""
    return (
        _columns(
            LateKind.EXEMPTED,
            HUMAN,
            _NOBODY,
            _NOBODY,
            Exemption.exempt_from,
            Exemption.recorded_at,
            Exemption.recorded_by,
        )
        .join_from(Exemption, Person, Person.id == Exemption.person_id)
        .where(
            _those_asked(asking, here),
            Exemption.requirement_id.in_(asking.requirement.asked.required.exempting),
            Exemption.recorded_at > moment,
            Exemption.exempt_from <= asking.on,
        )
    )


def _revoked(asking: Asking, here: Place, moment: datetime) -> Select[*tuple[Any, ...]]:
    """Exemptions ended before their time."""
    return (
        _columns(
            LateKind.REVOKED,
            HUMAN,
            _NOBODY,
            _NOBODY,
            ExemptionRevocation.revoked_on,
            ExemptionRevocation.recorded_at,
            ExemptionRevocation.recorded_by,
        )
        .join_from(Exemption, Person, Person.id == Exemption.person_id)
        .join(ExemptionRevocation, ExemptionRevocation.exemption_id == Exemption.id)
        .where(
            _those_asked(asking, here),
            Exemption.requirement_id.in_(asking.requirement.asked.required.exempting),
            Exemption.recorded_at <= moment,
            ExemptionRevocation.recorded_at > moment,
            ExemptionRevocation.revoked_on <= asking.on,
        )
    )


def _linked(asking: Asking, here: Place, moment: datetime) -> Select[*tuple[Any, ...]]:
    """Records found to be of one person, or of two after all."""
    parted = AuditEvent.action == Action.PERSON_UNMERGED.value
    kind = case((parted, LateKind.PARTED.value), else_=LateKind.LINKED.value)
    return (
        select(
            kind.label("kind"),
            HUMAN.label("human"),
            _NOBODY.label("module_id"),
            _NOBODY.label("team_id"),
            _NO_DAY.label("happened_on"),
            AuditEvent.at.label("recorded_at"),
            AuditEvent.actor_account_id.label("recorded_by"),
            _NOTHING.label("label"),
        )
        .join_from(AuditEvent, Person, Person.id == AuditEvent.object_id)
        .where(
            AuditEvent.action.in_(LINKING),
            AuditEvent.at > moment,
            _those_asked(asking, here),
        )
    )


def _service(
    asking: Asking, here: Place, service: Service, columns: Select[Any]
) -> Select[*tuple[Any, ...]]:
    """Services in the teams that stood in the place on the day."""
    on = asking.on
    return (
        columns.join_from(service, Person, Person.id == service.person_id)
        .join(TeamSpan, and_(TeamSpan.team_id == service.team_id, holds(TeamSpan, on)))
        .join(UnitSpan, and_(UnitSpan.unit_id == TeamSpan.unit_id, holds(UnitSpan, on)))
        .where(below(here.path), service.valid_from <= on)
    )


def _begun(
    asking: Asking, here: Place, moment: datetime, service: Service
) -> Select[*tuple[Any, ...]]:
    """Services on the day that were not known of."""
    kind, by = LateKind.LED, _NOBODY
    if service is Membership:
        kind, by = LateKind.JOINED, Membership.recorded_by
    columns = _columns(
        kind, HUMAN, _NOBODY, service.team_id, service.valid_from, service.recorded_at, by
    )
    serving = or_(service.valid_to.is_(None), service.valid_to > asking.on)
    return _service(asking, here, service, columns).where(service.recorded_at > moment, serving)


def _ended(
    asking: Asking, here: Place, moment: datetime, service: Service
) -> Select[*tuple[Any, ...]]:
    """Services over by the day that were not known to be."""
    kind, by = LateKind.UNLED, _NOBODY
    if service is Membership:
        kind, by = LateKind.LEFT, Membership.end_recorded_by
    columns = _columns(
        kind, HUMAN, _NOBODY, service.team_id, service.valid_to, service.end_recorded_at, by
    )
    return _service(asking, here, service, columns).where(
        service.recorded_at <= moment,
        service.valid_to <= asking.on,
        service.end_recorded_at > moment,
    )


def _taken_back(asking: Asking, here: Place, moment: datetime) -> Select[*tuple[Any, ...]]:
    """Services that began or ended, as was known then, and whose beginning or end never was."""
    past = aliased(Superseded)
    return (
        _columns(
            LateKind.TAKEN_BACK,
            HUMAN,
            _NOBODY,
            past.team_id,
            func.coalesce(past.valid_to, past.valid_from),
            past.known_to,
            _NOBODY,
        )
        .join_from(past, Person, Person.id == past.person_id)
        .join(TeamSpan, and_(TeamSpan.team_id == past.team_id, holds(TeamSpan, asking.on)))
        .join(UnitSpan, and_(UnitSpan.unit_id == TeamSpan.unit_id, holds(UnitSpan, asking.on)))
        .where(
            past.kind.in_((Membership.__tablename__, Leadership.__tablename__)),
            or_(past.known_from.is_(None), past.known_from <= moment),
            past.known_to > moment,
            func.coalesce(past.valid_to, past.valid_from) <= asking.on,
            below(here.path),
        )
    )


def _teams(
    asking: Asking, here: Place, moment: datetime, *, came: bool
) -> Select[*tuple[Any, ...]]:
    """Teams that came to the place by the day, or ``came`` False left it, entered later."""
    day, at = TeamSpan.valid_to, TeamSpan.end_recorded_at
    known = and_(TeamSpan.recorded_at <= moment, TeamSpan.valid_to <= asking.on)
    if came:
        day, at, known = TeamSpan.valid_from, TeamSpan.recorded_at, holds(TeamSpan, asking.on)
    kind = LateKind.TEAM_CAME if came else LateKind.TEAM_WENT
    columns = _columns(kind, _NOBODY, _NOBODY, TeamSpan.team_id, day, at, _NOBODY, TeamSpan.name)
    standing = and_(UnitSpan.unit_id == TeamSpan.unit_id, holds(UnitSpan, asking.on))
    return columns.join_from(TeamSpan, UnitSpan, standing).where(
        below(here.path), known, at > moment
    )
