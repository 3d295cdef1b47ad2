"""A wide place as known then is counted by the worker, for whoever asked and all who come later."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.coverage.randomly import random_province
from tests.coverage.scene import Scene
from tests.coverage.test_routes import rows_of, sheet_of
from tests.databases import Database
from tests.factories import records as make
from training_app import clock
from training_app.access import Scope
from training_app.coverage import rollups
from training_app.coverage.models import PreparedReading
from training_app.coverage.queries import Asking, Place, UnitCoverage, UnitTable
from training_app.coverage.queries.places import NATION
from training_app.coverage.queries.prepared import READINGS, from_counts, to_counts
from training_app.coverage.rollups import then
from training_app.coverage.rules import total_of
from training_app.coverage.rules.disclosure import Mask, Pair, disclose
from training_app.coverage.services import READING_KEPT, forget_readings
from training_app.jobs import worker as module
from training_app.jobs.worker import Worker
from training_app.organisation.models import Level
from training_app.programme.queries import asked_in_unit
from training_app.work.models import Job

DAY = "?as_of=2026-04-01&known=then"


@pytest.fixture
def worker(app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch) -> Worker:
    """A worker with nothing to do but what is sent to it here."""
    monkeypatch.setattr(module, "RECURRING", ())
    return Worker(database.engine, app.config["SETTINGS"])


@pytest.fixture
def early(scene: Scene) -> Scene:
    """All that the scene has was entered at once, before the day."""
    know_early(scene)
    return scene


def work_off(worker: Worker) -> None:
    """The worker does all that waits."""
    while worker.step():
        pass


def know_early(scene: Scene) -> None:
    quote = scene.session.get_bind().dialect.identifier_preparer.quote
    for table in ("membership", "leadership", "fact"):
        scene.session.connection().exec_driver_sql(
            f"UPDATE {quote(table)} SET recorded_at = '2026-03-10 00:00:00'"
        )
    scene.session.commit()


@pytest.fixture
def wide(early: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The province has more people than a page reads by itself."""
    monkeypatch.setattr(then, "MOST_AT_ONCE", 3)
    return early


def test_a_big_province_is_prepared_by_the_worker_and_shown_as_the_page_would(
    early: Scene, monkeypatch: pytest.MonkeyPatch, worker: Worker
) -> None:
    scene = early
    client, address = scene.province_officer, scene.province_path + DAY
    live = client.get(address)
    assert rows_of(live)[-1][3:5] == ["6", "2"]
    monkeypatch.setattr(then, "MOST_AT_ONCE", 3)
    page = client.get(address)
    assert "Prepare this reading" in page.text
    assert "some minutes" in page.text
    asked = client.submit(page, "/prepare/")
    assert "begins by itself" in asked.text
    assert "flask worker run" in asked.text
    client.submit(page, "/prepare/")
    assert scene.session.query(Job).filter_by(kind="coverage.reading").count() == 1
    scene.session.rollback()
    work_off(worker)
    ready = client.get(asked.link("See how far it is"))
    assert rows_of(ready) == rows_of(live)
    assert "Prepared beforehand, and kept until" in ready.text
    assert "How this is counted" in ready.text
    lines = sheet_of(client, scene.province_path + "table.xlsx" + DAY)
    assert [line[0] for line in lines].count("Total") == 1
    assert any("As known at the end of that day" in str(line[0]) for line in lines)


def test_a_reading_under_way_says_how_far_it_is_and_one_that_failed_can_be_asked_again(
    wide: Scene,
) -> None:
    client, address = wide.province_officer, wide.province_path + DAY
    client.submit(client.get(address), "/prepare/")
    job = wide.session.scalars(select(Job).where(Job.kind == "coverage.reading")).one()
    job.state, job.progress, job.total = "running", 1_000, 4_000
    wide.session.commit()
    assert "1,000 of 4,000 people" in client.get(address).text
    job.state, job.error_code = "failed", "ABC123"
    wide.session.commit()
    failed = client.get(address)
    assert "ABC123" in failed.text
    assert "begins by itself" in client.submit(failed, "/prepare/").text


def test_only_who_may_read_the_place_may_have_it_prepared(wide: Scene) -> None:
    for client in (wide.officer, wide.ministry):
        answer = client.http.post(wide.province_path + "prepare/" + DAY)
        assert answer.status_code in {400, 403, 404}
    assert not wide.session.query(PreparedReading).execution_options(**READINGS).count()
    page = wide.officer.get(wide.commune_path + DAY)
    assert "Prepare this reading" not in page.text


def test_the_country_is_read_without_small_counts_and_small_differences(
    scene: Scene, worker: Worker
) -> None:
    for name, held in (("Cà Mau", 12), ("Cần Thơ", 13)):
        commune = make.unit(scene.session, "Tân Thành", make.unit(scene.session, name))
        more = {f"{name}{n}": make.person(scene.session, f"Người {n}") for n in range(20)}
        scene.people |= more
        make.team(scene.session, commune, *more.values())
        for one in list(more)[:held]:
            scene.pass_test(one, scene.first, scene.second)
    know_early(scene)
    page = scene.ministry.get("/coverage/" + DAY)
    asked = scene.ministry.submit(page, "/prepare/")
    work_off(worker)
    ready = scene.ministry.get(asked.link("See how far it is"))
    shown = {row[0]: row[1:] for row in rows_of(ready)}
    # The smaller of the others is hidden, too: else subtraction would tell the small one.
    assert shown["Tỉnh Cần Thơ"][2:4] == ["20", "13"]
    assert shown["Tỉnh Cà Mau"][2:4] == ["20", "…"]
    assert shown["Tỉnh Bắc Ninh"][3] == "<5"
    assert "less than 5 from what is known now" in ready.text
    assert "/coverage/units/" not in ready.html.split("<table")[1].split("</table>")[0]
    lines = sheet_of(scene.ministry, "/coverage/table.xlsx" + DAY)
    assert ["20", "13"] in [[str(one) for one in line[3:5]] for line in lines]


def test_what_differs_by_few_people_from_now_is_hidden() -> None:
    then_ = [Pair(40, 20), Pair(60, 30), Pair(50, 25)]
    now = [Pair(40, 22), *then_[1:]]
    shown, total = disclose(then_, Pair(150, 75), beside=(now, Pair(150, 77)))
    assert shown[0][0].value == 40
    assert shown[0][1].mask is Mask.HIDDEN
    assert total[1].mask is Mask.HIDDEN
    same, whole = disclose(then_, Pair(150, 75), beside=(then_, Pair(150, 75)))
    assert whole[1].value == 75
    assert all(figure.shown for pair in same for figure in pair)


def test_the_country_is_the_sum_of_its_provinces_and_keeps_its_numbers(
    db_session: Session,
) -> None:
    first = random_province(db_session, 5, people=300, communes=3)
    try:
        on = date(2026, 11, 20)
        (asked, *_) = asked_in_unit(db_session, "/", on)
        asking = Asking(asked, on, Scope(everything=True))
        nation = rollups.units_then(db_session, asking, NATION)
        own = Place(first.province.unit_id, "", Level.PROVINCE, first.province.path)
        province = rollups.units_then(db_session, asking, own)
        (row,) = [one for one in nation.rows if one.unit_id == own.id]
        assert row.counts == province.total
        assert (row.teams, row.teams_covered) == (province.teams, province.teams_covered)
        assert province.total.held
        communes = [Place(one.unit_id, "", Level.COMMUNE, one.path) for one in first.communes]
        for part, here in ((_row(province, one.id), one) for one in communes):
            teams = rollups.teams_then(db_session, asking, here)
            assert part.counts == teams.total
            assert (part.teams, part.teams_covered) == (len(teams.rows), teams.covered)
        assert nation.total == total_of(one.counts for one in nation.rows) + nation.overlap
        assert from_counts(to_counts(nation), NATION) == nation
    finally:
        db_session.rollback()


def _row(table: UnitTable, unit_id: int | None) -> UnitCoverage:
    return next(one for one in table.rows if one.unit_id == unit_id)


def test_a_reading_is_forgotten_when_it_was_kept_as_long_as_was_said(wide: Scene) -> None:
    client = wide.province_officer
    client.submit(client.get(wide.province_path + DAY), "/prepare/")
    wide.session.rollback()
    soon, later = (clock.now() + READING_KEPT + timedelta(days=by) for by in (-1, 1))
    assert forget_readings(wide.session, now=soon) == 0
    assert forget_readings(wide.session, now=later) == 1
    wide.session.rollback()
