"""Trainers as the office counts them: what they taught, how the people taught stand, own need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import Session, aliased, join

from training_app.access import Role, Scope
from training_app.accounts.models import Account, RoleGrant
from training_app.coverage.queries.desk import attended
from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import HUMAN, Asking, below, holds_it, last_known
from training_app.coverage.rules import Pair
from training_app.organisation.models import Person, Unit, UnitSpan, holds
from training_app.programme.queries import AskedRow, needs_of_people
from training_app.programme.rules import Need
from training_app.workshops.models import Workshop

GUESTS: Final = 0  # the part of classes that a lecturer from outside taught


@dataclass(frozen=True)
class Teaching:
    """Classes held, their minutes, and the human beings taught with those who hold it now."""

    classes: int = 0
    minutes: int = 0
    taught: Pair = field(default_factory=lambda: Pair(0, 0))

    def __add__(self, other: Teaching) -> Teaching:
        return Teaching(
            self.classes + other.classes,
            self.minutes + other.minutes,
            Pair(self.taught.people + other.taught.people, self.taught.held + other.taught.held),
        )


@dataclass(frozen=True)
class TrainerGrant:
    """One row per trainer's role: who, over which unit, since when."""

    person_id: int
    full_name: str
    unit_id: int
    unit_name: str
    level: str
    path: str
    since: date


@dataclass(frozen=True)
class TrainerRow:
    """One row per trainer: own units, teaching, and what is asked of the trainer.

    ``grants`` is empty for a trainer of another unit and for lecturers from outside, who have
    ``person_id`` 0; nothing is told of their own need.
    """

    person_id: int
    full_name: str
    grants: tuple[TrainerGrant, ...]
    teaching: Teaching
    needs: tuple[tuple[AskedRow, Need], ...] = ()

    @property
    def trained(self) -> bool:
        """Whether everything asked of a trainer is held."""
        return bool(self.needs) and all(need.covered for _, need in self.needs)


@dataclass(frozen=True)
class TrainerTable:
    """The trainers of a place; rows + overlap = total, which counts human beings taught."""

    rows: tuple[TrainerRow, ...]
    overlap: Teaching

    @property
    def total(self) -> Teaching:
        """The teaching of the whole place."""
        return sum((row.teaching for row in self.rows), self.overlap)

    @property
    def own(self) -> tuple[TrainerRow, ...]:
        """Trainers with a role over the place or below."""
        return tuple(row for row in self.rows if row.grants)


@dataclass(frozen=True)
class Looking:
    """What a page of trainers asks: place, day, first day of the classes, what people hold.

    ``asking`` is what the people taught should hold (None: nothing is required of them);
    ``asked`` is what is required of trainers.
    """

    here: Place
    on: date
    since: date
    scope: Scope
    asking: Asking | None
    asked: tuple[AskedRow, ...]


def trainers_of(session: Session, looking: Looking) -> TrainerTable:
    """One row per trainer of the place, by given name; then who came from elsewhere, then guests.

    Four SELECTs, and two for each requirement of trainers.
    """
    grants = trainer_grants(session, looking)
    teacher = aliased(Person)
    who = func.coalesce(teacher.canonical_id, teacher.id, literal(GUESTS))
    taught_by = join(Workshop, teacher, teacher.id == Workshop.trainer_person_id, isouter=True)
    teaching, overlap = teaching_by(session, looking, who, taught_by)
    by_person: dict[int, list[TrainerGrant]] = {}
    for grant in grants:
        by_person.setdefault(grant.person_id, []).append(grant)
    needs = needs_of_trainers(session, looking, grants)
    own = [
        TrainerRow(one, held[0].full_name, tuple(held), teaching.get(one, Teaching()), needs[one])
        for one, held in by_person.items()
    ]
    others = _names(session, looking, [one for one in teaching if one not in by_person])
    away = [TrainerRow(one, name, (), teaching[one]) for one, name in others.items()]
    guests = [TrainerRow(GUESTS, "", (), teaching[GUESTS])] if GUESTS in teaching else []
    return TrainerTable((*own, *away, *guests), overlap)


def trainer_grants(session: Session, looking: Looking) -> list[TrainerGrant]:
    """One row per trainer's role in the subtree on the day, by given name. One SELECT.

    A role over a unit that no longer stands counts where the unit was known last.
    """
    human = aliased(Person)
    found: Any = session.execute(
        select(
            human.id,
            human.full_name,
            RoleGrant.unit_id,
            UnitSpan.type + " " + UnitSpan.name,
            Unit.level,
            UnitSpan.path,
            RoleGrant.valid_from,
        )
        .join(Account, Account.id == RoleGrant.account_id)
        .join(Person, Person.id == Account.person_id)
        .join(human, human.id == HUMAN)
        .join(UnitSpan, and_(UnitSpan.unit_id == RoleGrant.unit_id, last_known(looking.on)))
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .where(
            RoleGrant.role == Role.TRAINER.value,
            holds(RoleGrant, looking.on),
            below(looking.here.path),
        )
        .order_by(human.sort_key, human.id, RoleGrant.valid_from, RoleGrant.id)
        .execution_options(scope=looking.scope)
    )
    return [TrainerGrant(*row) for row in found]


def needs_of_trainers(
    session: Session, looking: Looking, grants: Iterable[TrainerGrant]
) -> Mapping[int, tuple[tuple[AskedRow, Need], ...]]:
    """By human being what is asked of each trainer. Two SELECTs for each requirement."""
    since: dict[int, date] = {}
    for grant in grants:
        since[grant.person_id] = min(grant.since, since.get(grant.person_id, grant.since))
    judged = [
        (
            one,
            needs_of_people(session, since, looking.on, one, scope=looking.scope, joined=since),
        )
        for one in looking.asked
    ]
    return {human: tuple((one, found[human]) for one, found in judged) for human in since}


def _names(session: Session, looking: Looking, people: list[int]) -> dict[int, str]:
    """Names of trainers who came from elsewhere, by given name. One SELECT, none for nobody."""
    wanted = [one for one in people if one != GUESTS]
    if not wanted:
        return {}
    found = session.execute(
        select(Person.id, Person.full_name)
        .where(Person.id.in_(wanted))
        .order_by(Person.sort_key, Person.id)
        .execution_options(scope=looking.scope)
    )
    return dict(iter(found))


# -- teaching ------------------------------------------------------------------------------


def _held(looking: Looking) -> ColumnElement[bool]:
    """Classes held in the subtree in the period; a unit that ended counts where it was last."""
    places = (
        select(UnitSpan.unit_id)
        .where(last_known(looking.on), below(looking.here.path))
        .correlate(None)
    )
    return and_(
        Workshop.cancelled_at.is_(None),
        Workshop.held_on >= looking.since,
        Workshop.held_on <= looking.on,
        Workshop.unit_id.in_(places),
    )


def teaching_by(
    session: Session, looking: Looking, part: Any, source: Any
) -> tuple[dict[Any, Teaching], Teaching]:
    """Teaching by part, and what to add so that people taught count once. Two SELECTs."""
    held = _held(looking)
    classes = session.execute(
        select(part, func.count(), func.sum(Workshop.minutes))
        .select_from(source)
        .where(held)
        .group_by(part)
        .execution_options(scope=looking.scope)
    )
    found = {key: Teaching(count, int(minutes)) for key, count, minutes in classes}
    people = attended(held, part, source)
    nth = func.row_number().over(partition_by=people.c.human, order_by=people.c.part)
    holds_now = holds_it(looking.asking, people.c.human) if looking.asking else literal(value=False)
    each = select(
        people.c.part, nth.label("nth"), case((holds_now, 1), else_=0).label("held")
    ).subquery()
    again = case((each.c.nth > 1, 1), else_=0)
    counted = session.execute(
        select(
            each.c.part,
            func.count(),
            func.sum(each.c.held),
            func.sum(again),
            func.sum(again * each.c.held),
        )
        .group_by(each.c.part)
        .execution_options(scope=looking.scope)
    )
    overlap = Teaching()
    for key, people_, held_, twice, held_twice in counted:
        found[key] += Teaching(taught=Pair(int(people_), int(held_)))
        overlap += Teaching(taught=Pair(-int(twice), -int(held_twice)))
    return found, overlap
