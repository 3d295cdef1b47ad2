"""Service in teams changed as an office changes it: by operations."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.organisation.models import EndReason
from training_app.organisation.rules.operations import (
    ElectLeader,
    EndService,
    EndTeam,
    MovePerson,
    Step,
    operation,
)
from training_app.organisation.services.operations import carry_out


def do(session: Session, *steps: Step, on: date, now: datetime, actor: Viewer) -> int:
    """Carry the steps out from the day on; returns the id of the operation."""
    chosen = operation(*steps)
    return carry_out(session, chosen, on=on, reason="Lý do", now=now, actor=actor)


def end_service(
    session: Session, person: int, team: int, why: EndReason, *, on: date, now: datetime,
    actor: Viewer,
) -> int:  # fmt: skip
    """Somebody serves in the team no more."""
    return do(session, EndService(person, team, why.value), on=on, now=now, actor=actor)


def move_person(
    session: Session, person: int, team: int, into: int, *, on: date, now: datetime, actor: Viewer
) -> int:
    """Somebody serves in another team."""
    return do(session, MovePerson(person, team, into), on=on, now=now, actor=actor)


def end_leadership(session: Session, team: int, *, on: date, now: datetime, actor: Viewer) -> int:
    """The team has no leader."""
    return do(session, ElectLeader(team, None), on=on, now=now, actor=actor)


def end_team(session: Session, team: int, *, on: date, now: datetime, actor: Viewer) -> int:
    """There is no such team any more."""
    return do(session, EndTeam(team), on=on, now=now, actor=actor)
