"""Files as they arrive: formats, encodings, what is hidden, and what is refused before parsing."""

import os
import signal
import struct
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.organisation import roster_samples as samples
from tests.organisation.roster_samples import HEADING, TCVN3, TODAY, Look
from training_app.organisation.roster_file import (
    Limits,
    Refusal,
    Roster,
    Workbook,
    open_workbook,
    read,
    reading,
    understand,
)
from training_app.organisation.roster_file.refusal import RefusedError

PERSON = (1, "Nguyễn Văn Tài", "Nam", 1958, "0912345678", "Khu phố 1", "Tổ trưởng", None)
ONE = {"Danh sách": (HEADING, PERSON)}


def opened(path: Path, limits: Limits | None = None) -> Workbook:
    """Read here, which is quicker; that the child answers the same has its own tests."""
    return reading.read_cells(path, limits or Limits())


def understood(path: Path) -> Roster:
    return understand(opened(path), today=TODAY)


def refused(path: Path, limits: Limits | None = None, *, in_child: bool = False) -> str:
    if in_child:
        answer = open_workbook(path, limits=limits)
        assert isinstance(answer, Refusal), answer
        found = answer
    else:
        with pytest.raises(RefusedError) as caught:
            opened(path, limits)
        found = caught.value.refusal
    assert found.message % found.values
    assert found.remedy % found.values
    assert found.as_dict()["code"] == found.code
    return found.code


# Formats


def test_an_xlsx_file_is_read_with_dates_formulas_and_hidden_rows(tmp_path: Path) -> None:
    rows = (
        HEADING,
        ("=A1+1", "Lê Thị Lan", "Nữ", date(1970, 5, 4), "0912345678", "Thôn 1", None, None),
        PERSON,
    )
    looks = {"Danh sách": Look(hidden_rows=(3,), comments={"B2": "Đã xin nghỉ bằng miệng"})}
    found = understood(samples.write_xlsx(tmp_path / "a.xlsx", {"Danh sách": rows}, looks))
    assert found.people[0].birth_date == date(1970, 5, 4)
    assert found.people[0].status == "active"
    assert [(problem.code, problem.row) for problem in found.problems] == [
        ("phone_shared", 2),
        ("row_hidden", 3),
        ("phone_shared", 3),
    ]


def test_a_hidden_sheet_is_left_out_whole(tmp_path: Path) -> None:
    sheets = {"2026": (HEADING, PERSON), "2023 (cũ)": (HEADING, PERSON)}
    path = samples.write_xlsx(tmp_path / "a.xlsx", sheets, {"2023 (cũ)": Look(hidden=True)})
    found = understood(path)
    assert found.sheets_used == ("2026",)
    assert [row.why for row in found.ignored if row.row is None] == ["hidden_sheet"]


def test_an_old_xls_file_is_read_with_its_hidden_rows(tmp_path: Path) -> None:
    path = samples.write_xls(tmp_path / "a.xls", {"Phường 7": (HEADING, PERSON)}, hidden_row=2)
    book = opened(path)
    assert book.sheets[0].name == "Phường 7"
    assert book.sheets[0].hidden_rows == {2}
    assert understood(path).people[0].full_name == "Nguyễn Văn Tài"


def test_the_content_decides_the_format_and_not_the_name(tmp_path: Path) -> None:
    path = samples.write_xlsx(tmp_path / "a.csv", ONE)
    assert understood(path).people[0].row == 2


CSV = (
    "STT;Họ và tên;Năm sinh;Tổ hòa giải;Ghi chú\r\n"
    '1;Nguyễn Văn Tài;1958;Thôn 1;"hai\ndòng"\r\n'
    "2;Trần Thị Hường;1960;Thôn 1;\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_file_is_read_in_any_unicode_encoding(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CSV.replace(";", delimiter).encode(encoding))
    found = understood(path)
    assert [(person.row, person.full_name) for person in found.people] == [
        (2, "Nguyễn Văn Tài"),
        (3, "Trần Thị Hường"),
    ]
    assert found.sheets_used == ("csv",)


def test_a_windows_1258_file_is_read(tmp_path: Path) -> None:
    tones = {
        "ọ": "o\u0323",
        "ễ": "ê\u0303",
        "ầ": "â\u0300",
        "ị": "i\u0323",
        "ờ": "ơ\u0300",
        "ổ": "ô\u0309",
        "ò": "o\u0300",
        "ả": "a\u0309",
    }
    text = "".join(tones.get(letter, letter) for letter in CSV)
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("cp1258"))
    assert [person.full_name for person in understood(path).people] == [
        "Nguyễn Văn Tài",
        "Trần Thị Hường",
    ]


def test_a_tcvn3_file_is_read(tmp_path: Path) -> None:
    lines = [("STT", "Họ và tên", "Năm sinh", "Tổ hòa giải"), ("1", "Đặng Xuân Định", "1958", "1")]
    text = "\n".join(",".join(TCVN3.get(cell, cell) for cell in line) for line in lines)
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("latin-1"))
    found = understood(path)
    assert found.people[0].full_name == "Đặng Xuân Định"
    assert found.people[0].birth_year == 1958


def test_tcvn3_cells_of_a_spreadsheet_become_unicode_also_beside_unicode_cells(
    tmp_path: Path,
) -> None:
    heading = [TCVN3.get(str(cell), cell) for cell in HEADING]
    old = [TCVN3.get(str(cell), cell) for cell in PERSON]
    path = samples.write_xlsx(
        tmp_path / "a.xlsx", {"A": (heading, old, (2, "Trần Thị Hường", *PERSON[2:]))}
    )
    found = understood(path)
    assert [person.full_name for person in found.people] == ["Nguyễn Văn Tài", "Trần Thị Hường"]
    assert found.people[0].role == "leader"


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfeH\x00\xd1", b"a\x00b\x00\x00\xd8", bytes(range(128, 256)) * 9, b"\xef\xbb\xbf\xc3"],
)
def test_text_in_no_known_encoding_is_refused_whole(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    assert refused(path) == "encoding"


# Refused before parsing


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 ...", "not_a_list"),
        (b"<html><table><tr><td>Ho ten", "not_a_list"),
        (b"PK\x03\x04 cut off", "damaged"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "damaged"),
    ],
)
def test_other_kinds_of_files_are_refused_with_a_reason(
    tmp_path: Path, data: bytes, code: str
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert refused(path) == code


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/externalLinks/externalLink1.xml", "external_links"),
        ("xl/embeddings/oleObject1.bin", "embedded_objects"),
        ("xl/connections.xml", "embedded_objects"),
    ],
)
def test_macros_and_foreign_matter_are_refused(tmp_path: Path, part: str, code: str) -> None:
    path = samples.add_parts(samples.write_xlsx(tmp_path / "a.xlsx", ONE), {part: b"x"})
    assert refused(path) == code


def test_a_document_that_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refused(path) == "not_a_list"


def test_declared_sizes_beyond_the_limit_are_refused_unread(tmp_path: Path) -> None:
    path = samples.add_parts(
        samples.write_xlsx(tmp_path / "a.xlsx", ONE), {"xl/media/a.bin": bytes(3 * 2**20)}
    )
    assert refused(path, Limits(unpacked=2 * 2**20)) == "too_large_unpacked"
    assert refused(path) == "packed_too_tightly"


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    parts = {f"xl/media/{number}.bin": b"x" for number in range(500)}
    assert (
        refused(samples.add_parts(samples.write_xlsx(tmp_path / "a.xlsx", ONE), parts))
        == "too_many_parts"
    )


def test_a_header_that_lies_about_its_size_is_found_by_counting(tmp_path: Path) -> None:
    path = samples.add_parts(
        samples.write_xlsx(tmp_path / "a.xlsx", ONE), {"xl/media/a.bin": bytes(2**16)}
    )
    data = path.read_bytes()
    assert data.count(struct.pack("<I", 2**16)) == 2
    path.write_bytes(data.replace(struct.pack("<I", 2**16), struct.pack("<I", 16)))
    assert refused(path) == "lying_sizes"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'.encode(encoding)
    path = samples.add_parts(
        samples.write_xlsx(tmp_path / "a.xlsx", ONE), {"docProps/custom.xml": bomb}
    )
    assert refused(path) == "entities"


def test_a_lone_value_in_the_last_cell_is_refused_with_its_place(tmp_path: Path) -> None:
    path = samples.write_xlsx(tmp_path / "a.xlsx", {"A": (*ONE["Danh sách"], ("x",))})
    samples.replace_part(path, "xl/worksheets/sheet1.xml", b'r="A3"', b'r="XFD1048576"')
    assert open_workbook(path) == Refusal("far_cell", {"sheet": "A", "cell": "XFD1048576"})


def test_formatting_far_below_the_list_is_no_content(tmp_path: Path) -> None:
    path = samples.write_xlsx(tmp_path / "a.xlsx", ONE)
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    samples.replace_part(path, "xl/worksheets/sheet1.xml", b"</sheetData>", far)
    assert len(opened(path).sheets[0].rows) == 2


def test_a_file_above_the_limits_of_size_and_rows_is_refused(tmp_path: Path) -> None:
    path = samples.write_xlsx(tmp_path / "a.xlsx", {"A": (HEADING, *[PERSON] * 20)})
    assert refused(path, Limits(file=1000)) == "too_large"
    assert refused(path, Limits(rows=20)) == "too_many_rows"
    plain = tmp_path / "a.csv"
    plain.write_text("a,b\n" * 1000, encoding="utf-8")
    assert refused(plain, Limits(text_file=1000)) == "too_large"


def test_hyperlinks_are_no_links_to_other_files(tmp_path: Path) -> None:
    rows = (HEADING, (*PERSON[:7], "mailto:hgv@example.org"))
    assert understood(samples.write_xlsx(tmp_path / "a.xlsx", {"A": rows})).people


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        (samples.xls_record(0x1AE, struct.pack("<HH", 1, 5) + b"\0other"), "external_links"),
        (samples.xls_record(0x2F, bytes(6)), "password"),
        (samples.xls_record(0x5C, "_VBA_PROJECT".encode("utf-16-le")), "macros"),
    ],
)
def test_old_files_with_links_passwords_or_macros_are_refused(
    tmp_path: Path, extra: bytes, code: str
) -> None:
    assert refused(samples.write_xls(tmp_path / "a.xls", ONE, extra=extra)) == code


def test_an_old_file_that_names_its_own_sheets_is_read(tmp_path: Path) -> None:
    own = samples.xls_record(0x1AE, struct.pack("<HH", 1, 0x0401))
    assert opened(samples.write_xls(tmp_path / "a.xls", ONE, extra=own)).sheets


def test_a_far_cell_of_an_old_file_is_refused(tmp_path: Path) -> None:
    path = samples.write_xls(tmp_path / "a.xls", {"A": (HEADING, PERSON)})
    assert refused(path, Limits(cells=4)) == "far_cell"


# The wall: whatever breaks the child breaks only the child


def test_the_child_answers_like_a_direct_reading(tmp_path: Path) -> None:
    rows = (HEADING, PERSON, (2.5, "Lê Thị Lan", True, date(1970, 5, 4)))
    path = samples.write_xlsx(tmp_path / "a.xlsx", {"A": rows}, {"A": Look(hidden_rows=(2,))})
    assert open_workbook(path) == opened(path)
    found = read(path, today=TODAY)
    assert isinstance(found, Roster)
    assert found.people == understood(path).people


def test_the_child_refuses_like_a_direct_reading(tmp_path: Path) -> None:
    path = samples.add_parts(
        samples.write_xlsx(tmp_path / "a.xlsx", ONE), {"xl/vbaProject.bin": b"x"}
    )
    assert refused(path, in_child=True) == refused(path) == "macros"
    assert read(path, today=TODAY) == Refusal("macros")


def test_the_child_has_too_little_memory_for_a_large_file(tmp_path: Path) -> None:
    rows = (HEADING, *[(number, f"Nguyễn Văn {number}") for number in range(30_000)])
    path = samples.write_xlsx(tmp_path / "a.xlsx", {"A": rows})
    assert refused(path, Limits(memory=30 * 2**20), in_child=True) == "unreadable"


def test_a_slow_file_is_given_up(tmp_path: Path) -> None:
    assert (
        refused(samples.write_xlsx(tmp_path / "a.xlsx", ONE), Limits(seconds=0), in_child=True)
        == "too_slow"
    )


def test_a_child_that_is_killed_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = samples.write_xlsx(tmp_path / "a.xlsx", ONE)
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\nkill -{int(signal.SIGABRT)} $$\n", encoding="utf-8")
    os.chmod(fake, 0o755)  # noqa: PTH101 - the short way
    monkeypatch.setattr("sys.executable", str(fake))
    assert refused(path, in_child=True) == "unreadable"
