"""The worker recounts who holds a requirement after it was set or changed."""

from datetime import date

from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.factories import records as make
from tests.factories.records import NOW, SYSTEM
from training_app.db import Unscoped
from training_app.jobs.tasks import HANDLERS
from training_app.learning.models import FactKind, Holding
from training_app.learning.services import NewFact, record_facts
from training_app.requirements.services import REDERIVE_JOB
from training_app.work.models import Job

ALL = {"scope": Unscoped("a test looks at everything")}


def people_who_passed(session: Session, count: int) -> int:
    """Some people with a module passed before anything was required; returns the module."""
    version = make.module(session)
    day = date(2026, 3, 1)
    facts = [
        NewFact(
            make.person(session).id,
            FactKind.TEST_PASSED,
            version.module_id,
            version.id,
            35,
            day,
            "attempt",
            number,
        )
        for number in range(count)
    ]
    record_facts(session, facts, now=NOW, actor=SYSTEM)
    make.requirement(session, version)
    session.commit()
    return version.module_id


def holders(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(Holding.id).execution_options(**ALL)).all())


def test_the_queued_job_counts_what_was_there_before(
    database: Database, db_session: Session
) -> None:
    people_who_passed(db_session, 7)
    assert holders(db_session) == 0
    job = db_session.scalars(select(Job)).one()
    payload, kind = job.payload, job.kind
    db_session.rollback()  # the worker writes on a connection of its own
    told: list[tuple[int, int]] = []

    def report(done: int, total: int) -> bool:
        told.append((done, total))
        return True

    assert HANDLERS[REDERIVE_JOB](database.engine, payload, report) == {"changed": 7}
    assert told == [(7, 7)]
    assert holders(db_session) == 7
    assert kind == REDERIVE_JOB


def test_the_command_repairs_the_record(app: Flask, db_session: Session) -> None:
    people_who_passed(db_session, 3)
    result = app.test_cli_runner().invoke(args=["learning", "rederive"])
    assert "3 people had something to correct" in result.output
    db_session.execute(delete(Holding))
    db_session.commit()
    assert "3 people" in app.test_cli_runner().invoke(args=["learning", "rederive"]).output
    assert holders(db_session) == 3
