"""Beginning to serve in a team, and what seeding records of leading and being recognised.

What an office does to somebody who serves is an operation: previewed, signed, taken back.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.errors import N_, RuleBroken
from training_app.organisation.models import (
    Leadership,
    Membership,
    Recognition,
    RecognitionRole,
    holds,
)
from training_app.organisation.services.conditions import CHANGE, living_team, refused_as
from training_app.vietnamese import clean
from training_app.work.rules import StaleKind
from training_app.work.services import mark_stale


@dataclass(frozen=True)
class Decision:
    """A decision of the commune's chair; either part may be missing in old papers."""

    number: str = ""
    decided_on: date | None = None
    note: str = ""


def start_membership(
    session: Session,
    person_id: int,
    team_id: int,
    *,
    on: date,
    now: datetime,
    actor: Viewer,
    source: str = "",
) -> None:
    """Let a person serve in a team from the day on. Raises RuleBroken when they serve already."""
    span = living_team(session, team_id, on)
    with refused_as(N_("This person serves in this team already.")), session.begin_nested():
        session.add(
            Membership(
                person_id=person_id,
                team_id=team_id,
                valid_from=on,
                recorded_at=now,
                recorded_by=actor.account_id,
                source=source,
            )
        )
    audit.record(
        session,
        Action.MEMBERSHIP_STARTED,
        actor=actor,
        now=now,
        object_kind="person",
        object_id=person_id,
        unit_id=span.unit_id,
        detail={"team": team_id},
    )
    mark_stale(session, StaleKind.PERSON, [person_id], now=now)
    session.flush()


def elect_leader(
    session: Session, team_id: int, person_id: int, *, on: date, now: datetime, actor: Viewer
) -> None:
    """Let a serving member lead the team from the day on (Article 14); the former leader stops.

    Raises RuleBroken when the person does not serve in the team on the day, or leads it already.
    """
    span = living_team(session, team_id, on)
    if not _serves(session, person_id, team_id, on):
        raise RuleBroken(N_("Only a member of the team can be elected its leader."))
    busy = N_("Somebody else was elected at the same moment. Look again.")
    with refused_as(busy), session.begin_nested():
        session.execute(
            update(Leadership)
            .where(
                Leadership.team_id == team_id,
                Leadership.valid_to.is_(None),
                Leadership.valid_from <= on,
            )
            .values(valid_to=on, end_recorded_at=now)
        )
        session.add(
            Leadership(person_id=person_id, team_id=team_id, valid_from=on, recorded_at=now)
        )
    audit.record(
        session,
        Action.LEADER_ELECTED,
        actor=actor,
        now=now,
        object_kind="team",
        object_id=team_id,
        unit_id=span.unit_id,
        detail={"person": person_id},
    )
    mark_stale(session, StaleKind.TEAM, [team_id], now=now)
    session.flush()


def record_recognition(
    session: Session,
    person_id: int,
    team_id: int,
    role: RecognitionRole,
    decision: Decision,
    *,
    now: datetime,
    actor: Viewer,
) -> None:
    """Record the decision that recognises a mediator or a leader (Articles 8 and 14).

    Raises RuleBroken when the same decision stands there already, or has neither number nor date.
    """
    number = clean(decision.number)
    if not number and decision.decided_on is None:
        raise RuleBroken(N_("A decision has a number or a date."))
    with refused_as(N_("This decision is recorded already.")), session.begin_nested():
        session.add(
            Recognition(
                person_id=person_id,
                team_id=team_id,
                role=role.value,
                decision_number=number,
                decided_on=decision.decided_on,
                recorded_at=now,
                note=clean(decision.note),
            )
        )
    audit.record(
        session,
        Action.RECOGNITION_RECORDED,
        actor=actor,
        now=now,
        object_kind="person",
        object_id=person_id,
        detail={"team": team_id, "role": role.value},
    )
    session.flush()


def _serves(session: Session, person_id: int, team_id: int, on: date) -> bool:
    found = select(Membership.id).where(
        Membership.person_id == person_id, Membership.team_id == team_id, holds(Membership, on)
    )
    return session.scalar(found.execution_options(**CHANGE)) is not None
