"""Long lists as jobs: closed pages, dead workers, refusals; the same plan as on the page."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests.databases import Database
from tests.organisation.roster_samples import HEADING
from tests.organisation.roster_steps import BINH, LAN, MINH, TEST, everything, listed, send, write
from tests.organisation.scenes import Scene
from training_app import clock
from training_app.jobs import tasks
from training_app.jobs import worker as module
from training_app.jobs.worker import Worker
from training_app.organisation.models import RosterImport, RosterState
from training_app.organisation.services import rosters
from training_app.organisation.services.rosters import queued
from training_app.work import services as work
from training_app.work.models import Job
from training_app.work.rules import LEASE


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    return Scene(app, db_session)


@pytest.fixture
def everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two bytes make a large file, and one row a long list."""
    monkeypatch.setattr(rosters, "LARGE_FILE", 2)
    monkeypatch.setattr(rosters, "LARGE_LIST", 0)


@pytest.fixture
def worker(app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch) -> Worker:
    """A worker with nothing to do but what is sent to it here."""
    monkeypatch.setattr(module, "RECURRING", ())
    return Worker(database.engine, app.config["SETTINGS"])


def last(scene: Scene) -> RosterImport:
    scene.session.rollback()
    chosen = select(RosterImport).order_by(RosterImport.id.desc()).limit(1)
    found = scene.session.scalars(chosen.execution_options(**TEST)).one()
    scene.session.refresh(found)
    scene.session.rollback()
    return found


def die(scene: Scene) -> None:
    """A worker takes the next job and is never heard of again; its lease runs out."""
    scene.session.rollback()
    job = work.claim(scene.session, now=clock.now())
    found = [(j.id, j.kind, j.state, j.result) for j in scene.session.scalars(select(Job))]
    assert job is not None, found
    scene.session.execute(
        update(Job).where(Job.id == job.id).values(lease_until=clock.now() - LEASE)
    )
    scene.session.commit()


def test_a_small_list_is_read_at_once(scene: Scene, tmp_path: Path) -> None:
    assert send(scene.officer(), listed(tmp_path, LAN)).h1 == "Which column holds what?"


@pytest.mark.usefixtures("everything_is_long")
def test_a_long_list_is_read_and_put_on_record_by_the_worker(
    scene: Scene, tmp_path: Path, worker: Worker
) -> None:
    client = scene.officer()
    page = send(client, listed(tmp_path, LAN, MINH, BINH))
    assert "It waits for its turn and begins by itself." in page.text
    assert "This page may be closed." in page.text
    worker.step()
    columns = client.get(page.link("See how far it is"))
    assert columns.h1 == "Which column holds what?"
    preview = client.submit(columns, "")
    before = everything(scene)
    waits = client.submit(client.get(preview.link("Go on to the last step")), "")
    assert "The list is being put on record" in waits.text
    assert everything(scene) == before
    worker.step()
    done = client.get(waits.link("See how far it is"))
    assert "New people3" in done.text
    assert last(scene).summary == last_result(scene)
    assert last(scene).upload is None


def last_result(scene: Scene) -> dict[str, object]:
    found = scene.session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one().result
    scene.session.rollback()
    return found


@pytest.mark.usefixtures("everything_is_long")
def test_who_closed_the_page_finds_the_list_again(
    scene: Scene, tmp_path: Path, worker: Worker
) -> None:
    client = scene.officer()
    path = listed(tmp_path, LAN)
    send(client, path)
    start = client.get("/rosters/")
    assert "being read" in start.text
    number = last(scene).id
    assert "It waits" in client.get(start.link("danh-sach.xlsx")).text
    assert "It waits" in send(client, path).text
    assert last(scene).id == number
    for step in ("columns", "preview", "confirm"):
        client.get(f"/rosters/{number}/{step}/")
    worker.step()
    assert client.get(f"/rosters/{number}/").h1 == "Danh sách" or last(scene).state == "read"


@pytest.mark.usefixtures("everything_is_long")
def test_a_job_whose_worker_died_is_done_once_by_the_next(
    scene: Scene, tmp_path: Path, worker: Worker
) -> None:
    client = scene.officer()
    columns = send(client, listed(tmp_path, LAN, MINH))
    die(scene)
    assert "Step 1 of 3" in client.get(f"/rosters/{last(scene).id}/progress/").text
    worker.step()
    assert last(scene).state == RosterState.READ
    preview = client.submit(client.get(columns.link("See how far it is")), "")
    client.submit(client.get(preview.link("Go on to the last step")), "")
    die(scene)
    worker.step()
    assert last(scene).state == RosterState.APPLIED
    after = everything(scene)
    payload = scene.session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert payload is not None
    handler = tasks.HANDLERS[payload.kind]
    again = dict(payload.payload)
    scene.session.rollback()
    assert handler(worker.engine, again, lambda *_: True) == {}
    assert everything(scene) == after


@pytest.mark.usefixtures("everything_is_long")
def test_a_worker_that_dies_while_writing_leaves_nothing_behind(
    scene: Scene, tmp_path: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = scene.officer()
    columns = send(client, listed(tmp_path, LAN, MINH))
    worker.step()
    preview = client.submit(client.get(columns.link("See how far it is")), "")
    before = everything(scene)
    client.submit(client.get(preview.link("Go on to the last step")), "")

    def break_off(*_: object) -> None:
        message = "the disk is full"
        raise OSError(message)

    with monkeypatch.context() as broken:
        broken.setattr(queued, "forget", break_off)
        worker.step()
    assert everything(scene) == before
    page = client.get(f"/rosters/{last(scene).id}/progress/")
    assert "The list could not be put on record. Nothing of it was changed." in page.text
    assert "Reference for the helpline" in page.text
    again = client.get(page.link("Look at the preview again"))
    client.submit(client.get(again.link("Go on to the last step")), "")
    worker.step()
    assert last(scene).state == RosterState.APPLIED


@pytest.mark.usefixtures("everything_is_long")
def test_records_that_changed_meanwhile_stop_the_job_and_the_page_says_so(
    scene: Scene, tmp_path: Path, worker: Worker
) -> None:
    client = scene.officer()
    columns = send(client, listed(tmp_path, LAN))
    worker.step()
    preview = client.submit(client.get(columns.link("See how far it is")), "")
    client.submit(client.get(preview.link("Go on to the last step")), "")
    scene.world.team(scene.near, "Tổ hòa giải khu phố 5")
    scene.session.commit()
    worker.step()
    page = client.get(f"/rosters/{last(scene).id}/progress/")
    assert "The records changed since this preview. Look at it again." in page.text
    assert last(scene).state == RosterState.READ


@pytest.mark.usefixtures("everything_is_long")
def test_a_file_that_is_refused_says_why_and_what_to_do(
    scene: Scene, tmp_path: Path, worker: Worker
) -> None:
    path = tmp_path / "danh-sach.xlsx"
    path.write_bytes(b"PK\x03\x04 no workbook")
    client = scene.officer()
    page = send(client, path)
    worker.step()
    page = client.get(page.link("See how far it is"))
    assert "“danh-sach.xlsx” was not read:" in page.text
    assert "Nothing was changed." in page.text
    assert "not read" in client.get("/rosters/").text
    client.language("vi")
    client.get(f"/rosters/{last(scene).id}/")


@pytest.mark.usefixtures("everything_is_long")
def test_a_file_that_could_not_be_read_is_read_once_more_when_asked(
    scene: Scene, tmp_path: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: object, **__: object) -> None:
        raise OSError

    client = scene.officer()
    page = send(client, listed(tmp_path, LAN))
    with monkeypatch.context() as broken:
        broken.setattr(queued, "open_workbook", break_off)
        worker.step()
    page = client.get(page.link("See how far it is"))
    assert "Nothing is on record, and the file is kept." in page.text
    client.submit(page, "/retry/")
    worker.step()
    assert last(scene).state == RosterState.READ


@pytest.mark.usefixtures("everything_is_long")
def test_a_file_that_could_not_be_read_is_set_aside_with_the_names_it_holds(
    scene: Scene, tmp_path: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: object, **__: object) -> None:
        raise OSError

    client = scene.officer()
    page = send(client, listed(tmp_path, LAN))
    monkeypatch.setattr(queued, "open_workbook", break_off)
    worker.step()
    client.submit(client.get(page.link("See how far it is")), "/drop/")
    assert last(scene).state == RosterState.DROPPED
    assert last(scene).upload is None


@pytest.mark.usefixtures("everything_is_long")
def test_progress_of_another_commune_is_not_found(scene: Scene, tmp_path: Path) -> None:
    send(scene.officer(), listed(tmp_path, LAN))
    number = last(scene).id
    from_elsewhere = scene.member(scene.leader)
    from_elsewhere.get(f"/rosters/{number}/progress/", 403)
    scene.officer().get("/rosters/999999/progress/", 404)


def test_what_the_job_does_is_what_was_shown(
    scene: Scene, tmp_path: Path, database: Database
) -> None:
    client = scene.officer()
    send(client, write(tmp_path, (HEADING, LAN, MINH, BINH)))
    number = last(scene).id
    with Session(database.engine) as session:
        shown = rosters.preview(session, number, on=clock.today())
    payload = {"import_id": number, "expected": rosters.digest(shown), "account_id": None}
    assert _apply(database.engine, payload) == shown.summary
    assert last(scene).state == RosterState.APPLIED


def _apply(engine: Engine, payload: dict[str, object]) -> dict[str, object]:
    return dict(tasks.apply_roster(engine, payload, lambda *_: True))


def test_a_cancelled_job_does_nothing(scene: Scene, tmp_path: Path, database: Database) -> None:
    send(scene.officer(), listed(tmp_path, LAN))
    before = everything(scene)
    payload = {"import_id": last(scene).id, "expected": "", "account_id": None}
    assert tasks.apply_roster(database.engine, payload, lambda *_: False) == {}
    assert everything(scene) == before
