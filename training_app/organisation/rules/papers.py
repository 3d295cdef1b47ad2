"""The forms of elections and recognitions: what is laid out, and what fills it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

_LEAST_LINES: Final = 3


class Rows(StrEnum):
    """Whom the table of a form lists."""

    CANDIDATES = "candidates"
    MEMBERS = "members"
    LEADER = "leader"


class Field(StrEnum):
    """What a column shows of a person; an empty one is filled in by hand."""

    INDEX = "index"
    NAME = "name"
    BIRTH = "birth"
    SEX = "sex"
    ROLE = "role"
    DECISION = "decision"
    EMPTY = "empty"


@dataclass(frozen=True)
class Column:
    """One column with its width in millimetres."""

    title: str
    field: Field
    width: int


@dataclass(frozen=True)
class Form:
    """One numbered form: fixed words with places to fill in, and how its table is laid out."""

    number: str
    title: str
    title_en: str
    under: str
    left: tuple[str, ...]
    numbered: bool
    rows: Rows
    blank: int
    basis: str
    source: str
    before: tuple[str, ...]
    columns: tuple[Column, ...]
    after: tuple[str, ...]
    signings: tuple[str, ...]


@dataclass(frozen=True)
class Frame:
    """The words that stand on every form."""

    draft: str
    reviewer: str
    dots: str
    nation: str
    motto: str
    number: str
    place_date: str
    mark: str
    basis: str
    sign: str
    no_village: str
    no_day: str
    decision: str
    roles: Mapping[str, str]
    sexes: Mapping[str, str]


@dataclass(frozen=True)
class Papers:
    """All forms with their frame."""

    frame: Frame
    forms: tuple[Form, ...]

    def named(self, number: int) -> Form | None:
        """The form of a number, or None."""
        return next((form for form in self.forms if int(form.number) == number), None)


@dataclass(frozen=True)
class PaperPerson:
    """What a form says of a person; ethnic origin is not among it."""

    person_id: int
    full_name: str
    birth_date: date | None
    birth_year: int | None
    sex: str | None
    leads: bool
    decision_number: str = ""
    decided_on: date | None = None

    @property
    def recognised(self) -> bool:
        """Whether a decision is on record."""
        return bool(self.decision_number or self.decided_on)


@dataclass(frozen=True)
class PaperTeam:
    """What a form says of a team and its commune."""

    name: str
    village: str
    unit: str
    place: str
    members: tuple[PaperPerson, ...]
    candidates: tuple[PaperPerson, ...]
    leader: PaperPerson | None


@dataclass(frozen=True)
class Draft:
    """A form filled in: words only, in the order in which they are printed."""

    title: str
    under: str
    left: tuple[str, ...]
    nation: str
    motto: str
    place_date: str
    mark: str
    notice: str
    basis: str
    before: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    after: tuple[str, ...]
    signings: tuple[str, ...]
    sign: str
    source: str


def candidates(members: Iterable[PaperPerson]) -> list[PaperPerson]:
    """Whom an election is about unless somebody says otherwise: members not recognised yet."""
    return [one for one in members if not one.recognised]


def fill(papers: Papers, form: Form, team: PaperTeam, *, year: int) -> Draft:
    """Fill a form with what is on record; what is not stays a dotted line."""
    frame = papers.frame
    listed = {Rows.CANDIDATES: team.candidates, Rows.MEMBERS: team.members}.get(form.rows, ())
    values = _values(frame, team, year) | {"listed": str(len(listed) or frame.dots)}

    def say(line: str) -> str:
        return line.format_map(values)

    blank = form.blank or (not listed and bool(form.columns)) * _LEAST_LINES
    rows = [_row(frame, form, at, one) for at, one in enumerate(listed, 1)]
    rows += [_row(frame, form, len(rows) + at, None) for at in range(1, blank + 1)]
    left = tuple(map(say, form.left))
    return Draft(
        title=form.title,
        under=form.under,
        left=(*left, frame.number) if form.numbered else left,
        nation=frame.nation,
        motto=frame.motto,
        place_date=say(frame.place_date),
        mark=frame.mark.format(number=form.number),
        notice=frame.draft,
        basis=frame.basis.format(basis=form.basis),
        before=tuple(map(say, form.before)),
        columns=form.columns,
        rows=tuple(rows),
        after=tuple(map(say, form.after)),
        signings=form.signings,
        sign=frame.sign,
        source=f"{form.source} {frame.reviewer}",
    )


def _values(frame: Frame, team: PaperTeam, year: int) -> dict[str, str]:
    village = team.village or frame.no_village
    leader = team.leader
    return {
        "unit": team.unit,
        "UNIT": team.unit.upper(),
        "place": team.place,
        "village": village,
        "VILLAGE": village.upper(),
        "team": team.name,
        "year": str(year),
        "members": str(len(team.members)),
        "women": str(sum(one.sex == "female" for one in team.members)),
        "leader": leader.full_name if leader else frame.dots,
        "leader_birth": (leader and _birth(leader)) or frame.dots,
        "dots": frame.dots,
    }


def _birth(one: PaperPerson) -> str:
    return f"{one.birth_date:%d/%m/%Y}" if one.birth_date else str(one.birth_year or "")


def _row(frame: Frame, form: Form, at: int, one: PaperPerson | None) -> tuple[str, ...]:
    return tuple(_cell(frame, column.field, at, one) for column in form.columns)


def _cell(frame: Frame, field: Field, at: int, one: PaperPerson | None) -> str:
    if field is Field.INDEX:
        return str(at)
    if one is None or field is Field.EMPTY:
        return ""
    return {
        Field.NAME: one.full_name,
        Field.BIRTH: _birth(one),
        Field.SEX: frame.sexes.get(one.sex or "", ""),
        Field.ROLE: frame.roles["leader" if one.leads else "mediator"],
        Field.DECISION: _decision(frame, one),
    }[field]


def _decision(frame: Frame, one: PaperPerson) -> str:
    if not one.recognised:
        return frame.no_day
    day = f"{one.decided_on:%d/%m/%Y}" if one.decided_on else "…/…/……"
    return frame.decision.format(number=one.decision_number or "…………", day=day)
