"""What was entered after a day about that day or before: why two readings of it differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from training_app.accounts.models import Account
from training_app.catalogue.models import ModuleVersion
from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import HUMAN, Asking, below, helps, people_asked
from training_app.db import Identity
from training_app.learning.models import Fact, FactWithdrawal
from training_app.organisation.models import (
    Membership,
    Person,
    Superseded,
    TeamSpan,
    UnitSpan,
    holds,
)


class LateKind(StrEnum):
    """What was entered late."""

    FACT = "fact"
    WITHDRAWAL = "withdrawal"
    JOINED = "joined"
    LEFT = "left"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True)
class LateRow:
    """One row per entry: who, what, when it happened, when and by whom it was entered."""

    kind: LateKind
    person_id: int
    full_name: str
    title: str
    title_en: str
    happened_on: date
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True)
class LatePage:
    """A stretch of the list, and how many entries there are."""

    rows: tuple[LateRow, ...]
    total: int


def late_entries(
    session: Session,
    asking: Asking,
    here: Place,
    moment: datetime,
    *,
    limit: int | None,
    offset: int = 0,
) -> LatePage:
    """Entries about the day asked for or before, made after ``moment``, the last first.

    Of people of whom it is asked in the place: facts that count towards it, facts withdrawn,
    services begun or ended, and what an office did to a service and took back. Three SELECTs.
    """
    parts = [_facts(asking, here, moment), _withdrawals(asking, here, moment)]
    if asking.by_team:
        parts += [
            _joined(asking, here, moment),
            _left(asking, here, moment),
            _taken_back(asking, here, moment),
        ]
    every = union_all(*parts).subquery("late")
    total = session.scalar(
        select(func.count()).select_from(every).execution_options(scope=asking.scope)
    )
    writer, keeper = aliased(Account), aliased(Person)
    chosen = (
        select(
            every.c.kind,
            every.c.human,
            Person.full_name,
            every.c.module_id,
            func.coalesce(TeamSpan.name, "").label("team"),
            every.c.happened_on,
            every.c.recorded_at,
            func.coalesce(keeper.full_name, "").label("by"),
        )
        .join(Person, Person.id == every.c.human)
        .outerjoin(TeamSpan, and_(TeamSpan.team_id == every.c.team_id, holds(TeamSpan, asking.on)))
        .outerjoin(writer, writer.id == every.c.recorded_by)
        .outerjoin(keeper, keeper.id == writer.person_id)
        .order_by(every.c.recorded_at.desc(), Person.sort_key, every.c.human, every.c.kind)
        .limit(limit)
        .offset(offset)
        .execution_options(scope=asking.scope)
    )
    rows = session.execute(chosen).all()
    titles = _titles(session, {row.module_id for row in rows if row.module_id is not None})
    return LatePage(tuple(_row(row, titles) for row in rows), total or 0)


def _row(row: Any, titles: Mapping[int, tuple[str, str]]) -> LateRow:
    title, title_en = titles.get(row.module_id, (row.team, row.team))
    return LateRow(
        LateKind(row.kind),
        row.human,
        row.full_name,
        title,
        title_en or title,
        row.happened_on,
        row.recorded_at,
        row.by,
    )


def _titles(session: Session, module_ids: set[int]) -> dict[int, tuple[str, str]]:
    rows = session.execute(
        select(ModuleVersion.module_id, ModuleVersion.title, ModuleVersion.title_en).where(
            ModuleVersion.module_id.in_(module_ids), ModuleVersion.superseded_at.is_(None)
        )
    )
    return {row.module_id: (row.title, row.title_en) for row in rows}


def _columns(kind: LateKind, *columns: Any) -> Select[*tuple[Any, ...]]:
    names = ("human", "module_id", "team_id", "happened_on", "recorded_at", "recorded_by")
    return select(
        literal(kind.value).label("kind"),
        *(column.label(name) for column, name in zip(columns, names, strict=True)),
    )


_NOBODY = cast(null(), Identity)


def _of_those_asked(asking: Asking, here: Place) -> Any:
    asked = people_asked(asking, here.path)
    return and_(HUMAN.in_(select(asked.c.human)), Fact.happened_on <= asking.on)


def _facts(asking: Asking, here: Place, moment: datetime) -> Select[*tuple[Any, ...]]:
    return (
        _columns(
            LateKind.FACT,
            HUMAN,
            Fact.module_id,
            _NOBODY,
            Fact.happened_on,
            Fact.recorded_at,
            Fact.recorded_by,
        )
        .join_from(Fact, Person, Person.id == Fact.person_id)
        .where(
            _of_those_asked(asking, here),
            helps(asking.requirement.asked.required),
            Fact.recorded_at > moment,
        )
    )


def _withdrawals(asking: Asking, here: Place, moment: datetime) -> Select[*tuple[Any, ...]]:
    return (
        _columns(
            LateKind.WITHDRAWAL,
            HUMAN,
            Fact.module_id,
            _NOBODY,
            Fact.happened_on,
            FactWithdrawal.recorded_at,
            FactWithdrawal.recorded_by,
        )
        .join_from(Fact, Person, Person.id == Fact.person_id)
        .join(FactWithdrawal, FactWithdrawal.fact_id == Fact.id)
        .where(
            _of_those_asked(asking, here),
            helps(asking.requirement.asked.required),
            Fact.recorded_at <= moment,
            FactWithdrawal.recorded_at > moment,
        )
    )


def _service(asking: Asking, here: Place, columns: Select[Any]) -> Select[*tuple[Any, ...]]:
    """Services in the teams that stood in the place on the day."""
    on = asking.on
    return (
        columns.join_from(Membership, Person, Person.id == Membership.person_id)
        .join(TeamSpan, and_(TeamSpan.team_id == Membership.team_id, holds(TeamSpan, on)))
        .join(UnitSpan, and_(UnitSpan.unit_id == TeamSpan.unit_id, holds(UnitSpan, on)))
        .where(below(here.path), Membership.valid_from <= on)
    )


def _joined(asking: Asking, here: Place, moment: datetime) -> Select[*tuple[Any, ...]]:
    columns = _columns(
        LateKind.JOINED,
        HUMAN,
        _NOBODY,
        Membership.team_id,
        Membership.valid_from,
        Membership.recorded_at,
        Membership.recorded_by,
    )
    serving = or_(Membership.valid_to.is_(None), Membership.valid_to > asking.on)
    return _service(asking, here, columns).where(Membership.recorded_at > moment, serving)


def _left(asking: Asking, here: Place, moment: datetime) -> Select[*tuple[Any, ...]]:
    columns = _columns(
        LateKind.LEFT,
        HUMAN,
        _NOBODY,
        Membership.team_id,
        Membership.valid_to,
        Membership.end_recorded_at,
        Membership.end_recorded_by,
    )
    return _service(asking, here, columns).where(
        Membership.recorded_at <= moment,
        Membership.valid_to <= asking.on,
        Membership.end_recorded_at > moment,
    )


def _taken_back(asking: Asking, here: Place, moment: datetime) -> Select[*tuple[Any, ...]]:
    """Services that began or ended, as was known then, and whose beginning or end never was."""
    past = aliased(Superseded)
    return (
        _columns(
            LateKind.TAKEN_BACK,
            HUMAN,
            _NOBODY,
            past.team_id,
            func.coalesce(past.valid_to, past.valid_from),
            past.known_to,
            _NOBODY,
        )
        .join_from(past, Person, Person.id == past.person_id)
        .join(TeamSpan, and_(TeamSpan.team_id == past.team_id, holds(TeamSpan, asking.on)))
        .join(UnitSpan, and_(UnitSpan.unit_id == TeamSpan.unit_id, holds(UnitSpan, asking.on)))
        .where(
            past.kind == Membership.__tablename__,
            or_(past.known_from.is_(None), past.known_from <= moment),
            past.known_to > moment,
            func.coalesce(past.valid_to, past.valid_from) <= asking.on,
            below(here.path),
        )
    )
