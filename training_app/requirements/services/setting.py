"""Setting requirements: a change is a new dated version, never an edit."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Permission, Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.db import touched
from training_app.errors import N_, InvalidInput, NotAllowed, NotFound, RuleBroken
from training_app.organisation.models import UnitSpan, holds
from training_app.organisation.scope import units
from training_app.requirements.models import (
    Requirement,
    RequirementEquivalence,
    RequirementModule,
    RequirementVersion,
)
from training_app.requirements.rules import WINDOW_TOO_LONG, Audience, Renewing
from training_app.vietnamese import fold
from training_app.work import services as work
from training_app.work.rules import StaleKind

REDERIVE_JOB: Final = "rederive-holdings"


@dataclass(frozen=True)
class Terms:
    """What a version asks for; see ``models.RequirementVersion``.

    ``equivalents`` are pairs: a module, and the module asked for that it counts as.
    """

    in_force_from: date
    modules: frozenset[int]
    hours: int | None = None
    valid_months: int | None = None
    renewal: Renewing = Renewing.EXPIRY
    window_months: int = 0
    minimum_months: int = 0
    grace_days: int = 0
    class_only: bool = False
    equivalents: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class NewRequirement:
    """Who must hold something from now on. ``unit_id`` None is the whole nation."""

    title: str
    audience: Audience
    unit_id: int | None
    terms: Terms
    title_en: str = ""
    key: str = ""
    carries_on_id: int | None = None


def set_requirement(
    session: Session, new: NewRequirement, *, now: datetime, today: date, actor: Viewer
) -> Requirement:
    """Set a requirement for a unit in the actor's scope; the system alone sets the nation's.

    Raises NotAllowed outside the scope, InvalidInput for terms that cannot be.
    """
    _demand_unit(session, new.unit_id, today, actor)
    return put_requirement(session, new, now=now, today=today, actor=actor)


def put_requirement(
    session: Session, new: NewRequirement, *, now: datetime, today: date, actor: Viewer
) -> Requirement:
    """As :func:`set_requirement`, for a unit that the caller has made sure of.

    Raises RuleBroken when the same was set before, as by a button pressed twice.
    """
    _check(new.terms, today, actor)
    requirement = Requirement(
        key=new.key or _key(new, actor),
        title=new.title,
        title_en=new.title_en,
        audience=new.audience.value,
        unit_id=new.unit_id,
        created_at=now,
        created_by=actor.account_id,
        carries_on_id=new.carries_on_id,
    )
    try:
        with session.begin_nested():
            session.add(requirement)
    except IntegrityError as error:
        raise RuleBroken(_SET_BEFORE) from error
    _add_version(session, requirement.id, new.terms, now=now, actor=actor)
    _record(session, Action.REQUIREMENT_SET, requirement, new.terms, now=now, actor=actor)
    _rederive(session, requirement.id, now=now, actor=actor)
    return requirement


def change_requirement(
    session: Session,
    requirement_id: int,
    terms: Terms,
    *,
    now: datetime,
    today: date,
    actor: Viewer,
) -> RequirementVersion:
    """Let other terms hold from ``terms.in_force_from`` on; until then nothing changes.

    Raises RuleBroken when the requirement has ended or a later change already stands.
    """
    requirement = _own(session, requirement_id, today, actor)
    return put_terms(session, requirement, terms, now=now, today=today, actor=actor)


def put_terms(
    session: Session,
    requirement: Requirement,
    terms: Terms,
    *,
    now: datetime,
    today: date,
    actor: Viewer,
) -> RequirementVersion:
    """As :func:`change_requirement`, of a requirement that the caller has made sure of."""
    _check(terms, today, actor)
    open_version = _open_version(session, requirement.id)
    if terms.in_force_from <= open_version.in_force_from:
        raise RuleBroken(
            N_(
                "A version from %(day)s already stands. Choose a later day for this change,"
                " or end the requirement and set a new one."
            ),
            day=f"{open_version.in_force_from:%d/%m/%Y}",
        )
    _close(session, open_version, terms.in_force_from, now)
    version = _add_version(session, requirement.id, terms, now=now, actor=actor)
    _record(session, Action.REQUIREMENT_SET, requirement, terms, now=now, actor=actor)
    _rederive(session, requirement.id, now=now, actor=actor)
    return version


def end_requirement(
    session: Session,
    requirement_id: int,
    *,
    ends_on: date,
    reason: str,
    now: datetime,
    today: date,
    actor: Viewer,
) -> None:
    """Stop requiring it from ``ends_on`` on; what was held stays in the record."""
    requirement = _own(session, requirement_id, today, actor)
    put_end(session, requirement, ends_on, reason, now=now, today=today, actor=actor)


def put_end(
    session: Session,
    requirement: Requirement,
    ends_on: date,
    reason: str,
    *,
    now: datetime,
    today: date,
    actor: Viewer,
) -> None:
    """As :func:`end_requirement`, of a requirement that the caller has made sure of."""
    if ends_on < today:
        raise InvalidInput(
            N_("The day lies in the past. Reports already made would change."), field="ends_on"
        )
    open_version = _open_version(session, requirement.id)
    if ends_on < open_version.in_force_from:
        raise InvalidInput(
            N_("The present terms begin on %(day)s. The end cannot come before."),
            field="ends_on",
            day=f"{open_version.in_force_from:%d/%m/%Y}",
        )
    _close(session, open_version, ends_on, now)
    audit.record(
        session,
        Action.REQUIREMENT_ENDED,
        actor=actor,
        now=now,
        object_kind="requirement",
        object_id=requirement.id,
        unit_id=requirement.unit_id,
        reason=reason,
        detail={"ends_on": ends_on.isoformat()},
    )
    session.flush()
    _rederive(session, requirement.id, now=now, actor=actor)


def may_manage(session: Session, unit_id: int | None, today: date, actor: Viewer) -> bool:
    """Whether the actor sets requirements of this unit (None: of the nation)."""
    if actor.system:
        return True
    scope = actor.scope(Permission.REQUIREMENT_MANAGE)
    if unit_id is None:
        return scope.everything
    mine = units(scope, today).where(UnitSpan.unit_id == unit_id)
    return not scope.totals_only and session.scalar(mine) is not None


def _demand_unit(session: Session, unit_id: int | None, today: date, actor: Viewer) -> None:
    if unit_id is not None and not session.scalar(
        select(UnitSpan.id).where(UnitSpan.unit_id == unit_id, holds(UnitSpan, today))
    ):
        raise InvalidInput(N_("This unit does not stand today. Choose another."), field="unit")
    if not may_manage(session, unit_id, today, actor):
        raise NotAllowed


def _own(session: Session, requirement_id: int, today: date, actor: Viewer) -> Requirement:
    """Return a requirement that the actor manages; NotFound or NotAllowed otherwise."""
    requirement = session.get(Requirement, requirement_id)
    if requirement is None:
        raise NotFound
    if not may_manage(session, requirement.unit_id, today, actor):
        raise NotAllowed
    return requirement


def _check(terms: Terms, today: date, actor: Viewer) -> None:
    """Refuse terms that nobody could meet, or that would rewrite the past."""
    if not terms.modules and not terms.hours and not terms.class_only:
        raise InvalidInput(
            N_("Choose at least one module, or hours, or that a class is needed."),
            field="modules",
        )
    if any(one == other or other not in terms.modules for one, other in terms.equivalents):
        raise InvalidInput(
            N_("A module can only count for another module that is asked for."),
            field="equivalents",
        )
    if terms.in_force_from < today and not actor.system:
        raise InvalidInput(
            N_("The day lies in the past. Reports already made would change."),
            field="in_force_from",
        )
    if terms.valid_months is not None and terms.window_months > terms.valid_months:
        raise InvalidInput(WINDOW_TOO_LONG, field="window_months")


def _open_version(session: Session, requirement_id: int) -> RequirementVersion:
    version = session.scalars(
        select(RequirementVersion).where(
            RequirementVersion.requirement_id == requirement_id,
            RequirementVersion.in_force_to.is_(None),
        )
    ).first()
    if version is None:
        raise RuleBroken(N_("The end of this requirement is already set. Nothing was changed."))
    return version


def _close(session: Session, version: RequirementVersion, on: date, now: datetime) -> None:
    """End a version, if nobody else did meanwhile."""
    closed = session.execute(
        update(RequirementVersion)
        .where(RequirementVersion.id == version.id, RequirementVersion.in_force_to.is_(None))
        .values(in_force_to=on, end_recorded_at=now)
    )
    if touched(closed) != 1:
        raise RuleBroken(_CHANGED_MEANWHILE)


_CHANGED_MEANWHILE: Final = N_(
    "Somebody else changed this requirement a moment ago. Look at it again and decide."
)


def _add_version(
    session: Session, requirement_id: int, terms: Terms, *, now: datetime, actor: Viewer
) -> RequirementVersion:
    version = RequirementVersion(
        requirement_id=requirement_id,
        in_force_from=terms.in_force_from,
        valid_months=terms.valid_months,
        renewal=terms.renewal.value,
        window_months=terms.window_months,
        minimum_months=terms.minimum_months,
        grace_days=terms.grace_days,
        hours=terms.hours,
        class_only=terms.class_only,
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    try:
        with session.begin_nested():
            session.add(version)
    except IntegrityError as error:
        raise RuleBroken(_CHANGED_MEANWHILE) from error
    session.add_all(
        RequirementModule(requirement_version_id=version.id, module_id=module_id)
        for module_id in sorted(terms.modules)
    )
    session.add_all(
        RequirementEquivalence(
            requirement_version_id=version.id, module_id=module_id, counts_for_id=counts_for
        )
        for module_id, counts_for in sorted(terms.equivalents)
    )
    session.flush()
    return version


def _record(
    session: Session,
    action: Action,
    requirement: Requirement,
    terms: Terms,
    *,
    now: datetime,
    actor: Viewer,
) -> None:
    audit.record(
        session,
        action,
        actor=actor,
        now=now,
        object_kind="requirement",
        object_id=requirement.id,
        unit_id=requirement.unit_id,
        detail={
            "in_force_from": terms.in_force_from.isoformat(),
            "modules": sorted(terms.modules),
            "hours": terms.hours,
            "class_only": terms.class_only,
            "equivalents": sorted(terms.equivalents),
            "valid_months": terms.valid_months,
            "renewal": terms.renewal.value,
        },
    )


def _rederive(session: Session, requirement_id: int, *, now: datetime, actor: Viewer) -> None:
    """Queue the recount of who holds it: the record stands above this package."""
    work.mark_stale(session, StaleKind.REQUIREMENT, [requirement_id], now=now)
    work.enqueue(
        session,
        REDERIVE_JOB,
        {"requirement_id": requirement_id},
        now=now,
        actor=actor,
    )


_SET_BEFORE: Final = N_(
    "This requirement was set before, with the same terms from the same day. It was not set a"
    " second time. Look for it in the list of requirements."
)


def _key(new: NewRequirement, actor: Viewer) -> str:
    """Return a readable key; of what a person sets the same, so that it is set once."""
    words = "".join(letter if letter.isalnum() else " " for letter in fold(new.title)).split()
    told = {**vars(new), "terms": {**vars(new.terms)}}
    for name in ("modules", "equivalents"):
        told["terms"][name] = sorted(told["terms"][name])
    same = hashlib.sha256(repr(told).encode()).hexdigest()[:12]
    return f"{'-'.join(words)[:45].strip('-')}-{secrets.token_hex(6) if actor.system else same}"
