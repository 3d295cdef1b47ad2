"""Forms and reporting periods as values: columns, checks, days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Measure(StrEnum):
    """What a column counts."""

    TEAMS = "teams"
    MEDIATORS = "mediators"
    MALE = "male"
    FEMALE = "female"
    LAW_QUALIFIED = "law_qualified"
    LAW_UNTRAINED = "law_untrained"
    MINORITY = "minority"
    TRAINED = "trained"
    # Not on a form: people about whom the records do not say it. They explain a sum that fails.
    SEX_UNKNOWN = "sex_unknown"
    LAW_UNKNOWN = "law_unknown"
    # Not counted: written by the office, or the quotient of two columns.
    TYPED = "typed"
    SHARE = "share"


class Confidence(StrEnum):
    """How well the source of a row of data is known."""

    CONFIRMED = "confirmed"
    SECONDARY = "secondary"
    ASSUMED = "assumed"


class CheckKind(StrEnum):
    """How columns hang together."""

    SUM = "sum"
    WITHIN = "within"


class Kind(StrEnum):
    """The kinds of report: sơ bộ 6 tháng, sơ bộ năm, tròn năm."""

    HALF_YEAR = "half-year"
    PRELIMINARY_YEAR = "preliminary-year"
    FULL_YEAR = "full-year"


@dataclass(frozen=True)
class Column:
    """A column of a form; ``number`` stands in brackets under its title."""

    key: str
    number: str
    title: str
    title_en: str
    measure: Measure
    part: str = ""
    whole: str = ""

    def named(self, language: str) -> str:
        """Title in the reader's language."""
        return self.title_en if language == "en" else self.title

    @property
    def counted(self) -> bool:
        """Whether the column holds a number of its own (and no quotient)."""
        return self.measure is not Measure.SHARE


@dataclass(frozen=True)
class Check:
    """What must hold between columns of every row."""

    kind: CheckKind
    whole: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """One version of a form, for periods that end on ``valid_from <= day < valid_to``."""

    key: str
    version: int
    valid_from: date
    valid_to: date | None
    kinds: tuple[Kind, ...]
    title: str
    title_en: str
    file: str
    issued_by: str
    confidence: Confidence
    source: str
    source_en: str
    codes: dict[str, str]
    columns: tuple[Column, ...]
    checks: tuple[Check, ...]

    def named(self, language: str) -> str:
        """Title in the reader's language."""
        return self.title_en if language == "en" else self.title

    def said_source(self, language: str) -> str:
        """Where the form comes from, in the reader's language."""
        return self.source_en if language == "en" else self.source

    def column(self, key: str) -> Column | None:
        """The column with the key, or None."""
        return next((one for one in self.columns if one.key == key), None)

    @property
    def counted(self) -> tuple[Column, ...]:
        """The columns that hold numbers of their own."""
        return tuple(one for one in self.columns if one.counted)

    def holds(self, day: date) -> bool:
        """Whether the version is used for a period that ends on the day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class Due:
    """The day a level has to send by: a day of the reporting year or of a later one."""

    month: int
    day: int
    later: int = 0


@dataclass(frozen=True)
class PeriodRule:
    """The days of one kind of report, in any year."""

    kind: Kind
    title: str
    title_en: str
    said: str
    opens: tuple[int, int]
    closes: tuple[int, int]
    counted_through: tuple[int, int]
    due: dict[str, Due]
    confidence: Confidence
    source: str
    source_en: str

    def named(self, language: str) -> str:
        """Title in the reader's language."""
        return self.title_en if language == "en" else self.title

    def said_source(self, language: str) -> str:
        """Where the days come from, in the reader's language."""
        return self.source_en if language == "en" else self.source

    def first_day(self, year: int) -> date:
        """The first day of the period."""
        return date(year, *self.opens)

    def last_day(self, year: int) -> date:
        """The last day of the period."""
        return date(year, *self.closes)

    def counted_on(self, year: int, today: date) -> date:
        """The last day counted by a report filled today."""
        return min(date(year, *self.counted_through), today)

    def due_on(self, year: int, level: str) -> date | None:
        """The last day for a level to send it; None when no day is on record."""
        found = self.due.get(level)
        return date(year + found.later, found.month, found.day) if found else None


def nearest_due(rules: Iterable[PeriodRule], level: str, today: date) -> tuple[Kind, int] | None:
    """The kind of report and its year whose day to send lies nearest; None without any day."""
    found = [
        (abs(due - today), rule.kind, year)
        for rule in rules
        for year in (today.year - 1, today.year)
        if (due := rule.due_on(year, level)) is not None
    ]
    return min(found)[1:] if found else None


def layout_for(layouts: Iterable[Layout], key: str, day: date) -> Layout | None:
    """The version of a form for a period that ends on the day."""
    return next((one for one in layouts if one.key == key and one.holds(day)), None)


def layout_of(layouts: Iterable[Layout], key: str, version: int) -> Layout | None:
    """One version of a form."""
    return next((one for one in layouts if one.key == key and one.version == version), None)
