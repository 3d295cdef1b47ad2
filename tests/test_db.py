"""The ground: a query on people names its scope, moments are aware, writers wait their turn."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text, union_all, update
from sqlalchemy.exc import DatabaseError, StatementError
from sqlalchemy.orm import Session, aliased

from tests.databases import Database
from tests.factories import records as make
from training_app.access import Scope
from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent
from training_app.audit.services import record
from training_app.db import Base, Owned, Unscoped, set_writing
from training_app.errors import ScopeMissing
from training_app.organisation.models import Person, Team

OWNED = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Owned)]


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
def test_reading_owned_rows_without_a_scope_is_refused(model: type, db_session: Session) -> None:
    with pytest.raises(ScopeMissing):
        db_session.execute(select(model))


def test_a_column_an_alias_and_a_union_of_owned_rows_are_refused_as_well(
    db_session: Session,
) -> None:
    alias = aliased(Person)
    for statement in (
        select(Person.full_name),
        select(alias.id),
        select(Team, Person.id).join(Person, Person.id == Team.id),
        union_all(select(Person.id), select(Person.id)),
    ):
        with pytest.raises(ScopeMissing):
            db_session.execute(statement)


def test_fetching_a_person_by_key_needs_a_scope(db_session: Session) -> None:
    person = make.person(db_session)
    db_session.commit()
    db_session.expunge_all()
    with pytest.raises(ScopeMissing):
        db_session.get(Person, person.id)


def test_a_named_scope_opens_the_query(db_session: Session) -> None:
    make.person(db_session)
    found = select(Person).execution_options(scope=Scope(everything=True))
    assert db_session.scalars(found).all()


def test_rows_that_belong_to_nobody_need_no_scope(db_session: Session) -> None:
    assert db_session.scalars(select(Team)).all() == []


def test_an_update_names_its_rows_itself(db_session: Session) -> None:
    person = make.person(db_session)
    changed = update(Person).where(Person.id == person.id).values(sex="female")
    db_session.execute(changed.execution_options(synchronize_session="fetch"))
    db_session.refresh(person)
    assert person.sex == "female"


def test_moments_come_back_aware_and_naive_ones_are_refused(db_session: Session) -> None:
    person = make.person(db_session)
    db_session.commit()
    db_session.refresh(person)
    assert person.recorded_at == make.NOW
    assert person.recorded_at.tzinfo is UTC
    person.recorded_at = datetime(2026, 1, 1)  # noqa: DTZ001 - the mistake under test
    with pytest.raises(StatementError):
        db_session.flush()


@pytest.mark.parametrize("verb", ["UPDATE audit_event SET reason = ''", "DELETE FROM audit_event"])
def test_the_database_refuses_to_rewrite_the_audit_trail(verb: str, db_session: Session) -> None:
    record(db_session, Action.SIGN_OUT, actor=make.SYSTEM, now=make.NOW)
    db_session.commit()
    with pytest.raises(DatabaseError):
        db_session.execute(text(verb))
    db_session.rollback()
    assert db_session.scalars(select(AuditEvent)).one().action


def test_saying_why_there_is_no_viewer_counts_as_a_scope(db_session: Session) -> None:
    because = Unscoped("a test reads what it wrote")
    assert db_session.scalars(select(Person).execution_options(scope=because)).all() == []


@pytest.mark.engine("postgresql")
def test_what_was_declared_to_read_only_cannot_write_until_that_is_taken_back(
    db_session: Session,
) -> None:
    set_writing(intent=False)
    with pytest.raises(DatabaseError):
        make.person(db_session)
    db_session.rollback()
    set_writing(intent=None)
    assert make.person(db_session).id


@pytest.mark.engine("postgresql")
def test_a_page_that_is_asked_again_is_not_planned_again(database: Database) -> None:
    set_writing(intent=False)
    for _ in range(8):
        with database.engine.connect() as connection:
            connection.execute(select(Team.id))
    with database.engine.connect() as connection:
        prepared = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE :one")
        assert connection.scalar(prepared, {"one": "SELECT team.id%"}) == 1


DECIDED = (
    "exemption_revocation",
    "hall_hands",
    "key_correction",
    "law_change",
    "law_change_withdrawal",
    "law_task_settlement",
    "lowering_decision",
    "remark",
    "target",
    "written_mark",
)


@pytest.mark.parametrize("table", ["audit_event", "audit_seal", *DECIDED])
def test_the_database_itself_guards_what_people_decided(table: str, db_session: Session) -> None:
    if db_session.get_bind().dialect.name == "sqlite":
        guards = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t")
    else:
        guards = text(
            "SELECT event_manipulation FROM information_schema.triggers"
            " WHERE event_object_table = :t"
        )
    found = " ".join(db_session.scalars(guards, {"t": table})).upper()
    assert "UPDATE" in found
    assert "DELETE" in found
