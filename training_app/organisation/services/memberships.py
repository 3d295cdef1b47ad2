"""Serving in a team: beginning, ending, moving, leading, being recognised."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.errors import N_, RuleBroken
from training_app.organisation.models import (
    EndReason,
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


def end_membership(
    session: Session,
    person_id: int,
    team_id: int,
    reason: EndReason,
    *,
    note: str = "",
    on: date,
    now: datetime,
    actor: Viewer,
) -> None:
    """End service in a team on the day, with its reason (Law 35/2013/QH13, Article 11).

    Leadership of the team ends with it. Raises RuleBroken when the person does not serve there,
    or began later.
    """
    span = living_team(session, team_id, on)
    _close(session, person_id, team_id, reason, note, on=on, now=now, actor=actor)
    audit.record(
        session,
        Action.MEMBERSHIP_ENDED,
        actor=actor,
        now=now,
        object_kind="person",
        object_id=person_id,
        unit_id=span.unit_id,
        reason=reason.value,
        detail={"team": team_id},
    )
    session.flush()


def move_person(
    session: Session,
    person_id: int,
    from_team_id: int,
    to_team_id: int,
    *,
    note: str = "",
    on: date,
    now: datetime,
    actor: Viewer,
) -> None:
    """Move a person from one team to another on the day; nothing earlier changes."""
    if from_team_id == to_team_id:
        raise RuleBroken(N_("Choose another team to move to."))
    _close(session, person_id, from_team_id, EndReason.MOVED, note, on=on, now=now, actor=actor)
    start_membership(session, person_id, to_team_id, on=on, now=now, actor=actor, source="move")
    audit.record(
        session,
        Action.MEMBERSHIP_MOVED,
        actor=actor,
        now=now,
        object_kind="person",
        object_id=person_id,
        detail={"from": from_team_id, "to": to_team_id},
    )
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


def end_leadership(
    session: Session, team_id: int, *, on: date, now: datetime, actor: Viewer
) -> None:
    """Leave the team without a leader from the day on; the person goes on serving."""
    span = living_team(session, team_id, on)
    session.execute(
        update(Leadership)
        .where(
            Leadership.team_id == team_id,
            Leadership.valid_to.is_(None),
            Leadership.valid_from <= on,
        )
        .values(valid_to=on, end_recorded_at=now)
    )
    audit.record(
        session,
        Action.TEAM_CHANGED,
        actor=actor,
        now=now,
        object_kind="team",
        object_id=team_id,
        unit_id=span.unit_id,
        detail={"leader": None},
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


def _close(
    session: Session,
    person_id: int,
    team_id: int,
    reason: EndReason,
    note: str,
    *,
    on: date,
    now: datetime,
    actor: Viewer,
) -> None:
    """Close the open membership, and the leadership with it; a second writer finds it closed."""
    closed = session.scalars(
        update(Membership)
        .where(
            Membership.person_id == person_id,
            Membership.team_id == team_id,
            Membership.valid_to.is_(None),
            Membership.valid_from <= on,
        )
        .values(
            valid_to=on,
            end_reason=reason.value,
            end_note=clean(note),
            end_recorded_at=now,
            end_recorded_by=actor.account_id,
        )
        .returning(Membership.id)
    ).all()
    if not closed:
        raise RuleBroken(
            N_("This person does not serve in this team on %(day)s."), day=on.isoformat()
        )
    session.execute(
        update(Leadership)
        .where(
            Leadership.person_id == person_id,
            Leadership.team_id == team_id,
            Leadership.valid_to.is_(None),
        )
        # Elected after that day: the leadership never held.
        .values(
            valid_to=case((Leadership.valid_from > on, Leadership.valid_from), else_=on),
            end_recorded_at=now,
        )
    )
    mark_stale(session, StaleKind.PERSON, [person_id], now=now)
