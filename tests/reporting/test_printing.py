"""The files as they come out of a printer: nothing is cut off, no signature stands alone."""

import io

import docx
import openpyxl
import pytest

from tests.page import PageClient
from tests.reporting.scene import Scene
from training_app.reporting.models import Report


@pytest.fixture
def sent(scene: Scene) -> Report:
    """A locked report."""
    row = scene.locked(scene.maker, scene.approver)
    scene.session.commit()
    return row


@pytest.fixture
def officer(scene: Scene) -> PageClient:
    """Who prepared it."""
    return scene.client(scene.makers[0])


def content(officer: PageClient, row: Report, ending: str) -> io.BytesIO:
    """A file of the report."""
    return io.BytesIO(officer.http.get(f"/reports/{row.id}/report.{ending}").get_data())


def test_a_workbook_line_is_as_high_as_its_longest_text(sent: Report, officer: PageClient) -> None:
    sheet = openpyxl.load_workbook(content(officer, sent, "xlsx")).active
    assert sheet is not None
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Tổ hòa giải")
    one_line = sheet.row_dimensions[head + 3].height
    assert one_line
    assert (sheet.row_dimensions[head].height or 0) >= 4 * one_line


def test_a_small_workbook_fits_one_page(sent: Report, officer: PageClient) -> None:
    sheet = openpyxl.load_workbook(content(officer, sent, "xlsx")).active
    assert sheet is not None
    setup = sheet.sheet_properties.pageSetUpPr
    assert setup is not None
    assert setup.fitToPage
    assert sheet.page_setup.fitToHeight is None  # one page, and not as many as it takes


def test_a_line_stands_below_the_office_and_the_motto(sent: Report, officer: PageClient) -> None:
    heads = docx.Document(content(officer, sent, "docx")).tables[0].rows[0].cells
    lines = [(cell.paragraphs, at) for cell in heads for at in range(len(cell.paragraphs))]
    lined = [part[at - 1].text for part, at in lines if "w:pBdr" in part[at]._p.xml]
    assert lined == ["PHƯỜNG KINH BẮC", "Độc lập - Tự do - Hạnh phúc"]
    sheet = openpyxl.load_workbook(content(officer, sent, "xlsx")).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.font.u]
    assert [cell.value for cell in cells] == ["Độc lập - Tự do - Hạnh phúc"]


def test_signatures_share_a_page_with_rows_of_the_table(sent: Report, officer: PageClient) -> None:
    file = docx.Document(content(officer, sent, "docx"))
    heads, figures, foot = file.tables
    assert heads.rows
    for row in figures.rows[-2:]:
        assert all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in row.cells)
    notes = [one for one in file.paragraphs if one.text.startswith("Người tham gia")]
    assert [one.paragraph_format.keep_with_next for one in notes] == [True]
    assert "cantSplit" in foot.rows[0]._tr.xml
