"""The screens: what is due, the way of a report, files with the same numbers, who sees what."""

import io
import json
from typing import Any

import docx
import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.page import Page, PageClient
from tests.reporting.scene import Scene, line
from tests.statements import counted
from training_app.access import Role
from training_app.audit.models import AuditEvent
from training_app.reporting.rules.layouts import Kind

STATEMENTS = 12


@pytest.fixture
def officer(scene: Scene) -> PageClient:
    return scene.client(scene.makers[0])


@pytest.fixture
def second(scene: Scene) -> PageClient:
    return scene.client(scene.makers[1])


def begin(officer: PageClient) -> str:
    """Begin the preliminary report of the year from the list; its address."""
    page = officer.get("/reports/")
    form = next(f for f in page.forms if ("kind", "preliminary-year") in f.fields)
    answer = officer.http.post(form.action, data=form.filled())
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def press(client: PageClient, path: str, action: str) -> None:
    """Press a button of a report's page."""
    form = client.get(path).form(action)
    answer = client.http.post(form.action, data=form.filled())
    assert answer.status_code == 303, answer.get_data(as_text=True)


def sent(officer: PageClient, second: PageClient) -> str:
    """A report that went the whole way through the screens."""
    path = begin(officer)
    press(officer, path, "check")
    press(second, path, "approve")
    form = second.get(f"{path}lock/").form("lock")
    answer = second.http.post(form.action, data=form.filled(document_number="12/BC-UBND"))
    assert answer.status_code == 303
    return path


def test_the_list_says_what_is_due_and_how_late_it_is(officer: PageClient) -> None:
    text = officer.get("/reports/").text
    assert "Preliminary year 2026" in text
    assert "13 days late" in text


def test_the_page_of_a_draft_shows_the_numbers_and_the_next_step(officer: PageClient) -> None:
    page = officer.get(begin(officer))
    assert page.h1 == "Preliminary year 2026 – Phường Kinh Bắc"
    assert "Next: compare the numbers with your papers" in page.text


def test_who_prepared_the_report_has_no_button_to_approve_it(officer: PageClient) -> None:
    path = begin(officer)
    press(officer, path, "check")
    page = officer.get(path)
    assert "You cannot approve what you prepared" in page.text
    assert not any("approve" in form.action for form in page.forms)


def test_a_report_goes_from_draft_to_locked(officer: PageClient, second: PageClient) -> None:
    page = second.get(sent(officer, second))
    assert "This report is locked and sent" in page.text


def test_a_locked_report_can_only_be_corrected(officer: PageClient, second: PageClient) -> None:
    path = sent(officer, second)
    form = officer.get(f"{path}correct/").form("correct")
    answer = officer.http.post(form.action, data=form.filled(reason="Sót một lớp."))
    page = officer.get(str(answer.headers["Location"]))
    assert "Replaces a report that was sent, because: Sót một lớp." in page.text


def test_what_does_not_fit_together_is_said_in_words_with_its_row(
    scene: Scene, officer: PageClient, db_session: Session
) -> None:
    scene.people["An"].sex = None
    db_session.commit()
    page = officer.get(begin(officer))
    assert "Male + Female give 2 together, but Mediators is 3" in page.text
    assert "For 1 of them the sex is not on record" in page.text
    assert any("/rows/" in href for href in page.links)


def test_a_number_by_hand_is_refused_without_its_reason_and_keeps_what_was_typed(
    scene: Scene, officer: PageClient
) -> None:
    path = f"{begin(officer)}rows/{line(scene.team.id)}/"
    form = officer.get(path).form("rows")
    page = officer.post(path, form.filled(trained="3"), status=422)
    assert "Say why the number differs" in page.text
    assert ("trained", "3") in page.form("rows").fields


@pytest.mark.parametrize("typed", ["", "x", "-1", "1.5", "9999999999999"])
def test_what_is_no_number_is_refused(scene: Scene, officer: PageClient, typed: str) -> None:
    path = f"{begin(officer)}rows/{line(scene.team.id)}/"
    form = officer.get(path).form("rows")
    officer.post(path, form.filled(trained=typed, reason="Giấy."), status=422)


def test_the_list_behind_a_number_has_as_many_people(scene: Scene, officer: PageClient) -> None:
    path = begin(officer)
    page = officer.get(f"{path}rows/{line(scene.team.id)}/people/female/")
    assert "2 people were counted" in page.text
    assert "Trần An" in page.text
    assert "Trần Bình" not in page.text


def test_a_province_opens_no_list_of_the_minority(scene: Scene) -> None:
    province = scene.client(scene.province_makers[0])
    row = scene.start(scene.province_maker)
    scene.session.commit()
    key = f"unit-{scene.commune.unit_id}"
    province.get(f"/reports/{row.id}/rows/{key}/people/female/")
    province.get(f"/reports/{row.id}/rows/{key}/people/minority/", status=403)


@pytest.mark.parametrize(
    ("column", "action"), [("female", "names.viewed"), ("minority", "minority.viewed")]
)
def test_opening_a_list_is_written_down(
    scene: Scene, officer: PageClient, db_session: Session, column: str, action: str
) -> None:
    officer.get(f"{begin(officer)}rows/{line(scene.team.id)}/people/{column}/")
    assert action in db_session.scalars(select(AuditEvent.action)).all()


def test_a_list_that_was_corrected_since_says_so_and_the_number_stays(
    scene: Scene, officer: PageClient, db_session: Session
) -> None:
    path = begin(officer)
    scene.people["An"].sex = "male"
    db_session.commit()
    page = officer.get(f"{path}rows/{line(scene.team.id)}/people/female/")
    assert "2 people were counted" in page.text
    assert "Today the records give 1" in page.text


# -- the same numbers in every form --------------------------------------------------------------


def test_page_workbook_document_and_json_say_the_same(scene: Scene, officer: PageClient) -> None:
    path = begin(officer)
    form = officer.get(f"{path}rows/{line(scene.team.id)}/").form("rows")
    officer.http.post(form.action, data=form.filled(trained="3", reason="Danh sách giấy."))
    shown = from_page(officer, f"{path}document/")
    assert shown == from_docx(officer, path) == from_xlsx(officer, path) == from_json(officer, path)
    assert shown[0] == ["Tổng số", 2, 5, 2, 3, 2, 3, 2, 3]
    columns = zip(*(row[1:] for row in shown[1:]), strict=True)
    assert shown[0][1:] == [sum(column) for column in columns]
    for name in ("document/", "report.docx", "report.xlsx", "report.json"):
        assert f"{path}{name}" in officer.get(path).links


def from_page(client: PageClient, path: str) -> list[list[Any]]:
    return [_read(cells) for cells in _rows(client.get(path))[2:]]


def _rows(page: Page) -> list[list[str]]:
    """The words of a page's table cells, row by row."""
    rows: list[list[str]] = []
    for element in page.elements:
        if element.name == "tr":
            rows.append([])
        elif element.name in {"th", "td"} and rows:
            rows[-1].append(" ".join(element.text.split()))
    return rows


def _read(cells: list[str]) -> list[Any]:
    return [cells[0], *(int(one.replace(".", "")) for one in cells[1:])]


def from_docx(client: PageClient, path: str) -> list[list[Any]]:
    body = client.http.get(f"{path}report.docx").get_data()
    table = docx.Document(io.BytesIO(body)).tables[1]
    return [_read([cell.text for cell in row.cells]) for row in table.rows[2:]]


def from_xlsx(client: PageClient, path: str) -> list[list[Any]]:
    body = client.http.get(f"{path}report.xlsx").get_data()
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    rows = [[cell.value for cell in row][:9] for row in sheet.iter_rows()]
    start = next(at for at, row in enumerate(rows) if row[0] == "A")
    return [row for row in rows[start + 1 :] if isinstance(row[1], int)]


def from_json(client: PageClient, path: str) -> list[list[Any]]:
    body = json.loads(client.http.get(f"{path}report.json").get_data(as_text=True))
    keys = [column["key"] for column in body["columns"]]
    rows = [[row["name"], *(row["values"][key] for key in keys)] for row in body["rows"]]
    return [["Tổng số", *(body["total"][key] for key in keys)], *rows]


def test_the_document_is_an_administrative_document(officer: PageClient) -> None:
    body = officer.http.get(f"{begin(officer)}report.docx").get_data()
    made = docx.Document(io.BytesIO(body))
    heads = made.tables[0].rows[0].cells
    said = "\n".join(one.text for one in made.paragraphs)
    assert "ỦY BAN NHÂN DÂN\nPHƯỜNG KINH BẮC" in heads[0].text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc" in heads[1].text
    assert "SỐ TỔ HÒA GIẢI Ở CƠ SỞ VÀ HÒA GIẢI VIÊN" in said
    assert "BẢN DỰ THẢO" in said
    assert "Nơi nhận:" in made.tables[2].rows[0].cells[0].text


def test_a_locked_document_bears_its_number_and_is_no_draft(
    officer: PageClient, second: PageClient
) -> None:
    text = officer.get(f"{sent(officer, second)}document/").text
    assert "Số: 12/BC-UBND" in text
    assert "BẢN DỰ THẢO" not in text


def test_the_reason_of_a_number_by_hand_is_printed(scene: Scene, officer: PageClient) -> None:
    path = begin(officer)
    form = officer.get(f"{path}rows/{line(scene.team.id)}/").form("rows")
    officer.http.post(form.action, data=form.filled(trained="3", reason="Danh sách giấy."))
    text = officer.get(f"{path}document/").text
    assert "là 3, hồ sơ đếm 2. Lý do: Danh sách giấy." in text


def test_the_indicator_states_both_terms_and_the_share(scene: Scene, officer: PageClient) -> None:
    row = scene.start(scene.maker, Kind.FULL_YEAR, "indicator-3-4-2")
    scene.session.commit()
    assert "2/5 (40,0 %)" in officer.get(f"/reports/{row.id}/document/").text


# -- the province, and who sees totals -----------------------------------------------------------


def test_a_province_sees_who_has_sent_and_whom_to_remind(
    scene: Scene, officer: PageClient, second: PageClient
) -> None:
    sent(officer, second)
    province = scene.client(scene.province_makers[0])
    page = province.get("/reports/collection/?kind=preliminary-year")
    assert "1 of 2 communes have sent their report." in page.text
    assert "13 days late" in page.text
    assert "Sent on" in page.text


def test_the_list_to_remind_is_a_file(scene: Scene) -> None:
    province = scene.client(scene.province_makers[0])
    body = province.http.get(
        "/reports/collection/reminders.xlsx?kind=preliminary-year&year=2026"
    ).get_data()
    rows = list(openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].iter_rows(values_only=True))
    names = [row[0] for row in rows if row[0]]
    assert names[-2:] == ["Phường Kinh Bắc", "Phường Võ Cường"]


def test_a_commune_collects_nothing(officer: PageClient) -> None:
    page = officer.get("/reports/collection/", status=409)
    assert "collected by their province" in page.text


def province_report(scene: Scene) -> int:
    row = scene.locked(scene.province_maker, scene.province_approver)
    scene.session.commit()
    return row.id


def test_a_reader_of_totals_sees_no_small_count_and_no_row(scene: Scene) -> None:
    number = province_report(scene)
    page = scene.staff(Role.MINISTRY_VIEWER, None).get(f"/reports/{number}/")
    rows = {row[0]: row[1] for row in _rows(page) if len(row) == 2}
    assert rows["Of an ethnic minority"] == "<5"
    assert rows["Mediators"] == "7"
    assert "Kinh Bắc" not in page.text


@pytest.mark.parametrize("form", ["document/", "report.xlsx", "report.docx", "report.json"])
def test_a_reader_of_totals_gets_no_file_of_rows(scene: Scene, form: str) -> None:
    number = province_report(scene)
    ministry = scene.staff(Role.MINISTRY_VIEWER, None)
    assert ministry.http.get(f"/reports/{number}/{form}").status_code == 404


def test_a_reader_of_totals_sees_no_commune(
    scene: Scene, officer: PageClient, second: PageClient
) -> None:
    path = sent(officer, second)
    scene.staff(Role.MINISTRY_VIEWER, None).get(path, status=404)


def test_a_neighbour_finds_nothing(scene: Scene, officer: PageClient) -> None:
    path = begin(officer)
    scene.client(scene.other_makers[0]).get(path, status=404)


# -- cost ----------------------------------------------------------------------------------------


def test_the_pages_ask_a_fixed_number_of_questions(
    app: Flask, scene: Scene, officer: PageClient, record_property: object
) -> None:
    path = begin(officer)
    asked = {}
    for name in ("/reports/", path, f"{path}document/"):
        with counted(app) as statements:
            officer.get(name)
        asked[name] = len(statements)
    assert max(asked.values()) <= STATEMENTS, asked


def test_the_screens_speak_vietnamese(scene: Scene) -> None:
    officer = scene.client(scene.makers[0], "vi")
    path = begin(officer)
    assert "Việc tiếp theo: đối chiếu số liệu" in officer.get(path).text
