"""The same tables as data: every role that may see the parts gets the sums of them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.coverage.scene import Scene
from tests.coverage.teaching import hold_class, trainer
from tests.coverage.test_nation_targets import count, grown
from tests.coverage.test_routes import rows_of, sheet_of
from tests.coverage.test_targets import planned, read_lesson
from tests.factories import records as make
from tests.factories.records import NOW
from tests.page import PageClient
from training_app.audit.models import AuditEvent


def data_of(client: PageClient, path: str) -> dict[str, Any]:
    response = client.http.get(path)
    assert response.status_code == 200, response.status_code
    found: dict[str, Any] = response.get_json()
    return found


def _written(row: list[Any]) -> list[str]:
    return [str(value) for value in row if isinstance(value, int)]


def test_totals_are_the_sum_of_their_parts_on_the_page_in_the_file_and_as_data(
    scene: Scene,
) -> None:
    # Em serves in both communes: she counts once in the total.
    make.team(scene.session, scene.commune, scene.people["Em"])
    scene.session.commit()
    for client, address in (
        (scene.province_officer, scene.province_path),
        (scene.officer, scene.commune_path),
    ):
        data = data_of(client, address + "table.json")
        page = rows_of(client.get(address))
        lines = sheet_of(client, address + "table.xlsx")
        assert data["columns"] == page[0]
        assert _written(data["total"]) == [one for one in page[-1] if one.isdigit()]
        total = next(line for line in lines if line[0] == "Total")
        assert _written(data["total"]) == _written(list(total))
        for at, value in enumerate(data["total"]):
            if isinstance(value, int):
                parts = [row[at] for row in data["rows"] + data["corrections"]]
                assert value == sum(part for part in parts if isinstance(part, int))
        assert data["definitions"]
        assert data["known"] == "now"


def test_a_number_is_as_long_as_its_list_as_data(scene: Scene) -> None:
    client = scene.province_officer
    total = data_of(client, scene.province_path + "table.json")["total"]
    for standing, at in (("", 3), ("&standing=held", 4)):
        people = data_of(client, f"{scene.province_path}people/table.json?{standing}")
        assert len(people["rows"]) == total[at]
    scene.session.rollback()
    taken = select(AuditEvent).where(AuditEvent.action == "names.exported")
    assert len(scene.session.scalars(taken).all()) == 2
    scene.session.rollback()


def test_every_count_of_a_table_opens_the_list_that_makes_it(scene: Scene) -> None:
    client = scene.province_officer
    # An and Bình hold it until 9 March 2027, three months of which are the window.
    page = client.get(scene.province_path + "?as_of=2026-12-20")
    for cells in re.findall(r"<tr>(.*?)</tr>", page.html, re.DOTALL)[1:-1]:
        for href, text in re.findall(r'<td[^>]*class="n"[^>]*>(?:<a href="(.*?)">)?(\d+)', cells):
            assert href or text == "0"
    due = next(href for href in page.links if "standing=due_soon" in href)
    assert [row[0] for row in rows_of(client.get(due))[1:]] == ["Trần Thị An", "Trần Thị Bình"]
    team = scene.officer.get(scene.commune_path + "?as_of=2026-12-20")
    assert team.links.count(scene.team_path + "?as_of=2026-12-20") > 1


def test_readers_of_totals_get_no_small_count_and_no_name_as_data(scene: Scene) -> None:
    data = data_of(scene.ministry, "/coverage/table.json")
    assert any(value == "<5" for row in data["rows"] for value in row)
    assert all(not 0 < value < 5 for row in data["rows"] for value in row[3:] if type(value) is int)
    for path in ("people/table.json", "worklist/table.json", "late/table.json"):
        assert scene.ministry.http.get(scene.province_path + path).status_code in {403, 404}


def test_the_page_says_where_its_data_are(scene: Scene) -> None:
    page = scene.province_officer.get(scene.province_path)
    href = page.link("The same table as data (JSON)")
    assert data_of(scene.province_officer, href)["title"].startswith("Share trained")


# -- targets, their history and trainers ---------------------------------------------------

PAGES = ("targets/", "targets/history/", "targets/list/", "trainers/", "forecast/", "worklist/")


@pytest.mark.parametrize("page", PAGES)
def test_every_table_of_a_place_is_there_as_data_with_the_rows_of_page_and_file(
    scene: Scene, page: str
) -> None:
    planned(scene, unit=scene.province)
    hold_class(scene, trainer(scene, "Phạm Văn Ân"), "Chi", modules=(scene.second,))
    client, address = scene.province_officer, scene.province_path + page
    shown = rows_of(client.get(address))
    href = client.get(address).link("The same table as data (JSON)")
    data = data_of(client, href)
    lines = sheet_of(client, client.get(address).link("Download Excel"))
    assert data["columns"] == shown[0]
    names = [row[0].replace("\u00a0", " ") for row in data["rows"]]
    assert names == [row[0] for row in shown[1 : len(names) + 1]]
    assert set(names) <= {line[0] for line in lines}
    numbers = [cell for row in data["rows"] for cell in row if isinstance(cell, int)]
    assert set(numbers) <= {cell for line in lines for cell in line if isinstance(cell, int)}


def test_trainers_per_teams_are_there_as_data(scene: Scene) -> None:
    page = scene.province_officer.get(f"{scene.province_path}trainers/")
    href = next(one for one in page.links if "ratios.json" in one)
    assert data_of(scene.province_officer, href)["columns"][0] == "Unit or group of communes"


def test_the_targets_of_the_country_are_there_as_data_and_tell_no_small_count(
    scene: Scene,
) -> None:
    grown(scene)
    read_lesson(scene, "Chi", NOW - timedelta(days=3))
    count(scene.session)
    for path in ("targets/", "targets/provinces", "targets/history/"):
        table = path if path.endswith("provinces") else f"{path}table"
        data = data_of(scene.ministry, f"/coverage/{table}.json")
        lines = sheet_of(scene.ministry, f"/coverage/{table}.xlsx")
        assert [row[0] for row in data["rows"]]
        assert {row[0] for row in data["rows"]} <= {line[0] for line in lines}
        assert "1/30" not in str(data)
    told = data_of(scene.ministry, "/coverage/targets/table.json")
    row = next(one for one in told["rows"] if one[0].startswith("Mediators who use"))
    assert row[2] == "<5"


def test_trainers_of_the_country_are_there_as_data_without_names_and_small_counts(
    scene: Scene,
) -> None:
    hold_class(scene, trainer(scene, "Phạm Văn Ân"), "Chi", modules=(scene.second,))
    data = data_of(scene.ministry, "/coverage/trainers/table.json")
    assert "Phạm" not in str(data)
    assert [value for value in data["rows"][0] if value == "<5"]
    scene.officer.get("/coverage/trainers/table.json", 404)


def test_a_filter_that_cannot_be_used_is_refused_as_data_in_words(scene: Scene) -> None:
    response = scene.province_officer.http.get(scene.province_path + "table.json?as_of=31/31/2026")
    assert response.status_code == 422
    assert response.get_json()["errors"]


def test_a_place_that_may_not_be_counted_says_why_as_data(scene: Scene) -> None:
    data = data_of(scene.ministry, f"{scene.province_path}targets/table.json")
    assert data["rows"] == []
    assert "too small to be shown" in data["about"][-1]
