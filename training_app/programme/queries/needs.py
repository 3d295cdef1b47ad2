"""Who lacks what, for one person or for many at once. The rule decides, SQL only fetches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.catalogue.models import ModuleVersion
from training_app.errors import NotFound
from training_app.learning.models import Fact, Holding
from training_app.learning.queries import one_human, standing
from training_app.organisation import scope as rows
from training_app.organisation.models import Person
from training_app.programme.queries.asked import AskedRow, asked_of_person
from training_app.programme.rules import Asked, Need, need
from training_app.programme.rules.needs import EXEMPTION
from training_app.requirements.rules import Evidence, HeldPeriod

HELD_COLUMNS: Final = (
    Holding.person_id.label("holder"),
    Holding.requirement_id,
    Holding.held_from,
    Holding.held_until,
    Holding.basis,
    Holding.requirement_version_id,
)


@dataclass(frozen=True)
class PersonNeed:
    """One requirement asked of one person, and what the rule says about it."""

    requirement: AskedRow
    need: Need


@dataclass
class Record:
    """What is known of one human being: periods held by requirement, and facts that count."""

    held: dict[int, list[HeldPeriod]] = field(default_factory=lambda: defaultdict(list))
    evidence: list[Evidence] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)

    @property
    def exemptions(self) -> frozenset[int]:
        """Ids of the facts that are exemptions."""
        return frozenset(one.fact_id for one in self.evidence if one.kind == EXEMPTION)


def needs_of_person(
    session: Session, person_id: int, on: date, *, scope: Scope, by: date | None = None
) -> list[PersonNeed]:
    """One row per requirement asked of the person on the day. Three SELECTs.

    Raises NotFound when the person is not in scope.
    """
    if person_id not in scope.people and not rows.may_see_person(session, scope, person_id, on):
        raise NotFound
    asked = asked_of_person(session, person_id, on=on, scope=scope)
    record = record_of(session, person_id, scope=scope)
    return [PersonNeed(one, judged(one, record, on, joined=one.joined, by=by)) for one in asked]


def needs_of_people(
    session: Session,
    person_ids: Iterable[int],
    on: date,
    requirement: AskedRow,
    *,
    scope: Scope,
    joined: Mapping[int, date] | None = None,
    by: date | None = None,
) -> dict[int, Need]:
    """By canonical person id what the requirement asks on the day. Two SELECTs for all.

    ``joined`` says since when each person is among those of whom it is asked.
    """
    wanted = frozenset(person_ids)
    if not wanted:
        return {}
    held = session.execute(
        select(*HELD_COLUMNS)
        .where(Holding.requirement_id == requirement.id, Holding.person_id.in_(wanted))
        .order_by(Holding.held_from)
        .execution_options(scope=scope)
    )
    return needs_from(
        session, held, wanted, on, requirement, scope=scope, joined=joined or {}, by=by
    )


def needs_from(
    session: Session,
    held: Iterable[Row[*tuple[Any, ...]]],
    person_ids: frozenset[int],
    on: date,
    requirement: AskedRow,
    *,
    scope: Scope,
    joined: Mapping[int, date],
    by: date | None = None,
) -> dict[int, Need]:
    """As :func:`needs_of_people`, from rows with :data:`HELD_COLUMNS`. One SELECT."""
    whose = or_(Person.id.in_(person_ids), Person.canonical_id.in_(person_ids))
    facts = session.execute(_facts().where(whose).execution_options(scope=scope))
    records = _records(held, facts)
    return {
        one: judged(requirement, records.get(one) or Record(), on, joined=joined.get(one), by=by)
        for one in person_ids
    }


def judged(
    requirement: AskedRow,
    record: Record,
    on: date,
    *,
    joined: date | None = None,
    by: date | None = None,
) -> Need:
    """Ask the rule about one person's record."""
    return need(
        requirement.asked,
        record.held.get(requirement.id, ()),
        record.evidence,
        on,
        joined=joined,
        by=by,
        updates=requirement.updates(_seen(record, requirement.asked, on)),
        exemptions=record.exemptions,
    )


def _seen(record: Record, asked: Asked, on: date) -> dict[int, int]:
    """By module the newest version that the person's facts up to the day rest on."""
    seen: dict[int, int] = {}
    for one in record.evidence:
        number = record.seen.get(one.fact_id)
        if one.module_id in asked.required.modules and number and one.happened_on <= on:
            seen[one.module_id] = max(number, seen.get(one.module_id, 0))
    return seen


def record_of(session: Session, person_id: int, *, scope: Scope) -> Record:
    """What is known of one human being. Two SELECTs."""
    held = session.execute(
        select(*HELD_COLUMNS)
        .where(Holding.person_id == person_id)
        .order_by(Holding.held_from)
        .execution_options(scope=scope)
    )
    facts = session.execute(
        _facts().where(Fact.person_id.in_(one_human(person_id))).execution_options(scope=scope)
    )
    return _records(held, facts).get(person_id) or Record()


def _facts() -> Select[*tuple[Any, ...]]:
    """Facts that were not withdrawn, under the canonical person."""
    return (
        select(
            func.coalesce(Person.canonical_id, Person.id).label("person_id"),
            Fact.id,
            Fact.module_id,
            Fact.module_version_id,
            ModuleVersion.number,
            Fact.kind,
            Fact.happened_on,
            Fact.minutes,
            Fact.source_kind,
            Fact.source_id,
            Fact.valid_until,
        )
        .join(Person, Person.id == Fact.person_id)
        .outerjoin(ModuleVersion, ModuleVersion.id == Fact.module_version_id)
        .where(standing())
        .order_by(Fact.happened_on, Fact.id)
    )


def _records(
    held: Iterable[Row[*tuple[Any, ...]]], facts: Iterable[Row[*tuple[Any, ...]]]
) -> dict[int, Record]:
    """Put periods and facts together by person."""
    records: dict[int, Record] = defaultdict(Record)
    for row in held:
        if row.held_from is not None:
            records[row.holder].held[row.requirement_id].append(
                HeldPeriod(
                    row.held_from, row.held_until, tuple(row.basis), row.requirement_version_id
                )
            )
    for row in facts:
        record = records[row.person_id]
        record.evidence.append(
            Evidence(
                fact_id=row.id,
                module_id=row.module_id,
                module_version_id=row.module_version_id,
                kind=row.kind,
                happened_on=row.happened_on,
                minutes=row.minutes,
                occasion=f"{row.source_kind}:{row.source_id}",
                valid_until=row.valid_until,
            )
        )
        if row.number is not None:
            record.seen[row.id] = row.number
    return dict(records)
