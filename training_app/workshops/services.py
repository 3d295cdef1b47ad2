"""Recording a class, its roll, and corrections; facts of attendance go down to the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Scope, Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.db import Unscoped
from training_app.errors import N_, InvalidInput, NotFound, RuleBroken
from training_app.learning import services as learning
from training_app.learning.models import Fact, FactKind, FactWithdrawal
from training_app.workshops import queries, rules
from training_app.workshops.models import Attendance, Workshop, WorkshopModule, WorkshopTeam

SOURCE = "attendance"


@dataclass(frozen=True)
class Roll:
    """A roll as it was sent: who was ticked among whom, and why somebody was taken off."""

    present: frozenset[int]
    listed: frozenset[int]
    reason: str = ""


@dataclass(frozen=True)
class Draft:
    """What an officer or trainer says about a class."""

    unit_id: int
    title: str
    held_on: date
    minutes: int
    place: str
    trainer_person_id: int | None
    guest_trainer: str
    module_version_ids: Sequence[int]
    team_ids: Sequence[int]
    note: str = ""


def record(
    session: Session, draft: Draft, scope: Scope, *, now: datetime, today: date, actor: Viewer
) -> Workshop:
    """Record a class. Raises InvalidInput on what cannot be, NotFound on a unit out of scope."""
    rules.check_day(draft.held_on)
    if not draft.module_version_ids:
        raise InvalidInput(N_("Choose at least one module that the class covers."), "modules")
    if draft.trainer_person_id is None and not draft.guest_trainer:
        raise InvalidInput(N_("Choose the trainer, or write the lecturer's name."), "trainer")
    if draft.unit_id not in {unit for unit, _ in queries.unit_choices(session, scope, today)}:
        raise NotFound
    known = {module.id for module in queries.current_modules(session)}
    if not set(draft.module_version_ids) <= known:
        raise InvalidInput(N_("A module was changed meanwhile; choose again."), "modules")
    teams = {team.team_id for team in queries.team_choices(session, scope, draft.unit_id, today)}
    workshop = Workshop(
        unit_id=draft.unit_id,
        title=draft.title,
        held_on=draft.held_on,
        minutes=draft.minutes,
        place=draft.place,
        trainer_person_id=draft.trainer_person_id,
        guest_trainer=draft.guest_trainer,
        note=draft.note,
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    session.add(workshop)
    session.flush()
    session.add_all(
        WorkshopModule(workshop_id=workshop.id, module_version_id=module)
        for module in dict.fromkeys(draft.module_version_ids)
    )
    session.add_all(
        WorkshopTeam(workshop_id=workshop.id, team_id=team)
        for team in dict.fromkeys(draft.team_ids)
        if team in teams
    )
    audit.record(
        session,
        Action.WORKSHOP_RECORDED,
        actor=actor,
        now=now,
        object_kind="workshop",
        object_id=workshop.id,
        unit_id=workshop.unit_id,
        detail={"held_on": draft.held_on.isoformat(), "minutes": draft.minutes},
    )
    session.flush()
    return workshop


def keep_roll(
    session: Session,
    workshop: Workshop,
    sent: Roll,
    scope: Scope,
    *,
    now: datetime,
    today: date,
    actor: Viewer,
) -> rules.RollChange:
    """Write the roll: new lines for what changed, a fact per module for each arrival.

    Pressing the button twice changes nothing the second time. Raises RuleBroken before the day
    of the class or when the trainer is ticked, InvalidInput when people are struck off without
    a reason or somebody ticked is not on the page's list.
    """
    ticked, shown, reason = sent.present, sent.listed, sent.reason
    rules.check_roll_open(workshop.held_on, today, cancelled=workshop.cancelled_at is not None)
    rules.refuse_self_certification(workshop.trainer_person_id, ticked)
    allowed = {row.person_id for row in queries.roll(session, scope, workshop)}
    if not (ticked <= shown <= allowed):
        raise InvalidInput(N_("The list of people changed meanwhile. Look at it and save again."))
    before = queries.lines(session, workshop.id, scope)
    change = rules.change_roll({p: line.present for p, line in before.items()}, ticked, shown)
    rules.demand_reason(change, reason)
    try:
        arrivals = [
            _line(workshop, person, present=True, now=now, actor=actor)
            for person in sorted(change.arrived)
        ]
        for line in arrivals:
            _replace(session, before.get(line.person_id), line)
        _pass_down(session, workshop, arrivals, scope, now=now, actor=actor)
        for person in sorted(change.absent):
            line = _line(workshop, person, present=False, now=now, actor=actor)
            _replace(session, before.get(person), line)
        for person in sorted(change.struck):
            _withdraw(session, before[person], reason, now=now, today=today, actor=actor)
            line = _line(workshop, person, present=False, now=now, actor=actor)
            _replace(session, before[person], line)
    except IntegrityError as error:
        raise RuleBroken(
            N_("A colleague saved the roll at the same moment. Load the page and look again.")
        ) from error
    if not change.empty:
        _audit_roll(session, workshop, change, reason, now=now, actor=actor)
    return change


def cancel(
    session: Session,
    workshop: Workshop,
    *,
    reason: str,
    scope: Scope,
    now: datetime,
    actor: Viewer,
) -> None:
    """Cancel a class that was not held. Raises RuleBroken once somebody stands on the roll."""
    if any(line.present for line in queries.lines(session, workshop.id, scope).values()):
        raise RuleBroken(
            N_("People are on the roll of this class. Take them off with a reason, then cancel.")
        )
    workshop.cancelled_at = now
    workshop.cancel_reason = reason
    audit.record(
        session,
        Action.WORKSHOP_CHANGED,
        actor=actor,
        now=now,
        object_kind="workshop",
        object_id=workshop.id,
        unit_id=workshop.unit_id,
        reason=reason,
        detail={"cancelled": True},
    )
    session.flush()


def _line(
    workshop: Workshop, person_id: int, *, present: bool, now: datetime, actor: Viewer
) -> Attendance:
    return Attendance(
        workshop_id=workshop.id,
        person_id=person_id,
        present=present,
        recorded_at=now,
        recorded_by=actor.account_id,
    )


def _replace(session: Session, before: Attendance | None, line: Attendance) -> None:
    """Close the line before, if any, and add the new one; the unique index decides races."""
    if before is not None:
        session.execute(
            update(Attendance)
            .where(Attendance.id == before.id, Attendance.replaced_at.is_(None))
            .values(replaced_at=line.recorded_at)
        )
    session.add(line)
    session.flush()


def _pass_down(
    session: Session,
    workshop: Workshop,
    arrivals: Sequence[Attendance],
    scope: Scope,
    *,
    now: datetime,
    actor: Viewer,
) -> None:
    """A fact per person and module covered; the whole class counts its minutes once."""
    modules = queries.modules_of(session, workshop.id, scope)
    learning.record_facts(
        session,
        [
            learning.NewFact(
                person_id=line.person_id,
                kind=FactKind.CLASS_ATTENDED,
                module_id=module.module_id,
                module_version_id=module.id,
                minutes=workshop.minutes,
                happened_on=workshop.held_on,
                source_kind=SOURCE,
                source_id=line.id,
            )
            for line in arrivals
            for module in modules
        ],
        now=now,
        actor=actor,
    )


def _withdraw(
    session: Session,
    line: Attendance,
    reason: str,
    *,
    now: datetime,
    today: date,
    actor: Viewer,
) -> None:
    """Withdraw the facts that a line of the roll gave."""
    standing = session.scalars(
        select(Fact.id)
        .where(
            Fact.source_kind == SOURCE,
            Fact.source_id == line.id,
            ~select(FactWithdrawal.fact_id).where(FactWithdrawal.fact_id == Fact.id).exists(),
        )
        .execution_options(scope=Unscoped("the roll's line was reached through the class's scope"))
    ).all()
    for fact_id in standing:
        learning.withdraw_fact(
            session, fact_id, reason=reason, withdrawn_on=today, now=now, actor=actor
        )


def _audit_roll(
    session: Session,
    workshop: Workshop,
    change: rules.RollChange,
    reason: str,
    *,
    now: datetime,
    actor: Viewer,
) -> None:
    audit.record(
        session,
        Action.ATTENDANCE_RECORDED,
        actor=actor,
        now=now,
        object_kind="workshop",
        object_id=workshop.id,
        unit_id=workshop.unit_id,
        reason=reason,
        detail={
            "arrived": len(change.arrived),
            "struck": len(change.struck),
            "absent": len(change.absent),
        },
    )
    session.flush()
