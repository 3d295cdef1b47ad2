"""One row of a person: every spelling of names, dates, numbers, duties, decisions and remarks."""

from datetime import date
from typing import Any

import pytest

from tests.organisation.roster_samples import HEADING, codes, listed, roster, sheet
from training_app.organisation.roster_file import Cell, Person, Recognition


def one(**cells: Cell) -> tuple[Person, list[str]]:
    """Return the only person of a list with these columns, and the codes of its problems."""
    values = {"STT": 1, "Họ và tên": "Nguyễn Văn Tài", **cells}
    found = listed(tuple(values.values()), heading=tuple(values))
    assert len(found.people) == 1, found
    return found.people[0], [code for code in codes(found) if code != "team_missing"]


def field(name: str, cell: Cell) -> tuple[Person, list[str]]:
    return one(**{name: cell})


@pytest.mark.parametrize(
    ("cell", "day", "year", "problems"),
    [
        (date(1959, 12, 26), date(1959, 12, 26), 1959, []),
        ("25/09/1983", date(1983, 9, 25), 1983, []),
        ("3/8/1951", date(1951, 8, 3), 1951, []),
        ("03-09-1961", date(1961, 9, 3), 1961, []),
        ("12.05.1977", date(1977, 5, 12), 1977, []),
        ("7.7.73", date(1973, 7, 7), 1973, []),
        ("ngày 3 tháng 8 năm 1951", date(1951, 8, 3), 1951, []),
        ("1951-08-03", date(1951, 8, 3), 1951, []),
        ("03 / 08 / 1951", date(1951, 8, 3), 1951, []),
        ("03081951", date(1951, 8, 3), 1951, []),
        (3081951, date(1951, 8, 3), 1951, []),
        (1968, None, 1968, []),
        (1968.0, None, 1968, []),
        ("1964", None, 1964, []),
        ("'1972", None, 1972, []),
        ("SN 1961", None, 1961, []),
        ("Tuổi Mậu Thân 1968", None, 1968, []),
        ("08-1942", None, 1942, ["date_partial"]),
        ("tháng 8/1942", None, 1942, ["date_partial"]),
        ("31/06/1965", None, 1965, ["date_impossible"]),
        ("12/25/1965", None, 1965, ["date_impossible"]),
        (20826, date(1957, 1, 6), 1957, ["date_serial"]),
        (date(1905, 5, 21), None, 1968, ["birth_year_as_date"]),
        ("08/09/2045", None, None, ["birth_year_impossible"]),
        (2069, None, None, ["birth_year_impossible"]),
        (1880, None, None, ["birth_year_impossible"]),
        (2015, None, 2015, ["birth_year_recent"]),
        ("71", None, None, ["birth_unreadable"]),
        ("khoảng 60 tuổi", None, None, ["birth_unreadable"]),
        ("không rõ", None, None, ["birth_unreadable"]),
        ("-", None, None, ["birth_missing"]),
        (None, None, None, ["birth_missing"]),
    ],
)
def test_births(cell: Cell, day: date | None, year: int | None, problems: list[str]) -> None:
    person, found = field("Ngày sinh", cell)
    assert (person.birth_date, person.birth_year, found) == (day, year, problems)


@pytest.mark.parametrize(
    ("cell", "phones", "problems"),
    [
        ("0973.798.365", ["+84973798365"], []),
        (946349515, ["+84946349515"], []),
        (946349515.0, ["+84946349515"], []),
        ("+84 891 568 891", ["+84891568891"], []),
        ("84861102686", ["+84861102686"], []),
        ("(+84) 912 345 678", ["+84912345678"], []),
        ("0084912345678", ["+84912345678"], []),
        ("'0912345678", ["+84912345678"], []),
        ("ĐT: 0912.345.678", ["+84912345678"], []),
        ("0912345678 (con gái)", ["+84912345678"], []),
        ("0912\u00a0345\u200b678", ["+84912345678"], []),
        ("0822781486/0836289317", ["+84822781486", "+84836289317"], []),
        ("0361.074.354 - 0325.195.595", ["+84361074354", "+84325195595"], []),
        ("0912345678\n0987654321", ["+84912345678", "+84987654321"], []),
        ("0912 345 678 0987 654 321", ["+84912345678", "+84987654321"], []),
        ("0912345678 hoặc 0987654321", ["+84912345678", "+84987654321"], []),
        ("0912345678; 0912345678", ["+84912345678"], []),
        ("01697161623", ["+84397161623"], ["phone_old_prefix"]),
        (1270386769, ["+84810386769"], ["phone_old_prefix"]),
        ("0254.3861.975", ["+842543861975"], ["phone_landline"]),
        ("035244865", [], ["phone_invalid"]),
        ("0912345678/12345", ["+84912345678"], ["phone_invalid"]),
        ("09123456789012", [], ["phone_invalid"]),
        ("không có", [], []),
        ("ko", [], []),
        ("-", [], []),
        (None, [], []),
    ],
)
def test_phones(cell: Cell, phones: list[str], problems: list[str]) -> None:
    person, found = field("Số điện thoại", cell)
    assert (list(person.phones), found) == (phones, problems)


@pytest.mark.parametrize(
    ("written", "name", "problems"),
    [
        ("NGUYỄN THỊ MAI", "Nguyễn Thị Mai", []),
        ("nguyễn văn sơn", "Nguyễn Văn Sơn", []),
        ("Nguyễn\u00a0Văn  Trung ", "Nguyễn Văn Trung", []),
        ("Nguye\u0302\u0303n Va\u0306n A\u0301nh", "Nguyễn Văn Ánh", []),
        ("\u00d0ặng Văn \u0110ức", "Đặng Văn Đức", []),
        ("H’Bliăk Kbuôr", "H'Bliăk Kbuôr", []),
        ("H'BLIĂK MLÔ", "H'Bliăk Mlô", []),
        ("NGUYễN VĂN TàI", "Nguyễn Văn Tài", []),
        ("Y Krông BKrông", "Y Krông BKrông", []),
        ("1. Trần Văn Hai", "Trần Văn Hai", []),
        ("Nguyen Thi Tuyet Hang", "Nguyen Thi Tuyet Hang", ["name_no_diacritics"]),
        ("Phan Thanh Nga", "Phan Thanh Nga", []),
        ("Y Kim Kbuor", "Y Kim Kbuor", []),
        ("Nguyễn Văn Tư (Tư Đen)", "Nguyễn Văn Tư", ["name_note"]),
        ("Trần Thị Bé - TT", "Trần Thị Bé", []),
        ("Lan", "Lan", ["name_doubtful"]),
    ],
)
def test_names(written: str, name: str, problems: list[str]) -> None:
    person, found = field("Họ và tên", written)
    assert (person.full_name, found) == (name, problems)


def test_a_name_in_two_columns_is_joined() -> None:
    found = listed((1, "Nguyễn Văn", "Tài"), heading=("STT", "Họ và tên đệm", "Tên"))
    assert found.people[0].full_name == "Nguyễn Văn Tài"


def test_a_name_under_a_heading_merged_over_two_columns_is_joined() -> None:
    rows = (("STT", "Họ và tên", None, "Năm sinh"), (1, "Nguyễn Văn", "Tài", 1960))
    found = roster(sheet(rows, merged=((1, 2, 1, 3),)))
    assert found.people[0].full_name == "Nguyễn Văn Tài"


def test_courtesy_words_before_a_name_are_no_part_of_it() -> None:
    assert field("Họ và tên", "Ông Nguyễn Văn Tài")[0].full_name == "Nguyễn Văn Tài"


@pytest.mark.parametrize(
    ("cell", "sex", "problems"),
    [
        ("Nam", "male", []),
        ("nữ", "female", []),
        ("NỮ", "female", []),
        (None, None, ["sex_missing"]),
        ("khác", None, ["sex_unreadable"]),
    ],
)
def test_sex_in_a_column(cell: Cell, sex: str | None, problems: list[str]) -> None:
    person, found = field("Giới tính", cell)
    assert (person.sex, found) == (sex, problems)


@pytest.mark.parametrize(
    ("men", "women", "sex", "problems"),
    [
        ("x", None, "male", []),
        (None, "X", "female", []),
        (None, None, None, ["sex_missing"]),
        ("x", "x", None, ["sex_conflict"]),
    ],
)
def test_sex_by_a_mark(men: Cell, women: Cell, sex: str | None, problems: list[str]) -> None:
    person, found = one(Nam=men, Nữ=women)
    assert (person.sex, found) == (sex, problems)


def test_sex_is_never_guessed_from_the_name() -> None:
    assert field("Họ và tên", "Trần Thị Hường")[0].sex is None


@pytest.mark.parametrize(
    ("duty", "role"),
    [
        ("Tổ trưởng", "leader"),
        ("TT", "leader"),
        ("tổ trưởng THG", "leader"),
        ("Trưởng thôn, Tổ trưởng", "leader"),
        ("Bí thư chi bộ - TT", "leader"),
        ("Trưởng khu phố", "mediator"),
        ("Tổ phó", "mediator"),
        ("Phó tổ trưởng", "mediator"),
        ("Tổ trưởng tổ dân phố", "mediator"),
        ("Tổ trưởng TDP 5", "mediator"),
        ("HGV", "mediator"),
        (None, "mediator"),
    ],
)
def test_leaders_by_their_duty(duty: Cell, role: str) -> None:
    assert field("Chức vụ", duty)[0].role == role


@pytest.mark.parametrize(
    "cells",
    [
        {"Tổ trưởng": "x"},
        {"Họ và tên": "Nguyễn Văn Tài (TT)"},
        {"Họ và tên": "Nguyễn Văn Tài - Tổ trưởng"},
        {"Ghi chú": "Tổ trưởng"},
        {"Chức vụ trong tổ": "tổ trưởng", "Chức vụ khác": "Bí thư"},
    ],
)
def test_leaders_by_other_marks(cells: dict[str, Any]) -> None:
    assert one(**cells)[0].role == "leader"


@pytest.mark.parametrize(
    ("remark", "status", "problems"),
    [
        ("đã thôi 6/2025", "ended", []),
        ("thôi làm HGV từ 01/2026", "ended", []),
        ("chết", "ended", []),
        ("Mất 2024", "ended", []),
        ("từ trần", "ended", []),
        ("chuyển đi nơi khác", "ended", []),
        ("chuyển vào Nam ở với con", "ended", []),
        ("miễn nhiệm theo QĐ 5", "ended", []),
        ("xin nghỉ, chờ QĐ", None, ["status_unclear"]),
        ("đề nghị thay", None, ["status_unclear"]),
        ("chồng đã mất", None, ["status_unclear"]),
        ("tạm nghỉ", None, ["status_unclear"]),
        ("chuyển từ KP 3 sang", "active", []),
        ("mới bầu bổ sung, chưa có QĐ", "active", []),
        ("bổ sung thay ông Hải đã mất", "active", []),
        ("vợ ông Tâm", "active", []),
        ("nghỉ hưu", "active", []),
        ("đã thôi Trưởng thôn", "active", []),
        ("Đề nghị khen thưởng", "active", []),
        (None, "active", []),
    ],
)
def test_remarks_that_mean_an_end(remark: Cell, status: str | None, problems: list[str]) -> None:
    person, found = field("Ghi chú", remark)
    assert (person.status, found, person.remark) == (status, problems, remark)


@pytest.mark.parametrize(
    ("cell", "number", "day", "problems"),
    [
        ("QĐ số 45/QĐ-UBND ngày 12/3/2024", "45/QĐ-UBND", date(2024, 3, 12), []),
        ("12/QĐ-UBND, 9/1/2026", "12/QĐ-UBND", date(2026, 1, 9), []),
        ("QĐ 07/QĐ-UBND (18/01/2022)", "07/QĐ-UBND", date(2022, 1, 18), []),
        ("số 7/2022/QĐ-UBND ngày 18 tháng 01 năm 2022", "7/2022/QĐ-UBND", date(2022, 1, 18), []),
        ("QĐ 45/QĐ-UBND 12/3/24", "45/QĐ-UBND", date(2024, 3, 12), []),
        ("QĐ số 45/QĐ-UBND", "45/QĐ-UBND", None, ["recognition_incomplete"]),
        ("ngày 12/3/2024", None, date(2024, 3, 12), ["recognition_incomplete"]),
    ],
)
def test_decisions(cell: str, number: str | None, day: date | None, problems: list[str]) -> None:
    person, found = field("QĐ công nhận", cell)
    assert (person.recognition, found) == (Recognition(number, day), problems)


def test_a_decision_of_which_nothing_can_be_read_is_told() -> None:
    assert field("QĐ công nhận", "theo họp dân 2024") == (one()[0], ["recognition_unreadable"])


@pytest.mark.parametrize("cell", [None, "", "chưa có", "-"])
def test_no_decision_is_no_problem(cell: Cell) -> None:
    person, found = field("QĐ công nhận", cell)
    assert (person.recognition, found) == (None, [])


def test_a_decision_in_two_columns() -> None:
    cells: dict[str, Cell] = {"Số QĐ": "31/QĐ-UBND", "Ngày QĐ": 45433}
    person, problems = one(**cells)
    assert person.recognition == Recognition("31/QĐ-UBND", date(2024, 5, 21))
    assert problems == []


@pytest.mark.parametrize(
    ("heading", "cell", "expected"),
    [
        ("Dân tộc", "Kinh", False),
        ("Dân tộc", "Khmer", True),
        ("Dân tộc", "Hoa", True),
        ("Dân tộc", None, None),
        ("Người DTTS", "x", True),
        ("Người DTTS", None, False),
    ],
)
def test_minorities(heading: str, cell: Cell, expected: bool | None) -> None:  # noqa: FBT001
    assert field(heading, cell)[0].ethnic_minority is expected


@pytest.mark.parametrize(("kinh", "other", "expected"), [("x", None, False), (None, "Tày", True)])
def test_minorities_in_two_columns(kinh: Cell, other: Cell, expected: bool) -> None:  # noqa: FBT001
    rows = (("TT", "Họ tên", "Dân tộc", None), (None, None, "Kinh", "Khác"))
    found = roster(sheet((*rows, (1, "Nguyễn Văn Tài", kinh, other))))
    assert found.people[0].ethnic_minority is expected


def test_birth_years_of_men_and_women_under_headings_of_one_row() -> None:
    found = listed(
        (1, "Nguyễn Văn Tài", 1960, None),
        (2, "Lê Thị Lan", None, 1970),
        heading=("STT", "Họ và tên", "Năm sinh nam", "Năm sinh nữ"),
    )
    people = [(person.sex, person.birth_year) for person in found.people]
    assert people == [("male", 1960), ("female", 1970)]


@pytest.mark.parametrize(
    ("heading", "cell", "expected"),
    [
        ("Trình độ", "ĐH Luật", True),
        ("Trình độ", "Trung cấp pháp lý", True),
        ("Trình độ", "12/12", False),
        ("Trình độ", None, None),
        ("Trình độ chuyên môn luật", "x", True),
        ("Trình độ chuyên môn luật", None, False),
    ],
)
def test_qualifications_in_law(heading: str, cell: Cell, expected: bool | None) -> None:  # noqa: FBT001
    assert field(heading, cell)[0].law_qualified is expected


def test_an_error_of_the_spreadsheet_is_told_and_read_as_empty() -> None:
    person, problems = field("Năm sinh", "#REF!")
    assert person.birth_year is None
    assert "cell_error" in problems


def test_a_row_without_a_name_is_rejected_with_its_place() -> None:
    found = listed((1, None, "Nam", 1969, "0587208313", "Thôn 1"))
    assert found.people == ()
    assert found.rejected == (("Danh sách", 2),)
    problem = found.problems[0]
    assert (problem.code, problem.severity, problem.row, problem.column) == (
        "name_missing",
        "error",
        2,
        "B",
    )


def test_a_number_of_two_people_is_told_on_both_rows_but_not_of_one_person_in_two_teams() -> None:
    found = listed(
        (1, "Trần Văn Tâm", "Nam", 1959, "0390500096", "KP 1", None, None),
        (2, "Trần Thị Nam", "Nữ", 1968, "0390500096", "KP 1", None, "vợ ông Tâm"),
        (3, "Lê Văn Hai", "Nam", 1970, "0912345678", "KP 1", "TT", None),
        (4, "Lê Văn Hai", "Nam", 1970, "0912345678", "KP 2", "TT", None),
        heading=HEADING,
    )
    assert [problem.row for problem in found.problems if problem.code == "phone_shared"] == [2, 3]
    assert [pair.why() for pair in found.same_person] == [
        "same name, same birth year, same phone, other team, leads both"
    ]
