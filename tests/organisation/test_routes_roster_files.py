"""Files of rosters on screen: columns, refusals, and who may send one."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.organisation.roster_samples import HEADING, TWO_ROW_LIST, write_xlsx
from tests.organisation.roster_steps import (
    BINH,
    LAN,
    MINH,
    TEST,
    everything,
    listed,
    put_on_record,
    send,
    to_preview,
    write,
)
from tests.organisation.scenes import Scene, carry_out
from training_app.access import Role
from training_app.organisation.models import RosterImport


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    return Scene(app, db_session)


# -- pasted --------------------------------------------------------------------------------


def test_a_table_pasted_from_word_is_read_like_a_file(scene: Scene) -> None:
    client = scene.officer()
    rows = (HEADING, LAN, MINH, BINH)
    pasted = "\r\n".join("\t".join(str(cell or "") for cell in row) for row in rows)
    columns = client.submit(client.get("/rosters/"), "/rosters/", pasted=f"\r\n{pasted}\r\n")
    assert "Use this sheet (3 rows of people)" in columns.text
    preview = client.submit(columns, "")
    assert "Võ Thị Lan" in client.get(preview.link("New")).text


def test_what_was_pasted_and_is_no_list_stays_on_the_page_of_columns(scene: Scene) -> None:
    client = scene.officer()
    page = client.submit(client.get("/rosters/"), "/rosters/", pasted="Kính gửi các tổ")
    assert "danh-sach-dan.csv" in page.text
    client.submit(client.get("/rosters/"), "/rosters/", 422, pasted="  \r\n ")


# -- columns -------------------------------------------------------------------------------


def test_columns_that_were_not_understood_are_chosen_by_hand(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    rows = (("A", "B", "C"), ("Võ Thị Lan", "1970", "Tổ 5"), ("Hồ Văn Minh", "1965", "Tổ 5"))
    columns = send(client, write(tmp_path, rows))
    refused = client.submit(columns, "", 422)
    assert "Use at least one sheet." in refused.text
    unnamed: dict[str, Any] = {"use-0": "y", "c-0-B": "birth"}
    refused = client.submit(columns, "", 422, **unnamed)
    assert "Sheet “Danh sách” has no column of names." in refused.text
    assert dict(refused.form("").fields)["c-0-B"] == "birth"
    values: dict[str, Any] = {"use-0": "y", "c-0-A": "name", "c-0-B": "birth", "c-0-C": "team"}
    page = client.submit(columns, "", **values)
    assert "The file was read anew with these columns." in page.text
    assert "Võ Thị Lan" in page.text
    client.submit(client.get(page.link("Back to the columns")), "", 422, **{"c-0-A": "nonsense"})


def test_a_sheet_can_be_left_out_and_taken_in_again(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    path = write_xlsx(
        tmp_path / "hai.xlsx", {"KP5": (HEADING, LAN, MINH), "Cũ": (HEADING, BINH, BINH)}
    )
    columns = send(client, path)
    form = columns.form("").filled()
    form.pop("use-1")
    page = client.post(columns.response.request.path, form)
    assert "New" in page.text
    columns = client.get(page.link("Back to the columns"))
    assert "left out: sheet left out on request" in columns.text
    fields = ("name", "sex", "birth", "phone", "team", "role", "remark")
    chosen: dict[str, Any] = {"use-1": "y"} | {
        f"c-1-{letter}": field for letter, field in zip("BCDEFGH", fields, strict=True)
    }
    page = client.submit(columns, "", **chosen)
    assert "Trần Văn Bình" in page.text


# -- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("anh.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 100, "This kind of file cannot be read"),
        ("rong.csv", b"", "The file is empty."),
        ("hong.xlsx", b"PK\x03\x04" + b"0" * 100, "The file is damaged"),
        ("../../etc/passwd.xlsx", b"%PDF-1.7" + b"0" * 50, "“passwd.xlsx” was not read"),
        ("a" * 300 + ".xlsx", b"%PDF-1.7" + b"0" * 50, "was not read"),
        ("..", b"%PDF-1.7" + b"0" * 50, "was not read"),
    ],
)
def test_an_unreadable_file_is_named_with_the_reason_and_the_remedy(
    scene: Scene, name: str, content: bytes, words: str
) -> None:
    client = scene.officer()
    page = client.submit(
        client.get("/rosters/"), "/rosters/", 422, file=(io.BytesIO(content), name)
    )
    assert words in page.text
    assert "Nothing was changed." in page.text
    assert "No list was entered yet." in page.text


def test_no_file_or_no_token_is_told(scene: Scene) -> None:
    client = scene.officer()
    page = client.submit(client.get("/rosters/"), "/rosters/", 422)
    assert "Choose the file with the list, or paste the list." in page.text
    bare = client.post("/rosters/", {"file": (io.BytesIO(b"x"), "x.csv")}, 422)
    assert "token" in bare.text
    assert scene.session.query(RosterImport).execution_options(**TEST).count() == 0


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app.config["SETTINGS"]
    small = replace(settings.limits, spreadsheet=1000, csv=1000, request=1000)
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, limits=small))
    client = scene.officer()
    page = client.get("/rosters/")
    large = (io.BytesIO(b"0" * 100_000), "lon.csv")
    assert "The file is too big" in client.submit(page, "/rosters/", 413, file=large).text


def test_a_plan_that_changed_since_the_preview_is_shown_again(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    preview = to_preview(client, listed(tmp_path, LAN))
    last = client.get(preview.link("Go on to the last step"))
    before = everything(scene)
    page = client.submit(last, "", 422, expected="0" * 32)
    assert "The records changed since this preview. Look at it again." in page.text
    assert everything(scene) == before
    client.submit(page, "")


def test_a_finished_import_leads_to_its_page(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    preview = to_preview(client, listed(tmp_path, LAN))
    done = put_on_record(client, preview)
    own = done.response.request.path
    for step in ("columns", "preview", "confirm"):
        assert client.get(f"{own}{step}/").response.request.path == own
    assert "Take back this import" in done.text
    client.submit(client.get(f"{own}undo/"), "")
    assert client.get(f"{own}undo/").response.request.path == own
    assert everything(scene)[1][0]


def test_an_import_whose_people_were_changed_since_stands(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    done = put_on_record(client, to_preview(client, listed(tmp_path, LAN, MINH)))
    person = client.get("/people/?q=vo thi lan").link("Võ Thị Lan")
    carry_out(client, client.get(person).link("End the service"), why="own_wish")
    page = client.submit(client.get(done.link("Take back this import")), "", 422)
    assert "Some of these people or teams were changed after this import" in page.text


# -- who may -------------------------------------------------------------------------------


def test_a_province_chooses_the_commune_first(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer(Role.PROVINCE_OFFICER)
    page = client.get("/rosters/")
    assert "Whose list is entered?" in page.text
    chosen = client.get(page.link("Bà Rịa"))
    assert chosen.h1 == "Enter a list of mediators"
    columns = send(client, listed(tmp_path, LAN), unit=scene.beside.unit_id)
    put_on_record(client, client.submit(columns, ""))
    assert "Tổ hòa giải khu phố 5" in client.get(f"/teams/?unit={scene.beside.unit_id}").text
    client.get(f"/rosters/?unit={scene.far.unit_id}", 404)


def test_another_offices_import_is_as_if_there_were_none(scene: Scene, tmp_path: Path) -> None:
    province = scene.officer(Role.PROVINCE_OFFICER)
    columns = send(province, listed(tmp_path, LAN), unit=scene.beside.unit_id)
    own = columns.response.request.path.removesuffix("columns/")
    client = scene.officer()
    for step in ("", "columns/", "preview/", "confirm/", "undo/", "problems.xlsx"):
        client.get(own + step, 404)
    token = dict(client.get("/rosters/").form("/rosters/").fields)["csrf_token"]
    for step in ("columns/", "decisions/", "confirm/", "undo/", "drop/"):
        client.post(own + step, {"csrf_token": token}, 404)


def test_leaders_and_mediators_do_not_import(scene: Scene) -> None:
    for person in (scene.leader, scene.woman):
        client = scene.member(person)
        client.get("/rosters/", 403)
        client.get("/rosters/template.xlsx", 403)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_step_stands_in_both_languages(scene: Scene, tmp_path: Path, language: str) -> None:
    client = scene.officer()
    client.language(language)
    columns = send(client, write(tmp_path, TWO_ROW_LIST))
    own = columns.response.request.path.removesuffix("columns/")
    page = client.submit(columns, "")
    for link in [link for link in page.links if "group=" in link]:
        client.get(link)
    client.submit(client.get(own + "confirm/"), "")
    for step in ("", "undo/"):
        client.get(own + step)
