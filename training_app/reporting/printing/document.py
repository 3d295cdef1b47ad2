"""What an official report says, part by part, in the order of an administrative document.

Always in Vietnamese: it is read by the office above, whatever the language of the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from training_app.reporting import folders
from training_app.reporting.parsing import Frame
from training_app.reporting.rules.figures import Figures, cell, grouped
from training_app.reporting.rules.layouts import Column, Kind, Layout, PeriodRule

Cell = int | str
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class Facts:
    """What is known of a report besides its figures."""

    unit: str
    short: str
    parent: str
    level: str
    kind: Kind
    year: int
    number: int
    correction_reason: str
    period_from: date
    period_to: date
    as_of: date
    filled_at: datetime
    locked: bool
    document_number: str = ""
    signed_on: date | None = None
    signer: str = ""


@dataclass(frozen=True)
class Names:
    """The people under a report: who made it, who checked it. Empty leaves room for a hand."""

    maker: str = ""
    checker: str = ""


@dataclass(frozen=True)
class Signing:
    """A place to sign: who signs, how, and the name where it is known."""

    title: tuple[str, ...]
    hint: str
    name: str = ""


@dataclass(frozen=True)
class Document:
    """One report, ready to be shown in any form."""

    body: tuple[str, ...]
    number: str
    nation: str
    motto: str
    place_date: str
    form: tuple[str, ...]
    title: str
    under_title: tuple[str, ...]
    units: tuple[str, ...]
    draft: str
    head: tuple[str, ...]
    numbers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...]
    notes: tuple[str, ...]
    recipients: tuple[str, ...]
    signings: tuple[Signing, ...]
    file: str

    @property
    def width(self) -> int:
        """How many columns the table has."""
        return len(self.head)


def document(layout: Layout, facts: Facts, figures: Figures, names: Names) -> Document:
    """The document of a report; while it is not locked, it says that it is a draft."""
    frame, rule = folders.frame(), folders.periods()[facts.kind]
    level = frame.level(facts.level)
    return Document(
        body=tuple(_filled(line, facts).upper() for line in level.body),
        number=frame.number.format(number=facts.document_number)
        if facts.document_number
        else frame.no_number.format(short=level.short),
        nation=frame.nation,
        motto=frame.motto,
        place_date=_place_date(frame, facts),
        form=_form(frame, layout, facts),
        title=layout.title.upper(),
        under_title=_under_title(frame, rule, facts),
        units=(
            frame.reporting.format(unit=facts.unit),
            frame.receiving.format(unit=_filled(level.receiver, facts)),
        ),
        draft="" if facts.locked else frame.draft,
        head=(frame.rows[facts.level], *(one.title for one in layout.columns)),
        numbers=("A", *(f"({one.number})" for one in layout.columns)),
        rows=tuple(
            (line.name, *(cell(line, one) for one in layout.columns)) for line in figures.lines
        ),
        total=(frame.total, *(cell(figures, one) for one in layout.columns)),
        notes=_notes(frame, layout, facts, figures),
        recipients=(
            frame.recipients,
            f"- {_filled(level.receiver, facts)};",
            f"- {frame.archive}",
        ),
        signings=(
            Signing((frame.maker,), frame.sign, names.maker),
            Signing((frame.checker,), frame.sign, names.checker),
            Signing(level.signer, frame.seal, facts.signer),
        ),
        file=f"{layout.file}_{facts.filled_at.astimezone(VIETNAM):%Y%m%d_%H%M}",
    )


def _filled(text: str, facts: Facts) -> str:
    return text.format(unit=facts.unit, parent=facts.parent).strip()


def _place_date(frame: Frame, facts: Facts) -> str:
    day = facts.signed_on
    if day is None:
        return frame.no_date.format(place=facts.short, year=facts.as_of.year)
    return frame.place_date.format(
        place=facts.short, day=f"{day.day:02}", month=f"{day.month:02}", year=day.year
    )


def _form(frame: Frame, layout: Layout, facts: Facts) -> tuple[str, ...]:
    code = layout.codes.get(facts.level, "")
    lines = (frame.form_code.format(code=code) if code else "", layout.issued_by)
    return tuple(line for line in lines if line)


def _under_title(frame: Frame, rule: PeriodRule, facts: Facts) -> tuple[str, ...]:
    lines = [
        frame.period.format(
            said=rule.said.format(year=facts.year),
            **{"from": _day(facts.period_from), "to": _day(facts.period_to)},
        ),
        frame.counted.format(
            as_of=_day(facts.as_of),
            filled_at=f"{facts.filled_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}",
        ),
    ]
    if facts.number > 1:
        lines.append(
            frame.correction.format(number=facts.number - 1, reason=facts.correction_reason)
        )
    return tuple(lines)


def _notes(frame: Frame, layout: Layout, facts: Facts, figures: Figures) -> tuple[str, ...]:
    """What the reader must know about the numbers, those written by hand first."""
    columns = {one.key: one for one in layout.columns}
    notes = [
        frame.adjusted.format(
            where=f"{line.name}, {_short(columns[key])}",
            value=grouped(one.value),
            computed=grouped(line.counted.get(key, 0)),
            reason=one.reason,
        )
        for line, key, one in figures.changed
        if key in columns
    ]
    notes.append(frame.once)
    if facts.kind is not Kind.FULL_YEAR:
        notes.append(frame.estimate)
    return tuple(notes)


def _short(column: Column) -> str:
    return f"cột ({column.number}) {column.title}"


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


def as_mapping(made: Document, layout: Layout, facts: Facts) -> dict[str, Any]:
    """The document for a machine: the same rows and totals under the keys of the columns."""
    keys = [one.key for one in layout.columns]
    return {
        "form": layout.key,
        "form_version": layout.version,
        "unit": facts.unit,
        "kind": facts.kind.value,
        "year": facts.year,
        "number": facts.number,
        "period": {"from": facts.period_from.isoformat(), "to": facts.period_to.isoformat()},
        "as_of": facts.as_of.isoformat(),
        "known_at": facts.filled_at.isoformat(),
        "locked": facts.locked,
        "columns": [
            {"key": one.key, "number": one.number, "title": one.title} for one in layout.columns
        ],
        "rows": [
            {"name": row[0], "values": dict(zip(keys, row[1:], strict=True))} for row in made.rows
        ],
        "total": dict(zip(keys, made.total[1:], strict=True)),
        "notes": list(made.notes),
    }
