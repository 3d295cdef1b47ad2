"""From cells to a roster: sheets, rows, teams, and what only the whole file shows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from training_app.organisation.roster_file import headings, names, teams
from training_app.organisation.roster_file.carried import Carried
from training_app.organisation.roster_file.cells import Sheet, Workbook, column_letter
from training_app.organisation.roster_file.fields import Field
from training_app.organisation.roster_file.headings import Heading
from training_app.organisation.roster_file.person import RowReader
from training_app.organisation.roster_file.problems import Problem
from training_app.organisation.roster_file.roster import LEADER, Column, Ignored, Person
from training_app.organisation.roster_file.rows import Kind, Reader, cell_texts
from training_app.organisation.roster_file.text import folded, text_of

_HEADING_WITHIN = 200
_BIRTHS = (Field.BIRTH, Field.BIRTH_YEAR, Field.MALE, Field.FEMALE)
_FEWEST_SUMMARY_ROWS = 1
_STAR_MEANS_LEADER = re.compile(r"[*( )]*\*[*):. ]*(la )?to truong")
_ONLY_A_NUMBER = re.compile(r"(?:tổ\s*)?(?:hòa giải\s*)?(?:số\s*)?(\d+[a-z]?)", re.IGNORECASE)


@dataclass(slots=True)
class SheetReading:
    """What one sheet yielded; ``people`` carry the team's name as their row or band gives it.

    ``sections`` names, person by person, the ward of a list that covers several.
    """

    sheet: Sheet
    used: bool = False
    people: list[Person] = field(default_factory=list)
    sections: list[str | None] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rejected: list[tuple[str, int]] = field(default_factory=list)
    columns: tuple[Column, ...] = ()
    unit: str | None = None


def read_sheet(
    sheet: Sheet, *, today: date, mapping: Mapping[str, str] | None = None
) -> SheetReading:
    """Return what a sheet holds; ``mapping`` (field to column letters) replaces the recognition."""
    reading = SheetReading(sheet)
    if mapping is not None and not mapping:
        reading.ignored.append(Ignored(sheet.name, None, "left_out"))
        return reading
    if not sheet.visible and mapping is None:
        reading.ignored.append(Ignored(sheet.name, None, "hidden_sheet"))
        return reading
    texts = [[text_of(cell) for cell in row] for row in sheet.rows]
    if not any(any(row) for row in texts):
        return reading
    found = _find_heading(sheet, texts)
    if mapping is not None:
        found = headings.given_heading(mapping, found)
    elif found and headings.repeats_itself(found):
        _refuse_side_by_side(reading)
        return reading
    if found is None:
        _leave_out(reading, texts)
        return reading
    reading.used = True
    _SheetReader(reading, texts, found, today=today, fixed=mapping is not None).read()
    return reading


def _find_heading(sheet: Sheet, texts: list[list[str]]) -> Heading | None:
    for at, row in enumerate(texts[:_HEADING_WITHIN]):
        if headings.looks_like_heading(row):
            return headings.read_heading(sheet, texts, at)
    return None


def _refuse_side_by_side(reading: SheetReading) -> None:
    """Of two tables side by side a row would be two people, and neither."""
    name = reading.sheet.name
    reading.ignored.append(Ignored(name, None, "side_by_side"))
    reading.problems.append(Problem("tables_side_by_side", name, values={"sheet": name}))


def _leave_out(reading: SheetReading, texts: list[list[str]]) -> None:
    sheet = reading.sheet
    if any(headings.looks_like_summary(row) for row in texts[:_HEADING_WITHIN]):
        reading.ignored.append(Ignored(sheet.name, None, "summary_sheet"))
        return
    reading.ignored.append(Ignored(sheet.name, None, "no_heading"))
    reading.problems.append(Problem("heading_missing", sheet.name, values={"sheet": sheet.name}))


class _SheetReader:
    """Walks the rows of one sheet from its titles to its signatures."""

    def __init__(
        self,
        reading: SheetReading,
        texts: list[list[str]],
        heading: Heading,
        *,
        today: date,
        fixed: bool,
    ) -> None:
        self.reading = reading
        self.sheet = reading.sheet
        self.texts = texts
        self.today = today
        self.fixed = fixed
        self.team: str | None = None
        self.unit: str | None = None
        self.band_leader: str | None = None
        self.band_unit: str | None = None
        self.own_teams: list[int] = []
        self.starred: list[int] = []
        self._use(heading)
        reading.columns = _columns(heading)
        ages = headings.ages(heading)
        if ages is not None and not heading.has(*_BIRTHS):
            found = Problem("birth_as_age", self.sheet.name, column=column_letter(ages))
            reading.problems.append(found)

    def _use(self, heading: Heading) -> None:
        self.heading = heading
        self.kinds = Reader(heading)
        self.carried = Carried(self.sheet, self.texts, heading)
        self.skip = set(heading.rows)

    def read(self) -> None:
        """Fill the reading."""
        start = self.heading.rows[0] if self.heading.rows else 0
        for at in range(start):
            if any(self.texts[at]):
                self._title(at)
        self.reading.unit = self.unit
        following = _following(self.texts)
        for at in range(start, len(self.texts)):
            if any(self.texts[at]):
                self._row(at, following[at])
        if self.heading.has(Field.TEAM):
            self._fill_down()

    def _title(self, at: int) -> None:
        for text in filter(None, self.texts[at]):
            if titled := teams.team_in_title(text):
                self.team, self.band_leader = titled, teams.leader_in_band(text)
            self.unit = teams.unit_in_title(text) or self.unit
        self._ignore(at, Kind.TITLE)

    def _row(self, at: int, following: Sequence[str]) -> None:
        if at in self.skip:
            self._ignore(at, Kind.HEADER)
            return
        kind = self.kinds.kind(self.texts[at], following)
        if kind is Kind.HEADER:
            self._new_heading(at)
        elif kind in {Kind.PERSON, Kind.NAMELESS}:
            self._person(at)
        else:
            self._note(at, kind)

    def _new_heading(self, at: int) -> None:
        if not self.fixed:
            self._use(headings.read_heading(self.sheet, self.texts, at))
        self._ignore(at, Kind.HEADER)

    def _note(self, at: int, kind: Kind) -> None:
        filled = [text for text in self.texts[at] if any(letter.isalpha() for letter in text)]
        first = filled[0] if filled else ""
        if kind is Kind.TEAM_BAND:
            band = next((text for text in filled if teams.is_team_band(text)), first)
            self.team, self.band_leader = teams.team_name(band), teams.leader_in_band(band)
        elif kind is Kind.UNIT_BAND:
            self.band_unit, self.team = teams.unit_name(first), None
        elif kind in {Kind.SIGNATURE, Kind.FOOTNOTE}:
            titled = next(filter(None, map(teams.team_in_title, filled)), None)
            if titled and first.upper().startswith("DANH SÁCH"):
                self.team, kind = titled, Kind.TITLE
            elif _STAR_MEANS_LEADER.match(folded(first)):
                self._stars_lead()
        self._ignore(at, kind)

    def _stars_lead(self) -> None:
        """A footnote says that the names with a star are those of leaders."""
        people = self.reading.people
        for at in self.starred:
            people[at] = replace(people[at], role=LEADER)

    def _ignore(self, at: int, kind: Kind) -> None:
        self.reading.ignored.append(Ignored(self.sheet.name, at + 1, kind.value))

    def _person(self, at: int) -> None:
        above = self.carried.above
        row, texts = self.carried.complete(at)
        reader = RowReader(self.sheet.name, at + 1, row, texts, self.heading, self.today)
        own = self._own_team(texts)
        person = reader.person(own or self.team, self.band_leader)
        self.reading.problems.extend(reader.problems)
        if person is None:
            self.carried.above = above  # "as above" means the last person
            self.reading.rejected.append((self.sheet.name, at + 1))
            return
        if at + 1 in self.sheet.hidden_rows:
            self.reading.problems.append(Problem("row_hidden", self.sheet.name, at + 1))
        if own:
            self.own_teams.append(len(self.reading.people))
        if names.read_name(cell_texts(texts, self.heading, Field.NAME)).starred:
            self.starred.append(len(self.reading.people))
        self.reading.people.append(person)
        self.reading.sections.append(self._text(texts, Field.UNIT) or self.band_unit)

    def _own_team(self, texts: Sequence[str]) -> str | None:
        text, place = self._text(texts, Field.TEAM), self._text(texts, Field.PLACE)
        if not text:
            return teams.team_name(place) or None if place and not self.team else None
        number = _ONLY_A_NUMBER.fullmatch(text)
        if number and place:
            village = teams.team_name(place)
            return f"Tổ {number.group(1)} {village[:1].lower()}{village[1:]}"
        if text.isdigit():
            kind = self.heading.texts.get(self.heading.first(Field.TEAM) or 0, "")
            return teams.team_name(f"{_kind_of_team(kind)} {int(text)}")
        return teams.team_name(text) or None

    def _text(self, texts: Sequence[str], name: Field) -> str:
        at = self.heading.first(name)
        return texts[at] if at is not None and at < len(texts) else ""

    def _fill_down(self) -> None:
        """A team written once above its rows, without merging, holds until the next one.

        Where teams are written row by row, an empty cell is an omission and is asked.
        """
        people = self.reading.people
        own = set(self.own_teams)
        repeated = sum(at - 1 in own and people[at].team == people[at - 1].team for at in own)
        heads_only = own and repeated * 4 < len(own) and len(own) * 2 <= len(people)
        current: str | None = None
        for at, person in enumerate(people):
            if at in own:
                current = person.team
            elif heads_only and current:
                people[at] = replace(person, team=current)


def _kind_of_team(heading: str) -> str:
    lowered = teams.team_name(heading.rsplit("/", maxsplit=1)[-1]).lower()
    return lowered if teams.is_team_band(f"{lowered} 1") else "tổ hòa giải số"


def _following(texts: list[list[str]]) -> list[list[str]]:
    """Return for each row the next row that is not empty."""
    following: list[list[str]] = [[]] * len(texts)
    upcoming: list[str] = []
    for at in range(len(texts) - 1, -1, -1):
        following[at] = upcoming
        if any(texts[at]):
            upcoming = texts[at]
    return following


def _columns(heading: Heading) -> tuple[Column, ...]:
    found = sorted((at, name) for name, columns in heading.columns.items() for at in columns)
    return tuple(
        Column(name.value, column_letter(at), heading.texts.get(at, "")) for at, name in found
    )


def understand_sheets(
    workbook: Workbook, *, today: date, mapping: Mapping[str, Mapping[str, str]] | None
) -> list[SheetReading]:
    """Return the reading of every sheet of the workbook."""
    given = mapping or {}
    return [
        read_sheet(sheet, today=today, mapping=given.get(sheet.name)) for sheet in workbook.sheets
    ]
