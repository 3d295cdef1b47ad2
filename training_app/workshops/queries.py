"""Reads of classes. A scope opens classes of its units, and a trainer's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from training_app.access import Role, Scope
from training_app.accounts.models import Account, RoleGrant
from training_app.catalogue.models import ModuleVersion
from training_app.errors import NotFound
from training_app.organisation import scope as rows
from training_app.organisation.models import (
    Leadership,
    Membership,
    Person,
    TeamSpan,
    UnitSpan,
    holds,
)
from training_app.workshops.models import Attendance, Workshop, WorkshopModule, WorkshopTeam


@dataclass(frozen=True)
class WorkshopRow:
    """One row per class, for a list."""

    id: int
    title: str
    held_on: date
    place: str
    minutes: int
    unit_name: str
    trainer_name: str
    present: int
    marked: int
    cancelled: bool


@dataclass(frozen=True)
class RollRow:
    """One row per person who may stand on the roll."""

    person_id: int
    full_name: str
    team_id: int | None
    team_name: str
    leads: bool
    present: bool | None


@dataclass(frozen=True)
class TeamChoice:
    """A team that may be invited."""

    team_id: int
    name: str
    members: int


@dataclass(frozen=True)
class TrainerChoice:
    """A person who may be named as trainer of a class."""

    person_id: int
    name: str


def visible(scope: Scope, on: date) -> ColumnElement[bool]:
    """The classes that a scope opens: of its units, of its teams, or taught by the viewer."""
    ways: list[ColumnElement[bool]] = [false()]
    if scope.everything or scope.unit_paths:
        ways.append(Workshop.unit_id.in_(rows.units(scope, on)))
    if scope.teams:
        invited = select(WorkshopTeam.workshop_id).where(WorkshopTeam.team_id.in_(scope.teams))
        ways.append(Workshop.id.in_(invited))
    if scope.trainer_id is not None:
        ways.append(Workshop.trainer_person_id.in_(_same_human(scope.trainer_id)))
    return or_(*ways)


def _same_human(person_id: int) -> Select[int]:
    """Ids of all rows that were linked as the human being of this one, itself included."""
    one, other = aliased(Person), aliased(Person)
    human = (
        select(func.coalesce(one.canonical_id, one.id)).where(one.id == person_id).scalar_subquery()
    )
    mine = func.coalesce(other.canonical_id, other.id) == human
    return select(other.id).where(mine).correlate(None)


def workshop_list(session: Session, scope: Scope, on: date) -> list[WorkshopRow]:
    """One row per class in scope, newest first."""
    trainer = aliased(Person)
    marked = select(func.count()).where(
        Attendance.workshop_id == Workshop.id, Attendance.replaced_at.is_(None)
    )
    present = marked.where(Attendance.present).scalar_subquery()
    found = session.execute(
        select(
            Workshop.id,
            Workshop.title,
            Workshop.held_on,
            Workshop.place,
            Workshop.minutes,
            UnitSpan.type + " " + UnitSpan.name,
            func.coalesce(trainer.full_name, Workshop.guest_trainer),
            present,
            marked.scalar_subquery(),
            Workshop.cancelled_at.is_not(None),
        )
        .join(UnitSpan, and_(UnitSpan.unit_id == Workshop.unit_id, holds(UnitSpan, on)))
        .outerjoin(trainer, trainer.id == Workshop.trainer_person_id)
        .where(visible(scope, on))
        .order_by(Workshop.held_on.desc(), Workshop.id.desc())
        .limit(200)
        .execution_options(scope=scope)
    )
    return [WorkshopRow(*row) for row in found]


def workshop_in_scope(session: Session, scope: Scope, workshop_id: int, on: date) -> Workshop:
    """The class, if the scope opens it. Raises NotFound otherwise."""
    found = session.scalars(
        select(Workshop)
        .where(Workshop.id == workshop_id, visible(scope, on))
        .execution_options(scope=scope)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def modules_of(session: Session, workshop_id: int, scope: Scope) -> list[ModuleVersion]:
    """The module versions that the class covers, in the curriculum's order."""
    return list(
        session.scalars(
            select(ModuleVersion)
            .join(WorkshopModule, WorkshopModule.module_version_id == ModuleVersion.id)
            .where(WorkshopModule.workshop_id == workshop_id)
            .order_by(ModuleVersion.position)
            .execution_options(scope=scope)
        )
    )


def current_modules(session: Session) -> list[ModuleVersion]:
    """The published modules that a class can cover today."""
    return list(
        session.scalars(
            select(ModuleVersion)
            .where(ModuleVersion.superseded_at.is_(None))
            .order_by(ModuleVersion.position)
        )
    )


def team_choices(session: Session, scope: Scope, unit_id: int, on: date) -> list[TeamChoice]:
    """One row per team of the unit's subtree that is in scope, with its active members."""
    path = session.scalar(
        select(UnitSpan.path).where(UnitSpan.unit_id == unit_id, holds(UnitSpan, on))
    )
    if path is None:
        return []
    inside = select(UnitSpan.unit_id).where(rows.within(path), holds(UnitSpan, on))
    members = (
        select(func.count(Membership.person_id.distinct()))
        .where(Membership.team_id == TeamSpan.team_id, holds(Membership, on))
        .scalar_subquery()
    )
    found = session.execute(
        select(TeamSpan.team_id, TeamSpan.name, members)
        .where(
            holds(TeamSpan, on),
            TeamSpan.unit_id.in_(inside),
            TeamSpan.team_id.in_(rows.teams(scope, on)),
        )
        .order_by(TeamSpan.sort_key)
        .execution_options(scope=scope)
    )
    return [TeamChoice(*row) for row in found]


def unit_choices(session: Session, scope: Scope, on: date) -> list[tuple[int, str]]:
    """Units of the scope in which a class can be held, highest first, then by name."""
    found = session.execute(
        select(UnitSpan.unit_id, UnitSpan.type, UnitSpan.name)
        .where(holds(UnitSpan, on), UnitSpan.unit_id.in_(rows.units(scope, on)))
        .order_by(func.length(UnitSpan.path), UnitSpan.sort_key)
    )
    return [(row.unit_id, f"{row.type} {row.name}") for row in found]


def trainer_choices(session: Session, scope: Scope, unit_id: int, on: date) -> list[TrainerChoice]:
    """Trainers whose grant covers the unit on the day: of the unit, or of a unit above it."""
    path = session.scalar(
        select(UnitSpan.path).where(UnitSpan.unit_id == unit_id, holds(UnitSpan, on))
    )
    above = [int(part) for part in (path or "").strip("/").split("/") if part]
    found = session.execute(
        select(Person.id, Person.full_name)
        .join(Account, Account.person_id == Person.id)
        .join(RoleGrant, and_(RoleGrant.account_id == Account.id, holds(RoleGrant, on)))
        .where(
            RoleGrant.role == Role.TRAINER.value,
            or_(RoleGrant.unit_id.is_(None), RoleGrant.unit_id.in_(above)),
        )
        .group_by(Person.id, Person.full_name, Person.sort_key)
        .order_by(Person.sort_key, Person.id)
        .execution_options(scope=scope)
    )
    return [TrainerChoice(*row) for row in found]


def roll(session: Session, scope: Scope, workshop: Workshop) -> list[RollRow]:
    """One row per invited member on the day of the class, and per person already on the roll."""
    on = workshop.held_on
    line, row = aliased(Attendance), aliased(Person)
    leads = (
        select(Leadership.id)
        .where(
            Leadership.person_id == row.id,
            Leadership.team_id == TeamSpan.team_id,
            holds(Leadership, on),
        )
        .exists()
    )
    invited = (
        select(Person.id, Person.full_name, TeamSpan.team_id, TeamSpan.name, leads, line.present)
        # Service may stand with a linked row; the person is named and counted as one.
        .join(row, func.coalesce(row.canonical_id, row.id) == Person.id)
        .join(Membership, and_(Membership.person_id == row.id, holds(Membership, on)))
        .join(
            WorkshopTeam,
            and_(
                WorkshopTeam.team_id == Membership.team_id,
                WorkshopTeam.workshop_id == workshop.id,
            ),
        )
        .join(TeamSpan, and_(TeamSpan.team_id == Membership.team_id, holds(TeamSpan, on)))
        .outerjoin(line, _line_of(line, workshop.id))
        .order_by(TeamSpan.sort_key, TeamSpan.team_id, Person.sort_key, Person.id)
    )
    listed = [RollRow(*row) for row in session.execute(invited.execution_options(scope=scope))]
    # Somebody in two invited teams stands on the roll once.
    unique = list({row.person_id: row for row in reversed(listed)}.values())[::-1]
    others = (
        select(Person.id, Person.full_name, line.present)
        .join(line, _line_of(line, workshop.id))
        .where(Person.id.not_in([row.person_id for row in unique]))
        .order_by(Person.sort_key, Person.id)
    )
    return unique + [
        RollRow(row[0], row[1], None, "", leads=False, present=row[2])
        for row in session.execute(others.execution_options(scope=scope))
    ]


def _line_of(line: type[Attendance], workshop_id: int) -> ColumnElement[bool]:
    return and_(
        line.workshop_id == workshop_id,
        line.person_id == Person.id,
        line.replaced_at.is_(None),
    )


def lines(session: Session, workshop_id: int, scope: Scope) -> dict[int, Attendance]:
    """The current line of each person on the roll."""
    found = session.scalars(
        select(Attendance)
        .where(Attendance.workshop_id == workshop_id, Attendance.replaced_at.is_(None))
        .execution_options(scope=scope)
    )
    return {line.person_id: line for line in found}


def trainer_name(session: Session, workshop: Workshop, scope: Scope) -> str:
    """The name of the class's trainer or lecturer."""
    if workshop.trainer_person_id is None:
        return workshop.guest_trainer
    found = session.scalar(
        select(Person.full_name)
        .where(Person.id == workshop.trainer_person_id)
        .execution_options(scope=scope)
    )
    return found or ""
