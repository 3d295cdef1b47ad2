"""The drafts of election and recognition forms: what they say and leave open, how they look."""

import io
from datetime import date

import docx
import pytest
import time_machine
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from flask import Flask
from sqlalchemy.orm import Session

from tests.organisation.builders import NOW, OFFICER
from tests.organisation.scenes import Scene
from training_app import clock
from training_app.organisation.folders import election_papers
from training_app.organisation.models import RecognitionRole
from training_app.organisation.parsing import BadForm, papers
from training_app.organisation.services.memberships import Decision, record_recognition

NUMBERS = ("01", "04", "06", "07", "10")
# The law that each rests on, and what only that form says.
SAYS = {
    "01": ("BIÊN BẢN BẦU HÒA GIẢI VIÊN", "Điều 8", "trên 50% đại diện hộ gia đình"),
    "04": ("BIÊN BẢN BẦU TỔ TRƯỞNG TỔ HÒA GIẢI", "Điều 14", "Số phiếu"),
    "06": ("DANH SÁCH ĐỀ NGHỊ CÔNG NHẬN HÒA GIẢI VIÊN", "Điều 8", "Kính gửi: Chủ tịch"),
    "07": ("VĂN BẢN ĐỀ NGHỊ CÔNG NHẬN TỔ TRƯỞNG TỔ HÒA GIẢI", "Điều 14", "Trần Văn Bình là tổ"),
    "10": ("DANH SÁCH TỔNG HỢP HÒA GIẢI VIÊN", "01/2014/NQLT", "Trình độ"),
}


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    return Scene(app, db_session)


def opened(scene: Scene, number: str, query: str = "") -> Document:
    """The draft as a reader's program opens it."""
    path = f"/teams/{scene.team}/forms/{int(number)}/draft.docx{query}"
    return docx.Document(io.BytesIO(scene.officer().http.get(path).data))


def words(file: Document) -> str:
    """All that stands on the paper."""
    foot = file.sections[0].first_page_footer
    lines = [paragraph.text for paragraph in (*file.paragraphs, *foot.paragraphs)]
    for table in file.tables:
        lines += [cell.text for row in table.rows for cell in row.cells]
    return "\n".join(lines)


@pytest.mark.parametrize("number", NUMBERS)
def test_each_form_is_a_draft_with_its_law_its_source_and_an_open_reviewer(
    scene: Scene, number: str
) -> None:
    text = words(opened(scene, number))
    for said in (*SAYS[number], "BẢN DỰ THẢO", f"Mẫu số {number}", "thẩm định pháp lý: chưa có"):
        assert said in text
    assert "Nghị quyết liên tịch số 01/2014/NQLT/CP-UBTƯMTTQVN" in text
    assert "chưa đối chiếu với mẫu gốc" in text
    assert "Tổ hòa giải khu phố 1" in text
    assert "{" not in text


@pytest.mark.parametrize("number", NUMBERS)
def test_each_form_stands_in_the_administrative_format(scene: Scene, number: str) -> None:
    with time_machine.travel(clock.now(), tick=False):
        file, year = opened(scene, number), clock.today().year
    section = file.sections[0]
    assert section.page_width
    assert section.page_height
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert section.left_margin
    assert section.right_margin
    assert (round(section.left_margin.mm), round(section.right_margin.mm)) == (30, 15)
    assert section.different_first_page_header_footer
    assert file.styles["Normal"].font.name == "Times New Roman"
    left, right = file.tables[0].rows[0].cells
    nation, motto, place = right.paragraphs
    assert nation.text == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert nation.runs[0].bold
    assert motto.text == "Độc lập - Tự do - Hạnh phúc"
    assert motto.runs[0].underline
    assert place.text == f"Vũng Tàu, ngày …… tháng …… năm {year}"
    assert "PHƯỜNG VŨNG TÀU" in left.text


@pytest.mark.parametrize("number", NUMBERS)
def test_nobody_signs_an_empty_sheet_and_no_dotted_line_is_stretched(
    scene: Scene, number: str
) -> None:
    file = opened(scene, number)
    *_, last, _end = file.paragraphs
    assert last.paragraph_format.keep_with_next
    assert file.element.body[-3].tag.endswith("tbl")  # the signatures are the last thing
    dotted = [one for one in file.paragraphs if "…" * 8 in one.text]
    assert all(one.alignment != WD_ALIGN_PARAGRAPH.JUSTIFY for one in dotted)


def test_minutes_of_an_election_name_who_is_not_recognised_yet(scene: Scene) -> None:
    decision = Decision("12/QĐ-UBND", date(2026, 2, 3))
    record_recognition(
        scene.session, scene.woman, scene.team, RecognitionRole.MEDIATOR, decision,
        now=NOW, actor=OFFICER,
    )  # fmt: skip
    scene.session.commit()
    text = words(opened(scene, "01"))
    assert "Lê Văn Cường" in text
    assert "Nguyễn Thị Hoa" not in text
    assert "12/QĐ-UBND" in words(opened(scene, "10"))


def test_an_officer_chooses_the_candidates_and_the_leader(scene: Scene) -> None:
    page = scene.officer().get(f"/teams/{scene.team}/forms/")
    assert "Form 07 (Word)" in page.text
    text = words(opened(scene, "06", f"?chosen=1&person={scene.woman}&person={scene.stranger}"))
    assert "đề nghị công nhận 1 người" in text
    assert "Nguyễn Thị Hoa" in text
    assert "Lê Văn Cường" not in text
    assert "Ya Thị Xa" not in text
    assert "Lê Văn Cường là tổ trưởng" in words(opened(scene, "07", f"?leader={scene.third}"))
    assert "Trần Văn Bình" not in words(opened(scene, "07", "?leader=0"))


def test_a_team_without_members_gets_empty_lines(scene: Scene) -> None:
    empty = scene.world.team(scene.near, "Tổ hòa giải khu phố 9")
    scene.session.commit()
    client = scene.officer()
    assert "The forms get empty lines." in client.get(f"/teams/{empty}/forms/").text
    raw = client.http.get(f"/teams/{empty}/forms/4/draft.docx").data
    table = docx.Document(io.BytesIO(raw)).tables[1]
    assert [row.cells[0].text for row in table.rows] == ["STT", "1", "2", "3"]


def test_forms_of_other_communes_and_numbers_without_a_form_are_not_found(scene: Scene) -> None:
    client = scene.officer()
    client.get(f"/teams/{scene.far_team}/forms/", 404)
    client.get(f"/teams/{scene.far_team}/forms/1/draft.docx", 404)
    client.get(f"/teams/{scene.team}/forms/2/draft.docx", 404)
    scene.member(scene.leader).get(f"/teams/{scene.team}/forms/", 403)


def test_taking_a_draft_along_is_noted_without_names(scene: Scene) -> None:
    opened(scene, "10")
    seen = scene.events("names.viewed")[-1]
    assert seen.detail["form"] == "10"
    assert "Hoa" not in str(seen.detail)


def test_the_page_stands_in_vietnamese(scene: Scene) -> None:
    client = scene.officer()
    client.language("vi")
    assert "Biên bản bầu hòa giải viên" in client.get(f"/teams/{scene.team}/forms/").text


def test_a_misspelt_place_in_a_form_is_found_when_the_file_is_read() -> None:
    assert [form.number for form in election_papers().forms] == list(NUMBERS)
    with pytest.raises(BadForm, match="form 01"):
        papers('[[form]]\nnumber="01"\nrows="members"\nleft=["{nothing}"]\n')
