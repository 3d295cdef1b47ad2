"""Invented people in invented teams, in bulk: something to carry a reform out on."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from training_app.db import Base
from training_app.organisation.models import Level, Unit, UnitSpan
from training_app.organisation.services.units import reserve_ids
from training_app.vietnamese import fold, phrase_key, sort_key

SINCE: Final = date(2024, 1, 15)
# 550,000 mediators serve in about 86,000 teams.
_TEAM_SIZE: Final = 6.4
_PART: Final = 20_000
_SURNAMES: Final = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng")
_GIVEN: Final = ("An", "Bình", "Cường", "Dung", "Hòa", "Lan", "Mai", "Nam", "Phúc", "Thủy", "Út")
_Row = dict[str, Any]


def invent(session: Session, people: int, *, now: datetime) -> int:
    """Write so many people in teams spread over all communes; returns how many teams.

    Everyone has one fact of learning, so that there is a record that must not change.
    """
    communes = session.scalars(
        select(UnitSpan.unit_id)
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .where(Unit.level == Level.COMMUNE)
        .order_by(UnitSpan.unit_id)
    ).all()
    teams = max(1, round(people / _TEAM_SIZE))
    names = [f"{one} Văn {other}" for one in _SURNAMES for other in _GIVEN]
    folded = [(name, fold(name), sort_key(name)) for name in names]

    def team_span(number: int) -> _Row:
        name = f"Tổ hòa giải số {1 + number // len(communes)}"
        # A prime step spreads few teams over the whole country.
        unit = communes[number * 7919 % len(communes)]
        return {
            "team_id": number + 1,
            "unit_id": unit,
            "name": name,
            "name_fold": fold(name),
            "sort_key": phrase_key(name),
            "village": "",
            "minority_required": False,
            "valid_from": SINCE,
        }

    def person(number: int) -> _Row:
        name, name_fold, key = folded[number % len(folded)]
        return {
            "id": number + 1,
            "full_name": name,
            "name_fold": name_fold,
            "sort_key": key,
            "birth_year": 1950 + number % 45,
            "sex": ("female", "male", "male")[number % 3],
            "recorded_at": now,
        }

    _write(session, "team", teams, lambda number: {"id": number + 1})
    _write(session, "team_span", teams, team_span)
    _write(session, "person", people, person)
    _write(session, "membership", people, lambda number: _serves(number, teams, now))
    _write(session, "leadership", min(teams, people), lambda number: _leads(number, now))
    _write(session, "fact", people, lambda number: _fact(number, now))
    reserve_ids(session, "team", teams)
    reserve_ids(session, "person", people)
    return teams


def _serves(number: int, teams: int, now: datetime) -> _Row:
    return {
        "person_id": number + 1,
        "team_id": number % teams + 1,
        "valid_from": SINCE,
        "end_note": "",
        "recorded_at": now,
        "source": "replay",
    }


def _leads(number: int, now: datetime) -> _Row:
    return {
        "person_id": number + 1,
        "team_id": number + 1,
        "valid_from": SINCE,
        "recorded_at": now,
    }


def _fact(number: int, now: datetime) -> _Row:
    return {
        "person_id": number + 1,
        "kind": "exemption",
        "happened_on": SINCE,
        "recorded_at": now,
        "source_kind": "replay",
        "source_id": number + 1,
    }


def _write(session: Session, table: str, count: int, row: Callable[[int], _Row]) -> None:
    """Write rows by the table's name: learning stands above the organisation."""
    target = Base.metadata.tables[table]
    for start in range(0, count, _PART):
        part = [row(number) for number in range(start, min(start + _PART, count))]
        session.execute(insert(target), part)
