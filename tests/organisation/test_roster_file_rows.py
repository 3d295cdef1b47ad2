"""What each row and sheet is: headings, bands, totals, footnotes, signatures, summaries; teams."""

import pytest

from tests.organisation import roster_samples as samples
from tests.organisation.roster_samples import HEADING, codes, listed, roster, sheet, why
from training_app.organisation.roster_file import Cell, Roster, Workbook, understand

TWO_ROW_MERGES = (
    (4, 1, 5, 1),
    (4, 2, 5, 2),
    (4, 3, 4, 4),
    (4, 5, 4, 6),
    (4, 7, 5, 7),
    (7, 1, 7, 9),
)


def teams(found: Roster) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {team.name: (team.members, team.composition) for team in found.teams}


@pytest.fixture(params=[TWO_ROW_MERGES, ()], ids=["merged", "unmerged"])
def two_rows(request: pytest.FixtureRequest) -> Roster:
    return roster(sheet(samples.TWO_ROW_LIST, merged=request.param))


def test_every_row_of_an_official_list_has_its_kind(two_rows: Roster) -> None:
    assert why(two_rows) == {
        1: "title", 2: "title", 3: "title", 4: "header", 5: "header", 6: "column_numbers",
        7: "team_band", 11: "team_band", 14: "total", 15: "footnote",
        17: "signature", 18: "signature", 19: "signature", 20: "signature",
    }  # fmt: skip
    assert [person.row for person in two_rows.people] == [8, 9, 10, 12, 13]


def test_a_birth_year_under_men_or_women_is_sex_and_year(two_rows: Roster) -> None:
    assert [(person.sex, person.birth_year) for person in two_rows.people] == [
        ("male", 1958),
        ("female", 1961),
        ("female", 1970),
        (None, 1966),
        (None, None),
    ]
    assert [(found.row, found.column, found.code) for found in two_rows.problems] == [
        (10, "H", "recognition_incomplete"),
        (12, "C", "sex_conflict"),
        (13, "C", "birth_missing"),
        (13, "C", "sex_missing"),
    ]


def test_bands_name_the_teams_of_the_rows_below(two_rows: Roster) -> None:
    assert teams(two_rows) == {
        "Tổ hòa giải khu phố 1": (2, ("too_few",)),
        "Tổ hòa giải khu phố 2": (2, ("too_few", "sex_unknown")),
    }


def test_the_qualification_is_read_beside_general_education(two_rows: Roster) -> None:
    assert [person.law_qualified for person in two_rows.people] == [True, None, False, None, None]


def test_the_recognised_columns_are_told_with_their_headings(two_rows: Roster) -> None:
    shown = {
        column.field: (column.letter, column.heading) for column in two_rows.columns["Danh sách"]
    }
    assert shown["male"] == ("C", "Năm sinh / Nam")
    assert shown["qualification"] == ("F", "Trình độ / Chuyên môn")
    assert shown["name"] == ("B", "Họ và tên")


def person(number: Cell, name: str, team: Cell = None, duty: Cell = None) -> tuple[Cell, ...]:
    return (number, name, "Nam", 1958, None, team, duty, None)


def test_three_columns_for_day_month_and_year_make_a_date() -> None:
    rows = (
        ("TT", "Họ tên", "Ngày sinh", None, None),
        (None, None, "Ngày", "Tháng", "Năm"),
        (1, "Nguyễn Văn Tài", 5, 3, 1960),
    )
    assert str(roster(sheet(rows)).people[0].birth_date) == "1960-03-05"


def test_a_heading_without_marks_tells_men_from_years() -> None:
    rows = (("TT", "Ho ten", "Nam", "Nu", "Nam sinh"), (1, "Nguyễn Văn Tài", "x", None, 1960))
    found = roster(sheet(rows)).people[0]
    assert (found.sex, found.birth_year) == ("male", 1960)


def test_a_repeated_heading_in_the_middle_is_a_heading() -> None:
    found = listed(person(1, "Nguyễn Văn Tài"), HEADING, person(2, "Lê Văn Hai"))
    assert why(found) == {1: "header", 3: "header"}
    assert len(found.people) == 2


def test_a_second_table_may_have_other_columns() -> None:
    found = roster(
        sheet(
            (
                ("DANH SÁCH TỔ HÒA GIẢI THÔN ĐÔNG",),
                ("STT", "Họ và tên", "Năm sinh"),
                (1, "Nguyễn Văn Tài", 1958),
                ("DANH SÁCH TỔ HÒA GIẢI THÔN ĐOÀI",),
                ("STT", "Năm sinh", "Họ và tên"),
                (1, 1960, "Lê Văn Hai"),
            )
        )
    )
    assert [(one.full_name, one.birth_year, one.team) for one in found.people] == [
        ("Nguyễn Văn Tài", 1958, "Thôn Đông"),
        ("Lê Văn Hai", 1960, "Thôn Đoài"),
    ]


@pytest.mark.parametrize(
    "total",
    ["Tổng cộng", "Cộng", "Tổng số: 41 người", "Cộng tổ 1: 5 người", "Danh sách này có 41 người"],
)
def test_totals_and_subtotals(total: str) -> None:
    found = listed(person(1, "Nguyễn Văn Tài"), (None, total, None, 5), person(2, "Tống Thị Cộng"))
    assert why(found)[3] == "total"
    assert [one.full_name for one in found.people] == ["Nguyễn Văn Tài", "Tống Thị Cộng"]


def test_a_signature_in_the_column_of_names_is_no_person() -> None:
    found = listed(
        person(1, "Nguyễn Văn Tài"),
        (None, "Lập biểu", None, None, None, None, "TRƯỞNG BAN CTMT THÔN"),
        (None, None, None, None, None, None, "Đinh Văn Thắng"),
        (None, "Trần Văn Ký"),
    )
    assert why(found) == {1: "header", 3: "signature", 4: "signature", 5: "signature"}


def test_people_after_a_signature_in_the_middle_are_people() -> None:
    found = listed(
        person(1, "Nguyễn Văn Tài"),
        (None, "NGƯỜI LẬP BIỂU"),
        ("TỔ HÒA GIẢI KHU PHỐ 2",),
        person(1, "Lê Văn Hai"),
    )
    assert [(one.full_name, one.team) for one in found.people][1] == (
        "Lê Văn Hai",
        "Tổ hòa giải khu phố 2",
    )


def test_rows_numbered_in_advance_hold_nobody() -> None:
    assert why(listed(person(1, "Nguyễn Văn Tài"), (2,), (3,))) == {
        1: "header",
        3: "number_only",
        4: "number_only",
    }


def test_a_lone_sentence_is_a_footnote_and_a_lone_name_a_person() -> None:
    found = listed(
        person(1, "Nguyễn Văn Tài"), (None, "Nguyễn Thị Bổ Sung"), (None, "Bổ sung sau kiện toàn")
    )
    assert why(found)[4] == "footnote"
    assert [one.row for one in found.people] == [2, 3]


def test_a_summary_sheet_is_left_out() -> None:
    summary = sheet(
        (("TT", "Thôn", "Số HGV", "Tổ trưởng"), (1, "Thôn Đông", 7, "Nguyễn Văn Tài")), "Tổng hợp"
    )
    found = roster(sheet((HEADING, person(1, "Nguyễn Văn Tài", "Thôn Đông"))), summary)
    assert found.sheets_used == ("Danh sách",)
    assert found.ignored[-1].as_key() == {"sheet": "Tổng hợp", "row": None, "why": "summary_sheet"}


def test_a_sheet_without_a_heading_is_told() -> None:
    found = roster(sheet((("Nguyễn Văn Tài", 1958), ("Lê Văn Hai", 1960))))
    assert codes(found) == ["heading_missing"]
    assert found.people == ()


# An officer confirms the columns


def test_confirmed_columns_replace_the_recognised_ones() -> None:
    page = sheet((("STT", "Họ và tên", "A", "B"), (1, "Nguyễn Văn Tài", "0912345678", "Thôn 1")))
    found = roster(page, mapping={"Danh sách": {"name": "B", "phone": "C", "team": "D"}})
    assert found.people[0].phones == ("+84912345678",)
    assert found.people[0].team == "Thôn 1"
    assert [column.letter for column in found.columns["Danh sách"]] == ["B", "C", "D"]


def test_confirmed_columns_serve_a_sheet_without_a_heading() -> None:
    page = sheet((("Nguyễn Văn Tài", 1958), ("Lê Văn Hai", 1960)))
    found = roster(page, mapping={"Danh sách": {"name": "A", "birth": "B"}})
    assert [one.birth_year for one in found.people] == [1958, 1960]


def test_an_empty_mapping_leaves_a_sheet_out_and_an_unknown_one_fails() -> None:
    page = sheet((HEADING, person(1, "Nguyễn Văn Tài")))
    assert roster(page, mapping={"Danh sách": {}}).ignored[0].why == "left_out"
    with pytest.raises(ValueError, match="nonsense"):
        roster(page, mapping={"Danh sách": {"nonsense": "A"}})
    with pytest.raises(ValueError, match="7"):
        roster(page, mapping={"Danh sách": {"name": "7"}})


def test_bands_with_roman_numbers_and_head_counts() -> None:
    found = listed(
        ("I", "THÔN ĐÔNG", None, None, None, None, None, "2 người"),
        person(1, "Nguyễn Văn Tài", None, "TT"),
        ("II", "THÔN ĐOÀI", None, None, "1 người"),
        person(2, "Lê Văn Hai", None, "TT"),
        (None, "Người lập danh sách", None, None, "Trưởng ban Tư pháp"),
        (None, None, None, None, "Nguyễn Văn Ký"),
    )
    assert [one.team for one in found.people] == ["Thôn Đông", "Thôn Đoài"]
    assert why(found) == {
        1: "header",
        2: "team_band",
        4: "team_band",
        6: "signature",
        7: "signature",
    }


def test_a_long_form_with_groups_of_columns() -> None:
    rows = (
        ("STT", "Tên tổ hòa giải", "Họ và tên hòa giải viên", "Năm sinh", None, "Dân tộc", None,
         "Trình độ chuyên môn", None, None, "Chức vụ trong tổ hòa giải", "Số điện thoại liên hệ"),
        (None, None, None, "Nam", "Nữ", "Kinh", "Khác", "Chuyên môn Luật", "Chuyên môn khác",
         "Chưa qua đào tạo", None, None),
        (1, "Tổ hòa giải ấp Phước Hữu", "NGUYỄN VĂN BÉ", 1960, None, "x", None, "x", None, None,
         "Tổ trưởng", "0912345678"),
        (2, None, "Trần Thị Tư", None, 1970, None, "Khmer", None, "x", None, "Thành viên", None),
    )  # fmt: skip
    for merged in ((), ((1, 1, 2, 1), (1, 3, 2, 3), (1, 4, 1, 5), (1, 8, 1, 10))):
        found = roster(sheet(rows, merged=merged))
        told = [
            (one.sex, one.birth_year, one.ethnic_minority, one.law_qualified, one.role)
            for one in found.people
        ]
        assert told == [
            ("male", 1960, False, True, "leader"),
            ("female", 1970, True, False, "mediator"),
        ]


def test_an_empty_workbook_gives_an_empty_roster() -> None:
    assert understand(
        Workbook("a.csv", (sheet(((None,),), "csv"),)), today=samples.TODAY
    ) == Roster("a.csv")
