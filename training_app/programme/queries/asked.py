"""What is asked on a day: requirements in force with their modules, by person or by unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from training_app.access import Role, Scope
from training_app.accounts.models import Account, RoleGrant
from training_app.catalogue.models import ModuleVersion
from training_app.db import Identity
from training_app.learning.queries import one_human
from training_app.learning.rules import VIETNAM
from training_app.organisation.models import (
    Leadership,
    Membership,
    TeamSpan,
    UnitSpan,
    holds,
)
from training_app.programme.rules import Asked
from training_app.requirements.models import (
    Requirement,
    RequirementEquivalence,
    RequirementModule,
    RequirementVersion,
)
from training_app.requirements.rules import Audience, Renewing, Required

_ROLES: Final = {
    Role.TRAINER.value: Audience.TRAINERS.value,
    Role.COMMUNE_OFFICER.value: Audience.OFFICIALS.value,
}
# Tables, not entities: every first page asks this, and the library's work on entities cost more
# than the database's.
_ACCOUNT: Final[Any] = Account.__table__
_ASKS: Final[Any] = RequirementModule.__table__
_EQUIVALENCE: Final[Any] = RequirementEquivalence.__table__
_GRANT: Final[Any] = RoleGrant.__table__
_LEADER: Final[Any] = Leadership.__table__
_MEMBER: Final[Any] = Membership.__table__
_MODULE: Final[Any] = ModuleVersion.__table__
_REQUIREMENT: Final[Any] = Requirement.__table__
_TEAM: Final[Any] = TeamSpan.__table__
_UNIT: Final[Any] = UnitSpan.__table__
_VERSION: Final[Any] = RequirementVersion.__table__
# The person a statement is about, named so that the statement can be built once.
WHO: Final[Any] = bindparam("who", type_=Identity)


@dataclass(frozen=True)
class ModuleName:
    """A module by its current title."""

    id: int
    title: str
    title_en: str


@dataclass(frozen=True)
class AskedRow:
    """One requirement in force on the day; ``joined`` when it was asked of a person."""

    id: int
    title: str
    title_en: str
    audience: str
    asked: Asked
    modules: tuple[ModuleName, ...]
    joined: date | None = None

    def named(self, language: str) -> str:
        """The title in that language, in Vietnamese where there is no other."""
        return self.title_en if language == "en" else self.title

    def module_titles(self, language: str) -> dict[int, str]:
        """Titles of the modules asked for, in their order."""
        return {
            module.id: module.title_en if language == "en" and module.title_en else module.title
            for module in self.modules
        }


def end_of(on: date) -> datetime:
    """The moment at which the day ends in Viet Nam."""
    return datetime.combine(on + timedelta(days=1), time.min, tzinfo=VIETNAM)


def asked_in_unit(session: Session, path: str | None, on: date) -> list[AskedRow]:
    """One row per requirement in force on the day for the subtree or around it.

    Requirements of the nation, of the units above ``path`` and of the unit itself; those of
    units below speak of a part only. ``path`` None: the nation's alone. One SELECT.
    """
    units = [int(part) for part in (path or "").split("/") if part]
    return _grouped(session.execute(_asked_in_units(on), {"units": units}).all())


def asked_of_person(session: Session, person_id: int, *, on: date, scope: Scope) -> list[AskedRow]:
    """One row per requirement asked of the person on the day, with the day it began. One SELECT.

    A person in several teams or roles is asked each requirement once, from the earliest day.
    """
    # Options given beside the statement leave its cache key standing.
    who, options = {"who": person_id}, {"scope": scope}
    return _grouped(session.execute(_asked_of_who(on), who, execution_options=options).all())


@lru_cache(maxsize=8)
def _asked_of_who(on: date) -> Select[*tuple[Any, ...]]:
    """Built once a day: building it anew for each visit cost more than running it."""
    part = _parts_played(on)
    marked = literal("/") + cast(_REQUIREMENT.c.unit_id, String) + literal("/")
    return (
        _asked_rows(on, func.min(part.c.since).over(partition_by=_REQUIREMENT.c.id))
        .join(part, part.c.audience == _REQUIREMENT.c.audience)
        .where(or_(_REQUIREMENT.c.unit_id.is_(None), part.c.path.contains(marked)))
    )


@lru_cache(maxsize=8)
def _asked_in_units(on: date) -> Select[*tuple[Any, ...]]:
    among = bindparam("units", type_=Identity, expanding=True)
    return _asked_rows(on).where(
        or_(_REQUIREMENT.c.unit_id.is_(None), _REQUIREMENT.c.unit_id.in_(among))
    )


def _asked_rows(on: date, joined: Any = None) -> Select[*tuple[Any, ...]]:
    """One row per requirement in force, module that it asks for and module that counts for it."""
    first = _VERSION.alias()
    current, equal = _MODULE.alias(), _EQUIVALENCE.alias()
    since = (
        select(func.min(first.c.in_force_from))
        .where(first.c.requirement_id == _REQUIREMENT.c.id)
        .correlate(_REQUIREMENT)
        .scalar_subquery()
    )
    return (
        select(
            _REQUIREMENT.c.id,
            _REQUIREMENT.c.title,
            _REQUIREMENT.c.title_en,
            _REQUIREMENT.c.audience,
            _VERSION.c.in_force_from,
            _VERSION.c.grace_days,
            _VERSION.c.hours,
            _VERSION.c.valid_months,
            _VERSION.c.renewal,
            _VERSION.c.window_months,
            _VERSION.c.minimum_months,
            _VERSION.c.class_only,
            since.label("since"),
            _ASKS.c.module_id,
            current.c.title.label("module_title"),
            current.c.title_en.label("module_title_en"),
            equal.c.module_id.label("equivalent_id"),
            (literal(None) if joined is None else joined).label("joined"),
        )
        .join(_VERSION, _VERSION.c.requirement_id == _REQUIREMENT.c.id)
        .outerjoin(_ASKS, _ASKS.c.requirement_version_id == _VERSION.c.id)
        .outerjoin(
            current,
            and_(current.c.module_id == _ASKS.c.module_id, current.c.superseded_at.is_(None)),
        )
        .outerjoin(
            equal,
            and_(
                equal.c.requirement_version_id == _VERSION.c.id,
                equal.c.counts_for_id == _ASKS.c.module_id,
            ),
        )
        .where(
            _VERSION.c.in_force_from <= on,
            or_(_VERSION.c.in_force_to.is_(None), _VERSION.c.in_force_to > on),
        )
        .order_by(_REQUIREMENT.c.id, current.c.position, _ASKS.c.module_id)
    )


def _parts_played(on: date) -> Any:
    """What WHO is on the day: audience, since when, in which unit.

    A set of its own, so that the database begins with the person's few rows and does not go
    through the roles of everybody in the country.
    """
    people = select(one_human(WHO).cte("human").c.id)
    in_teams = [
        select(
            literal(audience.value).label("audience"),
            table.c.valid_from.label("since"),
            _UNIT.c.path.label("path"),
        )
        .join(_TEAM, and_(_TEAM.c.team_id == table.c.team_id, holds(_TEAM.c, on)))
        .join(_UNIT, and_(_UNIT.c.unit_id == _TEAM.c.unit_id, holds(_UNIT.c, on)))
        .where(table.c.person_id.in_(people), holds(table.c, on))
        for audience, table in (
            (Audience.MEDIATORS, _MEMBER),
            (Audience.LEADERS, _LEADER),
        )
    ]
    by_role = (
        select(case(_ROLES, value=_GRANT.c.role), _GRANT.c.valid_from, _UNIT.c.path)
        .join(_ACCOUNT, _ACCOUNT.c.id == _GRANT.c.account_id)
        .outerjoin(_UNIT, and_(_UNIT.c.unit_id == _GRANT.c.unit_id, holds(_UNIT.c, on)))
        .where(_ACCOUNT.c.person_id.in_(people), _GRANT.c.role.in_(_ROLES), holds(_GRANT.c, on))
    )
    return union_all(*in_teams, by_role).cte("part").prefix_with("MATERIALIZED")


def _grouped(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[AskedRow]:
    """Put the modules of each requirement together."""
    kept: dict[int, Row[*tuple[Any, ...]]] = {}
    modules: dict[int, dict[int, ModuleName]] = {}
    equal: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for row in rows:
        kept.setdefault(row.id, row)
        names = modules.setdefault(row.id, {})
        if row.module_id is not None:
            title, title_en = row.module_title or "", row.module_title_en or ""
            names[row.module_id] = ModuleName(row.module_id, title, title_en)
        if row.equivalent_id is not None:
            equal[row.id].add((row.equivalent_id, row.module_id))
    return [
        _asked_row(row, tuple(modules[key].values()), frozenset(equal[key]))
        for key, row in kept.items()
    ]


def _asked_row(
    row: Row[*tuple[Any, ...]],
    modules: tuple[ModuleName, ...],
    equivalents: frozenset[tuple[int, int]],
) -> AskedRow:
    required = Required(
        requirement_id=row.id,
        modules=frozenset(module.id for module in modules),
        hours=row.hours,
        valid_months=row.valid_months,
        renewal=Renewing(row.renewal),
        window_months=row.window_months,
        minimum_months=row.minimum_months,
        equivalents=equivalents,
        class_only=row.class_only,
    )
    return AskedRow(
        id=row.id,
        title=row.title,
        title_en=row.title_en or row.title,
        audience=row.audience,
        asked=Asked(required, row.since, row.in_force_from, row.grace_days),
        modules=modules,
        joined=row.joined,
    )
