"""Loading what an operation may touch, as it stands on the day."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, bindparam, or_, select, tuple_
from sqlalchemy.orm import Session

from training_app.db import Identity
from training_app.errors import N_, RuleBroken
from training_app.organisation.models import (
    Leadership,
    Membership,
    Recognition,
    TeamSpan,
    Unit,
    UnitSpan,
    holds,
)
from training_app.organisation.rules.operations import (
    ChangeTeam,
    ElectLeader,
    Operation,
    Recognise,
    changes_units,
    levels_abolished,
    moves_people,
    service_named,
    teams_named,
    units_named,
    whole_teams,
)
from training_app.organisation.rules.standing import Standing
from training_app.organisation.rules.states import TeamState, UnitState
from training_app.organisation.services.conditions import CHANGE
from training_app.vietnamese import clean

# Fewer than the variables a statement may hold on either engine.
PART: Final = 10_000
LATER_CHANGES: Final = N_(
    "What this touches changes again after %(day)s. Choose a later day, or take the later change "
    "back first."
)


@dataclass(frozen=True)
class Span:
    """The row that holds on the day."""

    id: int
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Loaded:
    """The standing twice, to change one, and the rows behind it by unit and by team."""

    before: Standing
    after: Standing
    units: dict[int, Span]
    teams: dict[int, Span]


def hold(session: Session, chosen: Operation) -> None:
    """Keep others from changing the units and teams named until the transaction ends.

    Whoever comes second waits, and then reads what the first has done. (SQLite knows one writer
    at a time, who has this from the start.)
    """
    held = (
        (UnitSpan, UnitSpan.unit_id, units_named(chosen)),
        (TeamSpan, TeamSpan.team_id, teams_named(chosen)),
    )
    for model, column, named in held:
        for part in parts(named):
            rows = select(model.id).where(column.in_(part), model.valid_to.is_(None))
            ordered = rows.order_by(model.id).with_for_update()
            session.execute(ordered.execution_options(**CHANGE)).all()


def load(session: Session, chosen: Operation, on: date) -> Loaded:
    """Load all units of the day, and the teams and people that the operation may touch."""
    units, unit_spans = _units(session, on)
    teams, team_spans = _teams(session, chosen, units, on)
    members: dict[int, set[int]] = {}
    leaders: dict[int, int] = {}
    if moves_people(chosen):
        members, leaders = _people(session, chosen, on)
    before = Standing(units, teams, {team: set(found) for team, found in members.items()}, leaders)
    after = Standing(dict(units), dict(teams), members, dict(leaders))
    return Loaded(before, after, unit_spans, team_spans)


def parts(ids: Collection[int]) -> Iterator[BindParameter[int]]:
    """The ids in lists short enough for one statement, for ``in_``.

    The numbers stand in the statement itself: thousands of placeholders cost more than the query.
    """
    ordered = sorted(ids)
    for start in range(0, len(ordered), PART):
        part = ordered[start : start + PART]
        yield bindparam(None, part, type_=Identity, expanding=True, literal_execute=True)


def _units(session: Session, on: date) -> tuple[dict[int, UnitState], dict[int, Span]]:
    rows = session.execute(
        select(
            UnitSpan.unit_id,
            Unit.level,
            UnitSpan.parent_id,
            UnitSpan.code,
            UnitSpan.name,
            UnitSpan.type,
            UnitSpan.id,
            UnitSpan.valid_from,
            UnitSpan.valid_to,
        )
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .where(holds(UnitSpan, on))
        .order_by(UnitSpan.unit_id)
    ).all()
    return {row[0]: UnitState(*row[1:6]) for row in rows}, {row[0]: Span(*row[6:]) for row in rows}


def _teams(
    session: Session, chosen: Operation, units: dict[int, UnitState], on: date
) -> tuple[dict[int, TeamState], dict[int, Span]]:
    """Teams of the units touched and above them, where teams may go to wait, and those named."""
    touched = units_named(chosen) & units.keys()
    levels = levels_abolished(chosen)
    touched |= {unit for unit, state in units.items() if state.level in levels}
    for unit_id in list(touched):
        parent = units[unit_id].parent
        while parent is not None and parent not in touched:
            touched.add(parent)
            parent = units[parent].parent
    states: dict[int, TeamState] = {}
    spans: dict[int, Span] = {}
    named = teams_named(chosen)
    if changes_units(chosen):
        for part in parts(touched):
            _refuse_later(session, TeamSpan, TeamSpan.unit_id.in_(part), on)
    for part in parts(named):
        _refuse_later(session, TeamSpan, TeamSpan.team_id.in_(part), on)
    renamed = {step.team for step in chosen.steps if isinstance(step, ChangeTeam)}
    for where in _somewhere(touched | _homes(session, renamed), named):
        for row in session.execute(_open_teams(where)):
            states[row.team_id] = TeamState(*row[4:])
            spans[row.team_id] = Span(*row[1:4])
    return states, spans


def _open_teams(where: ColumnElement[bool]) -> Any:
    return (
        select(
            TeamSpan.team_id,
            TeamSpan.id,
            TeamSpan.valid_from,
            TeamSpan.valid_to,
            TeamSpan.unit_id,
            TeamSpan.name,
            TeamSpan.name_fold,
            TeamSpan.sort_key,
            TeamSpan.village,
            TeamSpan.minority_required,
        )
        .where(where, TeamSpan.valid_to.is_(None))
        .order_by(TeamSpan.team_id)
        .execution_options(**CHANGE)
    )


def _homes(session: Session, teams: set[int]) -> set[int]:
    """Where teams stand that get a name: nobody beside them may bear it."""
    found = select(TeamSpan.unit_id).where(TeamSpan.team_id.in_(teams), TeamSpan.valid_to.is_(None))
    return set(session.scalars(found.execution_options(**CHANGE))) if teams else set()


def _somewhere(units: set[int], teams: set[int]) -> Iterator[ColumnElement[bool]]:
    for part in parts(units):
        yield TeamSpan.unit_id.in_(part)
    for part in parts(teams):
        yield TeamSpan.team_id.in_(part)


def _refuse_later(
    session: Session,
    model: type[TeamSpan | Membership | Leadership],
    where: ColumnElement[bool],
    on: date,
) -> None:
    """Nothing of this may begin or end after the day: it would rest on what the change removes."""
    later = select(model.id).where(where, or_(model.valid_from > on, model.valid_to > on))
    if session.scalars(later.limit(1).execution_options(**CHANGE)).first() is not None:
        raise RuleBroken(LATER_CHANGES, day=on.isoformat())


def _people(
    session: Session, chosen: Operation, on: date
) -> tuple[dict[int, set[int]], dict[int, int]]:
    """Who serves in the teams that the operation names, and who leads them, on the day."""
    teams = teams_named(chosen)
    _refuse_later_people(session, chosen, on)
    members: dict[int, set[int]] = {team: set() for team in teams}
    serving = select(Membership.team_id, Membership.person_id).where(
        Membership.team_id.in_(teams), Membership.valid_from <= on, Membership.valid_to.is_(None)
    )
    for team_id, person_id in session.execute(serving.execution_options(**CHANGE)):
        members[team_id].add(person_id)
    leads = select(Leadership.team_id, Leadership.person_id).where(
        Leadership.team_id.in_(teams), holds(Leadership, on)
    )
    leaders = {
        row.team_id: row.person_id for row in session.execute(leads.execution_options(**CHANGE))
    }
    for step in chosen.steps:
        if isinstance(step, Recognise):
            _refuse_twice(session, step)
    return members, leaders


def _refuse_later_people(session: Session, chosen: Operation, on: date) -> None:
    """What of people the operation may touch must not begin or end after the day."""
    whole = whole_teams(chosen)
    elected = {step.team for step in chosen.steps if isinstance(step, ElectLeader)}
    pairs = service_named(chosen)
    _refuse_later(session, Membership, Membership.team_id.in_(whole), on)
    _refuse_later(session, Leadership, Leadership.team_id.in_(whole | elected), on)
    for model in (Membership, Leadership):
        _refuse_later(session, model, tuple_(model.person_id, model.team_id).in_(pairs), on)


def _refuse_twice(session: Session, step: Recognise) -> None:
    same = select(Recognition.id).where(
        Recognition.person_id == step.person,
        Recognition.team_id == step.team,
        Recognition.role == step.role,
        Recognition.decision_number == clean(step.number),
        Recognition.decided_on == step.decided_on,
    )
    if session.scalars(same.limit(1).execution_options(**CHANGE)).first() is not None:
        raise RuleBroken(N_("This decision is recorded already."))


def refuse_later_units(
    session: Session, changed: set[int], spans: dict[int, Span], on: date
) -> None:
    """Refuse where a unit that changes has a planned end, or something comes below it later."""
    if any(spans[unit].valid_to is not None for unit in changed if unit in spans):
        raise RuleBroken(LATER_CHANGES, day=on.isoformat())
    for part in parts({unit for unit in changed if unit > 0}):
        later = select(UnitSpan.id).where(UnitSpan.parent_id.in_(part), UnitSpan.valid_from > on)
        if session.scalars(later.limit(1)).first() is not None:
            raise RuleBroken(LATER_CHANGES, day=on.isoformat())


def refuse_taken_codes(session: Session, codes: set[str], on: date) -> None:
    """Refuse codes that another unit will bear from a later day on."""
    for start in range(0, len(codes), PART):
        part = sorted(codes)[start : start + PART]
        later = select(UnitSpan.code).where(UnitSpan.code.in_(part), UnitSpan.valid_from > on)
        if (code := session.scalars(later.limit(1)).first()) is not None:
            raise RuleBroken(N_("Two units would bear the code %(code)s."), code=code)
