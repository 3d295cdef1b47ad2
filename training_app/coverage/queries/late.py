"""What was entered after a day about that day or before: why two readings of it differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select, union_all
from sqlalchemy.orm import Session, aliased

from training_app.accounts.models import Account
from training_app.catalogue.models import ModuleVersion
from training_app.coverage.queries.late_parts import LateKind, late_parts
from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import Asking
from training_app.organisation.models import Person, TeamSpan, holds

__all__ = ["LateKind", "LatePage", "LateRow", "late_entries"]


@dataclass(frozen=True)
class LateRow:
    """One row per entry: who, what, when it happened, when and by whom it was entered.

    About a team as a whole no person is named; ``full_name`` is then the team's.
    """

    kind: LateKind
    person_id: int | None
    team_id: int | None
    full_name: str
    title: str
    title_en: str
    happened_on: date | None
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
    exemptions granted or ended early, services and leading begun or ended, what an office did to
    these and took back, records found to be of one person or of two; and teams that came or went.
    Three SELECTs.
    """
    every = union_all(*late_parts(asking, here, moment)).subquery("late")
    total = session.scalar(
        select(func.count()).select_from(every).execution_options(scope=asking.scope)
    )
    writer, keeper = aliased(Account), aliased(Person)
    chosen = (
        select(
            every.c.kind,
            every.c.human,
            every.c.team_id,
            func.coalesce(Person.full_name, every.c.label).label("full_name"),
            every.c.module_id,
            func.coalesce(TeamSpan.name, "").label("team"),
            every.c.happened_on,
            every.c.recorded_at,
            func.coalesce(keeper.full_name, "").label("by"),
        )
        .outerjoin(Person, Person.id == every.c.human)
        .outerjoin(TeamSpan, and_(TeamSpan.team_id == every.c.team_id, holds(TeamSpan, asking.on)))
        .outerjoin(writer, writer.id == every.c.recorded_by)
        .outerjoin(keeper, keeper.id == writer.person_id)
        .order_by(
            every.c.recorded_at.desc(),
            Person.sort_key,
            every.c.human,
            every.c.kind,
            every.c.team_id,
        )
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
        row.team_id,
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
