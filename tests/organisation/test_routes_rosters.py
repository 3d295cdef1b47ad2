"""A roster on screen: the whole way from file to record and back, and the questions on it."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.organisation.roster_samples import TWO_ROW_LIST
from tests.organisation.roster_steps import (
    BINH,
    LAN,
    MINH,
    TEST,
    answer,
    everything,
    listed,
    put_on_record,
    send,
    to_preview,
    write,
)
from tests.organisation.scenes import Scene
from training_app.organisation.models import NotSamePerson, RosterImport
from training_app.organisation.routes.rosters import TEMPLATE


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    return Scene(app, db_session)


def test_a_filled_template_goes_on_record_once_and_can_be_taken_back(
    scene: Scene, tmp_path: Path
) -> None:
    client = scene.officer()
    template = client.http.get("/rosters/template.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(template.data)).get_sheet_by_index(0)
    filled: list[list[Any]] = [list(row) for row in rows.to_python() if any(row)]
    assert filled[-1] == list(TEMPLATE)
    filled += [
        [1, "Võ Thị Lan", "Nữ", "20/11/1970", "", "0912345670", "Tổ hòa giải khu phố 5",
         "Tổ trưởng", "12/QĐ-UBND", "01/03/2026", "Cử nhân Luật", ""],
        [2, "Hồ Văn Minh", "Nam", "1965", "x", "0912345671", "Tổ hòa giải khu phố 5",
         "Tổ viên", "12/QĐ-UBND", "01/03/2026", "", ""],
    ]  # fmt: skip
    path = write(tmp_path, filled)
    before = everything(scene)

    columns = send(client, path)
    assert columns.h1 == "Which column holds what?"
    assert "Use this sheet (2 rows of people)" in columns.text
    chosen = {value for name, value in columns.form("").fields if name.startswith("c-0-")}
    assert {"name", "sex", "birth", "minority_mark", "phone", "team", "role"} <= chosen
    assert {"decision_number", "decision_date", "qualification", "remark"} <= chosen
    preview = client.submit(columns, "")
    assert "1 new team" in preview.text
    assert everything(scene) == before

    done = put_on_record(client, preview)
    assert "New people2" in done.text
    teams = client.get(done.link("See the teams"))
    assert "Tổ hòa giải khu phố 5 Võ Thị Lan" in " ".join(teams.text.split())
    after = everything(scene)
    assert after != before

    again = client.submit(send(client, path), "")
    assert "Nothing would change: everything in the file is on record already." in again.text
    last = client.get(again.link("Go on to the last step"))
    assert "Put on record" not in [button.text for button in last.all("button")]
    client.submit(last, "/drop/")
    assert everything(scene) == after

    client.submit(client.get(done.link("Take back this import")), "")
    assert everything(scene) == before


def test_the_same_file_says_so(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    path = listed(tmp_path, LAN, MINH)
    first = send(client, path)
    waiting = send(client, path)
    assert "This very file was sent already and waits here." in waiting.text
    assert scene.session.query(RosterImport).execution_options(**TEST).count() == 1
    put_on_record(client, client.submit(first, ""))
    assert "This very file was taken over on" in send(client, path).text


def test_a_list_with_merged_heads_bands_and_remarks(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    preview = to_preview(client, write(tmp_path, TWO_ROW_LIST))
    for words in ("1 new team", "Problems", "Rows that are no people"):
        assert words in preview.text
    problems = client.get(preview.link("Problems"))
    assert "Both the column for men and the column for women are filled." in problems.text
    assert "Keep only one of the two entries." in problems.text
    ignored = client.get(preview.link("Rows that are no people"))
    assert "signatures" in ignored.text
    left = client.get(preview.link("Left out"))
    assert "Trần Thị Hường" in left.text
    done = put_on_record(client, preview)
    teams = client.get(done.link("See the teams"))
    assert "Nguyễn Văn Tài" in teams.text
    assert "of 2 teams are complete" in teams.text


def test_the_problems_can_be_downloaded(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    client.language("vi")
    preview = to_preview(client, write(tmp_path, TWO_ROW_LIST, "ds.xlsx"))
    problems = client.get(preview.link("Vấn đề"))
    sent = client.http.get(problems.link("Tải các vấn đề"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sent.data)).get_sheet_by_index(0).to_python()
    head = rows.index(["Trang tính", "Dòng", "Cột", "Loại", "Vấn đề là gì", "Cách xử lý"])
    assert ["Danh sách", 12, "C"] in [row[:3] for row in rows[head + 1 :]]
    assert all(row[4] and row[5] for row in rows[head + 1 :] if row[0])
    assert scene.events("names.exported")[-1].object_kind == "roster_import"


def test_the_sent_file_comes_back_with_its_problems_marked(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    preview = to_preview(client, write(tmp_path, (*TWO_ROW_LIST, ("=1+1", "@x")), "ds.xlsx"))
    page = client.get(preview.link("Problems"))
    sent = client.http.get(page.link("Download the file with its problems marked"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(sent.data))
    rows = book.get_sheet_by_name("Danh sách").to_python()
    assert rows[7][1] == "Nguyễn Văn Tài"
    assert "Both the column for men" in str(rows[11][-1])
    assert "What is wrong" in str(rows[0][-1])
    done = put_on_record(client, page)
    marked = client.get(done.response.request.path + "marked.xlsx", 409)
    assert "Send the file again" in marked.text


# -- answers -------------------------------------------------------------------------------


def test_perhaps_the_same_person_is_asked_and_never_joined_silently(
    scene: Scene, tmp_path: Path
) -> None:
    client = scene.officer()
    path = listed(tmp_path, LAN, ("2", "Trần Văn Bình", "Nam", "1960", None, *LAN[5:]))
    preview = to_preview(client, path)
    assert "1 row waits for an answer." in preview.text
    assert "The same as Trần Văn Bình on record: same name, same birth year" in preview.text
    unanswered = answer(client, preview, [""])
    assert "The same person?" in unanswered.text
    page = answer(client, preview, [f"same:{scene.leader}"])
    assert "waits for an answer" not in page.text
    changed = client.get(page.link("Changed"))
    assert "Mediation team: Tổ hòa giải khu phố 1 → Tổ hòa giải khu phố 5" in changed.text
    answered = client.get(page.link("Answered"))
    asked_again = answer(client, answered, ["again"])
    page = answer(client, client.get(asked_again.link("The same person?")), ["new"])
    assert "Trần Văn Bình" in client.get(page.link("New")).text
    put_on_record(client, page)
    scene.session.rollback()
    pairs = scene.session.scalars(select(NotSamePerson).execution_options(**TEST)).all()
    assert [pair.first_id for pair in pairs] == [scene.leader]
    again = to_preview(client, listed(tmp_path, *(LAN, BINH)[:1], MINH, name="moi.xlsx"))
    assert "The same person?" not in again.text


def test_one_answer_for_all_rows_left_open(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    rows = (
        LAN,
        ("2", "Trần Văn Bình", "Nam", "1960", None, *LAN[5:6], None, None),
        ("3", "Lê Văn Cường", "Nam", "1960", None, *LAN[5:6], None, None),
    )
    preview = to_preview(client, listed(tmp_path, *rows))
    assert "2 rows wait for an answer." in preview.text
    page = answer(client, preview, ["skip"], all="likely")
    assert "Lê Văn Cường" in client.get(page.link("Changed")).text
    assert "Trần Văn Bình" in client.get(page.link("Left out")).text


def test_an_answer_that_does_not_fit_is_refused_and_the_others_stay(
    scene: Scene, tmp_path: Path
) -> None:
    client = scene.officer()
    row = ("2", "Trần Văn Bình", "Nam", "1960", None, *LAN[5:6], None, None)
    preview = to_preview(client, listed(tmp_path, LAN, row))
    place = "d:Danh sách!3"
    page = client.submit(preview, "/decisions/", 422, **{place: f"same:{scene.stranger}"})
    assert "Choose one of the answers of each row." in page.text


def test_somebody_whose_remark_leaves_it_open_is_asked(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    ailing = (*LAN[:7], "ốm, xin nghỉ")
    preview = to_preview(client, listed(tmp_path, ailing, MINH))
    assert "Does the person still serve?" in preview.text
    page = answer(client, client.get(preview.link("Does the person still serve?")), ["serves"])
    assert "Võ Thị Lan" in client.get(page.link("New")).text


def test_another_leader_is_announced_before_anything_is_on_record(
    scene: Scene, tmp_path: Path
) -> None:
    client, team = scene.officer(), "Tổ hòa giải khu phố 1"
    successor = ("1", "Võ Thị Lan", "Nữ", "1970", "0912345670", team, "Tổ trưởng", None)
    preview = to_preview(client, listed(tmp_path, successor))
    assert "1 team gets another leader" in preview.text
    assert f"{team}: Võ Thị Lan leads, in place of Trần Văn Bình" in preview.text
    last = client.get(preview.link("Go on to the last step"))
    assert "Teams that get another leader1" in last.text


def test_who_is_absent_goes_on_serving_unless_ticked(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    team = "Tổ hòa giải khu phố 1"
    bearer = ("1", "Trần Văn Bình", "Nam", "1960", "0912345678", team, "Tổ trưởng", None)
    preview = to_preview(client, listed(tmp_path, bearer))
    page = client.get(preview.link("On record, but not in the file"))
    assert f"Nguyễn Thị Hoa{team}" in page.text
    page = client.submit(page, "/decisions/", absent=[scene.third])
    last = client.get(page.link("Go on to the last step"))
    assert "Service ended because absent from the file1" in last.text
    client.submit(last, "")
    shown = client.get(f"/teams/{scene.team}/")
    assert "Nguyễn Thị Hoa" in shown.text
    assert "Lê Văn Cường" not in shown.text


def test_a_row_without_a_team_is_given_one(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    lost = ("2", "Hồ Văn Minh", "Nam", "1965", "0912345671", None, None, None)
    other = ("3", "Vũ Văn Sáu", "Nam", "1966", "0912345672", "Tổ hòa giải khu phố 6", None, None)
    preview = to_preview(client, listed(tmp_path, LAN, lost, other, LAN))
    page = client.get(preview.link("To which team?"))
    page = answer(client, page, ["team:Tổ hòa giải khu phố 5"])
    assert "To which team?" not in page.text
    put_on_record(client, page)
    assert "Hồ Văn Minh" in client.get("/people/?q=ho van minh").text
