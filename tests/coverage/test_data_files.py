"""Long lists as data, and the lists behind targets, are made by the worker as workbooks are."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from tests.coverage.scene import Scene
from tests.coverage.test_data import data_of
from tests.coverage.test_people_files import long
from tests.coverage.test_prepared import work_off, worker
from tests.coverage.test_routes import rows_of, sheet_of
from tests.coverage.test_targets import read_lesson
from tests.factories.records import NOW
from tests.page import PageClient
from training_app import clock
from training_app.coverage.models import MEASURE_LENGTH, PeopleFile
from training_app.coverage.routes import files
from training_app.coverage.rules.files import LISTED_MEASURES, FileForm, FileKey, TargetList
from training_app.coverage.services import FILE_KEPT
from training_app.jobs.worker import Worker

__all__ = ["long", "worker"]

LISTS = (
    "people/?as_of=2026-11-20",
    "people/?standing=not_begun",
    "late/?as_of=2026-04-01",
    "worklist/",
)
DAYS = "first=2026-01-01&last=2026-11-20"
BEHIND = (
    f"targets/list/?measure=trained-in-period&done=yes&{DAYS}",
    f"targets/list/?measure=trained-in-period&{DAYS}",
    f"targets/list/?measure=kit-used&{DAYS}",
    "targets/list/?measure=teams-complete",
    "targets/list/?measure=teams-supported",
)


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tables made one after the other are made at the same minute."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def _made(client: PageClient, address: str, form: str, worker: Worker) -> str:
    """The address of the file, once it is asked for on the list's page and made."""
    asked = client.submit(client.get(address), f"/file.{form}")
    assert "See how far it is" in asked.text or "Xem đã đến đâu" in asked.text
    work_off(worker)
    return next(href for href in client.get(address).links if f"/file.{form}" in href)


@pytest.mark.parametrize("listed", LISTS + BEHIND)
def test_a_long_list_as_data_is_what_a_short_one_gives_at_once(
    scene: Scene, worker: Worker, monkeypatch: pytest.MonkeyPatch, listed: str
) -> None:
    read_lesson(scene, "Chi", NOW)
    client, address = scene.province_officer, scene.province_path + listed
    at_once = data_of(client, client.get(address).link("The same table as data (JSON)"))
    monkeypatch.setattr(files, "MOST_EXPORTED", 0)
    monkeypatch.setattr(files, "MOST_TEAMS", 0)
    page = client.get(address)
    assert "table.json" not in page.html
    before = scene.exports()
    made = data_of(client, _made(client, address, "json", worker))
    assert scene.exports() == before + 1
    for key in ("title", "definitions", "requirement", "as_of", "known", "columns", "rows"):
        assert _plain(made[key]) == _plain(at_once[key]), key
    assert set(made) == set(at_once)
    assert made["rows"]
    assert "The file was made at" in made["about"][-1]


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value).replace("\\u00a0", " "))


@pytest.mark.parametrize("listed", BEHIND)
def test_a_long_list_behind_a_target_is_made_as_a_workbook_with_the_rows_of_the_page(
    long: Scene, worker: Worker, monkeypatch: pytest.MonkeyPatch, listed: str
) -> None:
    monkeypatch.setattr(files, "MOST_EXPORTED", 0)
    read_lesson(long, "Chi", NOW)
    client, address = long.province_officer, long.province_path + listed
    page = client.get(address)
    lines = sheet_of(client, _made(client, address, "xlsx", worker))
    head, *rows = rows_of(page)
    at = next(n for n, line in enumerate(lines) if list(line[: len(head)]) == head)
    kept = [[str(cell or "") for cell in line[: len(head)]] for line in lines[at + 1 :]]
    assert kept == rows
    assert kept


def test_the_file_behind_a_target_speaks_the_language_of_who_asked(
    long: Scene, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_EXPORTED", 0)
    client = long.vietnamese_officer
    address = f"{long.province_path}targets/list/?measure=teams-complete"
    made = data_of(client, _made(client, address, "json", worker))
    assert [made["columns"], *made["rows"]] == rows_of(client.get(address))


def test_a_long_list_as_data_is_not_made_in_the_request_and_says_where_it_is_made(
    long: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_EXPORTED", 0)
    for address in ("people/", "targets/list/"):
        response = long.province_officer.http.get(f"{long.province_path}{address}table.json")
        assert response.status_code == 409
        assert "made in the background" in response.get_data(as_text=True)


def test_workbook_and_data_are_two_files_and_neither_is_for_somebody_else(
    long: Scene, worker: Worker
) -> None:
    client, address = long.province_officer, f"{long.province_path}people/"
    href = _made(client, address, "json", worker)
    page = client.get(address)
    assert "Make the file" in page.text
    assert "file.xlsx" not in " ".join(page.links)
    for other in (long.officer, long.ministry, long.vietnamese_officer):
        assert other.http.get(href).status_code in {303, 403, 404}


def test_data_are_kept_as_long_as_was_said(long: Scene, worker: Worker) -> None:
    client, address = long.province_officer, f"{long.province_path}people/"
    href = _made(client, address, "json", worker)
    past = clock.now() - FILE_KEPT
    long.session.execute(update(PeopleFile).values(made_at=past))
    long.session.commit()
    assert client.http.get(href).status_code == 200
    long.session.execute(update(PeopleFile).values(made_at=past.replace(year=past.year - 1)))
    long.session.commit()
    assert client.http.get(href).status_code == 303
    assert "Make the data file" in client.get(address).text


def test_which_list_a_file_is_of_is_kept_in_few_letters_and_read_again() -> None:
    for measure in LISTED_MEASURES:
        for done in (True, False):
            day = date(2026, 11, 20)
            first = day if measure.of_teams else date(2026, 1, 1)
            listed = TargetList(measure, done, first, day)
            key = FileKey(listed.written, FileForm.DATA)
            assert len(key.written) <= MEASURE_LENGTH
            assert FileKey.read(key.written) == key
            assert TargetList.read(key.listed) == listed
    for other in ("", "late", "worklist", "held", "due_soon"):
        assert TargetList.read(other) is None
