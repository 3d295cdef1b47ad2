"""What reorganisations left to decide."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ScalarSelect, and_, distinct, func, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.organisation import scope as scoping
from training_app.organisation.models import Membership, TeamSpan, UnitSuccession, holds

_Old = aliased(TeamSpan, name="old")


@dataclass(frozen=True)
class WaitingTeam:
    """A team of a split unit that nobody has placed yet, and the units it may belong to."""

    team_id: int
    name: str
    village: str
    waits_at: int
    old_unit_id: int
    people: int
    candidates: tuple[int, ...]


def waiting_teams(session: Session, scope: Scope, on: date) -> list[WaitingTeam]:
    """Teams that on the day stand above the successors of their split unit, in order of units."""
    parts = select(UnitSuccession.new_unit_id).where(
        UnitSuccession.old_unit_id == _Old.unit_id,
        UnitSuccession.share == "part",
        UnitSuccession.on == _Old.valid_to,
    )
    rows = session.execute(
        select(
            TeamSpan.team_id,
            TeamSpan.name,
            TeamSpan.village,
            TeamSpan.unit_id,
            _Old.unit_id.label("old_unit_id"),
            func.count(distinct(Membership.person_id)).label("people"),
        )
        .select_from(TeamSpan)
        .join(_Old, and_(_Old.team_id == TeamSpan.team_id, _Old.valid_to == _last_elsewhere()))
        .outerjoin(Membership, and_(Membership.team_id == TeamSpan.team_id, holds(Membership, on)))
        .where(
            holds(TeamSpan, on),
            TeamSpan.team_id.in_(scoping.teams(scope, on)),
            parts.exists(),
            TeamSpan.unit_id.not_in(parts),
        )
        .group_by(TeamSpan.id, _Old.id)
        .order_by(_Old.unit_id, TeamSpan.sort_key, TeamSpan.team_id)
        .execution_options(scope=scope)
    ).all()
    candidates = _successors(session)
    return [WaitingTeam(*row, candidates=candidates[row.old_unit_id]) for row in rows]


def _last_elsewhere() -> ScalarSelect[date | None]:
    """The day on which a team came to the unit where it stands."""
    earlier = aliased(TeamSpan)
    return (
        select(func.max(earlier.valid_to))
        .where(earlier.team_id == TeamSpan.team_id, earlier.unit_id != TeamSpan.unit_id)
        .correlate(TeamSpan)
        .scalar_subquery()
    )


def _successors(session: Session) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    rows = select(UnitSuccession.old_unit_id, UnitSuccession.new_unit_id).where(
        UnitSuccession.share == "part"
    )
    for row in session.execute(rows.order_by(UnitSuccession.new_unit_id)):
        found[row.old_unit_id] = (*found.get(row.old_unit_id, ()), row.new_unit_id)
    return found
