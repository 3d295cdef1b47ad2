"""Writing the record: lessons read, facts added and withdrawn, holdings derived from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.catalogue.models import Lesson, ModuleVersion
from training_app.certificates import services as certificates
from training_app.certificates.services import Completion
from training_app.db import Unscoped
from training_app.errors import N_, InvalidInput, NotFound, RuleBroken
from training_app.learning import queries
from training_app.learning.models import (
    Enrolment,
    Fact,
    FactKind,
    FactWithdrawal,
    Holding,
    LessonProgress,
)
from training_app.learning.rules import may_have_happened
from training_app.organisation.models import Person
from training_app.requirements.queries import all_versions
from training_app.requirements.rules import Evidence, HeldPeriod, InForce, held_under

CERTIFIED: Final = frozenset({FactKind.TEST_PASSED, FactKind.CLASS_ATTENDED})
BATCH: Final = 1_000
_RECORD: Final = Unscoped("the record is written for whoever the fact is about")

Told = Callable[[int, int], object]


@dataclass(frozen=True)
class NewFact:
    """Something that happened; see ``models.Fact``."""

    person_id: int
    kind: FactKind
    module_id: int | None
    module_version_id: int | None
    minutes: int | None
    happened_on: date
    source_kind: str
    source_id: int
    valid_until: date | None = None


# -- lessons --------------------------------------------------------------------------------


def read_lesson(session: Session, person_id: int, lesson_id: int, *, now: datetime) -> bool:
    """Note that a lesson was read; False when it had been read before. Begins the module too."""
    module_id = session.scalar(
        select(ModuleVersion.module_id)
        .join(Lesson, Lesson.module_version_id == ModuleVersion.id)
        .where(Lesson.id == lesson_id)
    )
    if module_id is None:
        raise NotFound
    enrol(session, person_id, module_id, now=now)
    values = {"person_id": person_id, "lesson_id": lesson_id, "read_at": now}
    return bool(_insert_new(session, LessonProgress, [values]))


def enrol(session: Session, person_id: int, module_id: int, *, now: datetime) -> None:
    """Note that a person began a module, the first time."""
    values = {"person_id": person_id, "module_id": module_id, "started_at": now}
    _insert_new(session, Enrolment, [values])


# -- facts ----------------------------------------------------------------------------------


def record_fact(  # noqa: PLR0913 - the fields of a fact, each named at the call
    session: Session,
    *,
    person_id: int,
    kind: FactKind | str,
    module_id: int | None,
    module_version_id: int | None,
    minutes: int | None,
    happened_on: date,
    source_kind: str,
    source_id: int,
    now: datetime,
    actor: Viewer,
    valid_until: date | None = None,
) -> Fact:
    """Add one fact, once per source, person and module; see :func:`record_facts`."""
    new = NewFact(
        person_id=person_id,
        kind=FactKind(kind),
        module_id=module_id,
        module_version_id=module_version_id,
        minutes=minutes,
        happened_on=happened_on,
        source_kind=source_kind,
        source_id=source_id,
        valid_until=valid_until,
    )
    return record_facts(session, [new], now=now, actor=actor)[0]


def record_facts(
    session: Session, facts: Sequence[NewFact], *, now: datetime, actor: Viewer
) -> list[Fact]:
    """Add facts, issue their certificates and derive again what their people hold.

    Returns one fact per given one, in order; what the record already has is returned as it
    stands. ``minutes`` is the length of the whole occasion. Raises RuleBroken for a day that has
    not come.
    """
    for new in facts:
        if not may_have_happened(new.happened_on, now):
            raise RuleBroken(
                N_("The day %(day)s has not come yet. Only what has happened can be recorded."),
                day=f"{new.happened_on:%d/%m/%Y}",
            )
    fresh = set(_insert_new(session, Fact, [_values(new, now, actor) for new in facts]))
    rows = [_stored(session, new) for new in facts]
    added = [row for row in rows if row.id in fresh]
    _audit_facts(session, added, now=now, actor=actor)
    certificates.issue(session, _completions(added), now=now, actor=actor)
    rederive(session, {row.person_id for row in added}, now=now)
    return rows


def _values(new: NewFact, now: datetime, actor: Viewer) -> dict[str, Any]:
    return {
        "person_id": new.person_id,
        "kind": new.kind.value,
        "module_id": new.module_id,
        "module_version_id": new.module_version_id,
        "minutes": new.minutes,
        "happened_on": new.happened_on,
        "valid_until": new.valid_until,
        "recorded_at": now,
        "recorded_by": actor.account_id,
        "source_kind": new.source_kind,
        "source_id": new.source_id,
    }


def _stored(session: Session, new: NewFact) -> Fact:
    """Return the row of a fact, whoever wrote it."""
    module = Fact.module_id.is_(None) if new.module_id is None else Fact.module_id == new.module_id
    return session.scalars(
        select(Fact)
        .where(
            Fact.source_kind == new.source_kind,
            Fact.source_id == new.source_id,
            Fact.person_id == new.person_id,
            module,
        )
        .execution_options(scope=_RECORD)
    ).one()


def _completions(facts: Iterable[Fact]) -> list[Completion]:
    return [
        Completion(fact.id, fact.person_id, fact.module_version_id, fact.happened_on)
        for fact in facts
        if fact.kind in CERTIFIED and fact.module_version_id is not None
    ]


def _audit_facts(session: Session, facts: Iterable[Fact], *, now: datetime, actor: Viewer) -> None:
    for fact in facts:
        audit.record(
            session,
            Action.FACT_RECORDED,
            actor=actor,
            now=now,
            object_kind="fact",
            object_id=fact.id,
            detail={
                "kind": fact.kind,
                "module": fact.module_id,
                "happened_on": fact.happened_on.isoformat(),
                "source": f"{fact.source_kind}:{fact.source_id}",
            },
        )


def withdraw_fact(
    session: Session,
    fact_id: int,
    *,
    reason: str,
    withdrawn_on: date,
    now: datetime,
    actor: Viewer,
) -> None:
    """Take a fact out of the count: a dated act with a reason; the fact stays readable.

    Certificates are not touched: revoking is a decision of its own. Raises RuleBroken when it
    was withdrawn before, InvalidInput without a reason.
    """
    fact = session.get(Fact, fact_id, execution_options={"scope": _RECORD})
    if fact is None:
        raise NotFound
    if not reason.strip():
        raise InvalidInput(N_("Say why the entry is withdrawn."), field="reason")
    values = {
        "fact_id": fact_id,
        "withdrawn_on": withdrawn_on,
        "recorded_at": now,
        "recorded_by": actor.account_id,
        "reason": reason.strip(),
    }
    if not _insert_new(session, FactWithdrawal, [values]):
        raise RuleBroken(N_("This entry was already withdrawn. Nothing was changed."))
    audit.record(
        session,
        Action.FACT_WITHDRAWN,
        actor=actor,
        now=now,
        object_kind="fact",
        object_id=fact_id,
        reason=reason.strip(),
    )
    rederive(session, {fact.person_id}, now=now)


# -- holdings -------------------------------------------------------------------------------


def everybody(session: Session) -> list[int]:
    """Ids under which human beings are counted, all of them, in order."""
    wanted = select(Person.id).where(Person.canonical_id.is_(None)).order_by(Person.id)
    return list(session.scalars(wanted.execution_options(scope=_RECORD)))


def rederive(
    session: Session,
    person_ids: Iterable[int] | None = None,
    *,
    now: datetime,
    requirement_id: int | None = None,
    tell: Told | None = None,
) -> int:
    """Derive again what people hold (None: everybody), of one requirement or of all.

    Stored periods that are still right are left alone. Returns how many people changed; ``tell``
    is given people done and people in all after each batch.
    """
    versions = all_versions(session, requirement_id)
    people = everybody(session) if person_ids is None else sorted(set(person_ids))
    changed = 0
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        humans = _humans(session, batch)
        changed += _rederive_batch(session, humans, versions, requirement_id, now)
        if tell is not None:
            tell(start + len(batch), len(people))
    return changed


def _rederive_batch(
    session: Session,
    humans: Sequence[int],
    versions: dict[int, tuple[InForce, ...]],
    requirement_id: int | None,
    now: datetime,
) -> int:
    """Replace the stored periods of some people where the rule now says otherwise."""
    evidence = queries.evidence_by_person(session, humans)
    stored = _stored_periods(session, humans, requirement_id)
    wrong: list[int] = []
    fresh: list[dict[str, Any]] = []
    changed = set()
    for human in humans:
        right = derive(versions, evidence.get(human, ()))
        known = stored.get(human, {})
        kept = right & known.keys()
        wrong += [known[period] for period in known.keys() - kept]
        fresh += [_holding(human, *period, now) for period in right - kept]
        if right != known.keys():
            changed.add(human)
    for start in range(0, len(wrong), BATCH):
        session.execute(
            delete(Holding).where(Holding.id.in_(wrong[start : start + BATCH])),
            execution_options={"synchronize_session": False},
        )
    if fresh:
        session.execute(insert(Holding), fresh)
    return len(changed)


def derive(
    versions: dict[int, tuple[InForce, ...]], evidence: Iterable[Evidence]
) -> set[tuple[int, HeldPeriod]]:
    """Pairs of requirement id and period held: the pure rule over every requirement."""
    known = list(evidence)
    return {
        (requirement_id, period)
        for requirement_id, spans in versions.items()
        for period in held_under(spans, known)
    }


def _holding(human: int, requirement_id: int, period: HeldPeriod, now: datetime) -> dict[str, Any]:
    return {
        "person_id": human,
        "requirement_id": requirement_id,
        "requirement_version_id": period.version_id,
        "held_from": period.held_from,
        "held_until": period.held_until,
        "basis": list(period.basis),
        "derived_at": now,
    }


def _stored_periods(
    session: Session, humans: Sequence[int], requirement_id: int | None
) -> dict[int, dict[tuple[int, HeldPeriod], int]]:
    """Person id → stored period → id of its row; rows of linked ids belong to the canonical one."""
    wanted = select(
        Holding.id,
        Holding.person_id,
        Holding.requirement_id,
        Holding.requirement_version_id,
        Holding.held_from,
        Holding.held_until,
        Holding.basis,
    ).where(Holding.person_id.in_(humans))
    if requirement_id is not None:
        wanted = wanted.where(Holding.requirement_id == requirement_id)
    stored: dict[int, dict[tuple[int, HeldPeriod], int]] = {}
    for row in session.execute(wanted.execution_options(scope=_RECORD)):
        period = HeldPeriod(
            row.held_from, row.held_until, tuple(row.basis), row.requirement_version_id
        )
        stored.setdefault(row.person_id, {})[row.requirement_id, period] = row.id
    return stored


def _humans(session: Session, ids: Sequence[int]) -> list[int]:
    """Return the canonical ids of people, and drop what is stored under rows linked to them.

    The evidence of a linked row counts under the canonical one.
    """
    wanted = select(func.coalesce(Person.canonical_id, Person.id)).where(Person.id.in_(ids))
    humans = sorted(set(session.scalars(wanted.execution_options(scope=_RECORD))))
    linked = select(Person.id).where(Person.canonical_id.in_(humans))
    session.execute(
        delete(Holding).where(Holding.person_id.in_(linked)),
        execution_options={"synchronize_session": False},
    )
    return humans


def _insert_new(session: Session, entity: type[Any], values: list[dict[str, Any]]) -> list[int]:
    """Insert rows that no unique key refuses; returns the (first) keys of the new ones."""
    if not values:
        return []
    dialect = session.get_bind().dialect.name
    upsert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    table = entity.__table__
    key = next(iter(table.primary_key.columns))
    statement = upsert(table).on_conflict_do_nothing().returning(key)
    return list(session.scalars(statement, values))
