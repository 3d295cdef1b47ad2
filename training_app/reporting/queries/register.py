"""What the records say: rows of counts as of a day, from what was known at a moment.

A person is known to serve when the membership was on record by then, and its end, if any, was not
yet; training counts by facts on record by then and not yet withdrawn. Teams, units, and what is
written about a person (sex, law, minority) carry one day only and are read as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
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

from training_app.access import Scope
from training_app.learning.models import Fact, FactKind
from training_app.learning.queries import known
from training_app.organisation import scope as rows
from training_app.organisation.models import (
    Level,
    Membership,
    Person,
    TeamSpan,
    Unit,
    UnitSpan,
    holds,
)
from training_app.reporting.rules.figures import Line
from training_app.reporting.rules.layouts import Layout, Measure

_Human = aliased(Person, name="human")
# Waived or credited is not trained in the year.
_TRAINING = (FactKind.TEST_PASSED.value, FactKind.CLASS_ATTENDED.value)


@dataclass(frozen=True)
class Counting:
    """How a report counts: as of which day, since which day, from what was known when."""

    as_of: date
    since: date
    known_at: datetime
    scope: Scope


@dataclass(frozen=True)
class PersonRow:
    """One row per mediator behind a number."""

    person_id: int
    full_name: str
    team_id: int
    team_name: str
    unit_name: str
    sex: str | None
    law_qualified: bool | None
    trained_on: date | None


def team_lines(
    session: Session, counting: Counting, unit_id: int, layout: Layout
) -> tuple[Line, ...]:
    """One row per team of a commune, in Vietnamese order. Two SELECTs."""
    named = (
        select(TeamSpan.team_id, TeamSpan.name, TeamSpan.village)
        .where(TeamSpan.unit_id == unit_id, holds(TeamSpan, counting.as_of))
        .order_by(TeamSpan.sort_key, TeamSpan.id)
        .execution_options(scope=counting.scope)
    )
    served = _served(counting, TeamSpan.unit_id == unit_id)
    counts = _counts(session, counting, served, served.c.team_id)
    return tuple(
        Line(
            key=f"team-{row.team_id}",
            name=f"{row.name}, {row.village}" if row.village else row.name,
            counted=_measured(layout, {Measure.TEAMS.value: 1} | counts.get(row.team_id, {})),
        )
        for row in session.execute(named)
    )


def unit_lines(session: Session, counting: Counting, path: str, layout: Layout) -> tuple[Line, ...]:
    """One row per commune of a province, in Vietnamese order. Three SELECTs."""
    on = counting.as_of
    named = (
        select(UnitSpan.unit_id, (UnitSpan.type + " " + UnitSpan.name).label("name"))
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .where(rows.within(path), holds(UnitSpan, on), Unit.level == Level.COMMUNE.value)
        .order_by(UnitSpan.sort_key, UnitSpan.unit_id)
    )
    inside = TeamSpan.unit_id.in_(
        select(UnitSpan.unit_id).where(rows.within(path), holds(UnitSpan, on)).correlate(None)
    )
    teams = (
        select(TeamSpan.unit_id, func.count().label("teams"))
        .where(inside, holds(TeamSpan, on))
        .group_by(TeamSpan.unit_id)
        .execution_options(scope=counting.scope)
    )
    standing = {row.unit_id: row.teams for row in session.execute(teams)}
    served = _served(counting, inside)
    counts = _counts(session, counting, served, served.c.unit_id)
    return tuple(
        Line(
            key=f"unit-{row.unit_id}",
            name=row.name,
            counted=_measured(
                layout,
                {Measure.TEAMS.value: standing.get(row.unit_id, 0)} | counts.get(row.unit_id, {}),
            ),
        )
        for row in session.execute(named)
    )


def people_behind(
    session: Session, counting: Counting, line: str, measure: Measure, *, limit: int
) -> list[PersonRow]:
    """One row per mediator that a number counts, by given name. One SELECT.

    ``line`` is the key of a row: ``team-12`` or ``unit-5``.
    """
    kind, _, number = line.partition("-")
    if kind == "team":
        here: ColumnElement[bool] = TeamSpan.unit_id.in_(
            select(TeamSpan.unit_id)
            .where(TeamSpan.team_id == int(number), holds(TeamSpan, counting.as_of))
            .correlate(None)
        )
    else:
        here = TeamSpan.unit_id == int(number)
    served = _served(counting, here)
    chosen = (
        select(
            _Human.id,
            _Human.full_name,
            served.c.team_id,
            TeamSpan.name.label("team_name"),
            (UnitSpan.type + " " + UnitSpan.name).label("unit_name"),
            _Human.sex,
            _Human.law_qualified,
            _trained_on(counting, served).label("trained_on"),
        )
        .join(served, and_(served.c.human == _Human.id, served.c.nth == 1))
        .join(TeamSpan, and_(TeamSpan.team_id == served.c.team_id, holds(TeamSpan, counting.as_of)))
        .join(UnitSpan, and_(UnitSpan.unit_id == served.c.unit_id, holds(UnitSpan, counting.as_of)))
        .where(_condition(counting, served, measure))
        .order_by(_Human.sort_key, _Human.id)
        .limit(limit)
        .execution_options(scope=counting.scope)
    )
    if kind == "team":
        chosen = chosen.where(served.c.team_id == int(number))
    return [PersonRow(*row) for row in session.execute(chosen)]


# -- sets ----------------------------------------------------------------------------------------


def _served(counting: Counting, here: ColumnElement[bool]) -> Subquery:
    """People known to serve: human, team, commune. ``nth`` 1 is the team joined first there."""
    human = func.coalesce(Person.canonical_id, Person.id)
    return (
        select(
            human.label("human"),
            Membership.team_id.label("team_id"),
            TeamSpan.unit_id.label("unit_id"),
            func.row_number()
            .over(
                partition_by=(human, TeamSpan.unit_id),
                order_by=(Membership.valid_from, Membership.team_id, Membership.id),
            )
            .label("nth"),
        )
        .select_from(TeamSpan)
        .join(Membership, Membership.team_id == TeamSpan.team_id)
        .join(Person, Person.id == Membership.person_id)
        .where(here, holds(TeamSpan, counting.as_of), _serves(counting))
        .subquery("served")
    )


def _serves(counting: Counting) -> ColumnElement[bool]:
    """The membership holds on the day by what was known at the moment."""
    return and_(
        Membership.valid_from <= counting.as_of,
        Membership.recorded_at <= counting.known_at,
        or_(
            Membership.valid_to.is_(None),
            Membership.valid_to > counting.as_of,
            Membership.end_recorded_at > counting.known_at,
        ),
    )


def _counts(
    session: Session, counting: Counting, served: Subquery, part: Any
) -> dict[int, dict[str, int]]:
    """Counts by measure of each part."""
    measures = [
        one
        for one in Measure
        if one not in {Measure.TEAMS, Measure.TYPED, Measure.SHARE, Measure.MEDIATORS}
    ]
    judged = (
        select(
            part.label("part"),
            *(
                case((_condition(counting, served, one), 1), else_=0).label(one.value)
                for one in measures
            ),
        )
        .select_from(served)
        .join(_Human, _Human.id == served.c.human)
        .where(served.c.nth == 1)
        .subquery("judged")
    )
    chosen = (
        select(
            judged.c.part,
            func.count().label(Measure.MEDIATORS.value),
            *(func.sum(judged.c[one.value]).label(one.value) for one in measures),
        )
        .group_by(judged.c.part)
        .execution_options(scope=counting.scope)
    )
    return {
        row["part"]: {key: int(value) for key, value in row.items() if key != "part"}
        for row in session.execute(chosen).mappings()
    }


def _condition(counting: Counting, served: Subquery, measure: Measure) -> ColumnElement[bool]:
    """The person is counted under the measure."""
    simple: dict[Measure, ColumnElement[bool]] = {
        Measure.TEAMS: true(),
        Measure.MEDIATORS: true(),
        Measure.MALE: _Human.sex == Measure.MALE.value,
        Measure.FEMALE: _Human.sex == Measure.FEMALE.value,
        Measure.SEX_UNKNOWN: _Human.sex.is_(None),
        Measure.LAW_QUALIFIED: _Human.law_qualified.is_(True),
        Measure.LAW_UNTRAINED: _Human.law_qualified.is_(False),
        Measure.LAW_UNKNOWN: _Human.law_qualified.is_(None),
        Measure.MINORITY: _Human.ethnic_minority.is_(True),
    }
    if measure is Measure.TRAINED:
        return exists().where(*_training(counting, served))
    return simple.get(measure, false())


def _training(counting: Counting, served: Subquery) -> tuple[ColumnElement[bool], ...]:
    linked = aliased(Person)
    written_as = (
        select(linked.id)
        .where(or_(linked.id == served.c.human, linked.canonical_id == served.c.human))
        .correlate(served)
    )
    return (
        Fact.person_id.in_(written_as),
        Fact.kind.in_(_TRAINING),
        Fact.happened_on >= counting.since,
        Fact.happened_on <= counting.as_of,
        known(counting.known_at),
    )


def _trained_on(counting: Counting, served: Subquery) -> Any:
    """The first day of training in the period."""
    return (
        select(func.min(Fact.happened_on))
        .where(*_training(counting, served))
        .correlate(served)
        .scalar_subquery()
    )


def _measured(layout: Layout, counts: dict[str, int]) -> dict[str, int]:
    """Counts by measure put under the columns of the form, and what the records do not say."""
    taken = {one.key: counts.get(one.measure.value, 0) for one in layout.counted}
    unknown = {key: value for key, value in counts.items() if key.endswith("_unknown") and value}
    return taken | unknown
