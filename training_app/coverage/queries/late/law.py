"""Entries about what is asked: the requirement itself, and the law behind its modules."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from training_app.catalogue.models import LawTask, LawTaskSettlement, ModuleVersion
from training_app.coverage.queries.late.kinds import NOBODY, Entries, Late, LateKind, columns
from training_app.laws.models import LawChange, LawChangeWithdrawal
from training_app.requirements.models import RequirementVersion


def law_entries(late: Late) -> list[Entries]:
    """One SELECT for each kind of entry."""
    return [_required(late), _unrequired(late), _changed(late), _withdrawn(late), _settled(late)]


def _required(late: Late) -> Entries:
    """The requirement was set, or its terms changed.

    Terms that begin after the day matter to who counts as due soon on it.
    """
    one = RequirementVersion
    found = columns(
        LateKind.REQUIRED,
        NOBODY,
        one.requirement_id,
        one.in_force_from,
        one.recorded_at,
        one.recorded_by,
    )
    return found.where(
        one.requirement_id == late.asking.requirement.id,
        one.recorded_at > late.at,
        one.in_force_from <= late.soon,
    )


def _unrequired(late: Late) -> Entries:
    """The requirement ended, no other terms following."""
    one, next_terms = RequirementVersion, aliased(RequirementVersion)
    follows = select(next_terms.id).where(
        next_terms.requirement_id == one.requirement_id,
        next_terms.in_force_from == one.in_force_to,
        next_terms.id != one.id,
    )
    at = one.end_recorded_at
    found = columns(LateKind.UNREQUIRED, NOBODY, one.requirement_id, one.in_force_to, at)
    return found.where(
        one.requirement_id == late.asking.requirement.id,
        at > late.at,
        one.in_force_to <= late.soon,
        ~follows.exists(),
    )


def _of_law(kind: LateKind, at: Any, by: Any) -> Entries:
    return columns(kind, NOBODY, LawChange.id, LawChange.in_force_from, at, by)


def _cited(late: Late) -> ColumnElement[bool]:
    """A module asked for cites what changed: the change opened a task for it."""
    return (
        select(LawTask.id)
        .where(LawTask.law_change_id == LawChange.id, LawTask.module_id.in_(late.modules))
        .exists()
    )


def _changed(late: Late) -> Entries:
    """Changes of law that had taken effect by the day."""
    at = LawChange.recorded_at
    found = _of_law(LateKind.LAW_CHANGED, at, LawChange.recorded_by)
    return found.where(_cited(late), at > late.at, LawChange.in_force_from <= late.on)


def _withdrawn(late: Late) -> Entries:
    """Changes of law that had taken effect by the day, and were recorded by mistake."""
    one = LawChangeWithdrawal
    found = _of_law(LateKind.LAW_WITHDRAWN, one.recorded_at, one.recorded_by)
    return found.join_from(LawChange, one, one.law_change_id == LawChange.id).where(
        _cited(late), one.recorded_at > late.at, LawChange.in_force_from <= late.on
    )


def _settled(late: Late) -> Entries:
    """A version published by the day was found, later, to answer a change of law.

    Until then it asked back everybody with an older version, from then on those who cite the place.
    """
    one = LawTaskSettlement
    found = _of_law(LateKind.LAW_SETTLED, one.recorded_at, one.recorded_by)
    return (
        found.join_from(LawChange, LawTask, LawTask.law_change_id == LawChange.id)
        .join(one, one.law_task_id == LawTask.id)
        .join(ModuleVersion, ModuleVersion.id == one.module_version_id)
        .where(
            LawTask.module_id.in_(late.modules),
            one.recorded_at > late.at,
            ModuleVersion.published_at <= late.at,
        )
    )
