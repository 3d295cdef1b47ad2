"""Where a place stands beside its targets, now and ninety days ago."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import Asking
from training_app.coverage.queries.targets import DoneQuestion, done_in_period
from training_app.coverage.queries.teams import coverage_by_team
from training_app.coverage.queries.trainers import Looking, trainer_grants
from training_app.coverage.rollups.ready import unit_table
from training_app.coverage.rules import Counts
from training_app.coverage.rules.targets import PACE_DAYS, Goal, Progress, TargetMeasure
from training_app.organisation.models import Level
from training_app.organisation.queries.teams import teams_under
from training_app.programme.queries import AskedRow
from training_app.requirements.rules import Audience


@dataclass(frozen=True)
class Measuring:
    """Which place is measured, as of which day, for whose eyes; what is required there."""

    here: Place
    on: date
    scope: Scope
    asked: tuple[AskedRow, ...]

    @property
    def before(self) -> date:
        """The day with which today is compared."""
        return self.on - timedelta(days=PACE_DAYS)

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
    province, are left out. At most six SELECTs for each thing counted.
    """
    known: dict[tuple[object, ...], Progress | None] = {}
    found = []
    for goal in goals:
        first = goal.valid_from if goal.measure.in_period else None
        last = min(measuring.on, goal.last_day)
        key = (goal.measure, goal.requirement_id, first, last)
        if key not in known:
            known[key] = _measured(session, _until(measuring, last), goal)
        one = known[key]
        if one is not None:
            found.append((goal, one))
    return found


def _until(measuring: Measuring, last: date) -> Measuring:
    """A period that is over is measured on its last day."""
    return measuring if last == measuring.on else replace(measuring, on=last)


def _measured(session: Session, measuring: Measuring, goal: Goal) -> Progress | None:
    if goal.measure is TargetMeasure.TRAINED:
        return _trained(session, measuring, goal.requirement_id)
    if goal.measure is TargetMeasure.COMPLETE:
        return _complete(session, measuring)
    if goal.measure is TargetMeasure.TRAINERS:
        return _trainers(session, measuring)
    asked = DoneQuestion(
        goal.measure, measuring.here, goal.valid_from, measuring.on, measuring.scope
    )
    return done_in_period(session, asked, measuring.before)


def _trained(session: Session, measuring: Measuring, requirement_id: int | None) -> Progress | None:
    requirement = measuring.requirement(requirement_id)
    if requirement is None:
        return None
    now = _counts(session, Asking(requirement, measuring.on, measuring.scope), measuring.here)
    then = _counts(session, Asking(requirement, measuring.before, measuring.scope), measuring.here)
    return Progress(now.people, now.held, then.held)


def _counts(session: Session, asking: Asking, here: Place) -> Counts:
    if here.is_commune:
        return coverage_by_team(session, asking, here).total
    return unit_table(session, asking, here).total


def _complete(session: Session, measuring: Measuring) -> Progress:
    now = _teams(session, measuring, measuring.on)
    then = _teams(session, measuring, measuring.before)
    return Progress(len(now), sum(now), sum(then))


def _teams(session: Session, measuring: Measuring, on: date) -> list[bool]:
    """Of each team whether it is complete by Article 12. Counts, which totals may know."""
    counting = replace(measuring.scope, totals_only=False)
    found = teams_under(session, counting, measuring.here.path, on)
    return [team.composition.complete for team in found]


def _trainers(session: Session, measuring: Measuring) -> Progress | None:
    if measuring.here.level != Level.PROVINCE:
        return None
    teams = _teams(session, measuring, measuring.on)
    now = _over_itself(session, measuring, measuring.on)
    return Progress(len(teams), now, _over_itself(session, measuring, measuring.before))


def _over_itself(session: Session, measuring: Measuring, on: date) -> int:
    """People with a trainer's role over the place itself."""
    looking = Looking(measuring.here, on, on, measuring.scope, None, ())
    found = trainer_grants(session, looking)
    return len({grant.person_id for grant in found if grant.path == measuring.here.path})
