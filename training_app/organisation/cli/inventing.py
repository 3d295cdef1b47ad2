"""Invented people in invented teams, in bulk: something to carry a reform out on.

The database makes the rows itself, from a row of numbers: half a million people in seconds.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    String,
    Subquery,
    case,
    cast,
    column,
    false,
    func,
    insert,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from training_app.db import Base, UtcDateTime
from training_app.organisation.models import Level, Unit, UnitSpan
from training_app.organisation.services.units import reserve_ids
from training_app.vietnamese import fold, phrase_key, sort_key

SINCE: Final = date(2024, 1, 15)
# 550,000 mediators serve in about 86,000 teams.
_TEAM_SIZE: Final = 6.4
# A prime step spreads few teams over the whole country.
_STEP: Final = 7919
# One in so many has an account and is signed in.
_SIGNED_IN: Final = 100
_SURNAMES: Final = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng")
_GIVEN: Final = ("An", "Bình", "Cường", "Dung", "Hòa", "Lan", "Mai", "Nam", "Phúc", "Thủy", "Út")
_Columns = Mapping[str, Any]


def invent(session: Session, people: int, *, now: datetime) -> int:
    """Write so many people in teams spread over all communes; returns how many teams.

    Everyone has one fact of learning and some are signed in, so that there is a record that must
    not change and somebody whom nothing may sign out.
    """
    teams = max(1, round(people / _TEAM_SIZE))
    _write(session, "team", teams, {})
    _write_spans(session, teams)
    _write_people(session, people, now)
    recorded = {"valid_from": literal(SINCE), "recorded_at": literal(now, UtcDateTime())}
    numbered = {"person_id": _number() + 1, "team_id": _number() % teams + 1}
    told = {"end_note": literal(""), "source": literal("replay")}
    _write(session, "membership", people, numbered | recorded | told)
    _write(session, "leadership", min(teams, people), numbered | recorded)
    _write(session, "fact", people, _facts(now))
    _write_signed_in(session, people // _SIGNED_IN, now)
    for table, count in (("team", teams), ("person", people), ("account", people // _SIGNED_IN)):
        reserve_ids(session, table, count)
    return teams


def _number() -> ColumnElement[int]:
    return column("number", Integer())


def _numbers(count: int) -> CTE:
    """0, 1, 2 ... as a table that the database makes."""
    first = select(literal(0, Integer()).label("number")).cte("numbers", recursive=True)
    following = select(first.c.number + 1).where(first.c.number < count - 1)
    return first.union_all(following)


def _write(session: Session, table: str, count: int, made: _Columns, *joined: Any) -> None:
    """Write rows by the table's name: learning and accounts stand above the organisation."""
    if not count:
        return
    target = Base.metadata.tables[table]
    columns = dict(made)
    if table in {"team", "person", "account"}:
        columns["id"] = _number() + 1
    rows = select(*columns.values()).select_from(_numbers(count))
    for lookup, condition in joined:
        rows = rows.join(lookup, condition)
    session.execute(insert(target).from_select(list(columns), rows))


def _write_spans(session: Session, teams: int) -> None:
    """The teams go round the communes; in each they are numbered from one."""
    communes = (
        select(
            UnitSpan.unit_id,
            (func.row_number().over(order_by=UnitSpan.unit_id) - 1).label("place"),
        )
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .where(Unit.level == Level.COMMUNE)
        .subquery()
    )
    many = session.scalar(select(func.count()).select_from(communes)) or 1
    titles = (f"Tổ hòa giải số {1 + rank}" for rank in range(1 + teams // many))
    names = _lookup((title, fold(title), phrase_key(title)) for title in titles)
    made = {
        "team_id": _number() + 1,
        "unit_id": communes.c.unit_id,
        "name": names.c.name,
        "name_fold": names.c.fold,
        "sort_key": names.c.key,
        "village": literal(""),
        "minority_required": false(),
        "valid_from": literal(SINCE),
    }
    _write(
        session,
        "team_span",
        teams,
        made,
        (communes, communes.c.place == _number() * _STEP % many),
        (names, names.c.rank == _number() // many),
    )


def _lookup(rows: Iterable[tuple[str, str, str]]) -> Subquery:
    """Names with their folded and sorting forms, by rank from 0."""
    listed = (
        select(
            literal(rank).label("rank"),
            literal(name).label("name"),
            literal(folded).label("fold"),
            literal(key).label("key"),
        )
        for rank, (name, folded, key) in enumerate(rows)
    )
    return union_all(*listed).subquery()


def _write_people(session: Session, people: int, now: datetime) -> None:
    named = [f"{one} Văn {other}" for one in _SURNAMES for other in _GIVEN]
    names = _lookup((name, fold(name), sort_key(name)) for name in named)
    made = {
        "full_name": names.c.name,
        "name_fold": names.c.fold,
        "sort_key": names.c.key,
        "birth_year": _number() % 45 + 1950,
        "sex": case((_number() % 3 == 0, "female"), else_="male"),
        "recorded_at": literal(now, UtcDateTime()),
    }
    _write(session, "person", people, made, (names, names.c.rank == _number() % len(named)))


def _facts(now: datetime) -> _Columns:
    return {
        "person_id": _number() + 1,
        "kind": literal("exemption"),
        "happened_on": literal(SINCE),
        "recorded_at": literal(now, UtcDateTime()),
        "source_kind": literal("replay"),
        "source_id": _number() + 1,
    }


def _write_signed_in(session: Session, count: int, now: datetime) -> None:
    account = {
        "person_id": _number() * _SIGNED_IN + 1,
        "kind": literal("mediator"),
        "totp_step": literal(0),
        "lock_reason": literal(""),
        "created_at": literal(now, UtcDateTime()),
    }
    _write(session, "account", count, account)
    moments = ("started_at", "last_seen_at", "expires_at")
    sign_in = {
        "token_hash": cast(_number(), String()),
        "account_id": _number() + 1,
        "way": literal("card"),
        "shared": false(),
        **{name: literal(now, UtcDateTime()) for name in moments},
    }
    _write(session, "sign_in", count, sign_in)
