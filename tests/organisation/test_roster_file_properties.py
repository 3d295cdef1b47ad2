"""Whatever stands in the cells, understanding never fails and accounts for every row."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training_app.organisation.roster_file import Cell, Roster, Sheet, Workbook, understand

TODAY = date(2026, 6, 1)
HEADINGS = (
    "STT", "TT", "Họ và tên", "Họ", "Tên", "Nam", "Nữ", "Năm sinh", "Ngày sinh", "Giới tính",
    "Dân tộc", "Người DTTS", "Trình độ", "Chuyên môn Luật", "SĐT", "Tổ hòa giải", "Thôn",
    "Chức vụ", "Tổ trưởng", "QĐ công nhận", "Số QĐ", "Ngày QĐ", "Ghi chú", "Số HGV", "(1)",
    "(2)", "(3)",
)  # fmt: skip
WORDS = (
    "TỔ HÒA GIẢI KHU PHỐ 1", "Thôn Đông", "Tổng cộng", "Cộng: 5 người", "Ghi chú: abc",
    "NGƯỜI LẬP BIỂU", "TM. ỦY BAN NHÂN DÂN", "Nguyễn Văn A", "Trần Thị B (TT)", "x", "X",
    "1958", "31/06/1965", "08-1942", "0912345678", "0912345678/0987", "01689999999", "đã thôi",
    "xin nghỉ", "Kinh", "Tày", "Nam", "nữ", "TT", "45/QĐ-UBND ngày 12/3/2024", "#REF!",
    "DANH SÁCH TỔ HÒA GIẢI THÔN BẮC", "PHƯỜNG 7", "'1972", "I", "A", "...", "-", "(", ")",
    "\u0300", "٣", "²", "１９７０", "99/99/9999", "00/00/0000", "1/1/0001",
)  # fmt: skip
cells = st.one_of(
    st.none(),
    st.sampled_from(HEADINGS),
    st.sampled_from(WORDS),
    st.text(max_size=30),
    st.integers(-(10**18), 10**18),
    st.integers(1, 60_000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
)
rows = st.lists(cells, min_size=0, max_size=10)
merges = st.tuples(*[st.integers(1, 12)] * 4).map(
    lambda corners: (
        min(corners[0], corners[2]),
        min(corners[1], corners[3]),
        max(corners[0], corners[2]),
        max(corners[1], corners[3]),
    )
)


@st.composite
def sheets(draw: st.DrawFn, name: str) -> Sheet:
    table = draw(st.lists(rows, max_size=12))
    if draw(st.booleans()):
        heading = draw(st.lists(st.sampled_from(HEADINGS), min_size=2, max_size=10))
        table.insert(draw(st.integers(0, len(table))), ["Họ và tên", *heading])
    width = max(map(len, table), default=0)
    even: list[tuple[Cell, ...]] = [tuple(row) + (None,) * (width - len(row)) for row in table]
    return Sheet(
        name,
        tuple(even),
        visible=draw(st.booleans()),
        hidden_rows=draw(st.frozensets(st.integers(1, 12), max_size=3)),
        merged=tuple(draw(st.lists(merges, max_size=4))),
    )


def account(sheet: Sheet, roster: Roster) -> None:
    filled = {
        at
        for at, row in enumerate(sheet.rows, start=1)
        if any(cell is not None and str(cell).strip() for cell in row)
    }
    accounted = [
        *(person.row for person in roster.people if person.sheet == sheet.name),
        *(row.row for row in roster.ignored if row.sheet == sheet.name and row.row is not None),
        *(row for name, row in roster.rejected if name == sheet.name),
    ]
    assert len(accounted) == len(set(accounted)), "a row is counted twice"
    assert set(accounted) <= filled
    missing = filled - set(accounted)
    assert all(_says_nothing(sheet.rows[row - 1]) for row in missing), missing


def _says_nothing(row: tuple[Cell, ...]) -> bool:
    """Cells of invisible characters alone, or an unticked box, are no content."""
    return all(
        cell is None or cell is False or not str(cell).isprintable() or not str(cell).strip()
        for cell in row
    )


@pytest.mark.thorough
@settings(max_examples=300, deadline=None)
@given(first=sheets("A"), second=sheets("Phường 2"))
def test_random_cells_never_fail_and_every_row_is_accounted_for(
    first: Sheet, second: Sheet
) -> None:
    roster = understand(Workbook("f.xlsx", (first, second)), today=TODAY)
    for sheet in (first, second):
        if sheet.name in roster.sheets_used:
            account(sheet, roster)
    assert {name for name, _ in roster.rejected} <= set(roster.sheets_used)
    for problem in roster.problems:
        assert problem.message % problem.values
        assert problem.remedy % problem.values
    assert roster.as_key()


NASTY = (
    "1" * 40_000,
    "1 " * 20_000,
    "a" * 40_000,
    "(" * 40_000,
    "- " * 20_000,
    "0912345678/" * 4_000,
)


def test_very_long_cells_take_no_long_time() -> None:
    heading = tuple(dict.fromkeys(HEADINGS[:23]))
    rows = tuple(tuple(f"{text}{column}" for column in range(len(heading))) for text in NASTY * 20)
    found = understand(Workbook("f.xlsx", (Sheet("A", (heading, *rows)),)), today=TODAY)
    assert found.sheets_used == ("A",)
