"""Teams: where files write them, when two spellings are one, and what the rows say of each."""

import pytest

from tests.organisation.roster_samples import HEADING, listed, roster, sheet, why
from training_app.organisation.roster_file import Cell, Roster, team_key


def teams(found: Roster) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {team.name: (team.members, team.composition) for team in found.teams}


def person(number: Cell, name: str, team: Cell = None, duty: Cell = None) -> tuple[Cell, ...]:
    return (number, name, "Nam", 1958, None, team, duty, None)


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
