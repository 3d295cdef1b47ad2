"""The evidence of one person: the class with its day and trainer, who entered it, when, on what."""

from datetime import timedelta

from tests.coverage.scene import Scene
from tests.coverage.teaching import EVERYTHING, hold_class, trainer
from tests.coverage.test_routes import rows_of, sheet_of
from tests.factories import records as make
from tests.factories.records import NOW, TODAY
from tests.factories.visitors import account, visitor
from tests.statements import counted
from training_app.access import Role, Viewer
from training_app.requirements.rules import Audience
from training_app.workshops import services

MOST = 16
CLASS = "Lớp tháng Mười một, 17 Nov 2026, taught by Phạm Văn Thầy"


def test_a_class_is_named_with_its_day_and_trainer_and_leads_to_its_page(scene: Scene) -> None:
    held = hold_class(scene, trainer(scene, "Phạm Văn Thầy"), "Dũng")
    page = scene.officer.get(scene.person_path("Dũng"))
    assert CLASS in page.text
    assert page.link(CLASS) == f"/classes/{held.id}/"
    assert scene.officer.get(page.link(CLASS)).h1 == "Lớp tháng Mười một"
    assert CLASS in str(sheet_of(scene.officer, scene.person_path("Dũng") + "table.xlsx"))


def test_a_class_that_the_reader_may_not_open_is_named_without_a_link(scene: Scene) -> None:
    held = hold_class(
        scene,
        trainer(scene, "Phạm Văn Thầy"),
        "Em",
        unit=scene.province,
        teams=(scene.far_team,),
    )
    scene.session.commit()
    officer = scene._staff(Role.COMMUNE_OFFICER, scene.other)
    page = officer.get(scene.person_path("Em"))
    assert CLASS in page.text
    assert f"/classes/{held.id}/" not in page.html


def test_a_leader_opens_the_class_of_the_own_team(scene: Scene) -> None:
    held = hold_class(scene, trainer(scene, "Phạm Văn Thầy"), "Dũng")
    page = scene.leader.get(scene.person_path("Dũng"))
    assert page.link(CLASS) == f"/classes/{held.id}/"


def test_a_guest_who_taught_is_named(scene: Scene) -> None:
    hold_class(scene, None, "Dũng")
    assert "taught by Luật sư Hạnh" in scene.officer.get(scene.person_path("Dũng")).text


def test_who_entered_and_who_withdrew_a_fact_can_be_read(scene: Scene) -> None:
    clerk = make.person(scene.session, "Vũ Thị Thư")
    row = account(scene.session, clerk, role=Role.COMMUNE_OFFICER, unit=scene.commune)
    actor = Viewer(account_id=row.id, person_id=clerk.id)
    held = hold_class(scene, trainer(scene, "Phạm Văn Thầy"))
    listed = frozenset({scene.people["Dũng"].id})
    for present, reason in ((listed, ""), (frozenset[int](), "ghi nhầm người")):
        sent = services.Roll(present, listed, reason)
        services.keep_roll(scene.session, held, sent, EVERYTHING, now=NOW, today=TODAY, actor=actor)
    scene.session.commit()
    rows = rows_of(scene.officer.get(scene.person_path("Dũng")), -1)
    assert rows[1][5] == "Vũ Thị Thư"
    assert rows[1][6] == "09:00 20 Nov 2026"
    assert rows[1][2] == "Class attended; withdrawn on 20 Nov 2026 by Vũ Thị Thư: ghi nhầm người"
    assert rows[1][4] == ""  # it counts for nothing any more


def test_a_trainer_counted_in_a_table_can_be_opened_down_to_the_evidence(scene: Scene) -> None:
    teacher = trainer(scene, "Phạm Văn Thầy")
    required = make.requirement(scene.session, scene.first, audience=Audience.TRAINERS)
    scene.people["Thầy"] = teacher
    scene.pass_test("Thầy", scene.first)
    scene.session.commit()
    office = scene.province_officer
    table = office.get(f"{scene.province_path}?requirement={required.id}")
    assert "Trainers" in rows_of(table)[0]
    assert rows_of(table)[-1][1:3] == ["1", "1"]
    listed = office.get(f"{scene.province_path}people/?requirement={required.id}")
    person = office.get(listed.link("Phạm Văn Thầy"))
    assert "Holds until 9 Mar 2027" in person.text
    assert "Test passed" in person.text


def test_a_trainer_of_another_unit_stays_unknown(scene: Scene) -> None:
    stranger = trainer(scene, "Lê Thị Xa", make.unit(scene.session, "Lạng Sơn"))
    scene.people["Xa"] = stranger
    for reader in (scene.province_officer, scene.officer, scene.leader):
        reader.get(scene.person_path("Xa"), 404)
    former = trainer(scene, "Lê Thị Cũ", scene.commune)
    scene.people["Cũ"] = former
    assert scene.officer.get(scene.person_path("Cũ")).h1 == "Lê Thị Cũ"
    own = visitor(scene.app, scene.session, account(scene.session, former))
    own.get(scene.person_path("Cũ"), 404)  # trainers see people on their desk


def test_the_page_of_a_person_takes_no_more_statements_for_more_classes(scene: Scene) -> None:
    teacher = trainer(scene, "Phạm Văn Thầy")
    hold_class(scene, teacher, "Dũng")
    few = statements(scene, "Dũng")
    for days in range(10, 15):
        hold_class(scene, teacher, "Dũng", on=TODAY - timedelta(days=days))
    assert statements(scene, "Dũng") == few <= MOST


def statements(scene: Scene, name: str) -> int:
    """How many statements the person's page sends, once everything has been built."""
    path = scene.person_path(name)
    scene.officer.get(path)
    with counted(scene.app) as seen:
        scene.officer.get(path)
    return len(seen)
