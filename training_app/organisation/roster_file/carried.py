"""What a cell takes over from cells above it: merged cells, and ditto marks."""

from collections.abc import Sequence

from training_app.organisation.roster_file.cells import Cell, Row, Sheet
from training_app.organisation.roster_file.fields import Field
from training_app.organisation.roster_file.headings import Heading

# Merged over several rows, these cells speak for every row they cover.
_BY_MERGING = frozenset(
    {
        Field.TEAM, Field.PLACE, Field.DECISION, Field.DECISION_NUMBER, Field.DECISION_DATE,
        Field.ETHNIC, Field.UNIT, Field.REMARK, Field.STATUS,
    }
)  # fmt: skip
_BY_DITTO = frozenset(
    {
        Field.SEX, Field.TEAM, Field.PLACE, Field.UNIT, Field.ROLE, Field.ETHNIC, Field.DECISION,
        Field.DECISION_NUMBER, Field.DECISION_DATE, Field.QUALIFICATION,
    }
)  # fmt: skip
_DITTO_SIGNS = ("nt", "-nt-", "- nt -", "n/t", "như trên", "- như trên -", "-như trên-")
_DITTO = frozenset(
    {'"', "''", "”", "“", "〃", "//", "-//-", "””", *_DITTO_SIGNS}
    | {variant for sign in _DITTO_SIGNS for variant in (sign.upper(), sign.capitalize())}
)


class Carried:
    """Completes the rows of one table, in their order, by what stands above."""

    def __init__(self, sheet: Sheet, texts: Sequence[list[str]], heading: Heading) -> None:
        self.sheet = sheet
        self.texts = texts
        self.merged = _covered(sheet, _columns(heading, _BY_MERGING))
        self.ditto = _columns(heading, _BY_DITTO)
        self.above: tuple[Row, list[str]] = ((), [])

    def complete(self, at: int) -> tuple[Row, list[str]]:
        """Return the cells and texts of a row of a person, from 0."""
        row, texts = self.sheet.rows[at], self.texts[at]
        covered = self.merged.get(at, ())
        dittos = [
            column for column in self.ditto if column < len(texts) and texts[column] in _DITTO
        ]
        if covered or dittos:
            cells, words = list(row), list(texts)
            for column, top in covered:
                cells[column], words[column] = self.sheet.rows[top][column], self.texts[top][column]
            for column in dittos:
                cells[column], words[column] = self._above(column)
            row, texts = tuple(cells), words
        self.above = (row, texts)
        return row, texts

    def _above(self, column: int) -> tuple[Cell, str]:
        row, texts = self.above
        return (row[column], texts[column]) if column < len(row) else (None, "")


def _columns(heading: Heading, fields: frozenset[Field]) -> tuple[int, ...]:
    return tuple(at for name in sorted(fields) for at in heading.columns.get(name, ()))


def _covered(sheet: Sheet, columns: tuple[int, ...]) -> dict[int, list[tuple[int, int]]]:
    """Return for each row (from 0) the columns that a merged cell covers, and its top row."""
    covered: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, right in sheet.merged:
        if left != right or left - 1 not in columns:
            continue
        for at in range(top, min(bottom, len(sheet.rows))):
            covered.setdefault(at, []).append((left - 1, top - 1))
    return covered
