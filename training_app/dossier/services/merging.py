"""Two records are one human being, or are not: linked, unlinked, declared to be two."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.db import Unscoped
from training_app.errors import N_, InvalidInput, RuleBroken
from training_app.learning.services import rederive
from training_app.organisation.models import NotSamePerson, Person
from training_app.organisation.services import links

_CHANGE = Unscoped("the edge found both records in scope")


def link(
    session: Session, person_id: int, main_id: int, reason: str, *, now: datetime, actor: Viewer
) -> None:
    """Count a record under another from now on and derive again what the person holds.

    Raises InvalidInput without a reason, RuleBroken where the two may not be linked.
    """
    links.link_person(session, person_id, main_id, now=now, actor=actor, reason=_needed(reason))
    rederive(session, (person_id, main_id), now=now)
    session.flush()


def unlink(session: Session, person_id: int, reason: str, *, now: datetime, actor: Viewer) -> None:
    """Count a linked record by itself again; what both hold is as if they had not been linked.

    What was written while they were linked stays with the record it was written for. Raises
    InvalidInput without a reason, RuleBroken when the record is not linked.
    """
    chosen = select(Person.canonical_id).where(Person.id == person_id)
    main_id = session.scalar(chosen.execution_options(scope=_CHANGE))
    links.unlink_person(session, person_id, now=now, actor=actor, reason=_needed(reason))
    rederive(session, (person_id, main_id or person_id), now=now)
    session.flush()


def declare_two(session: Session, one: int, other: int, *, now: datetime, actor: Viewer) -> None:
    """Remember that two records are two people: they are never proposed again.

    Raises RuleBroken for records that are linked. Said twice, it is said once.
    """
    first, second = sorted((one, other))
    if _linked(session, first, second):
        raise RuleBroken(N_("These two records are linked. Undo the link first."))
    dialect = session.get_bind().dialect.name
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    row = {
        "first_id": first,
        "second_id": second,
        "recorded_at": now,
        "recorded_by": actor.account_id,
    }
    written = session.scalars(
        insert(NotSamePerson).values(row).on_conflict_do_nothing().returning(NotSamePerson.first_id)
    ).all()
    if written:
        _record(session, Action.PERSONS_DECLARED_TWO, first, second, now=now, actor=actor)
    session.flush()


def ask_again(session: Session, one: int, other: int, *, now: datetime, actor: Viewer) -> None:
    """Forget that two records are two people. Raises RuleBroken when nobody had said so."""
    first, second = sorted((one, other))
    gone = session.scalars(
        delete(NotSamePerson)
        .where(NotSamePerson.first_id == first, NotSamePerson.second_id == second)
        .returning(NotSamePerson.first_id)
    ).all()
    if not gone:
        raise RuleBroken(N_("Nobody declared these two to be two people. Nothing was changed."))
    _record(session, Action.PERSONS_ASKED_AGAIN, first, second, now=now, actor=actor)
    session.flush()


def _linked(session: Session, first: int, second: int) -> bool:
    chosen = select(Person).where(Person.id.in_((first, second)))
    people = session.scalars(chosen.execution_options(scope=_CHANGE)).all()
    return len({person.canonical for person in people}) == 1


def _needed(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput(N_("Say why; whoever looks at this later needs it."), field="reason")
    return reason.strip()


def _record(
    session: Session, action: Action, first: int, second: int, *, now: datetime, actor: Viewer
) -> None:
    audit.record(
        session,
        action,
        actor=actor,
        now=now,
        object_kind="person",
        object_id=first,
        detail={"person": second},
    )
