"""Relieving a person of a requirement for a time, and ending that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.db import Unscoped
from training_app.errors import N_, InvalidInput, NotFound, RuleBroken
from training_app.learning.models import Exemption, ExemptionRevocation, FactKind
from training_app.learning.queries.record import one_human
from training_app.learning.rules import EARLIEST, may_have_happened
from training_app.learning.services.deriving import rederive
from training_app.learning.services.recording import NewFact, record_facts
from training_app.learning.services.storing import insert_new
from training_app.organisation.models import Person
from training_app.requirements.models import Requirement

_RECORD: Final = Unscoped("the caller reached the person through a scope")


@dataclass(frozen=True)
class NewExemption:
    """Who is relieved of what, from when, until when (None: for ever), and why."""

    person_id: int
    requirement_id: int
    exempt_from: date
    exempt_until: date | None
    reason: str


def grant_exemption(
    session: Session, new: NewExemption, *, now: datetime, actor: Viewer
) -> Exemption:
    """Relieve a person of a requirement; it counts as the whole of it on its days.

    Raises :class:`NotFound` for a requirement that does not exist and :class:`InvalidInput` for
    dates or a reason that cannot be.
    """
    if session.get(Requirement, new.requirement_id) is None:
        raise NotFound
    if not new.reason.strip():
        raise InvalidInput(N_("Say why the person is exempt."), field="reason")
    _check_days(new, now)
    _demand_free(session, new)
    exemption = Exemption(
        person_id=new.person_id,
        requirement_id=new.requirement_id,
        exempt_from=new.exempt_from,
        exempt_until=new.exempt_until,
        reason=new.reason.strip(),
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    session.add(exemption)
    session.flush()
    fact = NewFact(
        person_id=new.person_id,
        kind=FactKind.EXEMPTION,
        module_id=None,
        module_version_id=None,
        minutes=None,
        happened_on=new.exempt_from,
        source_kind=FactKind.EXEMPTION.value,
        source_id=exemption.id,
        valid_until=new.exempt_until,
    )
    record_facts(session, [fact], now=now, actor=actor)
    audit.record(
        session,
        Action.EXEMPTION_GRANTED,
        actor=actor,
        now=now,
        object_kind="exemption",
        object_id=exemption.id,
        detail={
            "requirement": new.requirement_id,
            "from": new.exempt_from.isoformat(),
            "until": new.exempt_until.isoformat() if new.exempt_until else None,
        },
    )
    session.flush()
    return exemption


def _check_days(new: NewExemption, now: datetime) -> None:
    """Refuse days on which nobody can be exempt. Raises InvalidInput."""
    if new.exempt_until is not None and new.exempt_until <= new.exempt_from:
        raise InvalidInput(N_("The end comes after the first day."), field="exempt_until")
    if new.exempt_from < EARLIEST:
        raise InvalidInput(
            N_("The law came into force on 1 January 2014; check the year."), field="exempt_from"
        )
    if not may_have_happened(new.exempt_from, now):
        raise InvalidInput(
            N_("This day has not come yet. An exemption begins today or on an earlier day."),
            field="exempt_from",
        )


def _demand_free(session: Session, new: NewExemption) -> None:
    """Refuse days that are exempt already: ended once, an exemption must be over.

    The row of the person is locked, so that of two officers one comes second.
    """
    locked = select(Person.id).where(Person.id == new.person_id).with_for_update()
    session.execute(locked.execution_options(scope=_RECORD))
    ends = func.coalesce(ExemptionRevocation.revoked_on, Exemption.exempt_until)
    taken = (
        select(Exemption.id)
        .outerjoin(ExemptionRevocation, ExemptionRevocation.exemption_id == Exemption.id)
        .where(
            Exemption.person_id.in_(one_human(new.person_id)),
            Exemption.requirement_id == new.requirement_id,
            or_(ends.is_(None), ends > new.exempt_from),
            true() if new.exempt_until is None else Exemption.exempt_from < new.exempt_until,
        )
        .limit(1)
    )
    if session.scalar(taken.execution_options(scope=_RECORD)) is not None:
        raise InvalidInput(
            N_("The person is exempt already on some of these days. End that exemption first."),
            field="exempt_from",
        )


def revoke_exemption(
    session: Session,
    exemption_id: int,
    *,
    revoked_on: date,
    reason: str,
    now: datetime,
    actor: Viewer,
) -> None:
    """End an exemption on a day; before that day it was one. Ended on its first day, it was none.

    Raises :class:`RuleBroken` when it was revoked before, :class:`InvalidInput` for a day outside
    of it or without a reason.
    """
    exemption = session.scalar(
        select(Exemption).where(Exemption.id == exemption_id).execution_options(scope=_RECORD)
    )
    if exemption is None:
        raise NotFound
    if not reason.strip():
        raise InvalidInput(N_("Say why the exemption ends."), field="reason")
    until = exemption.exempt_until
    if revoked_on < exemption.exempt_from or (until is not None and revoked_on >= until):
        raise InvalidInput(N_("Choose a day on which the exemption holds."), field="revoked_on")
    values = {
        "exemption_id": exemption.id,
        "revoked_on": revoked_on,
        "reason": reason.strip(),
        "recorded_at": now,
        "recorded_by": actor.account_id,
    }
    if not insert_new(session, ExemptionRevocation, [values]):
        raise RuleBroken(N_("This exemption was already ended. Nothing was changed."))
    audit.record(
        session,
        Action.EXEMPTION_REVOKED,
        actor=actor,
        now=now,
        object_kind="exemption",
        object_id=exemption.id,
        detail={"requirement": exemption.requirement_id, "on": revoked_on.isoformat()},
    )
    rederive(session, {exemption.person_id}, now=now)
