"""What only the whole file shows: teams over several sheets, shared telephones, same people."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from training_app.organisation.roster_file import same, teams, understanding
from training_app.organisation.roster_file.cells import Workbook
from training_app.organisation.roster_file.problems import Problem
from training_app.organisation.roster_file.roster import (
    ENDED,
    FEMALE,
    LEADER,
    Pair,
    Person,
    Roster,
    Team,
)
from training_app.organisation.roster_file.understanding import SheetReading

_FEWEST_MEMBERS = 3
_WARD_SHEET = re.compile(r"^\s*(?:phường|p\.|xã|x\.|thị trấn|tt\.|đặc khu)\s*\S", re.IGNORECASE)
_PLAIN_SHEET = re.compile(
    r"(?:sheet|trang tính|trang|danh sách|danh sach|ds|dshgv|list|csv|hgv|hòa giải viên)"
    r"[\s_\d()-]*",
    re.IGNORECASE,
)
Place = tuple[str, int]


def understand(
    workbook: Workbook, *, today: date, mapping: Mapping[str, Mapping[str, str]] | None = None
) -> Roster:
    """Return what a workbook of mediators holds.

    ``mapping`` gives, by sheet, the columns an officer confirmed (field name to column letter,
    several letters joined by commas); an empty mapping leaves the sheet out. Raises ValueError for
    an unknown field or column.
    """
    readings = understanding.understand_sheets(workbook, today=today, mapping=mapping)
    used = [reading for reading in readings if reading.used]
    _name_teams_by_sheet(used)
    _tell_wards_apart(used)
    people = [person for reading in used for person in reading.people]
    proposals, namesakes = same.pairs_within(workbook.name, people)
    humans = _humans(workbook.name, people, proposals)
    problems = [problem for reading in readings for problem in reading.problems]
    problems += [*_team_problems(used), *_shared_phones(used, humans)]
    return Roster(
        file=workbook.name,
        sheets_used=tuple(reading.sheet.name for reading in used),
        ignored=tuple(row for reading in _in_key_order(readings) for row in reading.ignored),
        teams=tuple(_teams(people, humans)),
        people=tuple(people),
        problems=_sorted(problems, readings),
        same_person=proposals,
        namesakes=namesakes,
        rejected=tuple(place for reading in used for place in reading.rejected),
        columns={reading.sheet.name: reading.columns for reading in used},
    )


def _in_key_order(readings: list[SheetReading]) -> list[SheetReading]:
    """Used sheets first, whole sheets left out at the end."""
    return sorted(readings, key=lambda reading: not reading.used)


def _sorted(problems: Iterable[Problem], readings: list[SheetReading]) -> tuple[Problem, ...]:
    order = {reading.sheet.name: at for at, reading in enumerate(readings)}
    return tuple(
        sorted(
            problems,
            key=lambda found: (
                order[found.sheet],
                found.row or 0,
                len(found.column or ""),
                found.column or "",
                found.code,
            ),
        )
    )


def _name_teams_by_sheet(used: list[SheetReading]) -> None:
    """Where a sheet nowhere names its team, its own name may: KP1, Thôn Bắc Sơn, or a place."""
    for reading in used:
        if any(person.team for person in reading.people):
            continue
        name = reading.sheet.name
        team = teams.team_from_sheet_name(name)
        if (
            team is None
            and len(used) > 1
            and not _WARD_SHEET.match(name)
            and not _PLAIN_SHEET.fullmatch(name)
        ):
            team = teams.team_name(name)
        if team:
            reading.people = [replace(person, team=team) for person in reading.people]


def _tell_wards_apart(used: list[SheetReading]) -> None:
    """Teams of one name in several former wards, each on a sheet or in a band, are different."""
    _label_sheets(used)
    seen: dict[str, set[str | None]] = defaultdict(set)
    for reading in used:
        for person, section in zip(reading.people, reading.sections, strict=True):
            if person.team:
                seen[teams.team_key(person.team)].add(section)
    repeated = {key for key, sections in seen.items() if len(sections) > 1}
    if not repeated:
        return
    for reading in used:
        reading.people = [
            replace(person, team=f"{person.team} ({section})")
            if section and person.team and teams.team_key(person.team) in repeated
            else person
            for person, section in zip(reading.people, reading.sections, strict=True)
        ]


def _label_sheets(used: list[SheetReading]) -> None:
    """Where several sheets are those of several wards, a sheet's name stands for its ward."""
    wards = [reading for reading in used if _WARD_SHEET.match(reading.sheet.name)]
    units = {reading.unit for reading in used if reading.unit}
    if len(wards) > 1 or len(units) > 1:
        for reading in used:
            reading.sections = [section or reading.sheet.name for section in reading.sections]


def _team_problems(used: list[SheetReading]) -> Iterable[Problem]:
    for reading in used:
        without = [person for person in reading.people if not person.team]
        if without and len(without) == len(reading.people):
            yield Problem("team_missing", reading.sheet.name)
        else:
            yield from (Problem("team_missing", person.sheet, person.row) for person in without)


def _humans(file: str, people: Sequence[Person], pairs: Sequence[Pair]) -> dict[Place, Place]:
    """Return for each row the first row of the same human being."""
    by_address = {f"{file}!{person.sheet}!{person.row}": person.place for person in people}
    first = {person.place: person.place for person in people}

    def root(place: Place) -> Place:
        while first[place] != place:
            first[place] = first[first[place]]
            place = first[place]
        return place

    for pair in pairs:
        one, other = sorted((root(by_address[pair.one]), root(by_address[pair.other])))
        first[other] = one
    return {place: root(place) for place in first}


def _shared_phones(used: list[SheetReading], humans: dict[Place, Place]) -> Iterable[Problem]:
    holders: dict[str, list[tuple[SheetReading, Person]]] = defaultdict(list)
    for reading in used:
        for person in reading.people:
            for phone in person.phones:
                holders[phone].append((reading, person))
    for phone, given in holders.items():
        if len(given) < 2 or len({humans[person.place] for _, person in given}) < 2:  # noqa: PLR2004
            continue
        for reading, person in given:
            letter = next(
                (column.letter for column in reading.columns if column.field == "phone"), None
            )
            shown: dict[str, str | int] = {"value": f"0{phone.removeprefix('+84')}"}
            yield Problem("phone_shared", person.sheet, person.row, letter, shown)


def _teams(people: Sequence[Person], humans: dict[Place, Place]) -> Iterable[Team]:
    names: dict[str, str] = {}
    rows: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        if person.team:
            key = teams.team_key(person.team)
            names.setdefault(key, person.team)
            rows[key].append(person)
    for key, name in names.items():
        serving = [person for person in rows[key] if person.status != ENDED]
        members = {humans[person.place]: person for person in reversed(serving)}
        yield Team(name, len(members), tuple(_composition(serving, len(members), humans)))


def _composition(
    serving: Sequence[Person], members: int, humans: dict[Place, Place]
) -> Iterable[str]:
    """What the rows alone say against Article 12 of the law on grassroots mediation."""
    if members < _FEWEST_MEMBERS:
        yield "too_few"
    sexes = Counter(person.sex for person in serving)
    if not sexes[FEMALE]:
        yield "sex_unknown" if sexes[None] else "no_woman"
    leaders = {humans[person.place] for person in serving if person.role == LEADER}
    if not leaders:
        yield "no_leader"
    elif len(leaders) > 1:
        yield "two_leaders"
