"""Teams as they stand on a day, with the facts that Article 12 asks about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, distinct, exists, func, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.db import Unscoped
from training_app.organisation import scope as scoping
from training_app.organisation.models import (
    CompositionException,
    Leadership,
    Membership,
    Person,
    Recognition,
    TeamSpan,
    UnitSpan,
    holds,
)
from training_app.organisation.rules import Composition, Rule, TeamFacts, composition

_Leader = aliased(Person, name="leader")
# A human being recorded twice and linked counts once.
_A_DAY = Unscoped("a day alone; the caller asks whose team it was")
_HUMAN = func.coalesce(Person.canonical_id, Person.id)


@dataclass(frozen=True)
class TeamRow:
    """One team on the day asked for."""

    id: int
    name: str
    village: str
    unit_id: int
    unit_name: str
    leader_id: int | None
    leader_name: str | None
    facts: TeamFacts

    @property
    def composition(self) -> Composition:
        """What Article 12 says of the team."""
        return composition(self.facts)


@dataclass(frozen=True)
class MemberRow:
    """One person serving in a team on the day asked for."""

    person_id: int
    full_name: str
    sex: str | None
    birth_year: int | None
    law_qualified: bool | None
    since: date
    membership_id: int
    leader: bool


def teams_under(
    session: Session, scope: Scope, unit_path: str, on: date, *, team_ids: Iterable[int] = ()
) -> list[TeamRow]:
    """One row per team of the subtree on the day, in Vietnamese order of units and names.

    ``unit_path`` is that of a commune, a province, or ``/``; ``team_ids`` narrows to those.
    """
    chosen = _facts(scope, on).where(scoping.within(unit_path))
    if team_ids:
        chosen = chosen.where(TeamSpan.team_id.in_(team_ids))
    ordered = chosen.order_by(UnitSpan.sort_key, UnitSpan.unit_id, TeamSpan.sort_key, TeamSpan.id)
    return [_team_row(row) for row in session.execute(ordered)]


def team_on(session: Session, scope: Scope, team_id: int, on: date) -> TeamRow | None:
    """The team on the day, or None when it does not live then or is not in scope."""
    row = session.execute(_facts(scope, on).where(TeamSpan.team_id == team_id)).first()
    return _team_row(row) if row else None


def ended_on(session: Session, team_id: int, on: date) -> date | None:
    """The day since which a team stands no more, or None. The caller asks about its scope."""
    last = select(func.max(TeamSpan.valid_to)).where(
        TeamSpan.team_id == team_id, TeamSpan.valid_to <= on
    )
    return session.scalar(last.execution_options(scope=_A_DAY))


def members(session: Session, scope: Scope, team_id: int, on: date) -> list[MemberRow]:
    """One row per person serving in the team on the day: the leader first, then by given name."""
    leads = exists().where(
        Leadership.team_id == team_id,
        Leadership.person_id == Membership.person_id,
        holds(Leadership, on),
    )
    rows = session.execute(
        select(
            Person.id,
            Person.full_name,
            Person.sex,
            Person.birth_year,
            Person.law_qualified,
            Membership.valid_from,
            Membership.id,
            leads.label("leads"),
        )
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.team_id.in_(scoping.teams(scope, on).where(TeamSpan.team_id == team_id)),
            holds(Membership, on),
            scoping.named_to(scope),
        )
        .order_by(leads.desc(), Person.sort_key, Person.id)
        .execution_options(scope=scope)
    )
    return [MemberRow(*row) for row in rows]


def recognitions(session: Session, scope: Scope, team_id: int, on: date) -> dict[int, Recognition]:
    """The latest decision by person that recognised a mediator or leader of the team."""
    chosen = (
        select(Recognition)
        .where(Recognition.team_id.in_(scoping.teams(scope, on).where(TeamSpan.team_id == team_id)))
        .order_by(Recognition.decided_on, Recognition.id)
        .execution_options(scope=scope)
    )
    return {row.person_id: row for row in session.scalars(chosen)}


def exceptions(
    session: Session, scope: Scope, team_id: int, on: date
) -> list[CompositionException]:
    """The exceptions from Article 12 that hold for the team on the day."""
    chosen = select(CompositionException).where(
        CompositionException.team_id.in_(
            scoping.teams(scope, on).where(TeamSpan.team_id == team_id)
        ),
        holds(CompositionException, on),
    )
    return list(session.scalars(chosen.execution_options(scope=scope)))


def _facts(scope: Scope, on: date) -> Select[*tuple[Any, ...]]:
    """Teams in scope joined to their members, one group per team."""
    leads = and_(Leadership.team_id == TeamSpan.team_id, holds(Leadership, on))
    return (
        select(
            TeamSpan.team_id,
            TeamSpan.name,
            TeamSpan.village,
            TeamSpan.unit_id,
            TeamSpan.minority_required,
            (UnitSpan.type + " " + UnitSpan.name).label("unit_name"),
            func.max(_Leader.id).label("leader_id"),
            func.max(_Leader.full_name).label("leader_name"),
            _humans().label("members"),
            _humans(Person.sex == "female").label("women"),
            _humans(Person.sex.is_(None)).label("sex_unknown"),
            _humans(Person.ethnic_minority.is_(True)).label("minority"),
            _humans(Person.ethnic_minority.is_(None)).label("minority_unknown"),
            _humans(Person.id == Leadership.person_id).label("leading"),
            *(_exempt(rule, on).label(f"exempt_{rule}") for rule in Rule),
        )
        .select_from(TeamSpan)
        .join(UnitSpan, and_(UnitSpan.unit_id == TeamSpan.unit_id, holds(UnitSpan, on)))
        .outerjoin(Membership, and_(Membership.team_id == TeamSpan.team_id, holds(Membership, on)))
        .outerjoin(Person, Person.id == Membership.person_id)
        .outerjoin(Leadership, leads)
        .outerjoin(_Leader, _Leader.id == Leadership.person_id)
        .where(holds(TeamSpan, on), TeamSpan.team_id.in_(scoping.teams(scope, on)))
        .group_by(TeamSpan.id, UnitSpan.id)
        .execution_options(scope=scope)
    )


def _humans(condition: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    counted = _HUMAN if condition is None else case((condition, _HUMAN))
    return func.count(distinct(counted))


def _exempt(rule: Rule, on: date) -> ColumnElement[bool]:
    return exists().where(
        CompositionException.team_id == TeamSpan.team_id,
        CompositionException.rule == rule.value,
        holds(CompositionException, on),
    )


def _team_row(row: Any) -> TeamRow:
    values = row._mapping  # noqa: SLF001 - the public way to read a row by label
    facts = TeamFacts(
        members=values["members"],
        women=values["women"],
        sex_unknown=values["sex_unknown"],
        minority=values["minority"],
        minority_unknown=values["minority_unknown"],
        leader=bool(values["leading"]),
        minority_required=bool(values["minority_required"]),
        exempt=frozenset(rule.value for rule in Rule if values[f"exempt_{rule}"]),
    )
    return TeamRow(
        id=row.team_id,
        name=row.name,
        village=row.village,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        leader_id=row.leader_id,
        leader_name=row.leader_name,
        facts=facts,
    )
