"""The record: facts added once, withdrawn with a reason, and holdings that follow the rule."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.records import NOW, SYSTEM, TODAY
from training_app.audit.models import AuditEvent
from training_app.catalogue.models import Lesson, ModuleVersion
from training_app.certificates.models import Certificate
from training_app.db import Unscoped
from training_app.errors import InvalidInput, NotFound, RuleBroken
from training_app.learning import queries, services
from training_app.learning.models import Fact, FactKind, Holding
from training_app.organisation.models import Person
from training_app.requirements.queries import all_versions, versions_of
from training_app.requirements.rules import held_under
from training_app.requirements.services import Terms, change_requirement

ALL = {"scope": Unscoped("a test looks at everything")}


def passed(
    session: Session,
    who: Person,
    version: ModuleVersion,
    day: str,
    source: int,
    *,
    kind: FactKind = FactKind.TEST_PASSED,
) -> Fact:
    return services.record_fact(
        session,
        person_id=who.id,
        kind=kind,
        module_id=version.module_id,
        module_version_id=version.id,
        minutes=35,
        happened_on=date.fromisoformat(day),
        source_kind="attempt" if kind is FactKind.TEST_PASSED else "attendance",
        source_id=source,
        now=NOW,
        actor=SYSTEM,
    )


def spans(session: Session, who: Person) -> list[tuple[str, str]]:
    rows = queries.holdings_of(session, who.id)
    return [(str(row.held_from), str(row.held_until)) for row in rows]


def count(session: Session, entity: type) -> int:
    counted = select(func.count()).select_from(entity).execution_options(**ALL)
    return session.scalar(counted) or 0


def test_a_test_and_a_class_count_alike(db_session: Session) -> None:
    version = make.module(db_session)
    make.requirement(db_session, version)
    by_test, in_hall = make.person(db_session), make.person(db_session)
    passed(db_session, by_test, version, "2026-03-01", 1)
    passed(db_session, in_hall, version, "2026-03-01", 2, kind=FactKind.CLASS_ATTENDED)
    assert (
        spans(db_session, by_test) == spans(db_session, in_hall) == [("2026-03-01", "2027-03-01")]
    )


def test_the_same_fact_twice_is_one_fact_and_one_certificate(db_session: Session) -> None:
    version, who = make.module(db_session), make.person(db_session)
    make.requirement(db_session, version)
    first = passed(db_session, who, version, "2026-03-01", 1)
    second = passed(db_session, who, version, "2026-03-01", 1)
    assert first.id == second.id
    assert [count(db_session, entity) for entity in (Fact, Certificate, Holding)] == [1, 1, 1]
    written = db_session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert written.count("fact.recorded") == written.count("certificate.issued") == 1


def test_the_future_cannot_be_recorded(db_session: Session) -> None:
    version, who = make.module(db_session), make.person(db_session)
    with pytest.raises(RuleBroken):
        passed(db_session, who, version, str(TODAY + timedelta(days=1)), 1)


def test_a_fact_recorded_late_counts_from_the_day_it_happened(db_session: Session) -> None:
    version, who = make.module(db_session), make.person(db_session)
    make.requirement(db_session, version)
    passed(db_session, who, version, "2024-06-01", 1)
    passed(db_session, who, version, "2025-09-01", 2)
    assert spans(db_session, who)[1] == ("2025-09-01", "2026-09-01")
    passed(db_session, who, version, "2025-05-25", 3, kind=FactKind.CLASS_ATTENDED)
    assert spans(db_session, who)[1] == ("2025-06-01", "2026-06-01")


def test_a_withdrawn_fact_counts_no_more_and_stays_readable(db_session: Session) -> None:
    version, who = make.module(db_session), make.person(db_session)
    make.requirement(db_session, version)
    fact = passed(db_session, who, version, "2026-03-01", 1)
    services.withdraw_fact(
        db_session, fact.id, reason="Nhầm người", withdrawn_on=TODAY, now=NOW, actor=SYSTEM
    )
    assert spans(db_session, who) == []
    assert queries.completed_modules(db_session, who.id, TODAY) == {}
    (row,) = queries.facts_of(db_session, who.id)
    assert not row.counts
    assert row.withdrawal_reason == "Nhầm người"
    with pytest.raises(RuleBroken):
        services.withdraw_fact(
            db_session, fact.id, reason="Nữa", withdrawn_on=TODAY, now=NOW, actor=SYSTEM
        )


def test_a_withdrawal_needs_a_reason_and_a_fact(db_session: Session) -> None:
    version, who = make.module(db_session), make.person(db_session)
    fact = passed(db_session, who, version, "2026-03-01", 1)
    with pytest.raises(InvalidInput):
        services.withdraw_fact(
            db_session, fact.id, reason=" ", withdrawn_on=TODAY, now=NOW, actor=SYSTEM
        )
    with pytest.raises(NotFound):
        services.withdraw_fact(
            db_session, 999, reason="x", withdrawn_on=TODAY, now=NOW, actor=SYSTEM
        )


def test_linked_people_count_as_one(db_session: Session) -> None:
    scope, course = make.module(db_session), make.module(db_session)
    rule = make.requirement(db_session, scope, course)
    first = make.person(db_session)
    second = make.person(db_session, linked_to=first)
    passed(db_session, first, scope, "2026-03-01", 1)
    fact = passed(db_session, second, course, "2026-04-01", 2)
    assert fact.person_id == second.id
    assert spans(db_session, first) == spans(db_session, second) == [("2026-04-01", "2027-04-01")]
    holders = queries.holders(rule.id, TODAY).execution_options(**ALL)
    assert list(db_session.scalars(holders)) == [first.id]


def test_linking_and_unlinking_rederives_to_what_is_true(db_session: Session) -> None:
    version = make.module(db_session)
    make.requirement(db_session, version)
    first, second = make.person(db_session), make.person(db_session)
    passed(db_session, second, version, "2026-03-01", 1)
    link = update(Person).where(Person.id == second.id)
    db_session.execute(link.values(canonical_id=first.id))
    services.rederive(db_session, [first.id, second.id], now=NOW)
    stored = select(Holding.person_id).execution_options(**ALL)
    assert list(db_session.scalars(stored)) == [first.id]
    db_session.execute(link.values(canonical_id=None))
    services.rederive(db_session, [first.id, second.id], now=NOW)
    assert list(db_session.scalars(stored)) == [second.id]


def test_a_changed_requirement_judges_from_its_day_on(db_session: Session) -> None:
    scope, course = make.module(db_session), make.module(db_session)
    rule = make.requirement(db_session, scope, months=24)
    who = make.person(db_session)
    passed(db_session, who, scope, "2026-01-10", 1)
    terms = Terms(
        in_force_from=date(2027, 1, 1),
        modules=frozenset({scope.module_id, course.module_id}),
        valid_months=24,
    )
    change_requirement(db_session, rule.id, terms, now=NOW, today=TODAY, actor=SYSTEM)
    services.rederive(db_session, now=NOW)
    assert spans(db_session, who) == [("2026-01-10", "2027-01-01")]
    assert [str(row.in_force_from) for row in versions_of(db_session, rule.id)] == [
        "2020-01-01",
        "2027-01-01",
    ]


def test_a_lesson_is_read_once_and_begins_its_module(db_session: Session) -> None:
    version, who = make.module(db_session, lessons=2), make.person(db_session)
    lesson_id = db_session.scalars(select(Lesson.id).order_by(Lesson.id)).first()
    assert lesson_id is not None
    assert services.read_lesson(db_session, who.id, lesson_id, now=NOW)
    assert not services.read_lesson(db_session, who.id, lesson_id, now=NOW)
    state = queries.progress(db_session, who.id, version.id)
    assert state == queries.Progress(frozenset({lesson_id}), 2)
    assert not state.finished
    assert queries.lessons_read(db_session, who.id) == {version.id: 1}
    assert queries.started_modules(db_session, who.id) == {version.module_id}
    with pytest.raises(NotFound):
        services.read_lesson(db_session, who.id, 999, now=NOW)


def random_record(
    session: Session, chance: random.Random, people: list[Person], versions: list[ModuleVersion]
) -> None:
    """Facts of all kinds for many people, some withdrawn."""
    new = []
    for source in range(len(people) * 4):
        version = chance.choice(versions)
        day = date(2023, 1, 1) + timedelta(days=chance.randrange(1400))
        kind = chance.choice([*FactKind])
        limit = day + timedelta(days=chance.randrange(1, 500)) if kind == "exemption" else None
        new.append(
            services.NewFact(
                chance.choice(people).id,
                kind,
                version.module_id,
                version.id,
                chance.choice([None, 30, 210]),
                day,
                "random",
                source,
                limit,
            )
        )
    facts = services.record_facts(session, new, now=NOW, actor=SYSTEM)
    for fact in chance.sample(facts, len(facts) // 10):
        services.withdraw_fact(
            session, fact.id, reason="thử", withdrawn_on=TODAY, now=NOW, actor=SYSTEM
        )


def test_stored_holdings_equal_the_pure_rule_for_random_people(db_session: Session) -> None:
    chance = random.Random(20261120)
    versions = [make.module(db_session) for _ in range(4)]
    make.requirement(db_session, versions[0])
    make.requirement(db_session, versions[1], versions[2], months=24, since=date(2024, 7, 1))
    make.requirement(db_session, hours=4, months=6)
    people = [make.person(db_session) for _ in range(60)]
    people += [make.person(db_session, linked_to=chance.choice(people)) for _ in range(20)]
    random_record(db_session, chance, people, versions)
    rules = all_versions(db_session)
    compared = 0
    for who in people:
        if who.canonical_id is not None:
            continue
        evidence = queries.evidence_of(db_session, who.id)
        expected = [
            (requirement_id, one.version_id, one.held_from, one.held_until, one.basis)
            for requirement_id, spans_of in sorted(rules.items())
            for one in held_under(spans_of, evidence)
        ]
        stored = [
            (
                row.requirement_id,
                row.requirement_version_id,
                row.held_from,
                row.held_until,
                row.basis,
            )
            for row in queries.holdings_of(db_session, who.id)
        ]
        assert stored == expected
        compared += len(stored)
    assert compared > 50


def test_rebuilding_finds_nothing_to_do_and_repairs_what_was_damaged(db_session: Session) -> None:
    version = make.module(db_session)
    make.requirement(db_session, version)
    people = [make.person(db_session) for _ in range(5)]
    for source, who in enumerate(people):
        passed(db_session, who, version, "2026-03-01", source)
    assert services.rederive(db_session, now=NOW) == 0
    db_session.execute(delete(Holding).where(Holding.person_id == people[0].id))
    wrong = update(Holding).where(Holding.person_id == people[1].id)
    db_session.execute(wrong.values(held_until=date(2030, 1, 1)))
    told: list[tuple[int, int]] = []
    changed = services.rederive(db_session, now=NOW, tell=lambda done, of: told.append((done, of)))
    assert changed == 2
    assert told == [(5, 5)]
    assert spans(db_session, people[1]) == [("2026-03-01", "2027-03-01")]


def test_what_was_known_then_leaves_out_what_came_later(db_session: Session) -> None:
    version, who = make.module(db_session), make.person(db_session)
    passed(db_session, who, version, "2026-03-01", 1)
    before = NOW - timedelta(minutes=1)
    assert queries.evidence_of(db_session, who.id, known_at=before) == []
    assert len(queries.evidence_of(db_session, who.id, known_at=NOW)) == 1
