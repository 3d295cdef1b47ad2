"""What is asked of whom, and what the record says of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.records import LONG_AGO, NOW, SYSTEM, TODAY
from tests.factories.visitors import account
from training_app.access import Role, Scope
from training_app.catalogue.models import ModuleVersion
from training_app.errors import NotFound
from training_app.learning.models import FactKind
from training_app.learning.services import NewFact, record_facts, rederive
from training_app.organisation.models import Person, UnitSpan
from training_app.programme.queries import (
    asked_in_unit,
    needs_of_people,
    needs_of_person,
    tasks,
)
from training_app.programme.rules import Reason, Standing, State
from training_app.requirements.rules import Audience


def own(person: Person) -> Scope:
    return Scope(people=frozenset({person.id}))


@pytest.fixture
def commune(db_session: Session) -> UnitSpan:
    return make.unit(db_session, "Kinh Bắc", make.unit(db_session, "Bắc Ninh"))


def passed(session: Session, person: Person, version: ModuleVersion, day: date) -> None:
    fact = NewFact(
        person.id,
        FactKind.TEST_PASSED,
        version.module_id,
        version.id,
        35,
        day,
        "attempt",
        person.id * 1000 + version.id,
    )
    record_facts(session, [fact], now=NOW, actor=SYSTEM)


def test_somebody_in_two_teams_is_asked_once(db_session: Session, commune: UnitSpan) -> None:
    person = make.person(db_session)
    make.team(db_session, commune, person)
    make.team(db_session, commune, person)
    make.requirement(db_session, make.module(db_session))
    (one,) = needs_of_person(db_session, person.id, TODAY, scope=own(person))
    assert one.requirement.joined == LONG_AGO


def test_requirements_of_other_units_are_not_asked(db_session: Session, commune: UnitSpan) -> None:
    elsewhere = make.unit(db_session, "Cà Mau")
    person = make.person(db_session)
    make.team(db_session, commune, person)
    version = make.module(db_session)
    mine = make.requirement(db_session, version, unit_id=commune.parent_id)
    make.requirement(db_session, version, unit_id=elsewhere.unit_id)
    found = needs_of_person(db_session, person.id, TODAY, scope=own(person))
    assert [one.requirement.id for one in found] == [mine.id]
    assert [row.id for row in asked_in_unit(db_session, commune.path, TODAY)] == [mine.id]
    assert asked_in_unit(db_session, None, TODAY) == []


def test_each_part_is_asked_its_own(db_session: Session, commune: UnitSpan) -> None:
    leader, member, trainer = (make.person(db_session) for _ in range(3))
    make.team(db_session, commune, leader, member)
    account(db_session, trainer, role=Role.TRAINER, unit=commune)
    version = make.module(db_session)
    for audience in (Audience.LEADERS, Audience.TRAINERS):
        make.requirement(db_session, version, audience=audience)
    asked = {
        who: [
            one.requirement.audience
            for one in needs_of_person(db_session, person.id, TODAY, scope=own(person))
        ]
        for who, person in {"leader": leader, "member": member, "trainer": trainer}.items()
    }
    assert asked == {"leader": ["leaders"], "member": [], "trainer": ["trainers"]}


def test_a_stranger_is_not_found(db_session: Session, commune: UnitSpan) -> None:
    person, stranger = make.person(db_session), make.person(db_session)
    make.team(db_session, commune, person)
    with pytest.raises(NotFound):
        needs_of_person(db_session, person.id, TODAY, scope=own(stranger))


def test_facts_of_a_linked_row_count_for_the_same_human_being(
    db_session: Session, commune: UnitSpan
) -> None:
    person = make.person(db_session)
    twin = make.person(db_session, linked_to=person)
    make.team(db_session, commune, person)
    version = make.module(db_session)
    requirement = make.requirement(db_session, version)
    passed(db_session, twin, version, TODAY - timedelta(days=10))
    (one,) = needs_of_person(db_session, person.id, TODAY, scope=own(person))
    assert one.need.state is State.HELD
    (asked,) = asked_in_unit(db_session, commune.path, TODAY)
    found = needs_of_people(db_session, [person.id], TODAY, asked, scope=own(person))
    assert found[person.id].covered
    assert found[person.id].requirement_id == requirement.id


def test_a_module_published_anew_asks_back_only_who_passed_the_old_text(
    db_session: Session, commune: UnitSpan
) -> None:
    early, late = make.person(db_session), make.person(db_session)
    make.team(db_session, commune, early, late)
    old = make.module(db_session)
    make.requirement(db_session, old)
    passed(db_session, early, old, date(2026, 3, 1))
    old.superseded_at = NOW
    db_session.flush()
    new = ModuleVersion(
        **{
            column.key: getattr(old, column.key)
            for column in ModuleVersion.__table__.columns
            if column.key not in {"id", "number", "superseded_at", "change"}
        },
        number=2,
        superseded_at=None,
        change="short_update",
    )
    db_session.add(new)
    db_session.flush()
    passed(db_session, late, new, TODAY)
    rederive(db_session, now=NOW)
    (asked,) = asked_in_unit(db_session, commune.path, TODAY)
    found = needs_of_people(db_session, [early.id, late.id], TODAY, asked, scope=own(early))
    asked_back = found[early.id]
    assert (asked_back.state, asked_back.reason) == (State.NEEDED, Reason.CONTENT_CHANGED)
    assert asked_back.standing is Standing.LAPSED
    assert found[late.id].state is State.HELD
    yesterday = TODAY - timedelta(days=1)
    before = needs_of_people(db_session, [early.id], yesterday, asked, scope=own(early))
    assert before[early.id].state is State.HELD
    shown = tasks(db_session, early.id, TODAY, now=NOW, scope=own(early))
    assert [card.module.module_id for card in shown.cards] == [old.module_id]
