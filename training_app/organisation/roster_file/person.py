"""One row of a person, field by field, with the problems of its cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from training_app.organisation.roster_file import dates, decisions, names, phones, remarks
from training_app.organisation.roster_file.cells import Cell, Row, column_letter
from training_app.organisation.roster_file.dates import Birth
from training_app.organisation.roster_file.decisions import Recognition
from training_app.organisation.roster_file.fields import Field
from training_app.organisation.roster_file.headings import Heading
from training_app.organisation.roster_file.problems import Problem
from training_app.organisation.roster_file.roster import FEMALE, LEADER, MALE, MEDIATOR, Person
from training_app.organisation.roster_file.rows import cell_texts
from training_app.organisation.roster_file.text import folded, is_mark, is_no, text_of

_CELL_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|GETTING_DATA)")
_WORDS = re.compile(r"\D{4,}")
_MAJORITY = re.compile(r"kinh\b")
_LAW = re.compile(r"\b(luat|phap ly|llb|llm)\b")
_MEN, _WOMEN = frozenset({"nam", "trai", "m", "male"}), frozenset({"nu", "gai", "f", "female"})
_NOTE_SEX = {"nam": MALE, "nu": FEMALE}


@dataclass(slots=True)
class RowReader:
    """Reads the cells of one row under a heading and collects their problems."""

    sheet: str
    number: int
    row: Row
    texts: Sequence[str]
    heading: Heading
    today: date
    problems: list[Problem] = field(default_factory=list)

    def person(self, team: str | None, band_leader: str | None) -> Person | None:
        """Return the person of the row; None, and a problem, without a name.

        ``band_leader`` is the leader whom the band above names.
        """
        name = names.read_name(
            cell_texts(self.texts, self.heading, Field.NAME, Field.FAMILY_NAME, Field.GIVEN_NAME)
        )
        if not name.full:
            self._report("name_missing", Field.NAME, Field.GIVEN_NAME)
            return None
        self._check_cells()
        self._check_name(name)
        birth, sex = self._birth_and_sex(name)
        remark = cell_texts(self.texts, self.heading, Field.REMARK) or None
        return Person(
            sheet=self.sheet,
            row=self.number,
            full_name=name.full,
            sex=sex,
            birth_date=birth.day,
            birth_year=birth.year,
            phones=self._phones(),
            team=team,
            role=self._role(name, remark or "", band_leader),
            ethnic_minority=self._minority(),
            law_qualified=self._law(),
            recognition=self._recognition(),
            status=self._status(remark),
            remark=remark or (name.note or None),
        )

    def _text(self, *fields: Field) -> str:
        at = self.heading.first(*fields)
        return self.texts[at] if at is not None and at < len(self.texts) else ""

    def _cell(self, *fields: Field) -> Cell:
        at = self.heading.first(*fields)
        if at is None or at >= len(self.row) or _CELL_ERROR.fullmatch(self.texts[at]):
            return None
        return self.row[at]

    def _report(self, code: str, *fields: Field, values: Sequence[tuple[str, str]] = ()) -> None:
        letter = self.heading.letter(*fields)
        self.problems.append(Problem(code, self.sheet, self.number, letter, dict(values)))

    def _check_cells(self) -> None:
        if not any(text[:1] == "#" for text in self.texts):
            return
        for at, text in enumerate(self.texts):
            if _CELL_ERROR.fullmatch(text):
                values: dict[str, str | int] = {"value": text}
                problem = Problem("cell_error", self.sheet, self.number, column_letter(at), values)
                self.problems.append(problem)

    def _check_name(self, name: names.Name) -> None:
        shown = (("value", name.full),)
        if not names.is_plausible(name.full):
            self._report("name_doubtful", Field.NAME, Field.GIVEN_NAME, values=shown)
        elif names.lacks_marks(name.full):
            self._report("name_no_diacritics", Field.NAME, Field.GIVEN_NAME, values=shown)
        if name.note and not remarks.leads(name.note) and folded(name.note) not in _NOTE_SEX:
            self._report("name_note", Field.NAME, Field.GIVEN_NAME, values=(("value", name.note),))

    # Birth and sex stand together: a year under Nữ is both.

    def _birth_and_sex(self, name: names.Name) -> tuple[Birth, str | None]:
        men, women = self._text(Field.MALE), self._text(Field.FEMALE)
        if self.heading.has(Field.MALE):
            sex = self._sex_by_column(men, women)
        else:
            sex = self._sex_in_words(women)
        births = self._births(men, women)
        return self._one_birth(births), sex or name.sex or _NOTE_SEX.get(folded(name.note))

    def _sex_by_column(self, men: str, women: str) -> str | None:
        is_man, is_woman = not is_no(men), not is_no(women)
        if is_man and is_woman:
            self._report("sex_conflict", Field.MALE)
            return None
        if not is_man and not is_woman:
            if self.heading.has(Field.SEX):
                return self._sex_in_words("")
            self._report("sex_missing", Field.MALE)
            return None
        return MALE if is_man else FEMALE

    def _sex_in_words(self, women: str) -> str | None:
        if not self.heading.has(Field.SEX):
            return FEMALE if not is_no(women) else None
        text = self._text(Field.SEX)
        word = folded(text).strip(" .")
        if word in _MEN or word in _WOMEN:
            return MALE if word in _MEN else FEMALE
        if not text:
            self._report("sex_missing", Field.SEX)
        else:
            self._report("sex_unreadable", Field.SEX, values=(("value", text),))
        return None

    def _births(self, men: str, women: str) -> list[tuple[Field, Birth]]:
        cells: list[tuple[Field, Cell]] = [(Field.BIRTH, self._cell(Field.BIRTH))]
        if self.heading.has(Field.BIRTH_YEAR):
            parts = (
                self._cell(name) for name in (Field.BIRTH_DAY, Field.BIRTH_MONTH, Field.BIRTH_YEAR)
            )
            cells.append((Field.BIRTH_YEAR, dates.from_parts(*parts)))
        for place, text in ((Field.MALE, men), (Field.FEMALE, women)):
            if any(letter.isdigit() for letter in text) and not is_mark(text):
                cells.append((place, self._cell(place)))
        read = ((place, dates.read_birth(cell, today=self.today)) for place, cell in cells)
        return [(place, birth) for place, birth in read if birth]

    def _one_birth(self, births: list[tuple[Field, Birth]]) -> Birth:
        if not births:
            self._report_no_birth()
            return Birth()
        years = {birth.year for _, birth in births if birth.year}
        if len(years) > 1:
            self._report("birth_conflict", births[0][0])
            return Birth()
        place, best = max(
            births, key=lambda found: (found[1].day is not None, found[1].year is not None)
        )
        if best.code:
            self._report(best.code, place, values=best.values)
        return best

    def _report_no_birth(self) -> None:
        if self.heading.has(Field.BIRTH, Field.BIRTH_YEAR):
            self._report("birth_missing", Field.BIRTH, Field.BIRTH_YEAR)
        elif self._years_stand_under_sex():
            self._report("birth_missing", Field.MALE, Field.FEMALE)

    def _years_stand_under_sex(self) -> bool:
        at = self.heading.first(Field.MALE, Field.FEMALE)
        return at is not None and "sinh" in folded(self.heading.texts.get(at, ""))

    def _phones(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for at in self.heading.columns.get(Field.PHONE, ()):
            numbers = phones.read_phones(self.texts[at] if at < len(self.texts) else "")
            found.update(dict.fromkeys(numbers.phones))
            self.problems.extend(
                Problem(code, self.sheet, self.number, column_letter(at), dict(values))
                for code, values in numbers.problems
            )
        return tuple(found)

    def _role(self, name: names.Name, remark: str, band_leader: str | None) -> str:
        if band_leader and names.same_name(band_leader, name.full):
            return LEADER
        duty = cell_texts(self.texts, self.heading, Field.ROLE)
        marked = self.heading.has(Field.LEADER_MARK) and not is_no(self._text(Field.LEADER_MARK))
        said = remarks.leads(duty) or remarks.leads(name.note) or remarks.leads(remark)
        return LEADER if marked or said else MEDIATOR

    def _minority(self) -> bool | None:
        if self.heading.has(Field.MINORITY_MARK):
            text = self._text(Field.MINORITY_MARK)
            return not is_no(text) and not _MAJORITY.match(folded(text))
        text = self._text(Field.ETHNIC)
        if not text:
            return None
        return not is_no(text) and not _MAJORITY.match(folded(text))

    def _law(self) -> bool | None:
        if self.heading.has(Field.LAW_MARK):
            return not is_no(self._text(Field.LAW_MARK)) or self._qualified() is True
        return self._qualified()

    def _qualified(self) -> bool | None:
        text = self._text(Field.QUALIFICATION)
        return _LAW.search(folded(text)) is not None if text else None

    def _recognition(self) -> Recognition | None:
        whole = decisions.read_decision(self._cell(Field.DECISION))
        in_number = decisions.read_decision(self._cell(Field.DECISION_NUMBER))
        number = decisions.read_number(self._cell(Field.DECISION_NUMBER))
        day = dates.read_decision_date(self._cell(Field.DECISION_DATE))
        found = Recognition(
            (whole.number if whole else None) or number,
            (whole.day if whole else None) or day or (in_number.day if in_number else None),
        )
        if found.number is None and found.day is None:
            self._check_decision()
            return None
        if found.number is None:
            self._report(
                "recognition_incomplete", Field.DECISION, Field.DECISION_NUMBER, Field.DECISION_DATE
            )
        elif found.day is None:
            self._report(
                "recognition_incomplete", Field.DECISION, Field.DECISION_DATE, Field.DECISION_NUMBER
            )
        return found

    def _check_decision(self) -> None:
        """A decision of which nothing can be read, though it has digits: "chưa có QĐ" has none."""
        for place in (Field.DECISION, Field.DECISION_NUMBER, Field.DECISION_DATE):
            text = self._text(place)
            if any(letter.isdigit() for letter in text):
                self._report("recognition_unreadable", place, values=(("value", text),))

    def _status(self, remark: str | None) -> str | None:
        if not is_no(text_of(self._cell(Field.ENDED))):
            return remarks.Standing.ENDED.value
        for place in (Field.MALE, Field.FEMALE, Field.BIRTH):
            text = self._text(place)
            if _WORDS.fullmatch(text) and remarks.standing(text) is not remarks.Standing.ACTIVE:
                self._report("status_unclear", place, values=(("value", text),))
                return None
        said = {
            field_name: remarks.standing(text)
            for field_name, text in (
                (Field.STATUS, self._text(Field.STATUS)),
                (Field.REMARK, remark or ""),
            )
        }
        for where, standing in said.items():
            if standing is remarks.Standing.ENDED:
                return standing.value
            if standing is remarks.Standing.UNCLEAR:
                shown = self._text(where) or remark or ""
                self._report("status_unclear", where, values=(("value", shown),))
                return None
        return remarks.Standing.ACTIVE.value
