"""What each row and sheet is: headings, bands, totals, footnotes, signatures, summaries; teams."""

import pytest

from tests.organisation import roster_samples as samples
from tests.organisation.roster_samples import HEADING, codes, listed, roster, sheet, why
from training_app.organisation.roster_file import Cell, Roster, Workbook, team_key, understand

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


# Teams


def test_a_team_in_a_merged_cell_holds_for_all_its_rows() -> None:
    rows = (
        HEADING,
        person(1, "Nguyễn Văn Tài", "KP 1", "TT"),
        person(2, "Lê Văn Hai"),
        person(3, "Lê Văn Ba", "KP 2"),
    )
    found = roster(sheet(rows, merged=((2, 6, 3, 6),)))
    assert [one.team for one in found.people] == ["Khu phố 1", "Khu phố 1", "Khu phố 2"]


def test_a_team_written_once_above_its_rows_is_filled_down() -> None:
    found = listed(
        person(1, "Nguyễn Văn Tài", "KP 1"),
        person(2, "Lê Văn Hai"),
        person(3, "Lê Văn Ba", "KP 2"),
        person(4, "Lê Văn Tư"),
    )
    assert [one.team for one in found.people] == [
        "Khu phố 1",
        "Khu phố 1",
        "Khu phố 2",
        "Khu phố 2",
    ]


def test_a_team_left_out_of_one_row_is_asked_and_not_guessed() -> None:
    found = listed(
        person(1, "Nguyễn Văn Tài", "Thôn 1"),
        person(2, "Lê Văn Hai", "Thôn 1"),
        person(3, "Lê Văn Ba"),
        person(4, "Lê Văn Tư", "Thôn 2"),
    )
    assert found.people[2].team is None
    assert [(problem.code, problem.row) for problem in found.problems] == [("team_missing", 4)]


def test_a_title_names_the_team_of_its_sheet() -> None:
    rows = (
        ("DANH SÁCH TỔ HOÀ GIẢI THÔN NAM THƯỢNG NĂM 2026",),
        HEADING,
        person(1, "Nguyễn Văn Tài"),
    )
    assert roster(sheet(rows)).people[0].team == "Thôn Nam Thượng"


@pytest.mark.parametrize(
    ("name", "team"), [("KP1", "Khu phố 1"), ("Thôn Bắc Sơn", "Thôn Bắc Sơn"), ("Sheet1", None)]
)
def test_a_sheet_may_name_its_team(name: str, team: str | None) -> None:
    assert roster(sheet((HEADING, person(1, "Nguyễn Văn Tài")), name)).people[0].team == team


def test_teams_of_one_name_in_former_wards_are_different_teams() -> None:
    found = roster(
        sheet(
            (HEADING, person(1, "Nguyễn Văn Tài", "KP 1"), person(2, "Lê Văn Tư", "KP 9")),
            "Phường 7",
        ),
        sheet((HEADING, person(1, "Lê Văn Hai", "Khu phố 1")), "P.8"),
    )
    assert list(teams(found)) == ["Khu phố 1 (Phường 7)", "Khu phố 9", "Khu phố 1 (P.8)"]


def test_a_team_continued_on_another_page_is_one_team() -> None:
    found = roster(
        sheet((HEADING, person(1, "Nguyễn Văn Tài", "KP 1")), "Trang 1"),
        sheet((HEADING, person(2, "Lê Văn Hai", "KP 1")), "Trang 2"),
    )
    assert teams(found)["Khu phố 1"][0] == 2


def test_a_leader_named_in_the_band_leads() -> None:
    found = listed(
        ("Tổ hòa giải KP 1 (Tổ trưởng: Lê Văn Hai)",),
        person(1, "Nguyễn Văn Tài"),
        person(2, "LÊ VĂN HAI"),
    )
    assert [one.role for one in found.people] == ["mediator", "leader"]


def test_somebody_listed_twice_in_a_team_counts_once_and_who_ended_not_at_all() -> None:
    twice = (1, "Nguyễn Văn Tài", "Nam", 1958, "0912345678", "Thôn 1", "TT", None)
    found = listed(twice, twice, (3, "Lê Thị Lan", "Nữ", 1960, None, "Thôn 1", None, "chết"))
    assert teams(found) == {"Thôn 1": (1, ("too_few", "no_woman"))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TỔ HÒA GIẢI KHU PHỐ 4 (5 người)", "KP 4"),
        ("Tổ hoà giải khu phố 4", "tổ HG KP4"),
        ("buôn  Krông Drưng ", "Buôn Krông Drưng"),
        ("Tổ hòa giải số 3", "Tổ 3"),
    ],
)
def test_spellings_of_one_team(one: str, other: str) -> None:
    found = listed(person(1, "Nguyễn Văn Tài", one), person(2, "Lê Văn Hai", other))
    assert len(found.teams) == 1


def test_names_that_differ_in_a_tone_are_different_teams() -> None:
    assert team_key("Thôn Đoài") != team_key("Thôn Đoái")


def test_a_numbered_team_within_a_village_carries_the_village() -> None:
    heading = ("STT", "Họ và tên", "Thôn", "Tổ hòa giải")
    rows = (
        heading,
        (1, "Nguyễn Văn Tài", "Thôn Đông", "1"),
        (2, "Lê Văn Hai", "Thôn Đoài", "Tổ 1"),
    )
    assert list(teams(roster(sheet(rows)))) == ["Tổ 1 thôn Đông", "Tổ 1 thôn Đoài"]


@pytest.mark.parametrize("ditto", ['"', "nt", "-nt-", "như trên", "''"])
def test_ditto_marks_repeat_the_cell_above(ditto: str) -> None:
    found = listed(
        person(1, "Nguyễn Văn Tài", "KP 1", "TT"),
        person(2, "Lê Văn Hai", ditto, "Tổ viên"),
        person(3, "Lê Văn Ba", ditto, ditto),
    )
    assert teams(found)["Khu phố 1"] == (3, ("no_woman",))


def test_a_star_that_a_footnote_explains_marks_the_leader() -> None:
    found = listed(
        person(1, "Nguyễn Văn Tài (*)", "KP 1"),
        person(2, "Lê Văn Hai", "KP 1"),
        (None, "(*) Tổ trưởng tổ hòa giải"),
    )
    assert [(one.full_name, one.role) for one in found.people] == [
        ("Nguyễn Văn Tài", "leader"),
        ("Lê Văn Hai", "mediator"),
    ]


def test_wards_in_bands_or_a_column_keep_teams_of_one_name_apart() -> None:
    bands = listed(
        ("I. PHƯỜNG 7",),
        person(1, "Nguyễn Văn Tài", "KP 1"),
        ("II. PHƯỜNG 8",),
        person(1, "Lê Văn Hai", "KP 1"),
    )
    assert list(teams(bands)) == ["Khu phố 1 (Phường 7)", "Khu phố 1 (Phường 8)"]
    assert why(bands)[2] == "unit_band"
    heading = ("STT", "Họ và tên", "Tổ hòa giải", "Phường")
    rows = (
        heading,
        (1, "Nguyễn Văn Tài", "KP 1", "Phường 7"),
        (2, "Lê Văn Hai", "KP 1", "Phường 8"),
    )
    assert list(teams(roster(sheet(rows)))) == ["Khu phố 1 (Phường 7)", "Khu phố 1 (Phường 8)"]


def test_an_empty_workbook_gives_an_empty_roster() -> None:
    assert understand(
        Workbook("a.csv", (sheet(((None,),), "csv"),)), today=samples.TODAY
    ) == Roster("a.csv")
