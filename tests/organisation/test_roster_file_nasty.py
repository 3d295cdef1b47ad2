"""Lists worse than any sample: nothing of them is lost or joined without a word."""

from datetime import date
from pathlib import Path

import pytest

from tests.organisation.roster_samples import Rows, write_xlsx
from training_app.organisation.roster_file import Person, Roster, read

TODAY = date(2026, 6, 1)
NIL = None
SIDE_BY_SIDE: Rows = (
    ("TỔ HÒA GIẢI THÔN 1", NIL, NIL, NIL, NIL, "TỔ HÒA GIẢI THÔN 2", NIL, NIL, NIL),
    ("STT", "Họ và tên", "Năm sinh", "SĐT", NIL, "STT", "Họ và tên", "Năm sinh", "SĐT"),
    (1, "Nguyễn Văn An", 1960, "0912345671", NIL, 1, "Trần Văn Bảy", 1970, "0912345681"),
    (2, "Lê Thị Bình", 1961, "0912345672", NIL, 2, "Phạm Thị Tám", 1971, "0912345682"),
)
PRINTED_PAGES: Rows = (
    ("UBND XÃ A", NIL, NIL, NIL, NIL),
    ("TT", "Họ tên", "Ngày sinh", "Điện thoại", "Tổ HG"),
    ("01", "NGUYỄN VĂN\nAN", "12.3.65", "0912 345 671 (vợ)\n0987654321", "Tổ HG thôn Đoài"),
    ("02", "Bà Lê Thị Bình", "sinh năm 1961", "84-91-234-5672", "nt"),
    ("03", "Trần Văn C\u00adường", "ngày 05 tháng 3 năm 1960", "+84 912.345.673", "nt"),
    ("Trang 1/2", NIL, NIL, NIL, NIL),
    ("Mang sang", NIL, NIL, "3 người", NIL),
    ("TT", "Họ tên", "Ngày sinh", "Điện thoại", "Tổ HG"),
    ("04", "Đỗ Thị Dung", "1/1/1968", "0912345674", "Tổ HG thôn Đông"),
    (NIL, "(vợ ông Hải)", NIL, "0911111111", NIL),
    ("05", "Vũ Văn Em", "31/02/1970", "091234567", "- nt -"),
    ("Tổng số: 05 hòa giải viên", NIL, NIL, NIL, NIL),
    ("(đã ký)", NIL, NIL, "(đã ký)", NIL),
)
AGES: Rows = (
    ("Họ và tên HGV", "Giới tính (Nam/Nữ)", "Tuổi", "Số ĐT liên hệ", "Chức danh", "Thôn/Tổ"),
    ("Nguyễn Văn An", "Nam", 58, 912345671, "Tổ trưởng tổ HG", "Thôn 1"),
    ("Lê Thị Bình", "nữ", 49, "0912345672; 02413 812345", "HGV", "Thôn 1"),
    ("", "", "", "", "", ""),
    ("Phạm Thị Dung", "Nữ", "45 tuổi", "0912345674", "Tổ trưởng", "Thôn 2"),
)
BLOCKS: Rows = (
    ("1. TỔ HÒA GIẢI THÔN THƯỢNG - Tổ trưởng: Nguyễn Văn An - ĐT: 0912345671", NIL, NIL, NIL, NIL),
    ("Stt", "Họ, tên đệm", "Tên", "Nam", "Nữ"),
    (1, "Nguyễn Văn", "An", "1960", NIL),
    (2, "Lê Thị", "Bình", NIL, "1961"),
    ("Cộng", NIL, NIL, 1, 1),
    ("2. TỔ HÒA GIẢI THÔN HẠ - Tổ trưởng: Vũ Thị Sáu", NIL, NIL, NIL, NIL),
    (1, "Vũ Thị", "Sáu", NIL, "1970"),
    (2, "Đinh Văn", "Bảy", "1971 (mới)", NIL),
    (3, "Hồ Văn", "Tám", "đã mất", NIL),
)
SHORT_WORDS: Rows = (
    ("S T T", "H. tên", "G.tính", "N.sinh", "Đ.thoại", "Tổ hoà giải", "Ghi  chú"),
    (1.0, "Nguyễn\u200b Văn\u00a0An", "Nam", 21916.0, 912345671.0, "KP1", "TT"),
    (2.0, "lê thị bình", "Nữ", "１９６１", "０９１２３４５６７２", "kp 1", NIL),
    ("3 ", "TRAN VAN CUONG", "Nam", "'1962", "9.12345673E8", "Khu phố 01", "chuyển khẩu"),
    ("4", "Nguyễn Thị D. (Hoa)", "Nữ", "??", "không nhớ", "Khu Phố 1", "xin nghỉ, chờ QĐ"),
)


def understood(folder: Path, rows: Rows) -> tuple[Roster, dict[str, Person]]:
    """The roster of a real file with these rows, and its people by name."""
    found = read(write_xlsx(folder / "ds.xlsx", {"DS": rows}), today=TODAY)
    assert isinstance(found, Roster)
    return found, {person.full_name: person for person in found.people}


def codes(roster: Roster) -> set[tuple[str, int | None]]:
    return {(found.code, found.row) for found in roster.problems}


def test_two_tables_side_by_side_are_refused_and_never_two_people_in_one(tmp_path: Path) -> None:
    roster, people = understood(tmp_path, SIDE_BY_SIDE)
    assert not people
    assert codes(roster) == {("tables_side_by_side", None)}


def test_a_list_cut_by_printed_pages_is_one_list(tmp_path: Path) -> None:
    roster, people = understood(tmp_path, PRINTED_PAGES)
    born = [one.birth_date or one.birth_year for one in people.values()]
    assert born == [date(1965, 3, 12), 1961, date(1960, 3, 5), date(1968, 1, 1), 1970]
    assert people["Nguyễn Văn An"].phones == ("+84912345671", "+84987654321")
    assert people["Trần Văn Cường"].team == "Tổ hòa giải thôn Đoài"
    assert people["Vũ Văn Em"].team == "Tổ hòa giải thôn Đông"  # as above: not of the half row
    assert codes(roster) == {
        ("name_missing", 10), ("date_impossible", 11), ("phone_invalid", 11),
    }  # fmt: skip


def test_ages_are_told_and_not_taken_for_years(tmp_path: Path) -> None:
    roster, people = understood(tmp_path, AGES)
    assert [one.birth_year for one in people.values()] == [None] * 3
    assert codes(roster) == {("birth_as_age", None), ("phone_landline", 3)}
    assert [one.role for one in people.values()] == ["leader", "mediator", "leader"]


def test_leaders_named_in_the_heads_of_blocks_and_a_death_where_a_year_belongs(
    tmp_path: Path,
) -> None:
    roster, people = understood(tmp_path, BLOCKS)
    leaders = [one.full_name for one in people.values() if one.role == "leader"]
    assert leaders == ["Nguyễn Văn An", "Vũ Thị Sáu"]
    assert people["Hồ Văn Tám"].status is None
    assert codes(roster) == {("status_unclear", 9)}


def test_short_words_wide_digits_and_invisible_letters_are_read(tmp_path: Path) -> None:
    roster, people = understood(tmp_path, SHORT_WORDS)
    assert list(people) == ["Nguyễn Văn An", "Lê Thị Bình", "Tran Van Cuong", "Nguyễn Thị D"]
    phones = [one.phones for one in people.values()]
    assert phones == [("+84912345671",), ("+84912345672",), ("+84912345673",), ()]
    assert [one.birth_year for one in people.values()] == [1960, 1961, 1962, None]
    assert [one.status for one in people.values()] == ["active", "active", "ended", None]
    assert [team.members for team in roster.teams] == [3]


@pytest.mark.parametrize("rows", [SIDE_BY_SIDE, PRINTED_PAGES, AGES, BLOCKS, SHORT_WORDS])
def test_every_problem_says_what_to_do(tmp_path: Path, rows: Rows) -> None:
    roster, _people = understood(tmp_path, rows)
    for found in roster.problems:
        assert found.message % found.values
        assert found.remedy % found.values
