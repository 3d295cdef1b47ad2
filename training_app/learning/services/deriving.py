"""What people hold and what an update asks of them, derived from the facts and stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from training_app.db import Unscoped
from training_app.learning import queries
from training_app.learning.models import Fact, Holding, UpdateNeed
from training_app.learning.queries import Versions
from training_app.learning.services.updating import update_batch
from training_app.organisation.models import Person
from training_app.requirements.queries import all_versions
from training_app.requirements.rules import Evidence, HeldPeriod, held_under
from training_app.work.rules import StaleKind
from training_app.work.services import mark_stale

BATCH: Final = 1_000
_RECORD: Final = Unscoped("the record is written for whoever the fact is about")

Told = Callable[[int, int], object]


def everybody(session: Session) -> list[int]:
    """Ids under which human beings are counted, all of them, in order."""
    wanted = select(Person.id).where(Person.canonical_id.is_(None)).order_by(Person.id)
    return list(session.scalars(wanted.execution_options(scope=_RECORD)))


def people_of_module(session: Session, module_id: int) -> list[int]:
    """Canonical ids of the people with a fact about the module, in order."""
    human = func.coalesce(Person.canonical_id, Person.id)
    wanted = (
        select(human)
        .join(Fact, Fact.person_id == Person.id)
        .where(Fact.module_id == module_id)
        .distinct()
        .order_by(human)
    )
    return list(session.scalars(wanted.execution_options(scope=_RECORD)))


def rederive(
    session: Session,
    person_ids: Iterable[int] | None = None,
    *,
    now: datetime,
    requirement_id: int | None = None,
    tell: Told | None = None,
) -> int:
    """Derive again what people hold and what is asked anew of them, of one requirement or of all.

    ``person_ids`` None is everybody.

    Stored periods that are still right are left alone. Returns how many people changed; ``tell``
    is given people done and people in all after each batch.
    """
    versions = all_versions(session, requirement_id)
    causes = queries.causes(session)
    people = everybody(session) if person_ids is None else sorted(set(person_ids))
    changed = 0
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        humans = _humans(session, batch)
        found = _rederive_batch(session, humans, versions, requirement_id, now)
        found |= update_batch(session, humans, versions, causes, requirement_id, now=now)
        changed += len(found)
        if requirement_id is None:
            mark_stale(session, StaleKind.PERSON, found, now=now)
        elif found:
            mark_stale(session, StaleKind.REQUIREMENT, [requirement_id], now=now)
        if tell is not None:
            tell(start + len(batch), len(people))
    return changed


def _rederive_batch(
    session: Session,
    humans: Sequence[int],
    versions: Versions,
    requirement_id: int | None,
    now: datetime,
) -> set[int]:
    """Replace the stored periods of some people where the rule now says otherwise."""
    evidence = queries.evidence_by_person(session, humans)
    stored = _stored_periods(session, humans, requirement_id)
    wrong: list[int] = []
    fresh: list[dict[str, Any]] = []
    changed: set[int] = set()
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
    return changed


def derive(versions: Versions, evidence: Iterable[Evidence]) -> set[tuple[int, HeldPeriod]]:
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
    for derived in (Holding, UpdateNeed):
        session.execute(
            delete(derived).where(derived.person_id.in_(linked)),
            execution_options={"synchronize_session": False},
        )
    return humans
