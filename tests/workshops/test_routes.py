"""A class is recorded, its roll kept and mended; who may see its names."""

from io import BytesIO

from openpyxl import load_workbook

from tests.workshops.conftest import TITLE, Scene, days


def test_a_class_that_lies_ahead_says_how_many_are_invited_and_nobody_attended(
    scene: Scene,
) -> None:
    page = scene.record(scene.today + days(7))
    assert "2 people on the list, not marked yet" in page.text
    row = scene.officer.get("/classes/").text
    assert "Planned" in row
    assert "not marked yet" not in row
    closed = scene.trainer.get(page.response.request.path + "attendance/")
    assert "The roll opens on the day of the class" in closed.text


def test_a_class_that_was_held_and_not_marked_says_so_instead_of_nobody(scene: Scene) -> None:
    scene.record()
    assert "not marked yet" in scene.trainer.get("/classes/").text


def test_who_was_ticked_gets_a_fact_once_however_often_the_roll_is_saved(scene: Scene) -> None:
    page = scene.record()
    marked = scene.mark(page, scene.hoa)
    assert "1 of 2 people on the list" in marked.text
    scene.mark(page, scene.hoa)
    assert (scene.facts(scene.hoa), scene.facts(scene.nam)) == (1, 0)


def test_everybody_absent_is_a_roll_that_was_kept(scene: Scene) -> None:
    page = scene.record()
    assert "0 of 2 people on the list" in scene.mark(page).text
    assert "not marked yet" not in scene.trainer.get("/classes/").text


def test_taking_somebody_off_the_roll_needs_a_reason_and_withdraws_the_fact(scene: Scene) -> None:
    page = scene.record()
    scene.mark(page, scene.hoa, scene.nam)
    refused = scene.mark(page, scene.nam, status=422)
    assert "Say why people are taken off the roll" in refused.text
    assert scene.facts(scene.hoa) == 1
    scene.mark(page, scene.nam, reason="Nhầm tên")
    assert (scene.facts(scene.hoa), scene.facts(scene.nam)) == (0, 1)


def test_what_is_missing_is_said_beside_the_field_and_what_was_typed_stays(scene: Scene) -> None:
    page = scene.record(refused=True, place="", modules=[], held_on="31/02/2026")
    assert "Write where the class is held." in page.text
    assert f'value="{TITLE}"' in page.html
    assert 'value="31/02/2026"' in page.html


def test_a_lecturer_from_outside_needs_a_name(scene: Scene) -> None:
    page = scene.record(refused=True, trainer="0")
    assert "write the lecturer" in page.text
    assert "TS. Lê Bình" in scene.record(trainer="0", guest_trainer="TS. Lê Bình").text


def test_a_class_that_was_not_held_is_marked_so_with_a_reason(scene: Scene) -> None:
    address = scene.record().response.request.path
    page = scene.trainer.get(address)
    refused = scene.trainer.submit(page, "/cancel/", 422)
    assert "Say why the class was not held." in refused.text
    gone = scene.trainer.submit(page, "/cancel/", reason="Bão")
    assert "Reason: Bão" in gone.text
    assert "not held" in scene.officer.get("/classes/").text


def test_names_close_for_the_trainer_after_thirty_days_and_stay_for_the_office(
    scene: Scene,
) -> None:
    address = scene.record(scene.today - days(31)).response.request.path
    page = scene.trainer.get(address)
    assert "Names are shown to the trainer until 30 days after the class." in page.text
    assert "Nguyễn Thị Hoa" not in page.text
    scene.trainer.get(address + "attendance/", 403)
    scene.trainer.get(address + "roll.xlsx", 403)
    assert "Nguyễn Thị Hoa" in scene.officer.get(address).text


def test_a_class_of_somebody_else_is_not_there(scene: Scene) -> None:
    address = scene.record().response.request.path
    scene.another_trainer().get(address, 404)
    scene.another_trainer().get(address + "attendance/", 404)


def test_the_sheet_holds_the_lines_of_the_page(scene: Scene) -> None:
    page = scene.record()
    scene.mark(page, scene.hoa)
    found = scene.officer.http.get(page.response.request.path + "roll.xlsx")
    rows = load_workbook(BytesIO(found.data)).worksheets[0].iter_rows(values_only=True)
    said = {str(row[0]): row[2] for row in rows if row[0]}
    assert (said["Nguyễn Thị Hoa"], said["Trần Văn Nam"]) == ("present", "absent")
    assert said["Present"] == 1
