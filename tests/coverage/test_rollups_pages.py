"""Pages made of ready counts say the same as pages counted live, and say when they wait."""

from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.coverage.scene import Scene
from tests.coverage.test_routes import rows_of
from tests.databases import Database
from tests.factories.records import NOW
from tests.statements import counted
from training_app.coverage.models import CoverageYear
from training_app.coverage.services import draft, write
from training_app.jobs.tasks import count_coverage
from training_app.jobs.worker import Worker
from training_app.work.models import Stale
from training_app.work.rules import StaleKind
from training_app.work.services import mark_stale


def waiting(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(Stale.id)).all())


def test_the_worker_counts_what_is_new_and_then_rests(
    scene: Scene, database: Database, db_session: Session
) -> None:
    assert waiting(db_session)
    assert count_coverage(database.engine)
    assert not waiting(db_session)
    assert not count_coverage(database.engine)


def test_a_step_of_the_worker_counts(
    scene: Scene, app: Flask, database: Database, db_session: Session
) -> None:
    assert waiting(db_session)
    Worker(database.engine, app.config["SETTINGS"]).step()
    assert not waiting(db_session)


def test_ready_and_live_pages_say_the_same(scene: Scene, database: Database) -> None:
    client = scene.province_officer
    days = ("", "?as_of=2026-03-08", "?as_of=2027-02-01", "?as_of=2030-01-01")
    live = [rows_of(client.get(scene.province_path + day)) for day in days]
    count_coverage(database.engine)
    assert [rows_of(client.get(scene.province_path + day)) for day in days] == live


def test_a_page_of_ready_counts_reads_no_person(scene: Scene, database: Database) -> None:
    count_coverage(database.engine)
    client = scene.province_officer
    count_coverage(database.engine)
    with counted(scene.app) as statements:
        client.get(scene.province_path)
    assert any("coverage_year" in one for one in statements)
    assert not any("FROM holding" in one or "fact" in one for one in statements)
    assert len(statements) <= 6, statements


def test_what_was_just_recorded_shows_at_once(scene: Scene, database: Database) -> None:
    client = scene.province_officer
    count_coverage(database.engine)
    before = rows_of(client.get(scene.province_path))[-1]
    scene.pass_test("Em", scene.first, scene.second)
    scene.session.commit()
    after = rows_of(client.get(scene.province_path))[-1]
    assert (before[4], after[4]) == ("2", "3")


def test_the_nation_says_when_it_was_counted_while_too_much_waits(
    scene: Scene, database: Database
) -> None:
    ministry = scene.ministry
    count_coverage(database.engine)
    mark_stale(scene.session, StaleKind.ALL, now=NOW)
    scene.session.commit()
    assert "is being counted" in ministry.get("/coverage/").text
    assert "is being counted" not in scene.province_officer.get(scene.province_path).text
    count_coverage(database.engine)
    assert "is being counted" not in ministry.get("/coverage/").text


def test_two_counters_at_once_do_not_count_twice(
    scene: Scene, database: Database, db_session: Session
) -> None:
    count_coverage(database.engine)
    scene.pass_test("Em", scene.first)
    scene.session.commit()
    units = {scene.other.unit_id}
    first = draft(db_session, scene.requirement.id, units)
    second = draft(db_session, scene.requirement.id, units)
    assert write(db_session, first, now=NOW)
    assert not write(db_session, second, now=NOW)


def test_verify_exits_with_an_error_and_names_the_place(
    scene: Scene, app: Flask, database: Database
) -> None:
    count_coverage(database.engine)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["coverage", "verify"]).exit_code == 0
    scene.session.execute(delete(CoverageYear))
    scene.session.commit()
    broken = runner.invoke(args=["coverage", "verify"])
    assert broken.exit_code == 1
    assert scene.commune.path in broken.output
    assert runner.invoke(args=["coverage", "rebuild"]).exit_code == 0
    assert runner.invoke(args=["coverage", "verify"]).exit_code == 0
