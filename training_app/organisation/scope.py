"""Which units, teams and people a scope holds on a day: the row lock that every query joins.

Each function gives a SELECT of ids for ``.where(X.id.in_(...))``, which never correlates. A scope
of totals names nobody: it holds units, but no team and no person. The people of a trainer's
classes are known to the classes, not here.
"""

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true, union
from sqlalchemy.orm import Session, aliased

from training_app.access import Scope
from training_app.organisation.models import Membership, Person, TeamSpan, UnitSpan, holds


def within(path: str) -> ColumnElement[bool]:
    """The spans of a subtree: a range of paths, which an index serves on every engine."""
    return and_(UnitSpan.path >= path, UnitSpan.path < path[:-1] + chr(ord("/") + 1))


def units(scope: Scope, on: date) -> Select[int]:
    """Ids of the units in the scope's subtrees as they stand on the day."""
    chosen = select(UnitSpan.unit_id).where(holds(UnitSpan, on)).correlate(None)
    if scope.everything:
        return chosen
    return chosen.where(or_(false(), *(within(path) for path in scope.unit_paths)))


def teams(scope: Scope, on: date) -> Select[int]:
    """Ids of the teams living on the day that are named by the scope or stand in its units."""
    chosen = select(TeamSpan.team_id).where(holds(TeamSpan, on)).correlate(None)
    if scope.totals_only:
        chosen = chosen.where(false())
    elif not scope.everything:
        chosen = chosen.where(
            or_(TeamSpan.team_id.in_(scope.teams), TeamSpan.unit_id.in_(units(scope, on)))
        )
    return chosen.execution_options(scope=scope)


def people(scope: Scope, on: date, *, former: bool = False) -> Select[int]:
    """Ids of the people in scope on the day: named by it, or members of its teams.

    Linked rows of one human being come together. With ``former`` also those who left one of the
    teams and serve nowhere since: their record needs a keeper.
    """
    if scope.everything:
        return select(Person.id).correlate(None).execution_options(scope=scope)
    member = select(Membership.person_id).where(
        Membership.team_id.in_(teams(scope, on)), _serving(on, former=former)
    )
    mine = union(member, select(Person.id).where(Person.id.in_(scope.people))).subquery()
    counted = (
        select(func.coalesce(Person.canonical_id, Person.id).label("id"))
        .where(Person.id.in_(select(mine.c[0])), named_to(scope))
        .subquery()
    )
    linked = select(Person.id).where(Person.canonical_id.in_(select(counted.c.id)))
    both = union(select(counted.c.id), linked).subquery()
    return select(both.c.id).execution_options(scope=scope)


def named_to(scope: Scope) -> ColumnElement[bool]:
    """Whether a person may be named: restricted data are kept by offices and shown to no leader."""
    if scope.everything or scope.unit_paths:
        return true()
    return or_(Person.restricted_at.is_(None), Person.id.in_(scope.people))


def _serving(on: date, *, former: bool) -> ColumnElement[bool]:
    if not former:
        return holds(Membership, on)
    other = aliased(Membership)
    elsewhere = select(other.id).where(other.person_id == Membership.person_id, holds(other, on))
    return or_(holds(Membership, on), and_(Membership.valid_from <= on, ~elsewhere.exists()))


def may_see_person(session: Session, scope: Scope, person_id: int, on: date) -> bool:
    """Whether the person, serving or left, is in scope on the day."""
    visible = people(scope, on, former=True).subquery()
    found = select(visible.c[0]).where(visible.c[0] == person_id)
    return session.scalar(found.execution_options(scope=scope)) is not None
