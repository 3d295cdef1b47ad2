"""What is in the record of a person, and who holds what on a day.

Linked rows of one human being count together: every function takes any of their ids.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.catalogue.models import Lesson, ModuleVersion
from training_app.db import Unscoped
from training_app.learning.models import (
    Enrolment,
    Exemption,
    ExemptionRevocation,
    Fact,
    FactKind,
    FactWithdrawal,
    Holding,
    LessonProgress,
)
from training_app.learning.queries.updates import update_open
from training_app.organisation.models import Person
from training_app.requirements.rules import Evidence

ScopeGiven = Scope | Unscoped
_RECORD: Final = Unscoped("the caller reached the person through a scope, or is the person")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is in one version of a module."""

    read: frozenset[int]
    lessons: int

    @property
    def finished(self) -> bool:
        """Whether every lesson was read."""
        return self.lessons > 0 and len(self.read) >= self.lessons


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact of a person, withdrawn or not."""

    id: int
    person_id: int
    kind: str
    module_id: int | None
    module_version_id: int | None
    minutes: int | None
    happened_on: date
    valid_until: date | None
    recorded_at: datetime
    recorded_by: int | None
    source_kind: str
    source_id: int
    withdrawn_on: date | None
    withdrawal_recorded_at: datetime | None
    withdrawal_reason: str | None

    @property
    def counts(self) -> bool:
        """Whether it is evidence today."""
        return self.withdrawal_recorded_at is None


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """One period in which a person meets a requirement; half-open."""

    person_id: int
    requirement_id: int
    requirement_version_id: int
    held_from: date
    held_until: date | None
    basis: tuple[int, ...]


# Tables rather than entities: what every first page asks is then run without the library's work
# on entities, which cost more than the database's.
_EXEMPTION: Final[Any] = Exemption.__table__
_FACT: Final[Any] = Fact.__table__
_PERSON: Final[Any] = Person.__table__
_REVOCATION: Final[Any] = ExemptionRevocation.__table__
_WITHDRAWN: Final[Any] = FactWithdrawal.__table__


def one_human(person_id: int) -> Select[int]:
    """Ids of all linked rows of the human being that ``person_id`` belongs to."""
    canonical = (
        select(func.coalesce(_PERSON.c.canonical_id, _PERSON.c.id))
        .where(_PERSON.c.id == person_id)
        .scalar_subquery()
    )
    either = or_(_PERSON.c.id == canonical, _PERSON.c.canonical_id == canonical)
    return select(_PERSON.c.id).where(either)


# -- lessons --------------------------------------------------------------------------------


def progress(session: Session, person_id: int, module_version_id: int) -> Progress:
    """Lessons of a version that the person read, and how many it has."""
    rows = session.execute(
        select(Lesson.id, LessonProgress.read_at)
        .outerjoin(
            LessonProgress,
            and_(
                LessonProgress.lesson_id == Lesson.id,
                LessonProgress.person_id.in_(one_human(person_id)),
            ),
        )
        .where(Lesson.module_version_id == module_version_id)
        .execution_options(scope=_RECORD)
    ).all()
    lessons = {row.id for row in rows}
    return Progress(frozenset(row.id for row in rows if row.read_at), len(lessons))


def lessons_read(session: Session, person_id: int) -> dict[int, int]:
    """Module version id → number of its lessons that the person read, in whatever version.

    A lesson keeps its name through the versions of its module: a corrected word makes nobody
    read again.
    """
    older, version = aliased(Lesson), aliased(ModuleVersion)
    rows = session.execute(
        select(Lesson.module_version_id, func.count(func.distinct(Lesson.id)))
        .join(ModuleVersion, ModuleVersion.id == Lesson.module_version_id)
        .join(version, version.module_id == ModuleVersion.module_id)
        .join(older, and_(older.module_version_id == version.id, older.slug == Lesson.slug))
        .join(LessonProgress, LessonProgress.lesson_id == older.id)
        .where(LessonProgress.person_id.in_(one_human(person_id)))
        .group_by(Lesson.module_version_id)
        .execution_options(scope=_RECORD)
    )
    return {row[0]: row[1] for row in rows}


def started_modules(session: Session, person_id: int) -> frozenset[int]:
    """Ids of the modules that the person began."""
    rows = session.scalars(
        select(Enrolment.module_id)
        .where(Enrolment.person_id.in_(one_human(person_id)))
        .execution_options(scope=_RECORD)
    )
    return frozenset(rows)


# -- facts ----------------------------------------------------------------------------------


def standing() -> ColumnElement[bool]:
    """The fact was not withdrawn."""
    return ~exists().where(_WITHDRAWN.c.fact_id == _FACT.c.id)


def known(at: datetime) -> ColumnElement[bool]:
    """The fact was recorded, and not yet withdrawn, at a moment: what was known then."""
    withdrawn = exists().where(FactWithdrawal.fact_id == Fact.id, FactWithdrawal.recorded_at <= at)
    return and_(Fact.recorded_at <= at, ~withdrawn)


def facts_of(session: Session, person_id: int) -> list[FactRow]:
    """One row per fact of a person, newest happening first, withdrawn ones included."""
    rows = session.execute(
        select(
            Fact.id,
            Fact.person_id,
            Fact.kind,
            Fact.module_id,
            Fact.module_version_id,
            Fact.minutes,
            Fact.happened_on,
            Fact.valid_until,
            Fact.recorded_at,
            Fact.recorded_by,
            Fact.source_kind,
            Fact.source_id,
            FactWithdrawal.withdrawn_on,
            FactWithdrawal.recorded_at.label("withdrawal_recorded_at"),
            FactWithdrawal.reason.label("withdrawal_reason"),
        )
        .outerjoin(FactWithdrawal, FactWithdrawal.fact_id == Fact.id)
        .where(Fact.person_id.in_(one_human(person_id)))
        .order_by(Fact.happened_on.desc(), Fact.id.desc())
        .execution_options(scope=_RECORD)
    )
    return [FactRow(**row) for row in rows.mappings()]


def completed_modules(session: Session, person_id: int, on: date) -> dict[int, date]:
    """Module id → the first day that a fact completed it, for facts that happened by ``on``."""
    rows = session.execute(
        select(Fact.module_id, func.min(Fact.happened_on))
        .where(
            Fact.person_id.in_(one_human(person_id)),
            Fact.module_id.is_not(None),
            Fact.happened_on <= on,
            or_(Fact.valid_until.is_(None), Fact.valid_until > on),
            standing(),
        )
        .group_by(Fact.module_id)
        .execution_options(scope=_RECORD)
    )
    return {module_id: first for module_id, first in rows if module_id is not None}


def evidence_of(
    session: Session, person_id: int, *, known_at: datetime | None = None
) -> list[Evidence]:
    """The evidence of one human being, as known now or as known at a past moment."""
    own = Fact.person_id.in_(one_human(person_id))
    which = standing() if known_at is None else known(known_at)
    grouped = _evidence(session, own, which, known_at)
    return [one for evidence in grouped.values() for one in evidence]


def evidence_by_person(
    session: Session, canonical_ids: Iterable[int], *, known_at: datetime | None = None
) -> dict[int, list[Evidence]]:
    """Canonical person id → the evidence of that human being."""
    ids = list(canonical_ids)
    linked = or_(Person.id.in_(ids), Person.canonical_id.in_(ids))
    which = standing() if known_at is None else known(known_at)
    return _evidence(session, linked, which, known_at)


def evidence_by_row(
    session: Session, rows: Mapping[int, int], *, known_at: datetime
) -> dict[int, list[Evidence]]:
    """The evidence of human beings of whom the caller says which rows are theirs.

    ``rows``: person id → the human being it stands for, whatever is linked now.
    """
    wanted = (
        evidence_columns(known_at)
        .add_columns(_FACT.c.person_id)
        .where(_FACT.c.person_id.in_(list(rows)), known(known_at))
        .execution_options(scope=_RECORD)
    )
    grouped: dict[int, list[Evidence]] = defaultdict(list)
    for row in session.execute(wanted):
        grouped[rows[row.person_id]].append(evidence_from(row))
    return grouped


def evidence_columns(known_at: datetime | None = None) -> Select[*tuple[Any, ...]]:
    """Facts under the canonical ``human``, with what :func:`evidence_from` needs.

    ``known_at`` None: as known now. The caller says which facts and whose.
    """
    revoked = _REVOCATION.c.exemption_id == _EXEMPTION.c.id
    if known_at is not None:
        revoked = and_(revoked, _REVOCATION.c.recorded_at <= known_at)
    return (
        select(
            func.coalesce(_PERSON.c.canonical_id, _PERSON.c.id).label("human"),
            _FACT.c.id,
            _FACT.c.module_id,
            _FACT.c.module_version_id,
            _FACT.c.kind,
            _FACT.c.happened_on,
            _FACT.c.minutes,
            _FACT.c.source_kind,
            _FACT.c.source_id,
            _FACT.c.valid_until,
            _EXEMPTION.c.requirement_id,
            _REVOCATION.c.revoked_on,
        )
        .join(_FACT, _FACT.c.person_id == _PERSON.c.id)
        .outerjoin(
            _EXEMPTION,
            and_(
                _FACT.c.source_kind == FactKind.EXEMPTION.value,
                _EXEMPTION.c.id == _FACT.c.source_id,
            ),
        )
        .outerjoin(_REVOCATION, revoked)
        .order_by(_FACT.c.happened_on, _FACT.c.id)
    )


def evidence_from(row: Row[*tuple[Any, ...]]) -> Evidence:
    """The evidence in a row with the columns of :func:`evidence_columns`."""
    ends = [day for day in (row.valid_until, row.revoked_on) if day is not None]
    return Evidence(
        fact_id=row.id,
        module_id=row.module_id,
        module_version_id=row.module_version_id,
        kind=row.kind,
        happened_on=row.happened_on,
        minutes=row.minutes,
        occasion=f"{row.source_kind}:{row.source_id}",
        valid_until=min(ends, default=None),
        requirement_id=row.requirement_id,
    )


def _evidence(
    session: Session, whose: Any, which: Any, known_at: datetime | None = None
) -> dict[int, list[Evidence]]:
    wanted = evidence_columns(known_at).where(whose, which).execution_options(scope=_RECORD)
    grouped: dict[int, list[Evidence]] = defaultdict(list)
    for row in session.execute(wanted):
        grouped[row.human].append(evidence_from(row))
    return grouped


# -- holdings -------------------------------------------------------------------------------


def held(on: date) -> ColumnElement[bool]:
    """The holding covers the day."""
    return and_(Holding.held_from <= on, or_(Holding.held_until.is_(None), Holding.held_until > on))


def current(on: date) -> ColumnElement[bool]:
    """The holding covers the day, and nothing is asked anew of its person on that day."""
    return and_(held(on), ~update_open(on, Holding.requirement_id, Holding.person_id))


def holders(requirement_id: int, on: date) -> Select[int]:
    """Canonical ids of the people who count as trained on the day. A set to join."""
    return select(Holding.person_id).where(Holding.requirement_id == requirement_id, current(on))


def holdings_of(
    session: Session, person_id: int, requirement_id: int | None = None
) -> list[HoldingRow]:
    """One row per period held by a person, by requirement and then by date."""
    rows = session.execute(
        select(
            Holding.person_id,
            Holding.requirement_id,
            Holding.requirement_version_id,
            Holding.held_from,
            Holding.held_until,
            Holding.basis,
        )
        .where(
            Holding.person_id.in_(one_human(person_id)),
            true() if requirement_id is None else Holding.requirement_id == requirement_id,
        )
        .order_by(Holding.requirement_id, Holding.held_from)
        .execution_options(scope=_RECORD)
    )
    return [HoldingRow(**{**row, "basis": tuple(row["basis"])}) for row in rows.mappings()]
