"""Finding the heading of a table: one row or several, merged or not, anywhere in a sheet."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from training_app.organisation.roster_file.cells import Sheet, column_index, column_letter
from training_app.organisation.roster_file.fields import MANY, Field, field_of, is_lower_label
from training_app.organisation.roster_file.text import folded

Texts = Sequence[str]
_MOST_LOWER_ROWS = 2
_FEWEST_FIELDS = 2
_TWO_TABLES = 2
_AGES = re.compile(r"(so )?tuoi\b")
_LONGEST_LABEL = 40
_DIGIT = re.compile(r"\d")
_COLUMN_NUMBER = re.compile(r"\(?\s*(\d{1,2}|[a-z])\s*\)?(\s*=.*)?")
_FEWEST_COLUMN_NUMBERS = 3
_LONGEST_COLUMN_NUMBER = 20
_BEGINNINGS = frozenset({"Họ", "HỌ", "họ", "Ho", "HO", "ho", "Tê", "TÊ", "tê"})
_NUMBER_LABELS = frozenset({"STT", "TT", "Stt", "stt", "Tt", "Số TT", "SỐ TT", "Số thứ tự"})
_NAMES = frozenset({Field.NAME, Field.FAMILY_NAME, Field.GIVEN_NAME})
_COUNTS = frozenset(
    {Field.COUNT, Field.NUMBER, Field.PLACE, Field.TEAM, Field.UNIT, Field.LEADER_MARK}
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The columns of a table: field to column indexes, and the heading's text by column."""

    rows: tuple[int, ...]
    columns: Mapping[Field, tuple[int, ...]]
    texts: Mapping[int, str] = field(default_factory=dict)

    def first(self, *fields: Field) -> int | None:
        """Return the first column of the first of these fields that the table has."""
        for name in fields:
            if name in self.columns:
                return self.columns[name][0]
        return None

    def has(self, *fields: Field) -> bool:
        """Return whether the table has any of these fields."""
        return not self.columns.keys().isdisjoint(fields)

    def letter(self, *fields: Field) -> str | None:
        """Return the letter of the first column of the first of these fields."""
        column = self.first(*fields)
        return None if column is None else column_letter(column)


def looks_like_heading(texts: Texts) -> bool:
    """Return whether a row is the heading of a table of people (its row with the name)."""
    found = [field_of(text) for text in texts if text]
    fields = {name for name in found if name}
    if Field.NAME in fields:
        return len(fields) >= _FEWEST_FIELDS
    if Field.GIVEN_NAME in fields or Field.MEMBER_MARK in fields:
        numbered = any(folded(text) in {"stt", "tt", "so tt"} for text in texts)
        return numbered and len(fields - {Field.LEADER_MARK, Field.COUNT}) > _FEWEST_FIELDS
    return False


def may_be_heading(texts: Texts) -> bool:
    """Return quickly whether a row can be a heading: a cell begins like Họ tên, or is STT."""
    return any(text[:2] in _BEGINNINGS or text in _NUMBER_LABELS for text in texts)


def looks_like_summary(texts: Texts) -> bool:
    """Return whether a row is the heading of a table of counts by village or ward."""
    fields = {field_of(text) for text in texts if text}
    return Field.COUNT in fields and not fields & _NAMES and bool(fields & _COUNTS)


def is_column_numbers(texts: Texts) -> bool:
    """Return whether a row only numbers the columns: (1), (2), (3) or A, B, 1, 2."""
    filled = [text for text in texts if text]
    if len(filled) < _FEWEST_COLUMN_NUMBERS or len(max(filled, key=len)) > _LONGEST_COLUMN_NUMBER:
        return False
    if not all(_COLUMN_NUMBER.fullmatch(text.lower()) for text in filled):
        return False
    numbers = [int(digits.group()) for text in filled if (digits := re.search(r"\d+", text))]
    rising = all(later == earlier + 1 for earlier, later in pairwise(numbers))
    return rising and (bool(numbers) or len(set(filled)) == len(filled))


def read_heading(sheet: Sheet, texts: Sequence[Texts], row: int) -> Heading:
    """Return the columns of the heading whose row with the name is ``row`` (an index from 0)."""
    rows = [*_upper_rows(texts, row), row]
    while len(rows) <= _MOST_LOWER_ROWS + 1 and _is_lower_row(texts, rows[-1] + 1, rows, sheet):
        rows.append(rows[-1] + 1)
    spread = [_spread(sheet, texts, at, is_last=at == rows[-1]) for at in rows]
    width = max(len(line) for line in spread)
    columns: dict[Field, list[int]] = {}
    labels: dict[int, str] = {}
    for column in range(width):
        stack = [line[column] for line in spread if column < len(line) and line[column]]
        distinct = list(dict.fromkeys(stack))
        if not distinct:
            continue
        labels[column] = " / ".join(distinct)
        named = field_of(distinct[-1], " ".join(distinct[:-1])) or _from_above(distinct)
        if named:
            columns.setdefault(named, []).append(column)
    return Heading(tuple(rows), _settled(columns), labels)


def _from_above(stack: list[str]) -> Field | None:
    return next((named for text in reversed(stack[:-1]) if (named := field_of(text))), None)


def _settled(columns: dict[Field, list[int]]) -> dict[Field, tuple[int, ...]]:
    """Keep one column of most fields and settle what a heading alone leaves open."""
    if (
        Field.NAME not in columns
        and Field.GIVEN_NAME in columns
        and Field.FAMILY_NAME not in columns
    ):
        columns[Field.NAME] = columns.pop(Field.GIVEN_NAME)
    if (
        Field.NAME not in columns
        and Field.MEMBER_MARK in columns
        and Field.GIVEN_NAME not in columns
    ):
        columns[Field.NAME] = columns.pop(Field.MEMBER_MARK)
    if Field.TEAM not in columns and Field.PLACE in columns:
        columns[Field.TEAM] = columns.pop(Field.PLACE)
    if Field.QUALIFICATION not in columns and Field.EDUCATION in columns:
        columns[Field.QUALIFICATION] = columns.pop(Field.EDUCATION)
    if Field.FEMALE in columns and Field.MALE not in columns and Field.BIRTH in columns:
        _settle_years(columns)
    return {name: tuple(found if name in MANY else found[:1]) for name, found in columns.items()}


def _settle_years(columns: dict[Field, list[int]]) -> None:
    """A heading without marks, Nam beside Nu, means men and women."""
    left = columns[Field.FEMALE][0] - 1
    if left in columns[Field.BIRTH] and len(columns[Field.BIRTH]) > 1:
        columns[Field.BIRTH].remove(left)
        columns[Field.MALE] = [left]


def _upper_rows(texts: Sequence[Texts], row: int) -> list[int]:
    """A row of group headings directly above the row with the name."""
    if row == 0:
        return []
    filled = [text for text in texts[row - 1] if text]
    grouped = len(filled) >= _FEWEST_FIELDS and all(field_of(text) for text in filled)
    return [row - 1] if grouped else []


def _is_lower_row(texts: Sequence[Texts], row: int, above: list[int], sheet: Sheet) -> bool:
    if row >= len(texts):
        return False
    filled = {column: text for column, text in enumerate(texts[row]) if text}
    if not filled or is_column_numbers(texts[row]):
        return False
    keys = {
        column
        for at in above
        for column, text in enumerate(texts[at])
        if text and field_of(text) in {Field.NUMBER, Field.NAME}
    }
    if keys and all(_reaches_down(sheet, above[0], row, column) for column in keys):
        return True
    if any(not is_lower_label(filled[column]) for column in keys & filled.keys()):
        return False
    labels = sum(is_lower_label(text) or field_of(text) is not None for text in filled.values())
    plain = all(len(text) <= _LONGEST_LABEL and not _DIGIT.search(text) for text in filled.values())
    within = all(_below_a_group(texts[above[-1]], column) for column in filled)
    return all(map(is_lower_label, filled.values())) or (
        plain and within and labels * 2 >= len(filled) > 1
    )


def _reaches_down(sheet: Sheet, top_row: int, row: int, column: int) -> bool:
    """Return whether a heading cell is merged from the heading's first row down to this row."""
    return any(
        top == top_row + 1 and bottom > row and left <= column + 1 <= right
        for top, left, bottom, right in sheet.merged
    )


def _below_a_group(above: Texts, column: int) -> bool:
    """Return whether a cell stands under a heading, or right of one under an empty cell."""
    return column < len(above) and any(above[: column + 1])


def _spread(sheet: Sheet, texts: Sequence[Texts], row: int, *, is_last: bool) -> list[str]:
    """Return the heading texts of a row, group headings repeated over the columns they span."""
    line = list(texts[row])
    for top, left, bottom, right in sheet.merged:
        if top <= row + 1 <= bottom and left <= len(line):
            label = (
                texts[top - 1][left - 1]
                if top - 1 < len(texts) and left <= len(texts[top - 1])
                else ""
            )
            line[left - 1 : right] = [label] * (min(right, len(line)) - left + 1)
    if is_last or row + 1 >= len(texts):
        return line
    below = texts[row + 1]
    for column in range(1, len(line)):
        if (
            not line[column]
            and column < len(below)
            and below[column]
            and is_lower_label(below[column])
        ):
            line[column] = line[column - 1]
    return line


def repeats_itself(heading: Heading) -> bool:
    """Return whether the heading is that of two tables side by side, each with its own names."""
    names = heading.columns.get(Field.NAME, ())
    if len(names) < _TWO_TABLES:
        return False
    first, second = names[0], names[1]
    between = {text for at, text in heading.texts.items() if first < at < second}
    after = {text for at, text in heading.texts.items() if at > second}
    return bool(between & after)


def ages(heading: Heading) -> int | None:
    """Return the column of ages, which no record keeps; None where there is none."""
    columns = heading.columns.get(Field.LEFT_OUT, ())
    return next((at for at in columns if _AGES.match(folded(heading.texts.get(at, "")))), None)


def given_heading(mapping: Mapping[str, str], found: Heading | None) -> Heading:
    """Return the heading with the columns that an officer confirmed: field to column letters.

    Raises ValueError for an unknown field or column.
    """
    columns = {
        Field(name): tuple(column_index(letter) for letter in letters.split(","))
        for name, letters in mapping.items()
        if letters.strip()
    }
    return Heading(found.rows if found else (), columns, found.texts if found else {})
