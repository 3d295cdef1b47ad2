"""The restricted entry: behind a click of its own, every look written down, in no list or file."""

import io
import zipfile
from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select

from tests.dossier.scene import LOOK, Scene
from training_app import clock
from training_app.access import GRANTS, Permission, Role
from training_app.organisation.models import Person

PAGES = (
    "/people/",
    "/people/{person}/",
    "/people/{person}/change/",
    "/people/same/",
    "/people/{person}/same-as/{twin}/",
    "/people/{person}/link/{twin}/",
    "/teams/",
    "/teams/{team}/",
    "/data-requests/",
    "/people/{person}/data-request/",
    "/coverage/",
)


@pytest.fixture
def flagged(scene: Scene) -> Iterator[Scene]:
    """Everybody of the scene belongs to a minority; nothing else says so, nor does the clock."""
    _flag_everybody(scene, belongs=True)
    with time_machine.travel(clock.now(), tick=False):
        yield scene


def test_only_commune_officers_may_open_it() -> None:
    holders = {role for role in Role if Permission.MINORITY_VIEW in GRANTS[role]}
    assert holders == {Role.COMMUNE_OFFICER}


def test_each_look_is_written_down_with_who_and_whom(flagged: Scene) -> None:
    client = flagged.officer()
    for _ in range(2):
        client.get(f"/people/{flagged.person.id}/minority/")
    events = flagged.events("minority.viewed")
    assert [event.object_id for event in events] == [flagged.person.id] * 2
    assert all(event.actor_account_id for event in events)


@pytest.mark.parametrize("role", [Role.COMMUNE_OFFICER, Role.PROVINCE_OFFICER])
def test_no_other_page_tells_it(flagged: Scene, role: Role) -> None:
    told, hidden = _texts(flagged, role, belongs=True), _texts(flagged, role, belongs=False)
    for path, text in told.items():
        assert text == hidden[path], path
    assert not flagged.events("minority.viewed")


def _texts(scene: Scene, role: Role, *, belongs: bool) -> dict[str, str]:
    _flag_everybody(scene, belongs=belongs)
    client = scene.officer(role)
    values = {"person": scene.person.id, "twin": scene.twin.id, "team": scene.team.id}
    scene.session.rollback()
    found = {}
    for path in PAGES:
        page = client.get(path.format(**values))
        found[path] = page.text
    return found


FILES = (
    "/coverage/units/{unit}/people/table.xlsx",
    "/coverage/units/{unit}/table.xlsx",
    "/coverage/teams/{team}/table.xlsx",
    "/coverage/people/{person}/table.xlsx",
)


@pytest.mark.parametrize("path", FILES)
def test_no_file_holds_it(flagged: Scene, path: str) -> None:
    told, hidden = (_file(flagged, path, belongs=belongs) for belongs in (True, False))
    assert told == hidden
    assert "sheetData" in told


def _file(scene: Scene, path: str, *, belongs: bool) -> str:
    _flag_everybody(scene, belongs=belongs)
    client = scene.officer()
    values = {"person": scene.person.id, "unit": scene.commune.unit_id, "team": scene.team.id}
    asked = {"requirement": scene.requirement.id}
    scene.session.rollback()
    response = client.http.get(path.format(**values), query_string=asked)
    assert response.status_code == 200, path
    return _cells(response.get_data())


def _flag_everybody(scene: Scene, *, belongs: bool) -> None:
    scene.session.rollback()
    for row in scene.session.scalars(select(Person).execution_options(**LOOK)):
        row.ethnic_minority = belongs
    scene.session.commit()


def _cells(body: bytes) -> str:
    """The texts of a workbook, without the moment of its making."""
    if body[:2] != b"PK":
        return ""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets")]
        return "".join(archive.read(name).decode() for name in names)


def test_a_province_officer_does_not_open_it(flagged: Scene) -> None:
    flagged.officer(Role.PROVINCE_OFFICER).get(f"/people/{flagged.person.id}/minority/", 403)
    assert not flagged.events("minority.viewed")


def test_the_person_reads_the_own_entry_without_a_mark_in_the_trail(flagged: Scene) -> None:
    page = flagged.member(flagged.person).get("/my-data/everything/")
    assert "Belongs to an ethnic minority" in page.text
    assert not flagged.events("minority.viewed")
