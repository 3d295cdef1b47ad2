"""Targets of the country and of provinces: counted by the worker, read by day, with a history."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.coverage.scene import Scene
from tests.coverage.teaching import trainer
from tests.coverage.test_routes import rows_of, sheet_of
from tests.coverage.test_targets import planned, read_lesson, row_of
from tests.factories import records as make
from tests.factories.records import NOW, TODAY
from tests.statements import counted
from training_app.coverage.models import TargetStanding
from training_app.coverage.rules.targets import TargetMeasure, days_of_history, quarter_end
from training_app.coverage.services import (
    COUNT_JOB,
    count_standings,
    forget_standings,
    keep_standings,
    standings_wanted,
    withdraw_target,
)
from training_app.db import Unscoped
from training_app.extensions import db
from training_app.jobs.tasks import HANDLERS

TESTS = Unscoped("a test looks at everything")
NATION = "/coverage/targets/"


def count(session: Session, today: date = TODAY) -> None:
    """What the worker does at night."""
    for place, on in standings_wanted(session, today):
        keep_standings(session, place, on, count_standings(session, place, on, now=NOW))
    forget_standings(session, today)
    session.commit()


def grown(scene: Scene) -> None:
    """Eight more teams of three, so that counts may be shown."""
    for number in range(8):
        make.team(
            scene.session,
            scene.other,
            *(make.person(scene.session, f"Lê Thị Hòa {number}{n}") for n in range(3)),
        )
    scene.session.commit()


# -- the country ---------------------------------------------------------------------------


def test_before_the_first_night_the_page_says_when_to_come_back(scene: Scene) -> None:
    assert "The country is counted at night" in scene.ministry.get(NATION).text


def test_the_country_is_the_sum_of_its_provinces(scene: Scene) -> None:
    grown(scene)
    count(scene.session)
    page = scene.ministry.get(NATION)
    assert page.h1 == "Targets – The whole country"
    assert "As of 19 Nov 2026" in page.text
    assert row_of(page, "Mediators who use the training kit: 100 %")[2] == "0/30 – 0.0 %"
    assert row_of(page, "Teams supported by legal professionals: 10 %")[2] == "0/10 – 0.0 %"
    assert [row[0] for row in rows_of(page, 1)[1:]] == ["Tỉnh Bắc Ninh"]
    link = page.link("Tỉnh Bắc Ninh")
    assert scene.ministry.get(link).h1 == "Targets – Tỉnh Bắc Ninh"


def test_small_counts_of_the_country_are_not_told(scene: Scene) -> None:
    grown(scene)
    read_lesson(scene, "Chi", NOW - timedelta(days=3))
    count(scene.session)
    page = scene.ministry.get(NATION)
    assert row_of(page, "Mediators who use the training kit: 100 %")[2] == "<5"
    assert "1/30" not in " ".join(rows_of(page, 1)[1])


def test_what_the_country_hides_of_a_province_its_own_page_hides_too(scene: Scene) -> None:
    grown(scene)
    # Six of the first province use the kit, two of another: the six would tell of the two.
    far = make.unit(scene.session, "Cà Mau")
    ward = make.unit(scene.session, "Năm Căn", far)
    for number in range(8):
        name = f"Cà {number}"
        scene.people[name] = make.person(scene.session, f"Võ Thị {name}")
        make.team(scene.session, ward, scene.people[name])
    for name in ("Chi", "Dũng", "Em", "Giang"):
        scene.pass_test(name, scene.first, scene.second)
    for name in ("An", "Bình", "Chi", "Dũng", "Em", "Giang", "Cà 1", "Cà 2"):
        read_lesson(scene, name, NOW - timedelta(days=200))
    count(scene.session)
    kit = "Mediators who use the training kit: 100 %"
    assert row_of(scene.ministry.get(NATION), kit)[2] == "8/38 – 21.1 %"
    column = rows_of(scene.ministry.get(NATION), 1)[0].index(kit)
    assert {row[column] for row in rows_of(scene.ministry.get(NATION), 1)[1:]} == {"<5", "…"}
    for unit in (scene.province, far):
        for page in ("targets/", "targets/history/"):
            address = f"/coverage/units/{unit.unit_id}/{page}"
            assert row_of(scene.ministry.get(address), kit)
            assert "6/30" not in scene.ministry.get(address).text
            assert "6/30" not in str(scene.ministry.http.get(address + "table.json").get_json())
    assert "6/30" in scene.province_officer.get(f"{scene.province_path}targets/").text


def test_an_office_is_led_to_its_own_targets(scene: Scene) -> None:
    response = scene.officer.http.get(NATION)
    assert response.status_code == 303
    assert response.headers["Location"] == f"{scene.commune_path}targets/"
    scene.officer.get(f"{NATION}history/", 404)
    scene.officer.get(f"{NATION}table.xlsx", 404)
    scene.officer.get(f"{NATION}provinces.xlsx", 404)


def test_the_files_of_the_country_have_the_rows_of_the_page(scene: Scene) -> None:
    grown(scene)
    count(scene.session)
    page = scene.ministry.get(NATION)
    titles = [row[0] for row in rows_of(page)[1:] if "%" in row[0]]
    lines = sheet_of(scene.ministry, f"{NATION}table.xlsx")
    assert [line[0] for line in lines if line[0] in titles] == titles
    names = [line[0] for line in sheet_of(scene.ministry, f"{NATION}provinces.xlsx")]
    assert "Tỉnh Bắc Ninh" in names


# -- counting ------------------------------------------------------------------------------


def test_counting_twice_leaves_one_row_of_each(scene: Scene) -> None:
    count(scene.session)
    chosen = select(TargetStanding.on, TargetStanding.goal).execution_options(scope=TESTS)
    once = sorted(tuple(row) for row in scene.session.execute(chosen))
    count(scene.session)
    assert sorted(tuple(row) for row in scene.session.execute(chosen)) == once
    assert {day for day, _ in once} == set(days_of_history(TODAY - timedelta(days=1)))


def test_yesterdays_count_gives_way_and_ends_of_quarters_stay(scene: Scene) -> None:
    count(scene.session, TODAY - timedelta(days=1))
    count(scene.session)
    chosen = select(TargetStanding.on).distinct().execution_options(scope=TESTS)
    days = set(scene.session.scalars(chosen))
    assert TODAY - timedelta(days=2) not in days
    assert all(quarter_end(day) == day for day in days - {TODAY - timedelta(days=1)})


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 3, 31), date(2026, 3, 31)),
        (date(2026, 10, 1), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_quarter_ends_on_its_last_day(day: date, end: date) -> None:
    assert quarter_end(day) == end


# -- trainers ------------------------------------------------------------------------------


def test_a_province_sees_trained_trainers_and_trainers_of_groups_of_communes(scene: Scene) -> None:
    trainer(scene, "Hạnh", scene.province)
    trainer(scene, "Khoa", scene.commune)
    page = scene.province_officer.get(f"{scene.province_path}targets/")
    groups = row_of(page, "Trainers for the teams of each group of communes: 1 for 80 teams")
    assert groups[2:5] == ["1", "1", "0"]
    assert groups[-1] == "National scheme"
    assert "carried over, not confirmed by an authority" in page.text


def test_trainers_of_a_commune_are_no_target_of_the_commune(scene: Scene) -> None:
    page = scene.officer.get(f"{scene.commune_path}targets/")
    assert not [row for row in rows_of(page) if row[0].startswith("Trainers")]


# -- the history ---------------------------------------------------------------------------


def test_the_history_shows_each_end_of_quarter_and_today(scene: Scene) -> None:
    page = scene.officer.get(f"{scene.commune_path}targets/history/")
    days = ["31 Dec 2025", "31 Mar 2026", "30 Jun 2026", "30 Sep 2026", "20 Nov 2026"]
    assert rows_of(page)[0][1:6] == days
    planned(scene)
    page = scene.officer.get(f"{scene.commune_path}targets/history/")
    row = row_of(page, "Mediators who hold what is required")
    # Two of four passed on 9 March 2026; the plan begins with the year.
    assert row[1:6] == ["", *["2/4 – 50.0 %"] * 4]
    assert sheet_of(scene.officer, page.link("Download Excel"))


def test_the_history_of_the_country_is_what_was_counted(scene: Scene) -> None:
    grown(scene)
    count(scene.session)
    page = scene.ministry.get(scene.ministry.get(NATION).link("How the numbers moved"))
    row = row_of(page, "Teams supported by legal professionals: 10 %")
    assert row[1:6] == ["0/10 – 0.0 %"] * 5
    assert sheet_of(scene.ministry, f"{NATION}history/table.xlsx")


def test_ends_of_quarters_of_a_province_are_what_was_counted_at_night(scene: Scene) -> None:
    grown(scene)
    address = f"{scene.province_path}targets/history/"
    live = rows_of(scene.province_officer.get(address))
    count(scene.session)
    assert rows_of(scene.province_officer.get(address)) == live
    before = statements(scene, address)
    scene.session.execute(delete(TargetStanding).execution_options(scope=TESTS))
    scene.session.commit()
    assert before < statements(scene, address)


def statements(scene: Scene, address: str) -> int:
    """How many statements the page sends, once everything has been built."""
    scene.province_officer.get(address)
    with counted(scene.app) as seen:
        scene.province_officer.get(address)
    return len(seen)


def test_the_history_tells_a_reader_of_totals_no_small_change(scene: Scene) -> None:
    grown(scene)
    for name in ("An", "Bình", "Chi", "Dũng", "Em"):
        read_lesson(scene, name, NOW - timedelta(days=100))
    read_lesson(scene, "Giang", NOW - timedelta(days=3))
    count(scene.session)
    row = row_of(scene.ministry.get(f"{NATION}history/"), "Mediators who use the training kit")
    assert row[4:6] == ["5/30 – 16.7 %", "…"]


def test_changes_of_a_target_are_dated_and_stay(scene: Scene) -> None:
    first = planned(scene, 60, measure=TargetMeasure.KIT)
    planned(scene, 80, measure=TargetMeasure.KIT)
    withdraw_target(scene.session, first, "Nhầm số", now=NOW, actor=make.SYSTEM)
    scene.session.commit()
    page = scene.officer.get(f"{scene.commune_path}targets/history/")
    decided = [row[2] for row in rows_of(page, 1)[1:]]
    assert decided == [
        "Taken back: Mediators who use the training kit",
        "Mediators who use the training kit: 80 %",
        "Mediators who use the training kit: 60 %",
    ]


def test_the_worker_counts_the_provinces_at_night(scene: Scene, app: Flask) -> None:
    scene.session.rollback()
    told: list[tuple[int, int]] = []

    def report(done: int, total: int) -> bool:
        told.append((done, total))
        return True

    with app.app_context():
        HANDLERS[COUNT_JOB](db.engine, {}, report)
    assert told[-1] == (5, 5)
    assert "As of" in scene.ministry.get(NATION).text
    assert "The country is counted at night" not in scene.ministry.get(NATION).text
