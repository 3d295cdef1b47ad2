"""Where a place stands beside its targets, on a day and ninety days before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.coverage.queries.disputes import disputes
from training_app.coverage.queries.places import Place
from training_app.coverage.queries.ratios import ratios
from training_app.coverage.queries.sets import Asking
from training_app.coverage.queries.support import supported_teams
from training_app.coverage.queries.targets import DoneQuestion, done_in_period, reshaped
from training_app.coverage.queries.teams import coverage_by_team
from training_app.coverage.queries.trainers import Looking, needs_of_trainers, trainer_grants
from training_app.coverage.rollups.ready import unit_table
from training_app.coverage.rules import Counts
from training_app.coverage.rules.disputes import settled
from training_app.coverage.rules.ratios import Base, Confidence, RatioTarget
from training_app.coverage.rules.targets import PACE_DAYS, Goal, Progress, TargetMeasure
from training_app.organisation.queries.teams import teams_under
from training_app.programme.queries import AskedRow
from training_app.requirements.rules import Audience

_Counted = TypeVar("_Counted")


@dataclass(frozen=True)
class Measuring:
    """Which place is measured, as of which day, for whose eyes; what is required there.

    Without ``compared`` only the day itself is counted, and nothing is said of before.
    """

    here: Place
    on: date
    scope: Scope
    asked: tuple[AskedRow, ...]
    compared: bool = True

    @property
    def before(self) -> date:
        """The day with which today is compared."""
        return self.on - timedelta(days=PACE_DAYS)

    @property
    def days(self) -> tuple[date, ...]:
        """The days that are counted, the last one first."""
        return (self.on, self.before) if self.compared else (self.on,)

    def requirement(self, requirement_id: int | None) -> AskedRow | None:
        """What is required of mediators: the one named, or the first in force."""
        served = [one for one in self.asked if one.audience == Audience.MEDIATORS]
        if requirement_id is None:
            return next(iter(served), None)
        return next((one for one in served if one.id == requirement_id), None)


def progress(
    session: Session, measuring: Measuring, goals: Iterable[Goal]
) -> list[tuple[Goal, Progress]]:
    """Each goal that can be measured here with where the place stands; nothing is counted twice.

    A goal for a requirement that is not in force, and trainers of a place that is not a
    province, are left out. At most seven SELECTs for each thing counted.
    """
    known: dict[tuple[object, ...], Progress | None] = {}
    found = []
    for goal in goals:
        last = min(measuring.on, goal.last_day)
        key = (goal.key, last)
        if key not in known:
            known[key] = _compared(session, _until(measuring, last), goal)
        one = known[key]
        if one is not None:
            found.append((goal, one))
    return found


def _until(measuring: Measuring, last: date) -> Measuring:
    """A period that is over is measured on its last day."""
    return measuring if last == measuring.on else replace(measuring, on=last)


def _compared(session: Session, measuring: Measuring, goal: Goal) -> Progress | None:
    """Where it stands; a place that became another one since is compared with nothing."""
    one = _measured(session, measuring, goal)
    if one is None or goal.measure.in_period or not measuring.compared:
        return one
    other = reshaped(session, measuring.here, measuring.before, measuring.on)
    return replace(one, compared=False) if other else one


def _measured(session: Session, measuring: Measuring, goal: Goal) -> Progress | None:
    if goal.measure is TargetMeasure.TRAINED:
        return _trained(session, measuring, goal.requirement_id)
    as_it_stands = {
        TargetMeasure.COMPLETE: _complete,
        TargetMeasure.SUPPORTED: _supported,
        TargetMeasure.COACHED: _coached,
    }
    if goal.measure in as_it_stands:
        return as_it_stands[goal.measure](session, measuring)
    if goal.measure is TargetMeasure.SETTLED:
        figures = disputes(session, measuring.here.id)
        return settled(figures, goal.valid_from, measuring.on)
    if goal.measure.of_trainers:
        return _trainers(session, measuring, goal)
    asked = DoneQuestion(
        goal.measure, measuring.here, goal.valid_from, measuring.on, measuring.scope
    )
    return done_in_period(session, asked, measuring.before if measuring.compared else None)


def _trained(session: Session, measuring: Measuring, requirement_id: int | None) -> Progress | None:
    requirement = measuring.requirement(requirement_id)
    if requirement is None:
        return None
    now, then = _now_and_then(
        _counts(session, Asking(requirement, on, measuring.scope), measuring.here)
        for on in measuring.days
    )
    return Progress(now.people, now.held, then.held)


def _now_and_then(counted: Iterable[_Counted]) -> tuple[_Counted, _Counted]:
    """What was counted of the day and of the one before; of one alone it stands for both."""
    found = tuple(counted)
    return found[0], found[-1]


def _counts(session: Session, asking: Asking, here: Place) -> Counts:
    if here.is_commune:
        return coverage_by_team(session, asking, here).total
    return unit_table(session, asking, here).total


def _complete(session: Session, measuring: Measuring) -> Progress:
    now, then = _now_and_then(_teams(session, measuring, on) for on in measuring.days)
    return Progress(len(now), sum(now), sum(then))


def _teams(session: Session, measuring: Measuring, on: date) -> list[bool]:
    """Of each team whether it is complete by Article 12. Counts, which totals may know."""
    counting = replace(measuring.scope, totals_only=False)
    found = teams_under(session, counting, measuring.here.path, on)
    return [team.composition.complete for team in found]


def _supported(session: Session, measuring: Measuring) -> Progress:
    now, then = _now_and_then(
        supported_teams(session, measuring.here.path, on) for on in measuring.days
    )
    return Progress(*now, then[1])


def _coached(session: Session, measuring: Measuring) -> Progress | None:
    """Trainers of the place and below. Of a commune, and where nothing is required: None."""
    asked = tuple(one for one in measuring.asked if one.audience == Audience.TRAINERS)
    if measuring.here.is_commune or not asked:
        return None
    now, then = _now_and_then(_trained_trainers(session, measuring, on) for on in measuring.days)
    return Progress(len(now), sum(now), sum(then))


def _trained_trainers(session: Session, measuring: Measuring, on: date) -> list[bool]:
    """Of each trainer whether everything required of trainers is held on the day."""
    asked = tuple(one for one in measuring.asked if one.audience == Audience.TRAINERS)
    looking = Looking(measuring.here, on, on, measuring.scope, None, asked)
    found = needs_of_trainers(session, looking, trainer_grants(session, looking))
    return [all(need.covered for _, need in needs) for needs in found.values()]


def _trainers(session: Session, measuring: Measuring, goal: Goal) -> Progress | None:
    """Trainers beside the teams they look after, place by place; None where none is measured."""
    if measuring.here.is_commune:
        return None
    now, then = _now_and_then(_places(session, measuring, goal, on) for on in measuring.days)
    if now is None:
        return None
    teams, asked, done = now
    return Progress(teams, done, then[2] if then else 0, asked=asked)


def _places(
    session: Session, measuring: Measuring, goal: Goal, on: date
) -> tuple[int, int, int] | None:
    """Teams, trainers asked for, and trainers there, summed over the places of the base.

    Of several places each counts no more trainers than it needs.
    """
    base = goal.base or Base.PROVINCE
    target = RatioTarget(
        "", goal.value, base, goal.valid_from, goal.valid_to, Confidence.ASSUMED, "", ""
    )
    looking = Looking(measuring.here, on, on, measuring.scope, None, ())
    found = ratios(session, looking, (target,), trainer_grants(session, looking))
    if not found:
        return None
    there = [one.trainers if len(found) == 1 else min(one.trainers, one.needed) for one in found]
    return sum(one.teams for one in found), sum(one.needed for one in found), sum(there)
