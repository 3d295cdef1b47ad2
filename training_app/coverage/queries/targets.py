"""The plans of units, and what mediators did in a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import KeyedColumnElement

from training_app.access import Scope
from training_app.assessment.models import Attempt
from training_app.coverage.models import Target
from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import HUMAN, below
from training_app.coverage.queries.support import professions_by_team
from training_app.coverage.rules.files import TargetList
from training_app.coverage.rules.support import Profession
from training_app.coverage.rules.targets import Goal, Progress, TargetMeasure
from training_app.db import Unscoped
from training_app.learning.models import Fact, FactKind, LessonProgress
from training_app.learning.queries import standing
from training_app.organisation import scope as rows
from training_app.organisation.models import (
    Membership,
    Person,
    TeamSpan,
    UnitSpan,
    UnitSuccession,
    holds,
)
from training_app.organisation.queries.teams import TeamRow, teams_under
from training_app.practice.models import PracticeAnswer, ScenarioRun
from training_app.programme.queries.asked import end_of

_TRAINING: Final = (FactKind.TEST_PASSED.value, FactKind.CLASS_ATTENDED.value)
_PLANS: Final = Unscoped("the plan of a unit holds for the units below, and names nobody")
_REMEMBERED: Final = timedelta(days=366)
_MOST_DECISIONS: Final = 100


# -- plans ---------------------------------------------------------------------------------


def plans(session: Session, here: Place, on: date) -> tuple[Goal, ...]:
    """Plans of the unit and of those above that run, come, or ended within a year. One SELECT."""
    newer = aliased(Target)
    replaced = exists().where(
        newer.id > Target.id,
        newer.unit_id == Target.unit_id,
        newer.measure == Target.measure,
        func.coalesce(newer.requirement_id, 0) == func.coalesce(Target.requirement_id, 0),
        newer.period_from == Target.period_from,
        newer.period_to == Target.period_to,
    )
    found = session.execute(
        select(Target, (UnitSpan.type + " " + UnitSpan.name).label("unit_name"))
        .join(UnitSpan, and_(UnitSpan.unit_id == Target.unit_id, holds(UnitSpan, on)))
        .where(
            Target.unit_id.in_([int(part) for part in here.path.split("/") if part]),
            Target.period_to > on - _REMEMBERED,
            Target.value.is_not(None),
            ~replaced,
        )
        .order_by(func.length(UnitSpan.path).desc(), Target.period_to, Target.measure, Target.id)
        .execution_options(scope=_PLANS)
    )
    return tuple(_goal(row.Target, row.unit_name) for row in found)


@dataclass(frozen=True)
class Decision:
    """One row per entry of a plan: of which unit, and the goal; ``value`` None takes it back."""

    goal: Goal
    value: int | None


def decisions(session: Session, here: Place, on: date) -> tuple[Decision, ...]:
    """Every entry of the plans of the unit and of those above, the last first. One SELECT."""
    found = session.execute(
        select(Target, (UnitSpan.type + " " + UnitSpan.name).label("unit_name"))
        .join(UnitSpan, and_(UnitSpan.unit_id == Target.unit_id, holds(UnitSpan, on)))
        .where(Target.unit_id.in_([int(part) for part in here.path.split("/") if part]))
        .order_by(Target.recorded_at.desc(), Target.id.desc())
        .limit(_MOST_DECISIONS)
        .execution_options(scope=_PLANS)
    )
    return tuple(Decision(_goal(row.Target, row.unit_name), row.Target.value) for row in found)


def _goal(row: Target, unit_name: str) -> Goal:
    return Goal(
        measure=TargetMeasure(row.measure),
        valid_from=row.period_from,
        valid_to=row.period_to,
        value=row.value or 1,
        source=row.source,
        requirement_id=row.requirement_id,
        unit_id=row.unit_id,
        unit_name=unit_name,
        plan_id=row.id,
        recorded_at=row.recorded_at,
    )


def reshaped(session: Session, here: Place, after: date, on: date) -> bool:
    """Whether the unit came to be, or took or gave territory, after a day and by another.

    What it counts then and later is of other teams. The nation stays what it is. One SELECT.
    """
    if here.id is None:
        return False
    stood = exists().where(UnitSpan.unit_id == here.id, holds(UnitSpan, after))
    moved = exists().where(
        or_(UnitSuccession.old_unit_id == here.id, UnitSuccession.new_unit_id == here.id),
        UnitSuccession.on > after,
        UnitSuccession.on <= on,
    )
    return bool(session.scalar(select(or_(~stood, moved)).execution_options(scope=_PLANS)))


# -- what was done in a period -------------------------------------------------------------


@dataclass(frozen=True)
class DoneQuestion:
    """Who did something of a measure from a first to a last day, as seen by whom."""

    measure: TargetMeasure
    here: Place
    first: date
    on: date
    scope: Scope


@dataclass(frozen=True)
class DonePerson:
    """One row per mediator behind a number."""

    person_id: int
    full_name: str
    team_id: int
    team_name: str


def done_in_period(session: Session, asked: DoneQuestion, before: date | None) -> Progress:
    """Mediators of the place, those who did it by the day, and by an earlier one. One SELECT.

    ``before`` None: nobody asks about an earlier day.
    """
    served = _served(asked)
    now = _did(asked, served.c.human, asked.on)
    then: ColumnElement[bool] = false()
    if before is not None and before >= asked.first:
        then = _did(asked, served.c.human, before)
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((now, 1), else_=0)), 0),
            func.coalesce(func.sum(case((then, 1), else_=0)), 0),
        )
        .select_from(served)
        .execution_options(scope=asked.scope)
    ).one()
    days = (asked.on - max(before or asked.on, asked.first - timedelta(days=1))).days
    return Progress(int(row[0]), int(row[1]), int(row[2]), max(1, days))


def done_people(
    session: Session, asked: DoneQuestion, *, done: bool, limit: int, offset: int
) -> tuple[tuple[DonePerson, ...], int]:
    """Who did it, or who did not, by given name, and how many in all. Two SELECTs."""
    served = _served(asked)
    did = _did(asked, served.c.human, asked.on)
    wanted = did if done else ~did
    total = session.scalar(
        select(func.count()).select_from(served).where(wanted).execution_options(scope=asked.scope)
    )
    team = and_(TeamSpan.team_id == served.c.team_id, holds(TeamSpan, asked.on))
    found = session.execute(
        select(Person.id, Person.full_name, served.c.team_id, TeamSpan.name)
        .join(served, served.c.human == Person.id)
        .join(TeamSpan, team)
        .where(wanted)
        .order_by(Person.sort_key, Person.id)
        .limit(limit)
        .offset(offset)
        .execution_options(scope=asked.scope)
    )
    return tuple(DonePerson(*row) for row in found), total or 0


def listed_teams(
    session: Session, scope: Scope, here: Place, listed: TargetList
) -> tuple[list[TeamRow], Mapping[int, Sequence[Profession]]]:
    """The teams behind a target by unit and name, and who supports which (where that counts)."""
    everyone = teams_under(session, scope, here.path, listed.last)
    if listed.measure is TargetMeasure.COMPLETE:
        return [one for one in everyone if one.composition.complete is listed.done], {}
    by_team = professions_by_team(session, scope, here.path, listed.last)
    return [one for one in everyone if (one.id in by_team) is listed.done], by_team


def _served(asked: DoneQuestion) -> Subquery:
    """One line per human being serving in the teams of the place on the day, in scope."""
    on, scope = asked.on, asked.scope
    seen: ColumnElement[bool] = true()
    if not scope.everything:
        seen = or_(TeamSpan.team_id.in_(scope.teams), TeamSpan.unit_id.in_(rows.units(scope, on)))
    return (
        select(HUMAN.label("human"), func.min(TeamSpan.team_id).label("team_id"))
        .select_from(TeamSpan)
        .join(UnitSpan, and_(UnitSpan.unit_id == TeamSpan.unit_id, holds(UnitSpan, on)))
        .join(Membership, and_(Membership.team_id == TeamSpan.team_id, holds(Membership, on)))
        .join(Person, Person.id == Membership.person_id)
        .where(holds(TeamSpan, on), below(asked.here.path), seen)
        .group_by(HUMAN)
        .subquery("served")
    )


def _did(asked: DoneQuestion, human: KeyedColumnElement[int], last: date) -> ColumnElement[bool]:
    """The person did something of the measure from the first day to the last."""
    written_as = _written_as(human)
    if asked.measure is TargetMeasure.TAUGHT:
        return exists().where(
            Fact.person_id.in_(written_as),
            Fact.kind.in_(_TRAINING),
            Fact.happened_on >= asked.first,
            Fact.happened_on <= last,
            standing(),
        )
    start, end = end_of(asked.first - timedelta(days=1)), end_of(last)
    return or_(
        *(
            exists().where(person.in_(written_as), moment >= start, moment < end)
            for person, moment in (
                (LessonProgress.person_id, LessonProgress.read_at),
                (PracticeAnswer.person_id, PracticeAnswer.answered_at),
                (ScenarioRun.person_id, ScenarioRun.started_at),
                (Attempt.person_id, Attempt.started_at),
            )
        )
    )


def _written_as(human: KeyedColumnElement[int]) -> Select[Any]:
    """All rows under which a human being was written."""
    linked = aliased(Person)
    return (
        select(linked.id)
        .where(or_(linked.id == human, linked.canonical_id == human))
        .correlate_except(linked)
    )
