"""Named sets that every coverage page is built from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import KeyedColumnElement

from training_app.access import Role, Scope
from training_app.accounts.models import Account, RoleGrant
from training_app.coverage.rules import Counts
from training_app.db import Identity
from training_app.learning.models import Fact, FactKind, Holding
from training_app.learning.queries import held, standing, update_open
from training_app.organisation import scope as rows
from training_app.organisation.models import (
    Leadership,
    Membership,
    Person,
    TeamSpan,
    UnitSpan,
    holds,
)
from training_app.programme.queries import AskedRow
from training_app.programme.rules import Standing, due_soon_until
from training_app.requirements.rules import Audience, Required

# A question says everything that its statement depends on: so many are kept for the next page
# that asks the same, because building one takes longer than running it on a commune.
STATEMENTS: Final = 64
_ROLES = {Audience.TRAINERS: Role.TRAINER, Audience.OFFICIALS: Role.COMMUNE_OFFICER}
# The id under which a human being is counted, whatever rows were linked.
HUMAN = func.coalesce(Person.canonical_id, Person.id)


@dataclass(frozen=True)
class Asking:
    """What a page asks: which requirement, as of which day, for whose eyes."""

    requirement: AskedRow
    on: date
    scope: Scope

    @property
    def audience(self) -> Audience:
        """Of whom it is asked."""
        return Audience(self.requirement.audience)

    @property
    def by_team(self) -> bool:
        """Whether the people asked serve in teams."""
        return self.audience in {Audience.MEDIATORS, Audience.LEADERS}


def below(path: str) -> ColumnElement[bool]:
    """The unit spans of a subtree; ``/`` is the nation."""
    return rows.within(path)


def last_known(on: date) -> ColumnElement[bool]:
    """The span of a unit that stands on the day, or else stood last before it.

    It correlates with the unit spans of the statement around it.
    """
    known = aliased(UnitSpan)
    newest = (
        select(func.max(known.valid_from))
        .where(known.unit_id == UnitSpan.unit_id, known.valid_from <= on)
        .correlate(UnitSpan)
        .scalar_subquery()
    )
    return UnitSpan.valid_from == newest


def people_asked(asking: Asking, path: str, *, teams: Collection[int] = ()) -> Subquery:
    """People of whom it is asked on the day in a subtree, in scope: team, unit, human, since.

    ``teams`` narrows to those.

    One line per service: somebody in two teams stands there twice. ``leads`` says that the
    person leads that team. Trainers and officials have no team; a role over a unit that stands no
    more counts where the unit was known last.
    """
    if asking.by_team:
        serving = _serving(asking, path)
        if teams:
            serving = serving.where(TeamSpan.team_id.in_(teams))
        return serving.subquery("asked")
    return _granted(asking, path).subquery("asked")


def _serving(asking: Asking, path: str) -> Select[*tuple[Any, ...]]:
    on = asking.on
    service = Membership if asking.audience is Audience.MEDIATORS else Leadership
    leader = aliased(Person)
    leads = exists().where(
        Leadership.team_id == TeamSpan.team_id,
        Leadership.person_id == leader.id,
        holds(Leadership, on),
        func.coalesce(leader.canonical_id, leader.id) == HUMAN,
    )
    return (
        select(
            TeamSpan.team_id.label("team_id"),
            TeamSpan.unit_id.label("unit_id"),
            UnitSpan.path.label("path"),
            HUMAN.label("human"),
            service.valid_from.label("since"),
            (true() if service is Leadership else leads).label("leads"),
        )
        .select_from(TeamSpan)
        .join(UnitSpan, and_(UnitSpan.unit_id == TeamSpan.unit_id, holds(UnitSpan, on)))
        .join(service, and_(service.team_id == TeamSpan.team_id, holds(service, on)))
        .join(Person, Person.id == service.person_id)
        .where(holds(TeamSpan, on), below(path), _seen(asking))
    )


def _seen(asking: Asking) -> ColumnElement[bool]:
    """The team stands in the scope's units, or is named by it. Totals count, and name nobody."""
    if asking.scope.everything:
        return true()
    return or_(
        TeamSpan.team_id.in_(asking.scope.teams),
        TeamSpan.unit_id.in_(rows.units(asking.scope, asking.on)),
    )


def _granted(asking: Asking, path: str) -> Select[*tuple[Any, ...]]:
    on = asking.on
    return (
        select(
            cast(null(), Identity).label("team_id"),
            RoleGrant.unit_id.label("unit_id"),
            UnitSpan.path.label("path"),
            HUMAN.label("human"),
            RoleGrant.valid_from.label("since"),
            false().label("leads"),
        )
        .join(Account, Account.id == RoleGrant.account_id)
        .join(Person, Person.id == Account.person_id)
        .join(UnitSpan, and_(UnitSpan.unit_id == RoleGrant.unit_id, last_known(on)))
        .where(
            RoleGrant.role == _ROLES[asking.audience].value,
            holds(RoleGrant, on),
            below(path),
            or_(
                literal(asking.scope.everything),
                *(rows.within(one) for one in asking.scope.unit_paths),
            ),
        )
    )


def holds_it(asking: Asking, human: KeyedColumnElement[int]) -> ColumnElement[bool]:
    """The person holds what is asked on the day, and nothing is asked anew."""
    return and_(_held(asking, human), ~update_open(asking.on, asking.requirement.id, human))


def _held(asking: Asking, human: KeyedColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(
        Holding.requirement_id == asking.requirement.id,
        Holding.person_id == human,
        held(asking.on),
    )


def is_due_soon(asking: Asking, human: KeyedColumnElement[int]) -> ColumnElement[bool]:
    """Who holds it comes to an end within the renewal window without a period that follows."""
    end, following = aliased(Holding), aliased(Holding)
    mine = and_(end.requirement_id == asking.requirement.id, end.person_id == human)
    latest = due_soon_until(asking.on, asking.requirement.asked.required.window_months)
    goes_on = exists().where(
        following.requirement_id == end.requirement_id,
        following.person_id == end.person_id,
        following.held_from == end.held_until,
    )
    return exists().where(mine, end.held_until > asking.on, end.held_until <= latest, ~goes_on)


def standing_of(asking: Asking, human: KeyedColumnElement[int]) -> ColumnElement[str]:
    """The group in which the person is counted on the day."""
    ended = exists().where(
        Holding.requirement_id == asking.requirement.id,
        Holding.person_id == human,
        Holding.held_until <= asking.on,
    )
    return case(
        (holds_it(asking, human), Standing.HELD.value),
        (or_(_held(asking, human), ended), Standing.LAPSED.value),
        (_has_begun(asking, human), Standing.BEGUN.value),
        else_=Standing.NOT_BEGUN.value,
    )


def _has_begun(asking: Asking, human: KeyedColumnElement[int]) -> ColumnElement[bool]:
    """The record has a fact of the person that brings the requirement nearer."""
    linked = aliased(Person)
    written_as = (
        select(linked.id)
        .where(or_(linked.id == human, linked.canonical_id == human))
        .correlate_except(linked)
    )
    return exists().where(
        Fact.person_id.in_(written_as),
        helps(asking.requirement.asked.required),
        Fact.happened_on <= asking.on,
        or_(Fact.valid_until.is_(None), Fact.valid_until > asking.on),
        standing(),
    )


def helps(required: Required) -> ColumnElement[bool]:
    """The fact brings the requirement nearer."""
    # The person leads to few facts, a module to a million: adding nothing keeps its index out.
    if required.any_class:
        return Fact.kind == FactKind.CLASS_ATTENDED.value
    found: ColumnElement[bool] = (Fact.module_id + 0).in_(required.accepted)
    if required.hours:
        found = or_(found, Fact.minutes > 0)
    return and_(found, Fact.kind != FactKind.TEST_PASSED.value) if required.class_only else found


def judged(asking: Asking, served: Subquery) -> Subquery:
    """One line per part and human being, with its standing.

    ``served`` has the columns ``part`` and ``human`` and may have more. ``nth`` counts the parts
    of one human being: those beyond the first are taken out of the total.
    """
    human = served.c.human
    stand = standing_of(asking, human)
    return select(
        *served.c,
        stand.label("standing"),
        case((holds_it(asking, human), is_due_soon(asking, human)), else_=literal(False)).label(
            "due_soon"
        ),
        func.row_number().over(partition_by=human, order_by=served.c.part).label("nth"),
    ).subquery("judged")


def tally(found: Subquery, condition: ColumnElement[bool] | None = None) -> list[Any]:
    """Count expressions in the order of :class:`Counts`."""
    chosen = true() if condition is None else condition
    groups = (Standing.HELD, Standing.LAPSED, Standing.BEGUN)
    held_, lapsed, begun = (_count(and_(chosen, found.c.standing == one.value)) for one in groups)
    return [_count(chosen), held_, _count(and_(chosen, found.c.due_soon)), lapsed, begun]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def counts_from(values: Any) -> Counts:
    """Counts from a slice of a row that :func:`tally` made."""
    return Counts(*(int(value) for value in values))
