"""Everything a person has learned, for one printable page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.assessment.models import Attempt
from training_app.catalogue.models import ModuleVersion
from training_app.certificates.models import Certificate
from training_app.learning.models import Fact
from training_app.learning.queries import one_human, standing
from training_app.programme.queries.needs import PersonNeed, needs_of_person
from training_app.workshops.models import Attendance, Workshop


@dataclass(frozen=True)
class CompletedModule:
    """One row per fact that completes a module: how, when, on which version, its certificate."""

    title: str
    title_en: str
    kind: str
    happened_on: date
    version: int | None
    certificate_code: str | None
    certificate_issued_on: date | None
    certificate_revoked: bool


@dataclass(frozen=True)
class AttemptLine:
    """One row per test handed in."""

    id: int
    title: str
    title_en: str
    number: int
    submitted_at: datetime
    right_count: int
    out_of: int
    passed: bool
    waiting: bool = False
    changed: bool = False


@dataclass(frozen=True)
class ClassLine:
    """One row per class attended."""

    title: str
    held_on: date
    place: str
    minutes: int


@dataclass(frozen=True)
class Results:
    """A person's whole record as the person sees it."""

    needs: list[PersonNeed]
    modules: list[CompletedModule]
    attempts: list[AttemptLine]
    classes: list[ClassLine]

    @property
    def empty(self) -> bool:
        """Whether nothing has been learned yet."""
        return not (self.modules or self.attempts or self.classes)


def results(session: Session, person_id: int, on: date, *, scope: Scope) -> Results:
    """The person's record up to the day. Six SELECTs. Raises NotFound outside the scope."""
    return Results(
        needs=needs_of_person(session, person_id, on, scope=scope),
        modules=_modules(session, person_id, on, scope),
        attempts=_attempts(session, person_id, scope),
        classes=_classes(session, person_id, on, scope),
    )


def _modules(session: Session, person_id: int, on: date, scope: Scope) -> list[CompletedModule]:
    found = session.execute(
        select(
            ModuleVersion.title,
            func.coalesce(func.nullif(ModuleVersion.title_en, ""), ModuleVersion.title),
            Fact.kind,
            Fact.happened_on,
            ModuleVersion.number,
            Certificate.code,
            Certificate.issued_on,
            Certificate.revoked_at.is_not(None),
        )
        .join(ModuleVersion, ModuleVersion.id == Fact.module_version_id)
        .outerjoin(Certificate, Certificate.fact_id == Fact.id)
        .where(
            Fact.person_id.in_(one_human(person_id)),
            standing(),
            Fact.happened_on <= on,
        )
        .order_by(Fact.happened_on.desc(), Fact.id.desc())
        .execution_options(scope=scope)
    )
    return [CompletedModule(*row) for row in found]


def _attempts(session: Session, person_id: int, scope: Scope) -> list[AttemptLine]:
    found = session.execute(
        select(
            Attempt.id,
            ModuleVersion.title,
            func.coalesce(func.nullif(ModuleVersion.title_en, ""), ModuleVersion.title),
            Attempt.number,
            Attempt.submitted_at,
            Attempt.right_count,
            Attempt.out_of,
            Attempt.passed,
            Attempt.waiting,
            Attempt.news_at.is_not(None),
        )
        .join(ModuleVersion, ModuleVersion.id == Attempt.module_version_id)
        .where(Attempt.person_id.in_(one_human(person_id)), Attempt.submitted_at.is_not(None))
        .order_by(Attempt.submitted_at.desc(), Attempt.id.desc())
        .execution_options(scope=scope)
    )
    return [AttemptLine(*row) for row in found]


def _classes(session: Session, person_id: int, on: date, scope: Scope) -> list[ClassLine]:
    found = session.execute(
        select(Workshop.title, Workshop.held_on, Workshop.place, Workshop.minutes)
        .join(
            Attendance,
            and_(Attendance.workshop_id == Workshop.id, Attendance.replaced_at.is_(None)),
        )
        .where(
            Attendance.person_id.in_(one_human(person_id)),
            Attendance.present,
            Workshop.cancelled_at.is_(None),
            Workshop.held_on <= on,
        )
        .order_by(Workshop.held_on.desc(), Workshop.id.desc())
        .execution_options(scope=scope)
    )
    return [ClassLine(*row) for row in found]
