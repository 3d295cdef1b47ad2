"""Units as they stand on a day: by code, by place in the tree, and as people write them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from training_app.organisation import parsing, scope
from training_app.organisation.models import Level, Unit, UnitAlias, UnitSpan, UnitSuccession, holds

_ORDER = {Level.PROVINCE: 0, Level.DISTRICT: 1, Level.COMMUNE: 2}


@dataclass(frozen=True)
class UnitRow:
    """One unit as it stands on the day asked for."""

    id: int
    level: str
    code: str
    name: str
    type: str
    path: str
    parent_id: int | None
    valid_from: date
    valid_to: date | None

    @property
    def full_name(self) -> str:
        """Type and name: Phường Ba Đình."""
        return f"{self.type} {self.name}"


def _rows(on: date) -> Select[int, str, str, str, str, str, int | None, date, date | None]:
    return (
        select(
            UnitSpan.unit_id,
            Unit.level,
            UnitSpan.code,
            UnitSpan.name,
            UnitSpan.type,
            UnitSpan.path,
            UnitSpan.parent_id,
            UnitSpan.valid_from,
            UnitSpan.valid_to,
        )
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .where(holds(UnitSpan, on))
    )


def unit_on(session: Session, unit_id: int, on: date) -> UnitRow | None:
    """The unit as it stands on the day, or None when it does not stand then."""
    row = session.execute(_rows(on).where(UnitSpan.unit_id == unit_id)).first()
    return UnitRow(*row) if row else None


def ended_on(session: Session, unit_id: int, on: date) -> date | None:
    """The day since which a unit stands no more, or None where it never ended by the day."""
    last = select(func.max(UnitSpan.valid_to)).where(
        UnitSpan.unit_id == unit_id, UnitSpan.valid_to <= on
    )
    return session.scalar(last)


def unit_by_code(session: Session, code: str, on: date) -> UnitRow | None:
    """The unit that carries an official code on the day: the same code meant others before."""
    row = session.execute(_rows(on).where(UnitSpan.code == code)).first()
    return UnitRow(*row) if row else None


def children(session: Session, parent_id: int | None, on: date) -> list[UnitRow]:
    """Units directly under the parent on the day (provinces for None), in Vietnamese order."""
    below = UnitSpan.parent_id == parent_id if parent_id else UnitSpan.parent_id.is_(None)
    rows = session.execute(_rows(on).where(below).order_by(UnitSpan.sort_key, UnitSpan.code))
    return [UnitRow(*row) for row in rows]


def breadcrumb(session: Session, unit: UnitRow, on: date) -> list[UnitRow]:
    """The units from the province down to and with ``unit``."""
    ids = [int(part) for part in unit.path.split("/") if part]
    rows = session.execute(_rows(on).where(UnitSpan.unit_id.in_(ids)))
    by_id = {row.unit_id: UnitRow(*row) for row in rows}
    return [by_id[unit_id] for unit_id in ids if unit_id in by_id]


def successors(session: Session, unit_id: int) -> list[tuple[int, str]]:
    """Ids of the units that took over an ended unit, with "whole" or "part"."""
    rows = session.execute(
        select(UnitSuccession.new_unit_id, UnitSuccession.share)
        .where(UnitSuccession.old_unit_id == unit_id)
        .order_by(UnitSuccession.new_unit_id)
    )
    return [(row.new_unit_id, row.share) for row in rows]


def find_units(
    session: Session, text: str, province_code: str | None = None, *, on: date
) -> list[UnitRow]:
    """Units that ``text`` may mean on the day: one when certain, several when it must be asked.

    Either tone placement, NFD, capitals, spaces, hyphens and apostrophes do not matter; a type
    word may be written or not. A name with its marks is certain; between names that differ by
    marks alone nothing is guessed, and a tone that contradicts the only candidate finds nothing.
    """
    found = parsing.readings(text)
    path = "/"
    if province_code:
        province = unit_by_code(session, province_code, on)
        if province is None:
            return []
        path = province.path
    candidates = _named(session, {reading.key for reading in found}, path, on)
    fitting = [
        (name, unit, reading)
        for reading in found
        for name, unit in candidates
        if parsing.unit_key(name) == reading.key and reading.type in {None, unit.type}
    ]
    if not fitting:
        fitting = _typed_otherwise(session, found, candidates)
    return _ordered(_certain_or_all(text, fitting))


_Fit = tuple[str, UnitRow, parsing.Reading]


def _named(session: Session, keys: set[str], path: str, on: date) -> list[tuple[str, UnitRow]]:
    """Units of the subtree whose name or alias has one of the keys, with that name."""
    spans = session.execute(_rows(on).where(scope.within(path), UnitSpan.name_fold.in_(keys)))
    by_name = [(row.name, UnitRow(*row)) for row in spans]
    aliases = session.execute(
        _rows(on)
        .add_columns(UnitAlias.name)
        .join(UnitAlias, UnitAlias.unit_id == UnitSpan.unit_id)
        .where(scope.within(path), UnitAlias.name_fold.in_(keys))
    )
    return by_name + [(row[-1], UnitRow(*row[:-1])) for row in aliases]


def _typed_otherwise(
    session: Session, found: list[parsing.Reading], candidates: list[tuple[str, UnitRow]]
) -> list[_Fit]:
    """Units that bore the written type word on another day, as an xã that became a phường."""
    types = {
        (row.unit_id, row.type)
        for row in session.execute(
            select(UnitSpan.unit_id, UnitSpan.type).where(
                UnitSpan.unit_id.in_({unit.id for _, unit in candidates})
            )
        )
    }
    return [
        (name, unit, reading)
        for reading in found
        for name, unit in candidates
        if parsing.unit_key(name) == reading.key and (unit.id, reading.type) in types
    ]


def _certain_or_all(text: str, fitting: list[_Fit]) -> list[UnitRow]:
    if parsing.bears_marks(text):
        exact = [
            unit
            for name, unit, reading in fitting
            if parsing.toned_key(name) == parsing.toned_key(reading.name)
        ]
        if exact:
            return exact
        if len({unit.id for _, unit, _ in fitting}) == 1:
            fitting = [
                (name, unit, reading)
                for name, unit, reading in fitting
                if not parsing.tones_conflict(reading.name, name)
            ]
    return [unit for _, unit, _ in fitting]


def _ordered(units: Iterable[UnitRow]) -> list[UnitRow]:
    unique = {unit.id: unit for unit in units}.values()
    return sorted(unique, key=lambda unit: (_ORDER[Level(unit.level)], unit.code))
