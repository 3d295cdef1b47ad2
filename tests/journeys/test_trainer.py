"""A trainer from the desk to a class, to where people stumble, to the editor; the office looks."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests import learners
from tests.coverage.test_stumbling import sit
from tests.factories.records import SYSTEM
from tests.journeys import scene
from tests.journeys.walk import Start
from training_app import clock
from training_app.access import Role, Scope
from training_app.accounts.models import Account
from training_app.workshops import services

pytestmark = [
    pytest.mark.browser,
    pytest.mark.engine("sqlite"),  # the queries are compared on both engines elsewhere
]
EVERYTHING = Scope(everything=True, unit_paths=("/",))
LEARNERS = 5


def held_class(session: Session, world: scene.Scene, teacher: Account) -> None:
    """A class of yesterday whose roll nobody has kept."""
    draft = services.Draft(
        unit_id=world.commune.unit_id,
        title="Lắng nghe hai bên",
        held_on=clock.today() - timedelta(days=1),
        minutes=210,
        place="Nhà văn hóa",
        trainer_person_id=teacher.person_id,
        guest_trainer="",
        module_version_ids=[world.version.id],
        team_ids=[world.team.id],
    )
    services.record(session, draft, EVERYTHING, now=clock.now(), today=clock.today(), actor=SYSTEM)
    session.commit()


def stumbled(session: Session, world: scene.Scene) -> None:
    """Five people answer the safety question wrongly at their first try."""
    for number in range(LEARNERS):
        learner = learners.enrol(session, world.version, f"Lê Văn {number}")
        learner.read_all()
        sit(session, learner, ("safe",))


def test_a_trainer_marks_a_class_sees_who_stands_where_and_mends_a_question(
    db_session: Session, start: Start
) -> None:
    world = scene.build(db_session)
    teacher = world.staff(Role.TRAINER, "Đặng Văn Khải", world.province)
    held_class(db_session, world, teacher)
    stumbled(db_session, world)
    member = str(world.member.id)
    db_session.commit()  # nothing of ours may hold the database while the browser writes
    walk = start("/", account=teacher)
    walk.heading("My desk")
    walk.reads("Nothing is asked of you at present.")
    walk.follow("Mark who attended")
    db_session.commit()
    walk.tick("present", member)
    walk.press("Save the roll")
    walk.follow("My desk")
    walk.follow("See how they stand")
    walk.heading("My mediators")
    expect(walk.row("Nguyễn Thị Hoa")).to_contain_text("Lắng nghe hai bên")
    walk.hides("Trần Văn Bình")
    walk.back()
    walk.follow_name("Listening" if walk.say("More") == "More" else "Lắng nghe")
    walk.shows("Hòa giải luôn (5)")
    walk.arrive(walk.button("Edit").first)
    walk.heading("Question %(name)s", name="safe")
    walk.go("/desk/")
    walk.arrive(walk.button("Edit").first)
    walk.heading("Question %(name)s", name="safe")


def test_an_office_sees_its_trainers_beside_the_targets(db_session: Session, start: Start) -> None:
    world = scene.build(db_session)
    teacher = world.staff(Role.TRAINER, "Đặng Văn Khải", world.province)
    held_class(db_session, world, teacher)
    officer = world.staff(Role.PROVINCE_OFFICER, "Trần Quốc Việt", world.province)
    walk = start("/", desk=True, account=officer)
    walk.follow("Coverage")
    walk.follow("Trainers")
    walk.heading("Trainers – %(place)s", place="Tỉnh Hồ Chí Minh")
    expect(walk.row("Đặng Văn Khải")).to_contain_text("3:30")
    assert walk.rows()[-1][2:4] == ["1", "3:30"]
    walk.reads("Trainers and teams beside the targets")
    walk.field("period").select_option("all")
    walk.press("Show")
    walk.follow_name("Đặng Văn Khải")
    walk.heading("Đặng Văn Khải")
    viewer = world.staff(Role.MINISTRY_VIEWER, "Nguyễn Thị Minh Châu")
    ministry = start("/coverage/trainers/", desk=True, account=viewer)
    ministry.hides("Đặng Văn Khải")
    ministry.shows("<5")
