"""Files of rosters under way when somebody is erased: none brings the name back."""

import pytest
from sqlalchemy import select

from tests.dossier.scene import LOOK, Scene
from tests.dossier.test_erasing import found_anywhere
from tests.factories.records import SYSTEM
from training_app import clock
from training_app.dossier.services import erasing
from training_app.errors import RuleBroken
from training_app.organisation.models import Person, RosterImport
from training_app.organisation.roster_file import Sheet, Workbook
from training_app.organisation.services import rosters

NAME = "Canarixoa Thị Xóahết"


@pytest.fixture
def gone(scene: Scene) -> Person:
    """Somebody who served in the team and has left."""
    person = scene._person(NAME, 1950, "+84933333333")
    scene.join(person)
    scene.leave(person)
    return person


def waiting(scene: Scene, state: str, *cells: str, name: str = "ds.xlsx") -> int:
    """A file of the commune under way, with these cells; its id."""
    row = RosterImport(
        unit_id=scene.commune.unit_id,
        file_name=name,
        file_hash="h",
        state=state,
        parsed={} if state == "arrived" else {"people": []},
        upload=" ".join(cells).encode() if state == "arrived" else None,
        created_at=clock.now(),
    )
    scene.session.add(row)
    scene.session.flush()
    if state != "arrived":
        book = Workbook(name, (Sheet("DS", tuple((cell,) for cell in cells)),))
        rosters.keep(scene.session, row.id, book)
    scene.session.commit()
    return row.id


def erase(scene: Scene, person: Person) -> None:
    erasing.erase(scene.session, person.id, now=clock.now(), actor=SYSTEM)
    scene.session.commit()


def again(scene: Scene, number: int) -> RosterImport:
    scene.session.rollback()
    chosen = select(RosterImport).where(RosterImport.id == number)
    return scene.session.scalars(chosen.execution_options(**LOOK, populate_existing=True)).one()


def test_a_file_that_nobody_has_read_yet_is_read_or_set_aside_first(
    scene: Scene, gone: Person
) -> None:
    number = waiting(scene, "arrived", NAME)
    with pytest.raises(RuleBroken, match="not read yet"):
        erase(scene, gone)
    scene.session.rollback()
    rosters.drop(scene.session, number)
    erase(scene, gone)
    assert not found_anywhere(scene.session, "canarixoa")


def test_a_name_in_any_cell_of_a_waiting_file_counts(scene: Scene, gone: Person) -> None:
    waiting(scene, "read", "Trần Văn Bình", "thay bà CANARIXOA THỊ XOÁHẾT từ tháng 3")
    with pytest.raises(RuleBroken, match="waits to be applied"):
        erase(scene, gone)


def test_a_waiting_file_of_others_is_left_as_it_is(scene: Scene, gone: Person) -> None:
    number = waiting(scene, "read", "Trần Văn Bình")
    erase(scene, gone)
    assert rosters.cells(scene.session, number).sheets[0].rows == (("Trần Văn Bình",),)


def test_the_cells_of_a_finished_file_go_with_the_name_of_the_file(
    scene: Scene, gone: Person
) -> None:
    number = waiting(scene, "applied", NAME, name="DS_Canarixoa_Thi_Xoahet.xlsx")
    erase(scene, gone)
    row = again(scene, number)
    assert row.file_name == "danh-sach.xlsx"
    assert row.workbook is None


def test_a_restored_copy_sets_aside_the_files_that_name_the_person(
    scene: Scene, gone: Person
) -> None:
    arrived = waiting(scene, "arrived", NAME)
    read = waiting(scene, "read", NAME)
    back = {gone.id: gone.recorded_at.isoformat()}
    assert erasing.replay(scene.session, back, now=clock.now(), actor=SYSTEM) == 1
    scene.session.commit()
    assert again(scene, arrived).state == "dropped"
    assert again(scene, read).workbook is None
    assert not found_anywhere(scene.session, "canarixoa")
