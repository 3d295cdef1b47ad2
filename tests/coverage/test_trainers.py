"""What the office sees of trainers: teaching, the people taught, own need, trainers per teams."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.coverage.scene import Scene
from tests.coverage.teaching import hold_class, trainer
from tests.coverage.test_routes import rows_of, sheet_of
from tests.factories import records as make
from tests.factories.records import TODAY
from tests.factories.visitors import account
from tests.page import Page
from tests.statements import counted
from training_app.access import Role
from training_app.accounts.models import RoleGrant
from training_app.audit.models import AuditEvent
from training_app.requirements.rules import Audience

MOST = 24


@pytest.fixture
def path(scene: Scene) -> str:
    """The page of the trainers of the province."""
    return f"{scene.province_path}trainers/"


def teaching(scene: Scene) -> None:
    """Two trainers and a guest with classes of this year and the year before."""
    first, second = trainer(scene, "Phạm Văn Ân"), trainer(scene, "Phạm Văn Bảo", scene.commune)
    both = (scene.first, scene.second)
    hold_class(scene, first, "Chi", "Dũng", modules=(scene.second,), minutes=210)
    hold_class(scene, second, "Dũng", modules=(scene.first,), minutes=90)
    hold_class(scene, first, "An", on=date(2025, 12, 31), modules=both, title="Năm trước")
    hold_class(scene, None, "An", modules=(scene.first,), minutes=60, title="Khách")
    make.requirement(scene.session, scene.first, audience=Audience.TRAINERS)
    scene.people["Ân"] = first
    scene.pass_test("Ân", scene.first)
    scene.session.commit()


def cells(page: Page, *columns: int) -> list[tuple[str, ...]]:
    """Some columns of the first table without its head."""
    return [tuple(row[at] for at in columns) for row in rows_of(page)[1:]]


# -- by trainer ----------------------------------------------------------------------------


def test_each_trainer_has_classes_hours_people_and_how_they_stand(scene: Scene, path: str) -> None:
    teaching(scene)
    page = scene.province_officer.get(path)
    assert page.h1 == "Trainers – Tỉnh Bắc Ninh"
    assert cells(page, 0, 2, 3, 4, 5) == [
        ("Phạm Văn Ân", "1", "3:30", "2", "2"),
        ("Phạm Văn Bảo", "1", "1:30", "1", "1"),
        ("Lecturers from outside", "1", "1:00", "1", "1"),
        ("Taught by several", "", "", "-1", "-1"),
        ("Total", "3", "6:00", "3", "3"),
    ]


def test_own_need_stands_beside_with_its_reason(scene: Scene, path: str) -> None:
    teaching(scene)
    page = scene.province_officer.get(path)
    own = cells(page, 0, 7)
    assert own[0] == ("Phạm Văn Ân", "Holds everything")
    assert own[1][1].startswith("Not trained yet")
    assert own[2][1] == ""
    assert own[-1][1] == "1 of 2 hold everything"
    assert "Asked of trainers: Every year." in page.text


def test_a_trainer_opens_down_to_the_evidence(scene: Scene, path: str) -> None:
    teaching(scene)
    page = scene.province_officer.get(path)
    person = scene.province_officer.get(page.link("Phạm Văn Ân"))
    assert person.h1 == "Phạm Văn Ân"
    assert "Test passed" in person.text


def test_a_trainer_of_the_day_asked_about_can_be_opened_after_the_role_ended(
    scene: Scene, path: str
) -> None:
    teaching(scene)
    for grant in scene.session.scalars(select(RoleGrant).where(RoleGrant.role == Role.TRAINER)):
        grant.valid_to = TODAY
    scene.session.commit()
    assert ("Phạm Văn Bảo", "another unit") in cells(scene.province_officer.get(path), 0, 1)
    page = scene.province_officer.get(path + "?as_of=2026-11-18")
    person = scene.province_officer.get(page.link("Phạm Văn Ân"))
    assert person.h1 == "Phạm Văn Ân"


def test_course_and_refresher_are_both_asked_and_the_lapsed_one_is_told(
    scene: Scene, path: str
) -> None:
    make.requirement(scene.session, scene.first, audience=Audience.TRAINERS, months=None)
    make.requirement(scene.session, scene.second, audience=Audience.TRAINERS, months=12)
    scene.people["Ân"] = trainer(scene, "Phạm Văn Ân")
    scene.pass_test("Ân", scene.first, scene.second, on=date(2025, 1, 1))
    scene.session.commit()
    rows = rows_of(scene.province_officer.get(path))
    assert rows[1][7].startswith("Expired on 1 Jan 2026")
    assert rows[-1][7] == "0 of 1 hold everything"
    scene.pass_test("Ân", scene.second, on=date(2026, 6, 1))
    scene.session.commit()
    assert rows_of(scene.province_officer.get(path))[1][7] == "Holds everything"


@pytest.mark.parametrize(
    ("query", "total"),
    [("", "3"), ("?period=all", "4"), ("?as_of=31%2F12%2F2025", "1"), ("?as_of=2024-01-01", "0")],
)
def test_the_period_and_the_day_say_which_classes_count(
    scene: Scene, path: str, query: str, total: str
) -> None:
    teaching(scene)
    assert rows_of(scene.province_officer.get(path + query))[-1][2] == total


def test_a_period_that_does_not_exist_is_refused_and_kept(scene: Scene, path: str) -> None:
    page = scene.province_officer.get(path + "?period=week", 422)
    assert "This period does not exist." in page.text


def test_totals_equal_the_sum_of_the_rows_on_page_and_in_the_file(scene: Scene, path: str) -> None:
    teaching(scene)
    rows = rows_of(scene.province_officer.get(path))
    for column in (2, 3, 4, 5):
        parts = [_minutes(row[column]) for row in rows[1:-1]]
        assert sum(parts) == _minutes(rows[-1][column])
    sheet = sheet_of(scene.province_officer, path + "table.xlsx")
    assert next(line for line in sheet if line[0] == "Total")[2:6] == [3, 6, 3, 3]
    assert next(line for line in sheet if line[0] == "Phạm Văn Ân")[2:6] == [1, 3.5, 2, 2]


def _minutes(text: str) -> int:
    """A count, or hours and minutes as minutes."""
    hours, _, rest = text.rpartition(":")
    return int(hours or 0) * 60 + int(rest or 0)


def test_a_class_not_held_counts_nothing(scene: Scene, path: str) -> None:
    row = hold_class(scene, trainer(scene, "Phạm Văn Ân"), absent=("Chi",))
    row.cancelled_at = make.NOW
    scene.session.commit()
    assert rows_of(scene.province_officer.get(path))[-1][2:5] == ["0", "0:00", "0"]


def test_a_commune_sees_who_taught_there_and_nothing_of_a_strangers_need(scene: Scene) -> None:
    teaching(scene)
    page = scene.officer.get(f"{scene.commune_path}trainers/")
    assert cells(page, 0, 1, 7)[:2] == [
        ("Phạm Văn Bảo", "Phường Kinh Bắc", "Not trained yet"),
        ("Phạm Văn Ân", "another unit", ""),
    ]
    assert "Trainers per teams" not in page.text  # measured for a province and its groups


def test_an_empty_place_says_so(scene: Scene) -> None:
    far = make.unit(scene.session, "Lạng Sơn")
    scene.session.commit()
    officer = scene._staff(Role.PROVINCE_OFFICER, far)
    page = officer.get(f"/coverage/units/{far.unit_id}/trainers/")
    assert "Nobody is a trainer here on that day, and no class was held." in page.text


def test_the_page_is_found_from_the_unit_and_from_more(scene: Scene, path: str) -> None:
    assert scene.province_officer.get(scene.province_path).link("Trainers") == path
    more = scene.officer.get("/more/")
    assert scene.officer.get(more.link("Trainers")).h1 == "Trainers – Phường Kinh Bắc"


def test_strangers_are_refused(scene: Scene, path: str) -> None:
    for reader in (scene.leader, scene.member, scene.trainer, scene.administrator):
        reader.get(path, 403)
    for reader in (scene.officer,):
        reader.get(path, 404)
        reader.get("/coverage/trainers/table.xlsx", 404)


def test_names_of_trainers_seen_and_taken_are_written_down(scene: Scene, path: str) -> None:
    teaching(scene)
    scene.province_officer.get(path)
    scene.province_officer.http.get(path + "table.xlsx")
    scene.session.rollback()
    events = scene.session.query(AuditEvent).filter_by(object_kind="trainers")
    assert [(event.action, event.detail["count"]) for event in events] == [
        ("names.viewed", 2),
        ("names.exported", 2),
    ]


def test_the_page_takes_no_more_statements_for_more_trainers(scene: Scene, path: str) -> None:
    teaching(scene)
    few = statements(scene, path)
    for number in range(8):
        person = trainer(scene, f"Lê Văn {number}", scene.commune)
        hold_class(scene, person, "An", "Chi", on=TODAY - timedelta(days=number))
    assert statements(scene, path) == few <= MOST


def statements(scene: Scene, path: str) -> int:
    """How many statements the page sends, once everything has been built."""
    scene.province_officer.get(path)
    with counted(scene.app) as seen:
        scene.province_officer.get(path)
    return len(seen)


# -- without names -------------------------------------------------------------------------


def test_the_ministry_sees_counts_and_no_name(scene: Scene) -> None:
    teaching(scene)
    page = scene.ministry.get("/coverage/trainers/")
    assert "Phạm" not in page.text
    assert "Trần" not in page.text
    assert rows_of(page)[1] == [
        "Tỉnh Bắc Ninh", "2", "<5", "<5", "3", "6:00", "<5", "<5", "",
    ]  # fmt: skip
    assert "Phạm" not in str(sheet_of(scene.ministry, "/coverage/trainers/table.xlsx"))
    closed = scene.ministry.get(f"{scene.province_path}trainers/")
    assert "too small to be shown" in closed.text


def test_the_ministry_sees_large_counts_that_add_up(scene: Scene) -> None:
    people = tuple(f"N{number}" for number in range(12))
    for name in people:
        scene.people[name] = make.person(scene.session, f"Lý Văn {name}")
    team = make.team(scene.session, scene.commune, *(scene.people[name] for name in people))
    for number in range(6):
        hold_class(scene, trainer(scene, f"Phạm {number}"), *people, teams=(team,))
    make.requirement(scene.session, scene.first, audience=Audience.TRAINERS)
    scene.session.commit()
    page = scene.ministry.get("/coverage/trainers/")
    assert rows_of(page)[1][1:8] == ["3", "6", "0", "6", "21:00", "12", "12"]
    assert rows_of(page)[-1][1:8] == ["3", "6", "0", "6", "21:00", "12", "12"]
    below = scene.ministry.get(page.link("Tỉnh Bắc Ninh"))
    assert "Lý" not in below.text
    rows = rows_of(below)
    assert rows[1][:3] == ["Phường Kinh Bắc", "2", "0"]
    assert rows[-1][1:8] == ["3", "6", "0", "6", "21:00", "12", "12"]


def test_two_rows_of_one_trainer_count_as_one_human(scene: Scene, path: str) -> None:
    first = trainer(scene, "Phạm Văn Ân")
    double = make.person(scene.session, "Phạm Văn Ân", linked_to=first)
    account(scene.session, double, role=Role.TRAINER, unit=scene.commune)
    hold_class(scene, double, "Chi", modules=(scene.second,))
    page = scene.province_officer.get(path)
    assert cells(page, 0, 1, 2)[0] == ("Phạm Văn Ân", "Tỉnh Bắc Ninh; Phường Kinh Bắc", "1")
    assert rows_of(page)[-1][1] == "1 trainer"
