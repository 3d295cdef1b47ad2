"""An officer knows who a row is, where nothing proposes it; one person on record twice."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.organisation.roster_steps import LAN, TEST, answer, listed, put_on_record, to_preview
from tests.organisation.scenes import Scene
from tests.page import Page, PageClient
from training_app.organisation.models import Person

TEAM = "Tổ hòa giải khu phố 1"
MARRIED = ("1", "Nguyễn Thị Thu Hoài", "Nữ", "1958", "0912345679", TEAM, None, None)


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    return Scene(app, db_session)


def search(client: PageClient, preview: Page, text: str = "") -> Page:
    """The page on which the person of the first new row is looked for."""
    path = client.get(preview.link("New")).link("Find the person on record")
    return client.get(f"{path}?q={text}")


def test_a_row_that_looks_new_is_somebody_on_record_under_another_name(
    scene: Scene, tmp_path: Path
) -> None:
    client = scene.officer()
    preview = to_preview(client, listed(tmp_path, MARRIED))
    assert "Nguyễn Thị Thu Hoài" in client.get(preview.link("New")).text
    page = search(client, preview, "nguyen thi hoa")
    preview = client.submit(page, "?q=", person=str(scene.woman))
    assert "Nguyễn Thị Thu Hoài" in client.get(preview.link("Changed")).text
    assert "The same person" in client.get(preview.link("Answered")).text
    put_on_record(client, preview)
    scene.session.rollback()
    row = scene.session.get_one(Person, scene.woman, execution_options=TEST)
    assert row.full_name == "Nguyễn Thị Thu Hoài"


def test_the_answer_can_be_asked_again(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    preview = to_preview(client, listed(tmp_path, MARRIED))
    page = client.submit(search(client, preview, "nguyen thi hoa"), "?q=", person=str(scene.woman))
    page = answer(client, client.get(page.link("Answered")), ["again"])
    assert "Nguyễn Thị Thu Hoài" in client.get(page.link("New")).text


def test_a_telephone_finds_the_person_and_nobody_elsewhere_is_offered(
    scene: Scene, tmp_path: Path
) -> None:
    client = scene.officer()
    preview = to_preview(client, listed(tmp_path, MARRIED))
    assert "Trần Văn Bình" in search(client, preview, "0912 345 678").text
    assert "Ya Thị Xa" not in search(client, preview, "ya thi xa").text
    page = search(client, preview, "nguyen thi hoa")
    assert "Choose one of the people listed." in client.submit(page, "?q=", 422).text
    page = client.submit(page, "?q=", 422, person=str(scene.stranger))
    assert "Choose one of the people listed." in page.text


def test_one_team_does_not_name_one_person_twice(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    other = ("2", "Nguyễn Thị Hoài Thu", "Nữ", "1959", None, TEAM, None, None)
    preview = to_preview(client, listed(tmp_path, MARRIED, other))
    preview = client.submit(
        search(client, preview, "nguyen thi hoa"), "?q=", person=str(scene.woman)
    )
    page = client.submit(
        search(client, preview, "nguyen thi hoa"), "?q=", 422, person=str(scene.woman)
    )
    assert "Another row of this team was said to be this person." in page.text


def test_a_row_that_does_not_exist_is_not_found(scene: Scene, tmp_path: Path) -> None:
    client = scene.officer()
    path = to_preview(client, listed(tmp_path, LAN)).response.request.path
    client.get(path.replace("preview", "rows/2/person"), 404)
    client.get(path.replace("preview", "rows/0/person"), 404)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_two_records_that_fit_one_row_lead_to_both_side_by_side(
    scene: Scene, tmp_path: Path, language: str
) -> None:
    second = scene.world.team(scene.near, "Tổ hòa giải khu phố 2")
    for team in (scene.team, second):
        scene.world.person("Đỗ Thị Mười", team, sex="female", phones=("+84912345677",))
    scene.session.commit()
    client = scene.officer()
    client.language(language)
    row = ("1", "Đỗ Thị Mười", "Nữ", None, "0912345677", LAN[5], None, None)
    page = to_preview(client, listed(tmp_path, LAN, row))
    both = "One person recorded twice?" if language == "en" else "Một người bị ghi hai lần?"
    found = "Two records side by side" if language == "en" else "So sánh hai hồ sơ"
    assert found in client.get(page.link(both)).text
