"""The same tables as data: every role that may see the parts gets the sums of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.coverage.scene import Scene
from tests.coverage.test_routes import rows_of, sheet_of
from tests.factories import records as make
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
