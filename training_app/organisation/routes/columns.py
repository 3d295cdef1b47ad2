"""The columns of a roster's sheets as a form: what was recognised, what the officer chose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from flask_babel import gettext as _

from training_app.errors import N_, InvalidInput
from training_app.organisation.roster_file import (
    FIELDS,
    IGNORED,
    MAPPABLE,
    Field,
    Roster,
    Sheet,
    Workbook,
)
from training_app.organisation.roster_file.cells import Row, column_letter
from training_app.organisation.roster_file.text import text_of

NOT_TAKEN: Final = ""
_SAMPLES: Final = 3
_LOOKED_AT: Final = 30
_LONGEST_SAMPLE: Final = 40
_MOST_COLUMNS: Final = 40
_NAMES: Final = frozenset({Field.NAME, Field.GIVEN_NAME, Field.FAMILY_NAME})
Chosen = dict[str, dict[str, str]]
"""By sheet: field to column letters; an empty mapping leaves the sheet out."""


@dataclass(frozen=True)
class ColumnView:
    """One column: its letter, heading, first values, and the field it is taken for."""

    letter: str
    heading: str
    samples: Sequence[str]
    field: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class SheetView:
    """One sheet with its columns; ``why`` says why it is not used."""

    number: int
    name: str
    used: bool
    why: str
    people: int
    columns: Sequence[ColumnView]


def sheet_views(
    workbook: Workbook, roster: Roster, posted: Mapping[str, str] | None = None
) -> list[SheetView]:
    """One view per sheet that holds anything; ``posted`` shows again what was just chosen."""
    return [
        _view(number, sheet, roster, posted)
        for number, sheet in enumerate(workbook.sheets)
        if any(any(cell is not None for cell in row) for row in sheet.rows)
    ]


def _view(number: int, sheet: Sheet, roster: Roster, posted: Mapping[str, str] | None) -> SheetView:
    recognised = _recognised(sheet, roster)
    headings = {column.letter: column.heading for column in roster.columns.get(sheet.name, ())}
    rows = _sample_rows(sheet, roster)
    columns = []
    for at in range(_width(sheet)):
        letter = column_letter(at)
        samples = _samples(rows, at)
        field = recognised.get(letter, NOT_TAKEN)
        if samples or field:
            chosen = posted.get(f"c-{number}-{letter}", field) if posted else field
            columns.append(
                ColumnView(letter, headings.get(letter, ""), samples, chosen, _options(field))
            )
    used = sheet.name in roster.sheets_used
    why = next((i.why for i in roster.ignored if i.sheet == sheet.name and i.row is None), "")
    return SheetView(
        number,
        sheet.name,
        f"use-{number}" in posted if posted is not None else used,
        _(IGNORED[why]) if why else "",
        sum(person.sheet == sheet.name for person in roster.people),
        columns,
    )


def _recognised(sheet: Sheet, roster: Roster) -> dict[str, str]:
    return {column.letter: column.field for column in roster.columns.get(sheet.name, ())}


def _options(field: str) -> list[tuple[str, str]]:
    """What a column may hold; a recognised field that nobody chooses stays possible."""
    fields = [name.value for name in MAPPABLE]
    if field and field not in fields:
        fields.insert(0, field)
    return [(NOT_TAKEN, _("Not taken over")), *((name, _(FIELDS[Field(name)])) for name in fields)]


def _sample_rows(sheet: Sheet, roster: Roster) -> Sequence[Row]:
    numbers = [person.row for person in roster.people if person.sheet == sheet.name]
    if numbers:
        return [sheet.rows[number - 1] for number in numbers[:_LOOKED_AT]]
    filled = [row for row in sheet.rows if sum(cell is not None for cell in row) > 1]
    return filled[:_LOOKED_AT]


def _width(sheet: Sheet) -> int:
    return min(_MOST_COLUMNS, max((len(row) for row in sheet.rows), default=0))


def _samples(rows: Sequence[Row], at: int) -> list[str]:
    """The first values of a column, each once."""
    texts = (text_of(row[at])[:_LONGEST_SAMPLE] for row in rows if at < len(row))
    return list(islice(dict.fromkeys(filter(None, texts)), _SAMPLES))


def posted_columns(
    workbook: Workbook, roster: Roster, given: Mapping[str, Mapping[str, str]],
    posted: Mapping[str, str],
) -> Chosen:  # fmt: skip
    """The columns to read the file with: only sheets that differ from their recognition.

    Raises InvalidInput for a sheet without a column of names, and when no sheet is left.
    """
    columns: Chosen = {}
    views = sheet_views(workbook, roster)
    if views and not any(f"use-{view.number}" in posted for view in views):
        raise InvalidInput(N_("Use at least one sheet."))
    for view in views:
        before = dict(given[view.name]) if view.name in given else None
        wanted = _sheet_columns(view, posted) if f"use-{view.number}" in posted else {}
        if wanted == _as_recognised(view):
            if before is not None:
                columns[view.name] = before
        elif wanted or view.used:
            columns[view.name] = wanted
    return columns


def _as_recognised(view: SheetView) -> dict[str, str]:
    return _joined((column.letter, column.field) for column in view.columns) if view.used else {}


def _sheet_columns(view: SheetView, posted: Mapping[str, str]) -> dict[str, str]:
    allowed = {column.letter: {value for value, _name in column.options} for column in view.columns}
    chosen = {letter: posted.get(f"c-{view.number}-{letter}", NOT_TAKEN) for letter in allowed}
    if any(value not in allowed[letter] for letter, value in chosen.items()):
        raise InvalidInput(N_("Choose what each column holds from the list."))
    if not _NAMES & set(chosen.values()):
        raise InvalidInput(
            N_("Sheet “%(sheet)s” has no column of names. Choose it, or leave the sheet out."),
            sheet=view.name,
        )
    return _joined(chosen.items())


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    fields: dict[str, list[str]] = {}
    for letter, field in pairs:
        if field:
            fields.setdefault(field, []).append(letter)
    return {field: ",".join(letters) for field, letters in fields.items()}
