"""Reading the forms and the days of reports; a mistake names its file, row and field."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from training_app.reporting.rules.layouts import (
    Check,
    CheckKind,
    Column,
    Confidence,
    Due,
    Kind,
    Layout,
    Measure,
    PeriodRule,
)


class BadReportData(ValueError):
    """A file of the forms cannot be used; the message says where and why."""


def _month_day(text: str) -> tuple[int, int]:
    """``MM-DD`` as a pair; a day that some year lacks is refused."""
    month, _, day = str(text).partition("-")
    found = date(2001, int(month), int(day))
    return found.month, found.day


MonthDay = Annotated[tuple[int, int], BeforeValidator(_month_day)]
Model = TypeVar("Model", bound=BaseModel)
Key = Annotated[str, Field(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=40)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Column(_Strict):
    key: Key
    number: str
    title: str
    title_en: str
    measure: Measure
    part: str = ""
    whole: str = ""


class _Check(_Strict):
    kind: CheckKind
    whole: str
    parts: tuple[str, ...] = Field(min_length=1)


class _Layout(_Strict):
    key: Key
    version: int
    valid_from: date = Field(alias="from")
    valid_to: date | None = Field(default=None, alias="to")
    kinds: tuple[Kind, ...]
    # Columns, checks and numbers of the form are those of an earlier version of it.
    copies: int | None = None
    title: str
    title_en: str
    file: str = Field(pattern=r"^[A-Za-z0-9]+$")
    issued_by: str
    confidence: Confidence
    source: str
    source_en: str
    codes: dict[str, str] = {}
    column: tuple[_Column, ...] = ()
    check: tuple[_Check, ...] = ()


class _Due(_Strict):
    day: MonthDay
    year: int


class _Period(_Strict):
    kind: Kind
    title: str
    title_en: str
    said: str
    opens: MonthDay = Field(alias="from")
    closes: MonthDay = Field(alias="to")
    counted_through: MonthDay
    confidence: Confidence
    source: str
    source_en: str
    due: dict[str, _Due] = {}


class _Layouts(_Strict):
    layout: tuple[_Layout, ...]


class _Periods(_Strict):
    period: tuple[_Period, ...]


class _Level(_Strict):
    body: tuple[str, ...]
    short: str
    receiver: str
    signer: tuple[str, ...]


class Frame(_Strict):
    """What stands around the table of an official document."""

    nation: str
    motto: str
    number: str
    no_number: str
    form_code: str
    place_date: str
    no_date: str
    period: str
    counted: str
    correction: str
    reporting: str
    receiving: str
    estimate: str
    draft: str
    rows: dict[str, str]
    total: str
    adjusted: str
    uncounted: str
    recipients: str
    archive: str
    maker: str
    checker: str
    sign: str
    seal: str
    once: str
    commune: _Level
    province: _Level

    def level(self, level: str) -> _Level:
        """The parts that differ between communes and provinces."""
        return self.province if level == "province" else self.commune


def layouts(text: str) -> tuple[Layout, ...]:
    """Return the forms in a TOML text. Raises BadReportData naming what cannot be used."""
    found: list[Layout] = []
    for row in _read(_Layouts, text, "layouts.toml").layout:
        found.append(_layout(row, found))
    for first in found:
        for other in found:
            if first is not other and first.key == other.key and _overlap(first, other):
                raise BadReportData(f"layouts.toml: two versions of {first.key} hold on a day")
    return tuple(found)


def _layout(row: _Layout, before: list[Layout]) -> Layout:
    columns = tuple(Column(**one.model_dump()) for one in row.column)
    checks = tuple(Check(**one.model_dump()) for one in row.check)
    if row.copies is not None:
        model = next((x for x in before if (x.key, x.version) == (row.key, row.copies)), None)
        if model is None:
            raise BadReportData(f"layouts.toml: {row.key} {row.version} copies what is not there")
        columns, checks = columns or model.columns, checks or model.checks
    keys = [one.key for one in columns]
    named = {key for one in checks for key in (one.whole, *one.parts)} | {
        key for one in columns if not one.counted for key in (one.part, one.whole)
    }
    if not keys or len(set(keys)) != len(keys) or not named <= set(keys):
        raise BadReportData(
            f"layouts.toml: {row.key} {row.version}: give every column once, and name only those"
        )
    values = row.model_dump(exclude={"copies", "column", "check"})
    return Layout(**values, columns=columns, checks=checks)


def _overlap(first: Layout, other: Layout) -> bool:
    return first.valid_from <= other.valid_from and (
        first.valid_to is None or other.valid_from < first.valid_to
    )


def periods(text: str) -> tuple[PeriodRule, ...]:
    """Return the kinds of report in a TOML text. Raises BadReportData."""
    found = _read(_Periods, text, "periods.toml").period
    return tuple(
        PeriodRule(
            **one.model_dump(exclude={"due"}),
            due={level: Due(*due.day, later=due.year) for level, due in one.due.items()},
        )
        for one in found
    )


def frame(text: str) -> Frame:
    """Return the words around the table. Raises BadReportData."""
    return _read(Frame, text, "frame.toml")


def _read(kind: type[Model], text: str, file: str) -> Model:
    try:
        values: dict[str, Any] = tomllib.loads(text)
        return kind.model_validate(values)
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise BadReportData(f"{file}: {error}") from error
