"""A list of people too long for the page's own file is made by the worker for who asked."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select, update

from tests.coverage.scene import Scene
from tests.coverage.test_prepared import work_off, worker
from tests.coverage.test_routes import rows_of, sheet_of
from tests.factories import records as make
from tests.factories.visitors import account, visitor
from training_app import clock
from training_app.access import Role
from training_app.accounts.models import RoleGrant
from training_app.coverage.models import PeopleFile
from training_app.coverage.queries.files import FILES
from training_app.coverage.routes import files
from training_app.coverage.services import FILE_JOB, FILE_KEPT, forget_every_file, forget_files
from training_app.jobs.worker import Worker
from training_app.work.models import Job

__all__ = ["worker"]


@pytest.fixture
def long(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Six people are more than a page puts into a file of its own."""
    monkeypatch.setattr(files, "MOST_EXPORTED", 3)
    monkeypatch.setattr(files, "MOST_TEAMS", 1)
    return scene


def test_a_long_list_is_made_by_the_worker_and_has_the_rows_of_the_page(
    long: Scene, worker: Worker
) -> None:
    client, address = long.province_officer, f"{long.province_path}people/?as_of=2026-11-20"
    page = client.get(address)
    assert "table.xlsx" not in page.html
    asked = client.submit(page, "/file.xlsx")
    assert "begun by itself" in asked.text
    client.submit(page, "/file.xlsx")
    work_off(worker)
    ready = client.get(asked.link("See how far it is"))
    assert "it names 6 people" in ready.text
    before = long.exports()
    lines = sheet_of(client, ready.link("Download Excel"))
    assert long.exports() == before + 1
    sheet_of(client, ready.link("Download Excel"))
    assert long.exports() == before + 2
    head, *rows = rows_of(page)
    at = next(n for n, line in enumerate(lines) if list(line[: len(head)]) == head)
    kept = [[line[0], line[1], line[2], line[4] or "", line[5] or ""] for line in lines[at + 1 :]]
    assert kept == [[row[0], row[1], row[2], row[4], row[5]] for row in rows]
    above = " ".join(str(line[0]) for line in lines[:at])
    assert "As of 20 Nov 2026." in above
    assert "names 6 people" in above


def test_the_file_speaks_the_language_of_who_asked(long: Scene, worker: Worker) -> None:
    client, address = long.vietnamese_officer, f"{long.province_path}people/"
    asked = client.submit(client.get(address), "/file.xlsx")
    work_off(worker)
    lines = sheet_of(client, client.get(asked.link("Xem đã đến đâu")).link("Tải Excel"))
    shown = rows_of(client.get(address))
    assert any(list(line[:6]) == shown[0] for line in lines)
    assert {row[2] for row in shown[1:]} <= {line[2] for line in lines if len(line) > 2}


def test_nobody_else_takes_the_file_along(long: Scene, worker: Worker) -> None:
    client, address = long.province_officer, f"{long.province_path}people/"
    asked = client.submit(client.get(address), "/file.xlsx")
    work_off(worker)
    href = client.get(asked.link("See how far it is")).link("Download Excel")
    colleague = make.person(long.session, "Cán bộ khác")
    row = account(long.session, colleague, role=Role.PROVINCE_OFFICER, unit=long.province)
    other = visitor(long.app, long.session, row)
    before = long.exports()
    for visitor_ in (other, long.officer, long.ministry):
        assert visitor_.http.get(href).status_code in {303, 403, 404}
    assert "Make the file" in other.get(address).text
    assert long.exports() == before


def test_who_no_longer_keeps_the_place_does_not_get_the_file(long: Scene, worker: Worker) -> None:
    client, address = long.province_officer, f"{long.province_path}people/"
    asked = client.submit(client.get(address), "/file.xlsx")
    work_off(worker)
    href = client.get(asked.link("See how far it is")).link("Download Excel")
    far = make.unit(long.session, "Cà Mau")
    long.session.execute(
        update(RoleGrant)
        .where(RoleGrant.unit_id == long.province.unit_id)
        .values(unit_id=far.unit_id)
        .execution_options(synchronize_session=False)
    )
    long.session.commit()
    assert client.http.get(href).status_code == 404


def test_the_file_is_kept_as_long_as_was_said(long: Scene, worker: Worker) -> None:
    client, address = long.province_officer, f"{long.province_path}people/"
    asked = client.submit(client.get(address), "/file.xlsx")
    work_off(worker)
    href = client.get(asked.link("See how far it is")).link("Download Excel")
    assert forget_files(long.session, now=clock.now() + FILE_KEPT - timedelta(hours=1)) == 0
    assert forget_files(long.session, now=clock.now() + FILE_KEPT + timedelta(hours=1)) == 1
    long.session.rollback()
    past = clock.now() - FILE_KEPT - timedelta(hours=1)
    long.session.execute(
        update(PeopleFile).values(made_at=past).execution_options(synchronize_session=False)
    )
    long.session.commit()
    assert client.http.get(href).status_code == 303
    assert "Make the file" in client.get(address).text


def test_a_file_that_failed_can_be_asked_for_again(long: Scene, worker: Worker) -> None:
    client, address = long.province_officer, f"{long.province_path}people/"
    client.submit(client.get(address), "/file.xlsx")
    long.session.execute(
        update(Job).where(Job.kind == FILE_JOB).values(state="failed", error_code="F1")
    )
    long.session.commit()
    failed = client.get(address)
    assert "F1" in failed.text
    client.submit(failed, "/file.xlsx")
    work_off(worker)
    assert "it names 6 people" in client.get(address).text
    row = long.session.scalars(select(PeopleFile).execution_options(**FILES)).one()
    assert openpyxl.load_workbook(io.BytesIO(row.content or b"")).active
    long.session.rollback()


def test_a_list_that_is_short_enough_is_a_file_at_once(scene: Scene) -> None:
    page = scene.province_officer.get(f"{scene.province_path}people/")
    assert "table.xlsx" in page.link("Download Excel")
    assert "Make the file" not in page.text


def test_a_long_list_of_late_entries_is_made_by_the_worker_as_well(
    long: Scene, worker: Worker
) -> None:
    client, address = long.province_officer, f"{long.province_path}late/?as_of=2026-04-01"
    page = client.get(address)
    assert "table.xlsx" not in page.html
    asked = client.submit(page, "/late/file.xlsx")
    work_off(worker)
    ready = client.get(asked.link("See how far it is"))
    assert ready.h1 == page.h1
    rows = rows_of(page)
    assert f"it has {len(rows) - 1} entries" in ready.text
    lines = sheet_of(client, ready.link("Download Excel"))
    at = next(n for n, line in enumerate(lines) if list(line[:5]) == rows[0])
    kept = [(line[0], line[1], line[4]) for line in lines[at + 1 :]]
    assert kept == [(row[0], row[1], row[4]) for row in rows[1:]]
    # The file of people of the same place and day is another.
    people = client.get(f"{long.province_path}people/?as_of=2026-04-01")
    assert "Make the file" in people.text


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_long_worklist_is_made_by_the_worker_with_the_words_of_the_page(
    long: Scene, worker: Worker, language: str
) -> None:
    client = long.vietnamese_officer if language == "vi" else long.province_officer
    page = client.get(f"{long.province_path}worklist/")
    client.submit(page, "/worklist/file.xlsx")
    work_off(worker)
    ready = client.get(f"{long.province_path}worklist/")
    file = next(href for href in ready.links if "worklist/file.xlsx" in href)
    lines = sheet_of(client, file)
    at = next(n for n, line in enumerate(lines) if list(line) == rows_of(page)[0])
    kept = [[_written(cell) for cell in line] for line in lines[at + 1 :]]
    assert kept == [[_written(cell) for cell in row] for row in rows_of(page)[1:]]


def _written(cell: object) -> str:
    return str(cell or "").replace("\u00a0", " ")


def test_files_of_names_go_when_somebody_is_erased(long: Scene, worker: Worker) -> None:
    client, address = long.province_officer, f"{long.province_path}people/"
    client.submit(client.get(address), "/file.xlsx")
    work_off(worker)
    forget_every_file(long.session)
    long.session.commit()
    assert "Make the file" in client.get(address).text
