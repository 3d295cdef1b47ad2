"""Versions that ask people back, and of whom it is asked on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from training_app.catalogue.models import (
    Change,
    ContentCitation,
    LawTask,
    LawTaskSettlement,
    ModuleVersion,
)
from training_app.db import Unscoped
from training_app.laws.models import LawChange, LawChangeWithdrawal
from training_app.laws.rules import touches
from training_app.learning.models import (
    Exemption,
    ExemptionRevocation,
    Fact,
    FactWithdrawal,
    ShortUpdate,
    UpdateNeed,
)
from training_app.learning.rules import local_day
from training_app.organisation.models import Person
from training_app.requirements.rules import Cause, InForce, Passed, Span, Updated

Versions = Mapping[int, tuple[InForce, ...]]
_RECORD: Final = Unscoped("the record is derived for whoever it is about")
_COUNTED: Final = Unscoped("a count of people for those who keep the content")
_HUMAN: Final = func.coalesce(Person.canonical_id, Person.id)


@dataclass
class Record:
    """The passes and short updates of one human being, and days exempt by requirement."""

    passed: list[Passed] = field(default_factory=list)
    updated: list[Updated] = field(default_factory=list)
    exempt: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))

    def exempt_under(self, versions: Iterable[InForce]) -> list[Span]:
        """Days exempt from a requirement, or from one that it carries on."""
        wanted = {one for version in versions for one in version.required.exempting}
        return [span for one in sorted(wanted) for span in self.exempt.get(one, ())]


def update_open(on: date, requirement_id: Any, person_id: Any) -> ColumnElement[bool]:
    """Something is asked anew of the person, for the requirement, on the day."""
    return exists().where(
        UpdateNeed.requirement_id == requirement_id,
        UpdateNeed.person_id == person_id,
        UpdateNeed.opened_on <= on,
        or_(UpdateNeed.closed_on.is_(None), UpdateNeed.closed_on > on),
    )


def causes(session: Session, *, known_at: datetime | None = None) -> list[Cause]:
    """Every published version that asks people back, as known now or at a past moment.

    A version that settled changes of law asks those whose pass cites what changed, once for each
    change that stands; one that settled none asks everybody with an older version.
    """
    settled = _settling(session, known_at)
    found = _law_causes(session, known_at)
    wanted = select(ModuleVersion).where(ModuleVersion.change != Change.NONE)
    if known_at is not None:
        wanted = wanted.where(ModuleVersion.published_at <= known_at)
    found += [
        Cause(
            key=f"text-{version.id}",
            module_id=version.module_id,
            version_id=version.id,
            number=version.number,
            effect=version.change,
            opens_on=local_day(version.published_at),
        )
        for version in session.scalars(wanted)
        if version.id not in settled
    ]
    return sorted(found, key=lambda one: one.key)


def _settling(session: Session, known_at: datetime | None) -> frozenset[int]:
    """Ids of the versions that settled any task, also of a change withdrawn since."""
    known = true() if known_at is None else LawTaskSettlement.recorded_at <= known_at
    rows = session.scalars(select(LawTaskSettlement.module_version_id).where(known))
    return frozenset(one for one in rows if one is not None)


def _law_causes(session: Session, known_at: datetime | None) -> list[Cause]:
    withdrawn = exists().where(LawChangeWithdrawal.law_change_id == LawChange.id)
    wanted = (
        select(LawChange, ModuleVersion)
        .join(LawTask, LawTask.law_change_id == LawChange.id)
        .join(LawTaskSettlement, LawTaskSettlement.law_task_id == LawTask.id)
        .join(ModuleVersion, ModuleVersion.id == LawTaskSettlement.module_version_id)
        .where(ModuleVersion.change != Change.NONE)
    )
    if known_at is not None:
        withdrawn = withdrawn.where(LawChangeWithdrawal.recorded_at <= known_at)
        wanted = wanted.where(
            LawTaskSettlement.recorded_at <= known_at, LawChange.recorded_at <= known_at
        )
    rows = session.execute(wanted.where(~withdrawn)).all()
    citing = _citing(session, {change.article_id for change, _ in rows})
    return [
        Cause(
            key=f"law-{change.id}-{version.id}",
            module_id=version.module_id,
            version_id=version.id,
            number=version.number,
            effect=version.change,
            opens_on=max(local_day(version.published_at), change.in_force_from),
            touched=frozenset(
                number
                for number, clause, point in citing[version.module_id, change.article_id]
                if touches((change.clause, change.point), (clause, point))
            ),
            law_change_id=change.id,
        )
        for change, version in rows
    ]


def _citing(
    session: Session, article_ids: set[int]
) -> dict[tuple[int, int], set[tuple[int, str, str]]]:
    """Module and article → number of each version that cites it, with clause and point."""
    found: dict[tuple[int, int], set[tuple[int, str, str]]] = defaultdict(set)
    if not article_ids:
        return found
    rows = session.execute(
        select(
            ModuleVersion.module_id,
            ContentCitation.article_id,
            ModuleVersion.number,
            ContentCitation.clause,
            ContentCitation.point,
        )
        .join(ModuleVersion, ModuleVersion.id == ContentCitation.module_version_id)
        .where(ContentCitation.article_id.in_(article_ids))
        .distinct()
    )
    for module_id, article_id, number, clause, point in rows:
        found[module_id, article_id].add((number, clause, point))
    return found


def update_records(
    session: Session,
    humans: Iterable[int],
    found: Sequence[Cause],
    *,
    known_at: datetime | None = None,
    rows: Mapping[int, int] | None = None,
) -> dict[int, Record]:
    """Canonical person id → the record, as far as the modules of the causes need it.

    With ``rows`` the caller says which rows of people (the keys) stand for which human being,
    whatever is linked now; ``humans`` are then not looked at.
    """
    ids, modules = list(humans), {cause.module_id for cause in found}
    who: Any = _HUMAN
    whose = or_(Person.id.in_(ids), Person.canonical_id.in_(ids))
    if rows is not None:
        whose, who = Person.id.in_(list(rows)), Person.id
    withdrawn = exists().where(FactWithdrawal.fact_id == Fact.id)
    facts = (
        select(who, Fact.id, ModuleVersion.module_id, ModuleVersion.number, Fact.happened_on)
        .join(Fact, Fact.person_id == Person.id)
        .join(ModuleVersion, ModuleVersion.id == Fact.module_version_id)
        .where(whose, ModuleVersion.module_id.in_(modules), Fact.valid_until.is_(None))
    )
    short = (
        select(who, ModuleVersion.module_id, ModuleVersion.number, ShortUpdate.done_on)
        .join(ShortUpdate, ShortUpdate.person_id == Person.id)
        .join(ModuleVersion, ModuleVersion.id == ShortUpdate.module_version_id)
        .where(whose, ModuleVersion.module_id.in_(modules))
    )
    if known_at is not None:
        withdrawn = withdrawn.where(FactWithdrawal.recorded_at <= known_at)
        facts = facts.where(Fact.recorded_at <= known_at)
        short = short.where(ShortUpdate.recorded_at <= known_at)
    counted = rows or {}
    records: dict[int, Record] = defaultdict(Record)
    passes = facts.where(~withdrawn).execution_options(scope=_RECORD)
    for human, fact_id, module_id, number, day in session.execute(passes):
        records[counted.get(human, human)].passed.append(Passed(fact_id, module_id, number, day))
    for human, module_id, number, day in session.execute(short.execution_options(scope=_RECORD)):
        records[counted.get(human, human)].updated.append(Updated(module_id, number, day))
    for human, requirement_id, *span in session.execute(_exempt(who, whose, known_at)):
        records[counted.get(human, human)].exempt[requirement_id].append(_span(*span))
    return dict(records)


def _exempt(
    who: Any, whose: ColumnElement[bool], known_at: datetime | None
) -> Select[*tuple[Any, ...]]:
    """Human being, requirement, first day, end, and day of revocation of each exemption."""
    revoked = ExemptionRevocation.exemption_id == Exemption.id
    known: ColumnElement[bool] = true()
    if known_at is not None:
        revoked = and_(revoked, ExemptionRevocation.recorded_at <= known_at)
        known = Exemption.recorded_at <= known_at
    return (
        select(
            who,
            Exemption.requirement_id,
            Exemption.exempt_from,
            Exemption.exempt_until,
            ExemptionRevocation.revoked_on,
        )
        .join(Exemption, Exemption.person_id == Person.id)
        .outerjoin(ExemptionRevocation, revoked)
        .where(whose, known)
        .execution_options(scope=_RECORD)
    )


def _span(start: date, until: date | None, revoked_on: date | None) -> Span:
    return start, min((day for day in (until, revoked_on) if day is not None), default=None)


def asked_because_of(session: Session, change_id: int, on: date) -> int:
    """How many people are asked something on the day because of a change of law."""
    wanted = select(func.count(func.distinct(UpdateNeed.person_id))).where(
        UpdateNeed.law_change_id == change_id,
        UpdateNeed.opened_on <= on,
        or_(UpdateNeed.closed_on.is_(None), UpdateNeed.closed_on > on),
    )
    return session.scalar(wanted.execution_options(scope=_COUNTED)) or 0
