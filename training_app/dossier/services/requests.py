"""Requests about personal data: made, acknowledged, extended, decided and carried out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.accounts.models import Account
from training_app.accounts.services import set_consents
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.db import Unscoped
from training_app.dossier.folders import deadline_table
from training_app.dossier.models import DataRequest
from training_app.dossier.rules.deadlines import Decision, Kind, NoDeadline, deadline_of, due
from training_app.dossier.services.erasing import erase
from training_app.errors import N_, InvalidInput, RuleBroken
from training_app.organisation.models import Person
from training_app.organisation.services.people import PersonFields, change_person, set_phones

_DECIDING: Final = Unscoped("the edge found the request in scope, or it is the person's own")
_CLOSED: Final = N_("This request is closed already. Nothing was changed.")


def make_request(  # noqa: PLR0913 - a request has that many sides
    session: Session,
    person_id: int,
    kind: Kind,
    wish: str,
    *,
    unit_id: int | None,
    received_on: date,
    by_office: bool = False,
    now: datetime,
    actor: Viewer,
) -> DataRequest:
    """Put a request into the queue of an office; its clock runs from the day it was received.

    Raises InvalidInput for a correction that does not say what is wrong, RuleBroken while an
    earlier request of the kind is open.
    """
    if kind is Kind.CORRECT and not wish.strip():
        raise InvalidInput(N_("Say what is wrong and what is right."), field="wish")
    acknowledge_by, due_on = _due(kind, received_on)
    row = DataRequest(
        person_id=person_id,
        unit_id=unit_id,
        kind=kind.value,
        wish=wish.strip(),
        received_on=received_on,
        recorded_at=now,
        recorded_by=actor.account_id,
        by_office=by_office,
        acknowledge_by=acknowledge_by,
        due_on=due_on,
    )
    if by_office:
        # Whoever took the call has told the person that it was received.
        row.acknowledged_at, row.acknowledged_by = now, actor.account_id
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise RuleBroken(
            N_("A request of this kind is open already. It is answered by the day shown there.")
        ) from error
    _record(session, Action.REQUEST_MADE, row, now=now, actor=actor)
    session.flush()
    return row


def acknowledge(session: Session, row: DataRequest, *, now: datetime, actor: Viewer) -> None:
    """Tell the person that the request was received. Said twice, it is said once."""
    done = session.scalars(
        update(DataRequest)
        .where(DataRequest.id == row.id, DataRequest.acknowledged_at.is_(None), _open())
        .values(acknowledged_at=now, acknowledged_by=actor.account_id)
        .returning(DataRequest.id)
        .execution_options(synchronize_session=False)
    ).all()
    if done:
        session.refresh(row)
        _record(session, Action.REQUEST_ACKNOWLEDGED, row, now=now, actor=actor)
        session.flush()


def extend(
    session: Session, row: DataRequest, reason: str, *, now: datetime, actor: Viewer
) -> None:
    """Move the day due, once, by what the table of deadlines allows; the person reads why.

    Raises InvalidInput without a reason, RuleBroken when it was extended or closed already.
    """
    if not reason.strip():
        raise InvalidInput(N_("Say why more time is needed; the person reads it."), field="reason")
    table = deadline_of(deadline_table(), Kind(row.kind), row.received_on)
    _claim(
        session,
        row,
        DataRequest.extended_at.is_(None),
        N_("The time was extended already, and only one extension is allowed."),
        extended_at=now,
        extension_reason=reason.strip(),
        due_on=row.due_on + timedelta(days=table.extension),
    )
    _record(session, Action.REQUEST_EXTENDED, row, now=now, actor=actor)
    session.flush()


def withdraw(session: Session, row: DataRequest, *, now: datetime, actor: Viewer) -> None:
    """Take the own request back. Raises RuleBroken when it is closed already."""
    _claim(session, row, None, _CLOSED, withdrawn_at=now)
    _record(session, Action.REQUEST_WITHDRAWN, row, now=now, actor=actor)
    session.flush()


def refuse(
    session: Session, row: DataRequest, reason: str, *, now: datetime, actor: Viewer
) -> None:
    """Refuse a request with a reason that the person reads; nothing else changes.

    Raises InvalidInput without a reason, RuleBroken for one's own or a closed request.
    """
    _decide(session, row, Decision.REFUSED, reason, now=now, actor=actor)


def grant(
    session: Session,
    row: DataRequest,
    reason: str,
    *,
    correction: tuple[PersonFields, tuple[str, ...]] | None = None,
    now: datetime,
    on: date,
    actor: Viewer,
) -> None:
    """Grant a request and carry it out in the same transaction.

    ``correction`` holds the fields and telephone numbers as they are right. Raises InvalidInput
    without a reason, RuleBroken for one's own or a closed request, or where it cannot be done yet.
    """
    _decide(session, row, Decision.GRANTED, reason, now=now, actor=actor)
    person = session.get_one(Person, row.person_id, execution_options={"scope": _DECIDING})
    match Kind(row.kind):
        case Kind.CORRECT:
            if correction is not None:
                _correct(session, person.canonical, *correction, on=on, now=now, actor=actor)
        case Kind.RESTRICT:
            _restrict(session, person.canonical, reason, now=now, actor=actor)
        case Kind.OBJECT:
            _stop_optional_uses(session, person.canonical, now)
        case Kind.ERASE:
            erase(session, person.canonical, now=now, actor=actor)
    session.flush()


def lift_restriction(
    session: Session, person_id: int, reason: str, *, now: datetime, actor: Viewer
) -> None:
    """Let the data be used again as before.

    Raises RuleBroken when nothing is restricted, or for the own data.
    """
    _refuse_own(session, person_id, actor)
    if not reason.strip():
        raise InvalidInput(N_("Say why the restriction ends."), field="reason")
    lifted = session.scalars(
        update(Person)
        .where(Person.id == person_id, Person.restricted_at.is_not(None))
        .values(restricted_at=None)
        .returning(Person.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not lifted:
        raise RuleBroken(N_("The data of this person are not restricted."))
    session.expire_all()
    _person_event(session, Action.PERSON_UNRESTRICTED, person_id, reason, now=now, actor=actor)
    session.flush()


# -- what a grant does ----------------------------------------------------------------------


def _correct(
    session: Session,
    person_id: int,
    fields: PersonFields,
    numbers: tuple[str, ...],
    *,
    on: date,
    now: datetime,
    actor: Viewer,
) -> None:
    change_person(session, person_id, fields, on=on, now=now, actor=actor)
    linked = select(Person.id).where(Person.canonical_id == person_id)
    for other in session.scalars(linked.execution_options(scope=_DECIDING)).all():
        set_phones(session, other, (), on=on, now=now, actor=actor)
    set_phones(session, person_id, numbers, on=on, now=now, actor=actor)


def _restrict(
    session: Session, person_id: int, reason: str, *, now: datetime, actor: Viewer
) -> None:
    session.execute(
        update(Person)
        .where(Person.id == person_id, Person.restricted_at.is_(None))
        .values(restricted_at=now),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
    _stop_optional_uses(session, person_id, now)
    _person_event(session, Action.PERSON_RESTRICTED, person_id, reason, now=now, actor=actor)


def _stop_optional_uses(session: Session, person_id: int, now: datetime) -> None:
    linked = select(Person.id).where((Person.id == person_id) | (Person.canonical_id == person_id))
    ids = session.scalars(linked.execution_options(scope=_DECIDING)).all()
    for account in session.scalars(select(Account).where(Account.person_id.in_(ids))).all():
        set_consents(session, account, (), now=now)


# -- small ----------------------------------------------------------------------------------


def _decide(
    session: Session,
    row: DataRequest,
    decision: Decision,
    reason: str,
    *,
    now: datetime,
    actor: Viewer,
) -> None:
    if not reason.strip():
        raise InvalidInput(N_("Say why; the person reads it."), field="reason")
    _refuse_own(session, row.person_id, actor)
    _claim(
        session,
        row,
        None,
        _CLOSED,
        decision=decision.value,
        decision_reason=reason.strip(),
        decided_at=now,
        decided_by=actor.account_id,
    )
    _record(session, Action.REQUEST_DECIDED, row, now=now, actor=actor)
    session.flush()


def _refuse_own(session: Session, person_id: int, actor: Viewer) -> None:
    person = session.get_one(Person, person_id, execution_options={"scope": _DECIDING})
    if actor.person_id is not None and actor.person_id in {person.id, person.canonical}:
        raise RuleBroken(N_("Nobody decides on the own request. A colleague must do it."))


def _due(kind: Kind, received_on: date) -> tuple[date, date]:
    try:
        return due(deadline_of(deadline_table(), kind, received_on), received_on)
    except NoDeadline as error:
        message = N_("Write a day since 1 January 2026, when the law on these requests began.")
        raise InvalidInput(message, field="received_on") from error


def _open() -> Any:
    return DataRequest.decided_at.is_(None) & DataRequest.withdrawn_at.is_(None)


def _claim(session: Session, row: DataRequest, condition: Any, refused: str, **values: Any) -> None:
    """Write the values while the request is open; of two at once one is told no."""
    statement = update(DataRequest).where(DataRequest.id == row.id, _open())
    if condition is not None:
        statement = statement.where(condition)
    done = session.scalars(
        statement.values(**values)
        .returning(DataRequest.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not done:
        raise RuleBroken(refused)
    session.refresh(row)


def _record(
    session: Session, action: Action, row: DataRequest, *, now: datetime, actor: Viewer
) -> None:
    detail = {"kind": row.kind} | ({"decision": row.decision} if row.decision else {})
    audit.record(
        session,
        action,
        actor=actor,
        now=now,
        object_kind="data_request",
        object_id=row.id,
        unit_id=row.unit_id,
        detail=detail,
    )


def _person_event(
    session: Session,
    action: Action,
    person_id: int,
    reason: str,
    *,
    now: datetime,
    actor: Viewer,
) -> None:
    audit.record(
        session,
        action,
        actor=actor,
        now=now,
        object_kind="person",
        object_id=person_id,
        reason=reason.strip(),
    )
