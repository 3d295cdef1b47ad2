"""Coverage on screen: who may see what, the way down to the evidence, messages, names logged."""

import io
import re
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.coverage.scene import Scene
from tests.factories import records as make
from tests.factories.records import NOW
from tests.page import Page, PageClient
from tests.statements import counted
from training_app.audit.models import AuditEvent
from training_app.learning.services import rederive
from training_app.requirements.rules import Audience


def rows_of(page: Page, place: int = 0) -> list[list[str]]:
    """The texts of a table, the first by default: head, rows and foot."""
    table = re.findall(r"<table[ >].*?</table>", page.html, re.DOTALL)[place]
    lines = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL) for line in lines]
    return [[_plain(cell) for cell in line] for line in cells]


def _plain(markup: str) -> str:
    text = re.sub(r"<[^>]+>", "", markup)
    return " ".join(text.replace("&lt;", "<").replace("&#39;", "'").split())


def sheet_of(client: PageClient, path: str) -> list[list[Any]]:
    """All lines of the XLSX at an address."""
    response = client.http.get(path)
    assert response.status_code == 200, response.status_code
    book = openpyxl.load_workbook(io.BytesIO(response.get_data()))
    assert book.active is not None
    return [[*row] for row in book.active.iter_rows(values_only=True)]


# -- the way down --------------------------------------------------------------------------


def test_the_way_down_from_province_to_evidence(scene: Scene) -> None:
    client = scene.province_officer
    province = client.get("/coverage/")
    assert province.h1 == "Share trained – Tỉnh Bắc Ninh"
    commune = client.get(province.link("Kinh Bắc"))
    assert "1 of" not in commune.h1
    team = client.get(commune.link(f"Tổ {scene.team.id}"))
    assert "2 of 4 people are trained." in team.text
    person = client.get(team.link("Trần Thị An"))
    assert "Holds until 9 Mar 2027" in person.text
    assert "Test passed" in person.text
    assert "the system" in person.text


def test_counts_stand_in_their_groups(scene: Scene) -> None:
    rows = rows_of(scene.province_officer.get(scene.province_path))
    assert rows[0] == [
        "Unit",
        "Teams",
        "Teams trained",
        "Mediators",
        "Trained",
        "of them due soon",
        "Lapsed",
        "In progress",
        "Not begun",
        "Share",
    ]
    assert rows[1] == ["Phường Võ Cường", *"102000 02".replace(" ", ""), "0/2 – 0.0 %"]
    assert rows[2][:5] == ["Phường Kinh Bắc", "1", "0", "4", "2"]
    assert rows[2][7:] == ["1", "1", "2/4 – 50.0 %"]
    assert rows[-1][:5] == ["Total", "2", "0", "6", "2"]


def test_a_team_counts_with_its_leader_and_two_thirds(scene: Scene) -> None:
    scene.pass_test("Chi", scene.second)
    scene.session.commit()
    rows = rows_of(scene.officer.get(scene.commune_path))
    assert rows[1][1:5] == ["Trained", "Trained", "4", "3"]


@pytest.mark.parametrize("day", ["2025-01-01", "2026-03-09", "2026-11-20", "2027-03-09"])
def test_each_day_has_its_own_answer(scene: Scene, day: str) -> None:
    page = scene.officer.get(f"{scene.commune_path}?as_of={day}")
    held = {"2025-01-01": "0", "2026-03-09": "2", "2026-11-20": "2", "2027-03-09": "0"}[day]
    assert rows_of(page)[1][4] == held


def test_a_number_opens_the_list_that_makes_it(scene: Scene) -> None:
    page = scene.officer.get(scene.commune_path)
    href = next(link for link in page.links if "standing=begun" in link)
    listed = scene.officer.get(href.replace("&amp;", "&"))
    rows = rows_of(listed)
    assert [row[0] for row in rows[1:]] == ["Trần Thị Chi"]
    assert "Still missing: Module hai" in rows[1][4]


def test_the_worklist_names_the_smallest_step(scene: Scene) -> None:
    rows = rows_of(scene.officer.get(scene.commune_path + "worklist/"))
    assert rows[1][2] == ("Fewer than two thirds of the members are trained; No woman")
    assert rows[1][3].startswith("Call 1 person to finish: Module hai")
    assert rows[1][4:] == ["Trần Thị An", "0912 345 678"]


# -- who may -------------------------------------------------------------------------------


def test_strangers_and_roles_without_the_right_are_refused(scene: Scene) -> None:
    for path in (scene.commune_path, scene.province_path, "/coverage/"):
        scene.administrator.get(path, 403)
        scene.member.get(path, 403)
    for path in (scene.team_path, scene.person_path("An")):
        scene.ministry.get(path, 403)
        scene.administrator.get(path, 403)
        scene.trainer.get(path, 404)
        scene.member.get(path, 403)


def test_an_officer_sees_the_own_commune_alone(scene: Scene) -> None:
    client = scene.officer
    assert client.get("/coverage/").h1 == "Share trained – Phường Kinh Bắc"
    other = f"/coverage/units/{scene.other.unit_id}/"
    for path in (
        scene.province_path,
        other,
        other + "worklist/",
        other + "people/",
        other + "table.xlsx",
        f"/coverage/teams/{scene.far_team.id}/",
        scene.person_path("Em"),
        "/coverage/units/999999/",
    ):
        client.get(path, 404)


def test_a_leader_sees_the_own_team_alone(scene: Scene) -> None:
    page = scene.leader.get("/coverage/own-teams/")
    assert "Trần Thị Dũng" in page.text
    assert "Test passed" in scene.leader.get(scene.person_path("Bình")).text
    assert "Download Excel" not in page.text
    scene.leader.get(scene.team_path + "table.xlsx", 403)
    scene.leader.get(f"/coverage/teams/{scene.far_team.id}/", 404)
    scene.leader.get(scene.person_path("Em"), 404)
    scene.leader.get(scene.commune_path, 403)


def test_the_ministry_sees_totals_without_small_counts(scene: Scene) -> None:
    client = scene.ministry
    page = client.get("/coverage/")
    rows = rows_of(page)
    assert rows[1][:1] == ["Tỉnh Bắc Ninh"]
    assert "<5" in rows[1]
    assert not {"2/6 – 33.3 %", "Trần Thị An"} & {cell for row in rows for cell in row}
    closed = client.get(scene.province_path)
    assert "too small to be shown" in closed.text
    assert not re.search(r"<table", closed.html)
    client.get(scene.commune_path, 404)
    client.get(scene.commune_path + "people/", 403)
    client.get(scene.commune_path + "worklist/", 403)
    lines = sheet_of(client, "/coverage/table.xlsx")
    province = next(row for row in lines if row[0] == "Tỉnh Bắc Ninh")
    assert province[:5] == ["Tỉnh Bắc Ninh", 2, "…", 6, "<5"]


# -- files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "vi"])
def test_html_and_xlsx_have_the_same_rows_columns_order_and_totals(
    scene: Scene, language: str
) -> None:
    client = scene.province_officer if language == "en" else scene.vietnamese_officer
    for path in (
        scene.province_path,
        scene.commune_path,
        scene.team_path,
        scene.commune_path + "people/",
        scene.commune_path + "worklist/",
    ):
        shown = rows_of(client.get(path))
        sheet = sheet_of(client, path + "table.xlsx")
        start = next(at for at, row in enumerate(sheet) if row[0] == shown[0][0])
        for line, expected in zip(sheet[start:], shown, strict=True):
            assert [_as_shown(cell, language) for cell in line[: len(expected)]] == expected
        assert any("2026" in str(row[0]) for row in sheet[:start]), "the day stands above"


def _as_shown(value: Any, language: str) -> str:
    if value is None:
        return ""
    if hasattr(value, "strftime"):
        return f"{value.day} {value:%b %Y}" if language == "en" else f"{value:%d/%m/%Y}"
    return " ".join(str(value).split())


def test_a_file_says_how_it_was_counted(scene: Scene) -> None:
    lines = [str(row[0]) for row in sheet_of(scene.officer, scene.commune_path + "table.xlsx")]
    assert lines[0] == "Share trained – Phường Kinh Bắc"
    assert any(line.startswith("Requirement: Every year") for line in lines)
    assert any(line.startswith("As of 20 Nov 2026; counted at 10:00") for line in lines)
    assert any("two thirds" in line for line in lines)


# -- messages ------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["", "worklist/", "people/"])
def test_a_bad_day_is_a_message_and_keeps_what_was_typed(scene: Scene, part: str) -> None:
    page = scene.officer.get(f"{scene.commune_path}{part}?as_of=31/06/2026", 422)
    assert "The date 31/06/2026 does not exist" in page.text
    assert 'value="31/06/2026"' in page.html
    assert page.all("title")[0].text.startswith("Error:")
    scene.officer.get(f"{scene.commune_path}{part}table.xlsx?as_of=nonsense", 422)
    scene.officer.get(f"{scene.commune_path}{part}?as_of=01/01/0001", 422)
    scene.officer.get(f"{scene.commune_path}{part}?as_of=31/12/9999", 422)


def test_two_requirements_of_one_title_are_told_apart(scene: Scene) -> None:
    page = scene.officer.get(scene.commune_path)
    assert "since" not in page.html
    other = make.requirement(scene.session, scene.first)
    scene.session.commit()
    page = scene.officer.get(scene.commune_path)
    for one in (scene.requirement, other):
        assert f"(no. {one.id})</option>" in page.html


def test_an_unknown_requirement_is_a_message(scene: Scene) -> None:
    for text in ("99999", "x", "<script>"):
        page = scene.officer.get(f"{scene.commune_path}?requirement={text}", 422)
        assert "does not apply here on that day" in page.text


def test_bad_days_on_pages_of_people_are_messages(scene: Scene) -> None:
    for path in (scene.team_path, scene.person_path("An")):
        page = scene.officer.get(f"{path}?as_of=yesterday", 422)
        assert "Write the date as day/month/year" in page.text


def test_before_any_requirement_the_page_says_so(scene: Scene) -> None:
    page = scene.officer.get(f"{scene.commune_path}?as_of=2021-01-01")
    assert page.status == 200
    page = scene.officer.get(f"{scene.commune_path}?as_of=2019-12-31")
    assert "did not exist in this form on that day" in page.text


def test_without_requirements_the_page_says_what_it_is_for(scene: Scene) -> None:
    scene.session.rollback()
    page = scene.officer.get(f"{scene.commune_path}?as_of=2020-01-01")
    assert page.status == 200


# -- names are written down ----------------------------------------------------------------


def seen(session: Session) -> list[tuple[str, str, Any]]:
    session.rollback()
    rows = session.scalars(
        select(AuditEvent).where(AuditEvent.action.startswith("names.")).order_by(AuditEvent.id)
    )
    return [(row.action, row.object_kind, row.detail["count"]) for row in rows]


def test_every_view_and_export_of_names_is_written_down(scene: Scene) -> None:
    client = scene.officer
    client.get(scene.commune_path)
    assert seen(scene.session) == []
    client.get(scene.team_path)
    client.get(scene.person_path("An"))
    client.get(scene.commune_path + "people/?standing=begun")
    client.get(scene.commune_path + "worklist/")
    client.http.get(scene.team_path + "table.xlsx")
    assert seen(scene.session) == [
        ("names.viewed", "team", 4),
        ("names.viewed", "person", 1),
        ("names.viewed", "unit", 1),
        ("names.viewed", "unit", 1),
        ("names.exported", "team", 4),
    ]


def test_a_leader_looking_at_the_own_team_leaves_no_trail(scene: Scene) -> None:
    scene.leader.get(scene.team_path)
    assert seen(scene.session) == []


# -- cost ----------------------------------------------------------------------------------


def test_pages_need_few_selects_however_many_rows(scene: Scene) -> None:
    client = scene.province_officer
    for path, most in (
        (scene.province_path, 8),
        (scene.commune_path, 7),
        (scene.commune_path + "worklist/", 11),
        (scene.commune_path + "people/", 11),
        (scene.team_path, 11),
    ):
        with counted(scene.app) as statements:
            client.get(path)
        selects = [one for one in statements if one.lstrip().startswith(("SELECT", "WITH"))]
        assert len(selects) <= most, (path, len(selects))


# -- other audiences -----------------------------------------------------------------------


def test_trainers_are_counted_where_they_hold_the_role(scene: Scene) -> None:
    rule = make.requirement(scene.session, scene.first, audience=Audience.TRAINERS)
    trainer = scene.trainer
    page = scene.province_officer.get(f"{scene.province_path}?requirement={rule.id}")
    rows = rows_of(page)
    assert rows[0][1] == "Trainers"
    assert rows[-1][:3] == ["Total", "1", "0"]
    assert ["Tỉnh Bắc Ninh", "1", "0"] in [row[:3] for row in rows]
    listed = scene.province_officer.get(f"{scene.province_path}people/?requirement={rule.id}")
    assert "1 person" in listed.text
    work = scene.province_officer.get(f"{scene.province_path}worklist/?requirement={rule.id}")
    assert "outside the teams" in work.text
    scene.officer.get(f"{scene.commune_path}?requirement={rule.id}")
    assert "New module" in trainer.get("/home/").text


def test_leaders_are_counted_by_team(scene: Scene) -> None:
    rule = make.requirement(scene.session, scene.first, audience=Audience.LEADERS)
    rederive(scene.session, now=NOW)
    scene.session.commit()
    rows = rows_of(scene.officer.get(f"{scene.commune_path}?requirement={rule.id}"))
    assert rows[0][3] == "Leaders"
    assert rows[1][1:5] == ["Trained", "Trained", "1", "1"]


def test_somebody_in_two_teams_is_counted_once_in_the_total(scene: Scene) -> None:
    make.team(scene.session, scene.other, scene.people["An"])
    scene.session.commit()
    rows = rows_of(scene.province_officer.get(scene.province_path))
    people = {row[0]: row[3] for row in rows[1:]}
    assert people == {
        "Phường Võ Cường": "3",
        "Phường Kinh Bắc": "4",
        "Counted in several rows": "-1",
        "Total": "6",
    }
    listed = scene.province_officer.get(scene.province_path + "people/")
    assert "Everybody: 6 people." in listed.text


# -- long lists ----------------------------------------------------------------------------


@pytest.fixture
def crowded(scene: Scene) -> Scene:
    """Sixty more communes and, in the first one, sixty more teams of three."""
    for at in range(60):
        make.unit(scene.session, f"Phường số {at}", scene.province)
        members = [make.person(scene.session, f"Nguyễn Thị Thu Hà {at} {n}") for n in range(3)]
        make.team(scene.session, scene.commune, *members)
    scene.session.commit()
    return scene


def test_long_lists_come_in_pages_of_fifty_within_the_budget(crowded: Scene) -> None:
    client = crowded.province_officer
    for path, rest in (
        (crowded.province_path, 12),
        (crowded.commune_path, 11),
        (crowded.commune_path + "worklist/", 11),
        (crowded.commune_path + "people/", 34),
    ):
        first = client.get(path)
        assert "Page 1 of" in first.text
        assert len(re.findall(r"<tr><th scope=.row", first.html)) in {50, 51}
        last = client.get(f"{path}?page=99999999999999999999999")
        assert "Next page" not in last.text
        assert len(re.findall(r"<tr><th scope=.row", last.html)) in {rest, rest + 1}, path
        assert len(sheet_of(client, path + "table.xlsx")) > 60


def test_a_long_list_can_stand_on_one_page_for_paper(crowded: Scene) -> None:
    client = crowded.province_officer
    for path, rows in ((crowded.province_path, 62), (crowded.commune_path + "people/", 184)):
        page = client.get(path)
        whole = client.get(page.link(f"All {rows} rows, to print"))
        assert len(re.findall(r"<tr><th scope=.row", whole.html)) in {rows, rows + 1}, path
        assert "Page 1 of" not in whole.text
        assert "Page 1 of" in client.get(whole.link("Page by page")).text
