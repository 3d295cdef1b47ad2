"""Who lacks what, for one person or for many at once. The rule decides, SQL only fetches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.errors import NotFound
from training_app.laws.models import LawChange, LegalArticle, LegalInstrument
from training_app.laws.rules import english_citation, vietnamese_citation
from training_app.laws.source import Citation
from training_app.learning.models import Fact, Holding, UpdateNeed
from training_app.learning.queries import evidence_columns, evidence_from, one_human, standing
from training_app.organisation import scope as rows
from training_app.organisation.models import Person
from training_app.programme.queries.asked import WHO, AskedRow, asked_of_person
from training_app.programme.rules import Law, Need, Update, need
from training_app.requirements.rules import EXEMPTION, Evidence, HeldPeriod

# Tables, not entities: every first page asks this, and the library's work on entities cost more
# than the database's.
_ARTICLE: Final[Any] = LegalArticle.__table__
_CHANGE: Final[Any] = LawChange.__table__
_FACT: Final[Any] = Fact.__table__
_HOLDING: Final[Any] = Holding.__table__
_INSTRUMENT: Final[Any] = LegalInstrument.__table__
_PERSON: Final[Any] = Person.__table__
_UPDATE: Final[Any] = UpdateNeed.__table__
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
    """What is known of one human being.

    Periods held and what is asked anew, both by requirement, and facts that count.
    """

    held: dict[int, list[HeldPeriod]] = field(default_factory=lambda: defaultdict(list))
    evidence: list[Evidence] = field(default_factory=list)
    updates: dict[int, list[Update]] = field(default_factory=lambda: defaultdict(list))

    @property
    def exemptions(self) -> frozenset[int]:
        """Ids of the facts that are exemptions."""
        return frozenset(one.fact_id for one in self.evidence if one.kind == EXEMPTION)


def needs_of_person(
    session: Session, person_id: int, on: date, *, scope: Scope, by: date | None = None
) -> list[PersonNeed]:
    """One row per requirement asked of the person on the day. Four SELECTs.

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
    """By canonical person id what the requirement asks on the day. Three SELECTs for all.

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
    """As :func:`needs_of_people`, from rows with :data:`HELD_COLUMNS`. Two SELECTs."""
    whose = or_(_PERSON.c.id.in_(person_ids), _PERSON.c.canonical_id.in_(person_ids))
    facts = session.execute(_facts().where(whose).execution_options(scope=scope))
    mine = and_(_UPDATE.c.requirement_id == requirement.id, _UPDATE.c.person_id.in_(person_ids))
    again = session.execute(asked_anew(mine).execution_options(scope=scope))
    records = _records(held, facts, again)
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
        updates=record.updates.get(requirement.id, ()),
        exemptions=record.exemptions,
    )


def record_of(session: Session, person_id: int, *, scope: Scope) -> Record:
    """What is known of one human being. Three SELECTs, one where nothing stands yet.

    What is held and what is asked anew rest on facts, so whoever has none has neither.
    """
    facts, held, again = (
        partial(session.execute, part, {"who": person_id}, execution_options={"scope": scope})
        for part in _record_of_who()
    )
    known = facts().all()
    if not known:
        return Record()
    return _records(held(), known, again()).get(person_id) or Record()


@cache
def _record_of_who() -> tuple[Select[*tuple[Any, ...]], ...]:
    """Facts, holdings and what is asked anew: built once, for every first page asks them."""
    return (
        _facts().where(_FACT.c.person_id.in_(one_human(WHO))),
        select(_HOLDING.c.person_id.label("holder"), _HOLDING)
        .where(_HOLDING.c.person_id == WHO)
        .order_by(_HOLDING.c.held_from),
        asked_anew(_UPDATE.c.person_id == WHO),
    )


def _facts() -> Select[*tuple[Any, ...]]:
    """Facts that were not withdrawn, under the canonical person."""
    return evidence_columns().where(standing())


def asked_anew(whose: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """What is asked anew of some passes, of any day, with the place of the law that changed."""
    return (
        select(
            _UPDATE.c.person_id,
            _UPDATE.c.requirement_id,
            _UPDATE.c.module_id,
            _UPDATE.c.opened_on,
            _UPDATE.c.closed_on,
            _UPDATE.c.effect,
            _UPDATE.c.fact_id,
            _CHANGE.c.id.label("change_id"),
            _CHANGE.c.clause,
            _CHANGE.c.point,
            _CHANGE.c.in_force_from,
            _ARTICLE.c.number.label("article"),
            _INSTRUMENT.c.key,
            _INSTRUMENT.c.kind,
            _INSTRUMENT.c.number,
            _INSTRUMENT.c.title,
            _INSTRUMENT.c.title_en,
        )
        .outerjoin(_CHANGE, _CHANGE.c.id == _UPDATE.c.law_change_id)
        .outerjoin(_ARTICLE, _ARTICLE.c.id == _CHANGE.c.article_id)
        .outerjoin(_INSTRUMENT, _INSTRUMENT.c.id == _ARTICLE.c.instrument_id)
        .where(whose)
        .order_by(_UPDATE.c.opened_on, _UPDATE.c.cause)
    )


def _update(row: Row[*tuple[Any, ...]]) -> Update:
    law = None
    if row.change_id is not None:
        place = Citation(row.key, row.article, row.clause, row.point)
        law = Law(
            row.change_id,
            vietnamese_citation(place, row),
            english_citation(place, row),
            row.in_force_from,
        )
    return Update(row.module_id, row.opened_on, row.closed_on, row.effect, row.fact_id, law)


def _records(
    held: Iterable[Row[*tuple[Any, ...]]],
    facts: Iterable[Row[*tuple[Any, ...]]],
    again: Iterable[Row[*tuple[Any, ...]]],
) -> dict[int, Record]:
    """Put periods, facts and what is asked anew together by person."""
    records: dict[int, Record] = defaultdict(Record)
    for row in held:
        if row.held_from is not None:
            records[row.holder].held[row.requirement_id].append(
                HeldPeriod(
                    row.held_from, row.held_until, tuple(row.basis), row.requirement_version_id
                )
            )
    for row in facts:
        records[row.human].evidence.append(evidence_from(row))
    for row in again:
        records[row.person_id].updates[row.requirement_id].append(_update(row))
    return dict(records)
