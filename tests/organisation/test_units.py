"""The shipped units: what stands on which day, where everything went, and how it is found."""

import csv
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.organisation.conftest import NOW
from training_app.access import Viewer
from training_app.organisation.models import Unit, UnitSpan, UnitSuccession, holds
from training_app.organisation.parsing import unit_key
from training_app.organisation.queries.units import (
    breadcrumb,
    children,
    find_units,
    successors,
    unit_by_code,
)
from training_app.organisation.services.units import load_units
from training_app.vietnamese import fold, tone_placement

BEFORE, AFTER, CITY = date(2025, 6, 30), date(2025, 7, 1), date(2026, 4, 30)
SHARED = Path(__file__).parents[3] / "shared" / "data" / "units"
LISTS = {
    BEFORE: "units_until_2025-06-30.csv",
    AFTER: "units_from_2025-07-01.csv",
    CITY: "units_from_2026-04-30.csv",
}
TO_COMPARE = pytest.mark.skipif(
    not SHARED.exists(), reason="the official lists for comparison are not beside this checkout"
)


def published(day: date) -> dict[str, dict[str, str]]:
    with (SHARED / LISTS[day]).open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def levels(session: Session, day: date) -> Counter[str]:
    rows = session.execute(
        select(Unit.level, func.count())
        .join(UnitSpan, UnitSpan.unit_id == Unit.id)
        .where(holds(UnitSpan, day))
        .group_by(Unit.level)
    )
    return Counter({row[0]: row[1] for row in rows})


def codes(session: Session, text: str, province: str | None, day: date) -> list[str]:
    return [row.code for row in find_units(session, text, province, on=day)]


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (BEFORE, {"province": 63, "district": 696, "commune": 10035}),
        (AFTER, {"province": 34, "commune": 3321}),
        (CITY, {"province": 34, "commune": 3321}),
    ],
)
def test_as_many_units_stand_as_the_law_says(
    units_session: Session, day: date, counts: dict[str, int]
) -> None:
    assert levels(units_session, day) == counts


@pytest.mark.parametrize("day", LISTS)
def test_a_code_means_one_unit_on_a_day(units_session: Session, day: date) -> None:
    rows = units_session.execute(
        select(UnitSpan.code).where(holds(UnitSpan, day)).group_by(UnitSpan.code)
    ).all()
    assert len(rows) == sum(levels(units_session, day).values())


@pytest.mark.parametrize("day", LISTS)
def test_every_path_ends_in_its_unit_and_begins_with_its_parents(
    units_session: Session, day: date
) -> None:
    spans = units_session.scalars(select(UnitSpan).where(holds(UnitSpan, day))).all()
    paths = {span.unit_id: span.path for span in spans}
    for span in spans:
        above = paths[span.parent_id] if span.parent_id else "/"
        assert span.path == f"{above}{span.unit_id}/"


def test_every_old_commune_has_successors_or_still_stands(units_session: Session) -> None:
    standing = set(units_session.scalars(select(UnitSpan.unit_id).where(holds(UnitSpan, AFTER))))
    followed = set(units_session.scalars(select(UnitSuccession.old_unit_id)))
    communes = select(UnitSpan.unit_id).join(Unit, Unit.id == UnitSpan.unit_id)
    old = units_session.scalars(communes.where(Unit.level == "commune", holds(UnitSpan, BEFORE)))
    assert set(old) <= standing | followed


@pytest.mark.parametrize(
    ("district", "zone"),
    [
        ("318", "Bạch Long Vĩ"),
        ("471", "Cồn Cỏ"),
        ("498", "Hoàng Sa"),
        ("536", "Lý Sơn"),
        ("755", "Côn Đảo"),
    ],
)
def test_island_districts_without_wards_became_special_zones(
    units_session: Session, district: str, zone: str
) -> None:
    old = unit_by_code(units_session, district, BEFORE)
    assert old is not None
    [(new_id, share)] = successors(units_session, old.id)
    new = units_session.scalars(select(UnitSpan).where(UnitSpan.unit_id == new_id)).one()
    assert (new.type, new.name, share) == ("Đặc khu", zone, "whole")


def test_a_code_is_reused_for_another_place(units_session: Session) -> None:
    before = unit_by_code(units_session, "00004", BEFORE)
    after = unit_by_code(units_session, "00004", AFTER)
    assert before is not None
    assert after is not None
    assert (before.full_name, after.full_name) == ("Phường Trúc Bạch", "Phường Ba Đình")
    assert before.id != after.id


def test_dong_nai_became_a_city_and_ten_communes_wards(units_session: Session) -> None:
    day_before = date(2026, 4, 29)
    before = unit_by_code(units_session, "75", day_before)
    after = unit_by_code(units_session, "75", CITY)
    assert before is not None
    assert after is not None
    assert (before.id, before.type, after.type) == (after.id, "Tỉnh", "Thành phố")
    below = children(units_session, after.id, CITY)
    changed = {row.name for row in below if row.valid_from == CITY}
    assert changed == {
        *("Long Thành", "Nhơn Trạch", "Trảng Bom", "Xuân Lộc", "Tân Phú"),
        *("Dầu Giây", "Trị An", "Đồng Phú", "Lộc Ninh", "Tân Khai"),
    }


def test_provinces_come_in_vietnamese_order(units_session: Session) -> None:
    names = [row.name for row in children(units_session, None, CITY)]
    assert len(names) == 34
    assert names[:4] == ["An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng"]
    assert names.index("Đà Nẵng") < names.index("Đắk Lắk") < names.index("Điện Biên")


def test_the_way_down_to_a_ward_is_known(units_session: Session) -> None:
    [ward] = find_units(units_session, "Phường Vũng Tàu", "79", on=CITY)
    way = [row.full_name for row in breadcrumb(units_session, ward, CITY)]
    assert way == ["Thành phố Hồ Chí Minh", "Phường Vũng Tàu"]


def test_loading_again_adds_nothing(units_session: Session) -> None:
    again = load_units(units_session, now=NOW, actor=Viewer.for_system("test"))
    assert (again.units, again.spans, again.successions) == (0, 0, 0)


def test_units_set_up_later_get_ids_of_their_own(db_session: Session) -> None:
    load_units(db_session, now=NOW, actor=Viewer.for_system("test"))
    unit = Unit(level="commune")
    db_session.add(unit)
    db_session.flush()
    shipped = db_session.scalar(select(func.max(UnitSpan.unit_id)))
    assert shipped
    assert unit.id > shipped


@TO_COMPARE
@pytest.mark.parametrize("day", LISTS)
def test_shipped_units_equal_the_official_lists(units_session: Session, day: date) -> None:
    official = published(day)
    rows = units_session.execute(
        select(UnitSpan.code, UnitSpan.type, UnitSpan.name, UnitSpan.parent_id).where(
            holds(UnitSpan, day)
        )
    ).all()
    code_of = {
        row.unit_id: row.code
        for row in units_session.execute(
            select(UnitSpan.unit_id, UnitSpan.code).where(holds(UnitSpan, day))
        )
    }
    assert {row.code for row in rows} == set(official)
    for row in rows:
        theirs = official[row.code]
        parent = code_of[row.parent_id] if row.parent_id else ""
        assert parent == theirs["parent_code"]
        # The official list shortens "Nông trường" in six names.
        name = theirs["full_name"].replace("N.T ", "Nông trường ").replace("NT ", "Nông trường ")
        assert fold(f"{row.type} {row.name}").replace(" ", "") == fold(name).replace(" ", "")


@TO_COMPARE
def test_successions_equal_the_published_reading(units_session: Session) -> None:
    with (SHARED / "changes_2025-07-01.csv").open(encoding="utf-8", newline="") as file:
        theirs = {tuple(row.values()) for row in csv.DictReader(file)}
    old = dict(code_by_unit(units_session, BEFORE))
    new = dict(code_by_unit(units_session, AFTER))
    links = units_session.scalars(select(UnitSuccession)).all()
    ours = {(old[link.old_unit_id], new[link.new_unit_id], link.share) for link in links}
    kept = {(old[unit], new[unit], "whole") for unit in old.keys() & new.keys()}
    communes = {link for link in ours | kept if len(link[0]) == len("00001")}
    assert communes == theirs


def code_by_unit(session: Session, day: date) -> Iterator[Any]:
    yield from session.execute(select(UnitSpan.unit_id, UnitSpan.code).where(holds(UnitSpan, day)))


@pytest.mark.parametrize(
    ("text", "province", "day", "expected"),
    [
        ("Phường Vũng Tàu", "79", CITY, ["26506"]),
        ("phuong vung tau", "79", CITY, ["26506"]),
        ("P. Vũng Tàu", "79", CITY, ["26506"]),
        ("VŨNG TÀU", "79", CITY, ["26506"]),
        ("TP. Đồng Nai", None, CITY, ["75"]),
        ("tp.hcm", None, CITY, ["79"]),
        ("TP HCM", None, CITY, ["79"]),
        ("Tỉnh Đồng Nai", None, AFTER, ["75"]),
        ("xã Long Thành", "75", AFTER, ["26368"]),
        ("phường Long Thành", "75", CITY, ["26368"]),
        ("xã Long Thành", "75", CITY, ["26368"]),
        ("Đặc khu Côn Đảo", "79", CITY, ["26732"]),
        ("Không Có Xã Này", "79", CITY, []),
        ("", "79", CITY, []),
        ("xã", "79", CITY, []),
        ("Phường Vũng Tàu", "77", CITY, []),
    ],
)
def test_units_are_found_as_people_write_them(
    units_session: Session, text: str, province: str | None, day: date, expected: list[str]
) -> None:
    assert codes(units_session, text, province, day) == expected


def test_a_numbered_ward_is_found_with_or_without_a_leading_zero(units_session: Session) -> None:
    everywhere = codes(units_session, "Phường 1", "79", BEFORE)
    assert len(everywhere) > 1
    for text in ("P.1", "p1", "Phường 01", "P 01", "phuong 1"):
        assert codes(units_session, text, "79", BEFORE) == everywhere


@pytest.mark.parametrize(
    "text", ["Thị trấn NT Liên Sơn", "thi tran n.t lien son", "TT. NT Liên Sơn", "NT. Liên Sơn"]
)
def test_a_state_farm_is_found_as_the_lists_shorten_it(units_session: Session, text: str) -> None:
    assert codes(units_session, text, None, BEFORE) == ["04621"]


def test_a_dot_after_a_short_type_word_is_no_part_of_the_name(units_session: Session) -> None:
    assert codes(units_session, "P. Hương Sơn", None, BEFORE) == ["05473"]
    assert codes(units_session, "T. An Giang", None, CITY) == ["91"]


def test_names_that_differ_by_a_tone_are_asked_about(units_session: Session) -> None:
    both = codes(units_session, "thanh an", "79", CITY)
    assert len(both) == 2
    assert codes(units_session, "xa thanh an", "79", CITY) == both
    certain = [codes(units_session, f"Xã {name}", "79", CITY) for name in ("Thanh An", "Thạnh An")]
    assert sorted(code for found in certain for code in found) == both
    assert [len(found) for found in certain] == [1, 1]
    assert codes(units_session, "xã Thánh An", "79", CITY) == both


def test_a_tone_that_contradicts_the_only_name_finds_nothing(units_session: Session) -> None:
    assert codes(units_session, "Phường Vúng Tàu", "79", CITY) == []


def test_a_forgotten_mark_still_finds_the_only_name(units_session: Session) -> None:
    assert codes(units_session, "tỉnh Đăk Lăk", None, CITY) == ["66"]


def spellings(kind: str, name: str) -> Iterator[str]:
    """One place as ten people would write it."""
    full = f"{kind} {name}"
    yield from (full, full.upper(), full.lower(), unicodedata.normalize("NFD", full))
    yield from (full.replace("'", "\u2019"), full.replace(" ", "\u00a0"), f"  {full} ")
    yield new_placement(full)
    short = {"Xã": "X.", "Phường": "P.", "Đặc khu": "ĐK ", "Tỉnh": "tinh ", "Thành phố": "TP."}
    yield short[kind] + name


def new_placement(text: str) -> str:
    """The same text with the tone on the other letter: hòa as hoà."""
    pairs = {"òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ", "ủy": "uỷ", "úy": "uý"}
    words = []
    for word in text.split(" "):
        for old, new in pairs.items():
            if word.casefold().endswith(old):
                word = word[:-2] + new  # noqa: PLW2901 - one ending per word
        words.append(word)
    return " ".join(words)


@pytest.mark.thorough
@pytest.mark.parametrize("step", range(4))
def test_every_unit_is_found_under_every_spelling(units_session: Session, step: int) -> None:
    spans = units_session.scalars(
        select(UnitSpan).where(holds(UnitSpan, CITY)).order_by(UnitSpan.id)
    ).all()
    province = {span.unit_id: span.code for span in spans}
    by_name = defaultdict(set)
    for span in spans:
        above = province[int(span.path.split("/")[1])]
        by_name[above, span.type, tone_placement(span.name).casefold()].add(span.code)
    for span in spans[step::120]:
        above = province[int(span.path.split("/")[1])]
        same = by_name[above, span.type, tone_placement(span.name).casefold()]
        for text in spellings(span.type, span.name):
            assert codes(units_session, text, above, CITY) == sorted(same), text
        assert span.code in codes(units_session, span.name, above, CITY)
        assert span.code in codes(units_session, fold(span.name), above, CITY)


def test_keys_ignore_what_is_written_at_will() -> None:
    assert unit_key("Ia H' Drai") == unit_key("ia hdrai") == "iahdrai"
    assert unit_key("Phan Rang - Tháp Chàm") == unit_key("Phan Rang-Tháp Chàm")
    assert unit_key("Phường 01") == "phuong1"
    assert unit_key("10") == "10"
