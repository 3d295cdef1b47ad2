"""Which teams legal professionals support on a day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.coverage.models import TeamSupport
from training_app.coverage.queries.sets import below
from training_app.coverage.rules.support import Profession
from training_app.db import Unscoped
from training_app.organisation.models import TeamSpan, UnitSpan, holds

_COUNTS = Unscoped("how many teams of a place, and none of them named")


class SupportRow(NamedTuple):
    """One row per entry about a team."""

    team_name: str
    profession: Profession
    supported: bool
    happened_on: date
    source: str
    recorded_at: datetime


def supported_teams(session: Session, path: str, on: date) -> tuple[int, int]:
    """How many teams stand under a path on a day, and how many of them are supported. One SELECT.

    Readers of totals may know both.
    """
    found = _supported(on).correlate(None)
    row = session.execute(
        select(
            func.count(),
            func.count().filter(TeamSpan.team_id.in_(found)),
        )
        .select_from(TeamSpan)
        .join(UnitSpan, _place(path, on))
        .where(holds(TeamSpan, on))
        .execution_options(scope=_COUNTS)
    ).one()
    return int(row[0]), int(row[1])


def professions_by_team(
    session: Session, scope: Scope, path: str, on: date
) -> dict[int, list[Profession]]:
    """Team → who supports it on the day, under a path. One SELECT."""
    last = _last(on).subquery()
    found: dict[int, list[Profession]] = defaultdict(list)
    for team_id, profession in session.execute(
        select(last.c.team_id, last.c.profession)
        .join(TeamSpan, and_(TeamSpan.team_id == last.c.team_id, holds(TeamSpan, on)))
        .join(UnitSpan, _place(path, on))
        .where(last.c.supported, last.c.nth == 1)
        .order_by(last.c.profession)
        .execution_options(scope=scope)
    ):
        found[team_id].append(Profession(profession))
    return found


def entries(session: Session, scope: Scope, path: str, on: date) -> list[SupportRow]:
    """What was entered about the teams under a path, the latest day first. One SELECT."""
    found = session.execute(
        select(
            TeamSpan.name,
            TeamSupport.profession,
            TeamSupport.supported,
            TeamSupport.happened_on,
            TeamSupport.source,
            TeamSupport.recorded_at,
        )
        .join(TeamSpan, and_(TeamSpan.team_id == TeamSupport.team_id, holds(TeamSpan, on)))
        .join(UnitSpan, _place(path, on))
        .order_by(TeamSupport.happened_on.desc(), TeamSupport.id.desc())
        .execution_options(scope=scope)
    )
    return [
        SupportRow(name, Profession(one), supported, day, source, recorded_at)
        for name, one, supported, day, source, recorded_at in found
    ]


def _place(path: str, on: date) -> ColumnElement[bool]:
    return and_(UnitSpan.unit_id == TeamSpan.unit_id, holds(UnitSpan, on), below(path))


def _last(on: date) -> Select[tuple[int, str, bool, int]]:
    """Of each team and profession every entry up to the day, the one that holds numbered 1."""
    nth = func.row_number().over(
        partition_by=(TeamSupport.team_id, TeamSupport.profession),
        order_by=(TeamSupport.happened_on.desc(), TeamSupport.id.desc()),
    )
    return select(
        TeamSupport.team_id, TeamSupport.profession, TeamSupport.supported, nth.label("nth")
    ).where(TeamSupport.happened_on <= on)


def _supported(on: date) -> Select[tuple[int]]:
    last = _last(on).subquery()
    return select(last.c.team_id).where(last.c.supported, last.c.nth == 1)
