"""Requirements as they stand on a day, and the people they speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from training_app.access import Role, Scope
from training_app.accounts.models import Account, RoleGrant
from training_app.catalogue.models import ModuleVersion
from training_app.organisation.models import (
    Leadership,
    Membership,
    Person,
    TeamSpan,
    UnitSpan,
    holds,
)
from training_app.organisation.scope import units
from training_app.requirements.models import (
    Requirement,
    RequirementEquivalence,
    RequirementModule,
    RequirementVersion,
)
from training_app.requirements.rules import Audience, InForce, Renewing, Required

_ROLE_OF: Final = {
    Audience.TRAINERS: Role.TRAINER,
    Audience.OFFICIALS: Role.COMMUNE_OFFICER,
}


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """One version of a requirement: who must hold what, in force on half-open dates."""

    requirement_id: int
    version_id: int
    key: str
    title: str
    title_en: str
    audience: Audience
    unit_id: int | None
    in_force_from: date
    in_force_to: date | None
    grace_days: int
    required: Required

    def named(self, language: str) -> str:
        """Return the title in that language, in Vietnamese where there is no other."""
        return self.title_en if language == "en" and self.title_en else self.title

    def in_force(self, on: date) -> bool:
        """Return whether this version is the rule on the day."""
        return self.in_force_from <= on and (self.in_force_to is None or on < self.in_force_to)


def in_force(session: Session, on: date) -> list[RequirementRow]:
    """One row per requirement in force on the day: the nation's first, then by title."""
    return _rows(session, _on(on))


def for_unit(session: Session, path_ids: Iterable[int], on: date) -> list[RequirementRow]:
    """One row per requirement in force for a unit whose path is made of ``path_ids``."""
    ids = list(path_ids)
    mine = or_(Requirement.unit_id.is_(None), Requirement.unit_id.in_(ids) if ids else false())
    return _rows(session, and_(_on(on), mine))


def in_force_one(session: Session, requirement_id: int, on: date) -> RequirementRow | None:
    """The requirement as it stands on the day, or None."""
    rows = _rows(session, and_(_on(on), Requirement.id == requirement_id))
    return rows[0] if rows else None


def versions_of(session: Session, requirement_id: int) -> list[RequirementRow]:
    """One row per version of a requirement, oldest first."""
    rows = _rows(session, Requirement.id == requirement_id)
    return sorted(rows, key=lambda row: row.in_force_from)


def all_requirements(session: Session, on: date) -> list[RequirementRow]:
    """One row per requirement: the version in force, else the next one, else the last one."""
    best: dict[int, RequirementRow] = {}
    for row in sorted(_rows(session, true()), key=lambda row: row.in_force_from):
        if row.in_force_from == row.in_force_to:
            continue  # ended before it began
        known = best.get(row.requirement_id)
        if known is None or (not known.in_force(on) and known.in_force_from <= on):
            best[row.requirement_id] = row
    return sorted(best.values(), key=_nation_first)


def all_versions(
    session: Session, requirement_id: int | None = None
) -> dict[int, tuple[InForce, ...]]:
    """Requirement id → its versions, oldest first: what derives holdings."""
    wanted = true() if requirement_id is None else Requirement.id == requirement_id
    grouped: dict[int, list[InForce]] = defaultdict(list)
    for row in sorted(_rows(session, wanted), key=lambda row: row.in_force_from):
        grouped[row.requirement_id].append(
            InForce(row.version_id, row.required, row.in_force_from, row.in_force_to)
        )
    return {key: tuple(versions) for key, versions in grouped.items()}


def _nation_first(row: RequirementRow) -> tuple[bool, str, int]:
    return row.unit_id is not None, row.title, row.requirement_id


def _on(on: date) -> Any:
    return and_(
        RequirementVersion.in_force_from <= on,
        or_(RequirementVersion.in_force_to.is_(None), RequirementVersion.in_force_to > on),
    )


def _rows(session: Session, where: Any) -> list[RequirementRow]:
    """Read versions with their modules and equivalences in four SELECTs."""
    found = session.execute(
        select(RequirementVersion, Requirement)
        .join(Requirement, Requirement.id == RequirementVersion.requirement_id)
        .where(where)
    ).all()
    versions = {version.id for version, _ in found}
    modules: dict[int, set[int]] = defaultdict(set)
    for version_id, module_id in session.execute(
        select(RequirementModule.requirement_version_id, RequirementModule.module_id).where(
            RequirementModule.requirement_version_id.in_(versions)
        )
    ):
        modules[version_id].add(module_id)
    anchors = _anchors(session, {requirement.id for _, requirement in found})
    equivalents = _equivalents(session, versions)
    rows = [
        _row(
            version,
            requirement,
            frozenset(modules[version.id]),
            anchors[requirement.id],
            frozenset(equivalents[version.id]),
        )
        for version, requirement in found
    ]
    return sorted(rows, key=_nation_first)


def _equivalents(session: Session, versions: set[int]) -> dict[int, set[tuple[int, int]]]:
    """Version id → pairs of a module and the module it counts for."""
    found: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for row in session.scalars(
        select(RequirementEquivalence).where(
            RequirementEquivalence.requirement_version_id.in_(versions)
        )
    ):
        found[row.requirement_version_id].add((row.module_id, row.counts_for_id))
    return found


def _anchors(session: Session, requirement_ids: set[int]) -> dict[int, date]:
    """Requirement id → the day it first came into force: fixed cycles are counted from it."""
    rows = session.execute(
        select(RequirementVersion.requirement_id, func.min(RequirementVersion.in_force_from))
        .where(RequirementVersion.requirement_id.in_(requirement_ids))
        .group_by(RequirementVersion.requirement_id)
    )
    return dict(rows.all())


def _row(
    version: RequirementVersion,
    requirement: Requirement,
    modules: frozenset[int],
    anchor: date,
    equivalents: frozenset[tuple[int, int]],
) -> RequirementRow:
    return RequirementRow(
        requirement_id=requirement.id,
        version_id=version.id,
        key=requirement.key,
        title=requirement.title,
        title_en=requirement.title_en,
        audience=Audience(requirement.audience),
        unit_id=requirement.unit_id,
        in_force_from=version.in_force_from,
        in_force_to=version.in_force_to,
        grace_days=version.grace_days,
        required=Required(
            requirement_id=requirement.id,
            modules=modules,
            hours=version.hours,
            valid_months=version.valid_months,
            renewal=Renewing(version.renewal),
            window_months=version.window_months,
            minimum_months=version.minimum_months,
            anchor=anchor,
            equivalents=equivalents,
            class_only=version.class_only,
        ),
    )


def module_titles(session: Session, module_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Module id → its present title in Vietnamese and English, retired modules included."""
    rows = session.execute(
        select(ModuleVersion.module_id, ModuleVersion.title, ModuleVersion.title_en).where(
            ModuleVersion.module_id.in_(set(module_ids)), ModuleVersion.superseded_at.is_(None)
        )
    )
    return {row.module_id: (row.title, row.title_en) for row in rows}


def every_module(session: Session) -> dict[int, tuple[str, str]]:
    """Module id → its last title in Vietnamese and English, retired ones too, as people read."""
    rows = session.execute(
        select(ModuleVersion.module_id, ModuleVersion.title, ModuleVersion.title_en)
        .where(ModuleVersion.superseded_at.is_(None))
        .order_by(ModuleVersion.position, ModuleVersion.module_id)
    )
    return {row.module_id: (row.title, row.title_en) for row in rows}


def place_names(session: Session, unit_ids: Iterable[int], on: date) -> dict[int, str]:
    """Unit id → type and name as they stand on the day."""
    rows = session.execute(
        select(UnitSpan.unit_id, UnitSpan.type, UnitSpan.name).where(
            UnitSpan.unit_id.in_(set(unit_ids)), holds(UnitSpan, on)
        )
    )
    return {row.unit_id: f"{row.type} {row.name}" for row in rows}


def visible(
    session: Session, rows: Iterable[RequirementRow], scope: Scope, on: date
) -> list[RequirementRow]:
    """Return the rows of the nation, of units in the scope, and of units above them."""
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
        or any(_on_one_line(paths.get(row.unit_id, ""), path) for path in around)
    ]


def _on_one_line(path: str, other: str) -> bool:
    """Say whether one of two units lies in the other's subtree."""
    return bool(path) and (path.startswith(other) or other.startswith(path))


def _paths(session: Session, unit_ids: Select[int], on: date) -> list[str]:
    ids = set(session.scalars(unit_ids))
    return list(_paths_by_unit(session, ids, on).values())


def _paths_by_unit(session: Session, unit_ids: set[int], on: date) -> dict[int, str]:
    if not unit_ids:
        return {}
    rows = session.execute(
        select(UnitSpan.unit_id, UnitSpan.path).where(
            UnitSpan.unit_id.in_(unit_ids), holds(UnitSpan, on)
        )
    )
    return dict(rows.all())


# -- of whom it is required -----------------------------------------------------------------


def would_ask(
    session: Session, audience: Audience, unit_id: int | None, scope: Scope, on: date
) -> int:
    """How many people a requirement on the unit would touch on the day, within the scope."""
    people = _asked_of(audience, unit_id, scope, on).subquery()
    counted = select(func.count()).select_from(people).execution_options(scope=scope)
    return session.scalar(counted) or 0


def _asked_of(audience: Audience, unit_id: int | None, scope: Scope, on: date) -> Select[int]:
    if audience is Audience.MEDIATORS:
        chosen = _served(Membership, unit_id, scope, on)
    elif audience is Audience.LEADERS:
        chosen = _served(Leadership, unit_id, scope, on)
    else:
        chosen = _granted(_ROLE_OF[audience], unit_id, scope, on)
    return chosen.distinct().execution_options(scope=scope)


def audience_size(session: Session, requirement: RequirementRow, scope: Scope, on: date) -> int:
    """How many people it touches on the day, within the scope."""
    return would_ask(session, requirement.audience, requirement.unit_id, scope, on)


def _counted_id() -> Any:
    """The id under which a human being is counted, whatever rows were linked."""
    return func.coalesce(Person.canonical_id, Person.id)


def _served(
    service: type[Membership | Leadership], unit_id: int | None, scope: Scope, on: date
) -> Select[int]:
    """People who serve in (or lead) a team living in the requirement's units and in scope."""
    seen = or_(TeamSpan.team_id.in_(scope.teams), TeamSpan.unit_id.in_(units(scope, on)))
    return (
        select(_counted_id())
        .join(service, service.person_id == Person.id)
        .join(TeamSpan, TeamSpan.team_id == service.team_id)
        .where(
            holds(service, on),
            holds(TeamSpan, on),
            true() if scope.everything else seen,
            _below(TeamSpan.unit_id, unit_id, on),
        )
    )


def _granted(role: Role, unit_id: int | None, scope: Scope, on: date) -> Select[int]:
    """People who hold a role over one of the requirement's units, in scope."""
    seen = or_(Person.id.in_(scope.people), RoleGrant.unit_id.in_(units(scope, on)))
    return (
        select(_counted_id())
        .join(Account, Account.person_id == Person.id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.role == role.value,
            holds(RoleGrant, on),
            true() if scope.everything else seen,
            _below(RoleGrant.unit_id, unit_id, on),
        )
    )


def _below(column: Any, unit_id: int | None, on: date) -> Any:
    """The column names a unit in the subtree of ``unit_id`` as it stands on the day."""
    if unit_id is None:
        return true()
    top, below = aliased(UnitSpan), aliased(UnitSpan)
    after = func.substr(top.path, 1, func.length(top.path) - 1).op("||")("0")
    subtree = (
        select(below.unit_id)
        .join(top, and_(below.path >= top.path, below.path < after))
        .where(top.unit_id == unit_id, holds(top, on), holds(below, on))
    )
    return column.in_(subtree)
