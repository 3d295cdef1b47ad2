"""The trainer's own desk: own training, classes, the people taught, where people stumble."""

from datetime import date, datetime, timedelta, timezone

import pytest
import time_machine
from sqlalchemy import select

from tests.coverage.scene import Scene
from tests.coverage.teaching import desk_of, hold_class, trainer
from tests.coverage.test_routes import rows_of
from tests.factories import records as make
from tests.factories.records import TODAY
from tests.page import PageClient
from tests.statements import counted
from training_app.accounts.models import RoleGrant
from training_app.audit.models import AuditEvent
from training_app.coverage.rules import ClassStep, class_step
from training_app.organisation.models import Person
from training_app.requirements.rules import Audience

MOST = 22
VIETNAM = timezone(timedelta(hours=7))


@pytest.fixture
def teacher(scene: Scene) -> Person:
    return trainer(scene, "Phạm Văn Thầy")


# -- the next step ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "marked", "step"),
    [
        (1, False, ClassStep.PREPARE),
        (0, False, ClassStep.MARK),
        (-30, False, ClassStep.MARK),
        (-31, False, ClassStep.ASK_OFFICE),
        (0, True, ClassStep.CORRECT),
        (-30, True, ClassStep.CORRECT),
        (-31, True, ClassStep.NONE),
    ],
)
def test_the_next_step_of_a_class_follows_its_day_and_roll(
    days: int, *, marked: bool, step: ClassStep
) -> None:
    held_on = TODAY + timedelta(days=days)
    assert class_step(held_on, TODAY, marked=marked, cancelled=False) is step
    assert class_step(held_on, TODAY, marked=marked, cancelled=True) is ClassStep.NOT_HELD


# -- the desk --------------------------------------------------------------------------------


def test_a_trainer_begins_at_the_desk_and_finds_it_under_more(
    scene: Scene, teacher: Person
) -> None:
    client = desk_of(scene, teacher)
    assert client.get("/").h1 == "My desk"
    assert client.get("/more/").link("My desk") == "/desk/"


def test_only_trainers_have_a_desk(scene: Scene) -> None:
    others = (scene.officer, scene.province_officer, scene.ministry, scene.leader, scene.member)
    for reader in others:
        reader.get("/desk/", 403)
        reader.get("/desk/mediators/", 403)


def test_the_desk_of_a_new_trainer_says_what_will_stand_there(
    scene: Scene, teacher: Person
) -> None:
    page = desk_of(scene, teacher).get("/desk/")
    assert "Nothing is asked of you at present." in page.text
    assert "The office has recorded no class of yours yet." in page.text
    assert "No question has five answers yet." in page.text


def test_the_own_training_stands_there_with_its_reason(scene: Scene, teacher: Person) -> None:
    make.requirement(scene.session, scene.first, scene.second, audience=Audience.TRAINERS)
    scene.people["Thầy"] = teacher
    page = desk_of(scene, teacher).get("/desk/")
    assert rows_of(page)[1][1] == "Not begun"
    assert page.link("Continue learning") == "/home/"
    scene.pass_test("Thầy", scene.first)
    scene.session.commit()
    page = desk_of(scene, teacher).get("/desk/")
    assert rows_of(page)[1][2].endswith("Still missing: Module hai")
    scene.pass_test("Thầy", scene.second)
    scene.session.commit()
    page = desk_of(scene, teacher).get("/desk/")
    assert rows_of(page)[1][1:] == ["Holds", "Holds until 9 Mar 2027"]
    assert "Continue learning" not in page.text


def test_classes_held_and_planned_say_who_attended_and_what_is_next(
    scene: Scene, teacher: Person
) -> None:
    hold_class(scene, teacher, on=TODAY + timedelta(days=9), title="Lớp sắp mở")
    unmarked = hold_class(scene, teacher, on=TODAY - timedelta(days=1), title="Lớp hôm qua")
    hold_class(scene, teacher, "Chi", "Dũng", absent=("An",), title="Lớp tuần này")
    hold_class(scene, teacher, "Chi", on=TODAY - timedelta(days=31), title="Lớp cũ")
    hold_class(scene, teacher, on=TODAY - timedelta(days=31), title="Lớp quên")
    page = desk_of(scene, teacher).get("/desk/")
    planned, held = rows_of(page, 0), rows_of(page, 1)
    assert planned[1][0] == "Lớp sắp mở"
    assert planned[1][1] == "Print the list to sign"
    assert planned[1][3] == "4 people invited"
    assert [(row[0], row[3], row[1]) for row in held[1:]] == [
        ("Lớp hôm qua", "not marked yet", "Mark who attended"),
        ("Lớp tuần này", "2 of 4 people on the list", "Correct the roll until 17 Dec 2026"),
        ("Lớp quên", "not marked yet", "Ask the office to mark the roll"),
        ("Lớp cũ", "1 of 4 people on the list", "Nothing to do"),
    ]
    assert page.link("Mark who attended") == f"/classes/{unmarked.id}/attendance/"
    assert desk_of(scene, teacher).get(page.link("Mark who attended")).h1 == "Who attended?"


def test_the_classes_of_others_are_not_on_the_desk(scene: Scene, teacher: Person) -> None:
    other = trainer(scene, "Vũ Thị Khác")
    hold_class(scene, other, "Chi", title="Lớp của người khác")
    for path in ("/desk/", "/desk/mediators/"):
        page = desk_of(scene, teacher).get(path)
        assert "Lớp của người khác" not in page.text
        assert "Trần Thị Chi" not in page.text


# -- my mediators ----------------------------------------------------------------------------


def test_people_taught_stand_there_by_name_with_reason(scene: Scene, teacher: Person) -> None:
    hold_class(scene, teacher, "Chi", modules=(scene.second,), absent=("Dũng",))
    page = desk_of(scene, teacher).get("/desk/mediators/")
    people = rows_of(page)
    assert [row[0] for row in people[1:]] == ["Trần Thị Chi"]
    assert people[1][3] == "Holds"
    assert "Trần Thị Dũng" not in page.text
    assert "1 person taught; 1 hold “Every year” today." in page.text


@pytest.mark.parametrize(("days", "named"), [(0, True), (30, True), (31, False)])
def test_names_stay_thirty_days_after_a_class_and_counts_for_ever(
    scene: Scene, teacher: Person, days: int, *, named: bool
) -> None:
    hold_class(scene, teacher, "Chi", "Dũng", on=date(2026, 10, 1))
    then = datetime(2026, 10, 1, 23, 59, tzinfo=VIETNAM) + timedelta(days=days)
    with time_machine.travel(then):
        page = desk_of(scene, teacher).get("/desk/mediators/")
    assert ("Trần Thị Chi" in page.text) is named
    assert "2 people taught" in page.text
    assert rows_of(page, -1)[-1][0] == "Total"
    assert rows_of(page, -1)[-1][2] == "2"


def test_a_class_not_held_names_nobody(scene: Scene, teacher: Person) -> None:
    row = hold_class(scene, teacher, absent=("Chi",))
    row.cancelled_at = make.NOW
    scene.session.commit()
    page = desk_of(scene, teacher).get("/desk/mediators/")
    assert "Trần Thị Chi" not in page.text


def test_a_trainer_whose_role_has_ended_sees_nobody(scene: Scene, teacher: Person) -> None:
    hold_class(scene, teacher, "Chi")
    client = desk_of(scene, teacher)
    assert "Trần Thị Chi" in client.get("/desk/mediators/").text
    for grant in scene.session.scalars(select(RoleGrant)):
        grant.valid_to = TODAY
    scene.session.commit()
    client.get("/desk/mediators/", 403)


def test_somebody_of_two_classes_counts_once_in_the_total(scene: Scene, teacher: Person) -> None:
    hold_class(scene, teacher, "Chi", "Dũng", title="Lớp một")
    hold_class(scene, teacher, "Chi", title="Lớp hai", on=TODAY - timedelta(days=1))
    page = desk_of(scene, teacher).get("/desk/mediators/")
    assert [row[0] for row in rows_of(page)[1:]] == ["Trần Thị Chi", "Trần Thị Dũng"]
    counts = rows_of(page, 1)
    assert [(row[0], row[2]) for row in counts[1:]] == [
        ("Lớp hai", "1"),
        ("Lớp một", "2"),
        ("Attended several classes", "-1"),
        ("Total", "2"),
    ]
    assert sum(int(row[2].replace("\u2212", "-")) for row in counts[1:-1]) == int(counts[-1][2])


def test_the_list_and_the_counts_agree_with_the_rule(scene: Scene, teacher: Person) -> None:
    hold_class(scene, teacher, "An", "Bình", "Chi", "Dũng", modules=(scene.first,))
    page = desk_of(scene, teacher).get("/desk/mediators/")
    states = [row[3] for row in rows_of(page)[1:]]
    total = rows_of(page, 1)[-1]
    assert total[2:4] == ["4", "2"]
    assert states.count("Holds") == 2
    assert states.count("In progress") == int(total[6]) == 2


def test_names_shown_at_the_desk_are_written_down(scene: Scene, teacher: Person) -> None:
    hold_class(scene, teacher, "Chi", "Dũng")
    client = desk_of(scene, teacher)
    client.get("/desk/")
    assert not viewings(scene)
    client.get("/desk/mediators/")
    assert [event.detail["count"] for event in viewings(scene)] == [2]


def viewings(scene: Scene) -> list[AuditEvent]:
    """The events of names seen at the desk."""
    scene.session.rollback()
    events = scene.session.query(AuditEvent).filter_by(object_kind="desk")
    return [event for event in events if event.action == "names.viewed"]


def test_a_requirement_that_is_not_asked_there_is_refused(scene: Scene, teacher: Person) -> None:
    hold_class(scene, teacher, "Chi")
    page = desk_of(scene, teacher).get("/desk/mediators/?requirement=999999", 422)
    assert "does not apply here" in page.text
    assert "Trần Thị Chi" not in page.text


def test_the_desk_takes_no_more_statements_for_more_classes(scene: Scene, teacher: Person) -> None:
    make.requirement(scene.session, scene.first, audience=Audience.TRAINERS)
    hold_class(scene, teacher, "Chi")
    client = desk_of(scene, teacher)
    few = {path: sent(scene, client, path) for path in ("/desk/", "/desk/mediators/")}
    for days in range(4, 16):
        hold_class(scene, teacher, "An", "Dũng", on=TODAY - timedelta(days=days))
    assert {path: sent(scene, client, path) for path in few} == few
    assert max(few.values()) <= MOST, few


def sent(scene: Scene, client: PageClient, path: str) -> int:
    """How many statements a page sends, once everything has been built."""
    client.get(path)
    with counted(scene.app) as seen:
        client.get(path)
    return len(seen)
