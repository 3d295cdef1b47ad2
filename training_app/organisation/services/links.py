"""Two rows found to be one human being: linked, never merged, and unlinked again."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.errors import N_, RuleBroken
from training_app.organisation.models import NotSamePerson, Person
from training_app.organisation.services.conditions import CHANGE
from training_app.work.rules import StaleKind
from training_app.work.services import mark_stale


def link_person(
    session: Session,
    person_id: int,
    same_id: int,
    *,
    now: datetime,
    actor: Viewer,
    reason: str = "",
) -> None:
    """Count a row under another from now on; both keep their facts, memberships and account.

    Raises RuleBroken when a row is missing or linked already, when others are linked to it, or
    when an officer declared the two to be two people. Holdings are rebuilt by their owner.
    """
    if person_id == same_id:
        raise RuleBroken(N_("Choose two different rows to link."))
    _refuse_two_people(session, person_id, same_id)
    other, linked = aliased(Person), aliased(Person)
    leads = select(other.id).where(
        other.id == same_id, other.canonical_id.is_(None), other.anonymised_at.is_(None)
    )
    followed = select(linked.id).where(linked.canonical_id == person_id)
    done = session.scalars(
        update(Person)
        .where(
            Person.id == person_id,
            Person.canonical_id.is_(None),
            Person.anonymised_at.is_(None),
            leads.exists(),
            ~followed.exists(),
        )
        .values(canonical_id=same_id)
        .returning(Person.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not done:
        raise RuleBroken(
            N_("One of the two is missing or linked already. Undo the earlier link first.")
        )
    _record(session, Action.PERSON_MERGED, person_id, same_id, reason, now=now, actor=actor)


def unlink_person(
    session: Session, person_id: int, *, now: datetime, actor: Viewer, reason: str = ""
) -> None:
    """Count a linked row by itself again. Raises RuleBroken when it is not linked."""
    linked = select(Person.canonical_id).where(Person.id == person_id)
    same_id = session.scalar(linked.execution_options(**CHANGE))
    done = session.scalars(
        update(Person)
        .where(Person.id == person_id, Person.canonical_id.is_not(None))
        .values(canonical_id=None)
        .returning(Person.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not done:
        raise RuleBroken(N_("This person is not linked to another."))
    _record(session, Action.PERSON_UNMERGED, person_id, same_id, reason, now=now, actor=actor)


def _refuse_two_people(session: Session, one: int, other: int) -> None:
    first, second = sorted((one, other))
    declared = select(NotSamePerson.first_id).where(
        NotSamePerson.first_id == first, NotSamePerson.second_id == second
    )
    if session.scalar(declared.execution_options(**CHANGE)) is not None:
        raise RuleBroken(N_("An officer declared these two to be two people."))


def _record(
    session: Session,
    action: Action,
    person_id: int,
    same_id: int | None,
    reason: str,
    *,
    now: datetime,
    actor: Viewer,
) -> None:
    session.expire_all()
    both = (person_id, same_id or person_id)
    mark_stale(session, StaleKind.PERSON, both, now=now)
    audit.record(
        session,
        action,
        actor=actor,
        now=now,
        object_kind="person",
        object_id=person_id,
        reason=reason,
        detail={"person": same_id},
    )
    session.flush()
