"""Requirements as they stand on a day, with what they ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from training_app.catalogue.models import ModuleVersion
from training_app.requirements.models import (
    Requirement,
    RequirementEquivalence,
    RequirementModule,
    RequirementVersion,
)
from training_app.requirements.rules import Audience, InForce, Renewing, Required


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
        return self.in_force_from <= on and self.lasts(on)

    def lasts(self, on: date) -> bool:
        """Return whether this version is, or will be, the rule on the day or later."""
        if self.in_force_to is None:
            return True
        return max(on, self.in_force_from) < self.in_force_to


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
    return sorted(rows_of(session, [requirement_id]), key=lambda row: row.in_force_from)


def rows_of(session: Session, requirement_ids: Iterable[int]) -> list[RequirementRow]:
    """One row per version of some requirements."""
    return _rows(session, Requirement.id.in_(set(requirement_ids)))


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
    before = _predecessors(session, {requirement for _, requirement in found})
    anchors = _anchors(session, before)
    equivalents = _equivalents(session, versions)
    rows = [
        _row(
            version,
            requirement,
            frozenset(modules[version.id]),
            anchor=anchors[requirement.id],
            equivalents=frozenset(equivalents[version.id]),
            before=before[requirement.id],
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


def _predecessors(session: Session, found: set[Requirement]) -> dict[int, frozenset[int]]:
    """Requirement id → the requirements that it carries on; a SELECT for each step there is."""
    first = {one.id: one.carries_on_id for one in found}
    before = {one: value for one, value in first.items() if value is not None}
    asked = set(before.values()) - first.keys()
    while asked:
        rows = session.execute(
            select(Requirement.id, Requirement.carries_on_id).where(Requirement.id.in_(asked))
        ).all()
        before |= {row.id: row.carries_on_id for row in rows if row.carries_on_id is not None}
        asked = {row.carries_on_id for row in rows if row.carries_on_id is not None}
    chains: dict[int, frozenset[int]] = {}
    for one in first:
        chain, step = set(), before.get(one)
        while step is not None:
            chain.add(step)
            step = before.get(step)
        chains[one] = frozenset(chain)
    return chains


def _anchors(session: Session, before: dict[int, frozenset[int]]) -> dict[int, date]:
    """Requirement id → the day it, or what it carries on, first came into force.

    Fixed cycles are counted from it.
    """
    wanted = before.keys() | frozenset().union(*before.values())
    rows = session.execute(
        select(RequirementVersion.requirement_id, func.min(RequirementVersion.in_force_from))
        .where(RequirementVersion.requirement_id.in_(wanted))
        .group_by(RequirementVersion.requirement_id)
    )
    first = dict(rows.all())
    return {one: min(first[key] for key in (one, *chain)) for one, chain in before.items()}


def _row(
    version: RequirementVersion,
    requirement: Requirement,
    modules: frozenset[int],
    *,
    anchor: date,
    equivalents: frozenset[tuple[int, int]],
    before: frozenset[int],
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
            carries_on=before,
        ),
    )


def module_titles(session: Session, module_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Module id → its present title in Vietnamese and English, retired modules included.

    In the order of the curriculum, as every page lists modules.
    """
    return _titles(session, ModuleVersion.module_id.in_(set(module_ids)))


def every_module(session: Session) -> dict[int, tuple[str, str]]:
    """Module id → its last title in Vietnamese and English, retired ones too, as people read."""
    return _titles(session, true())


def _titles(session: Session, chosen: Any) -> dict[int, tuple[str, str]]:
    rows = session.execute(
        select(ModuleVersion.module_id, ModuleVersion.title, ModuleVersion.title_en)
        .where(chosen, ModuleVersion.superseded_at.is_(None))
        .order_by(ModuleVersion.position, ModuleVersion.module_id)
    )
    return {row.module_id: (row.title, row.title_en) for row in rows}
