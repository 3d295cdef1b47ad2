"""Entries about people's records: what they learned, exemptions, and who is one human being."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent
from training_app.coverage.queries.late.kinds import (
    NO_DAY,
    NOBODY,
    Entries,
    Late,
    LateKind,
    columns,
)
from training_app.coverage.queries.linked import LINKING
from training_app.coverage.queries.sets import HUMAN, helps
from training_app.learning.models import (
    Exemption,
    ExemptionRevocation,
    Fact,
    FactWithdrawal,
    Holding,
)
from training_app.organisation.models import Person


def record_entries(late: Late) -> list[Entries]:
    """One SELECT for each kind of entry."""
    return [
        _facts(late),
        _renewed(late),
        _withdrawals(late),
        _exempted(late),
        _revoked(late),
        _linked(late),
    ]


def _of_facts(late: Late, kind: LateKind, at: Any, by: Any) -> Entries:
    """Facts of those asked that may count, now or under an earlier version."""
    # Whoever learned the module is asked back when it changes, even where a test did not count.
    relevant = or_((Fact.module_id + 0).in_(late.modules), *(helps(one) for one in late.versions))
    return (
        columns(kind, HUMAN, Fact.module_id, Fact.happened_on, at, by)
        .join_from(Fact, Person, Person.id == Fact.person_id)
        .where(late.asked(), relevant)
    )


def _facts(late: Late) -> Entries:
    found = _of_facts(late, LateKind.FACT, Fact.recorded_at, Fact.recorded_by)
    return found.where(Fact.happened_on <= late.on, Fact.recorded_at > late.at)


def _renewed(late: Late) -> Entries:
    """Who was due soon on the day, as known then, and has renewed since."""
    found = _of_facts(late, LateKind.RENEWED, Fact.recorded_at, Fact.recorded_by)
    following = aliased(Holding)
    goes_on = (
        _ends_soon(late)
        & select(following.id)
        .where(
            following.requirement_id == Holding.requirement_id,
            following.person_id == Holding.person_id,
            following.held_from == Holding.held_until,
        )
        .exists()
    )
    return found.where(
        Fact.happened_on > late.on,
        Fact.happened_on <= late.soon,
        Fact.recorded_at > late.at,
        select(Holding.id).where(goes_on).exists(),
    )


def _ends_soon(late: Late) -> ColumnElement[bool]:
    """A period of the person ends so soon after the day that it counts as due."""
    return and_(
        Holding.requirement_id == late.asking.requirement.id,
        Holding.person_id == HUMAN,
        Holding.held_until > late.on,
        Holding.held_until <= late.soon,
    )


def _withdrawals(late: Late) -> Entries:
    at, by = FactWithdrawal.recorded_at, FactWithdrawal.recorded_by
    found = _of_facts(late, LateKind.WITHDRAWAL, at, by)
    return found.join(FactWithdrawal, FactWithdrawal.fact_id == Fact.id).where(
        Fact.happened_on <= late.on, Fact.recorded_at <= late.at, at > late.at
    )


def _of_exemptions(late: Late, kind: LateKind, day: Any, at: Any, by: Any) -> Entries:
    """Exemptions of those asked, from the requirement or one that it carries on.

    A day to come matters to who counts as due soon on the day asked about.
    """
    exempting = frozenset[int]().union(*(one.exempting for one in late.versions))
    ends_soon = select(Holding.id).where(_ends_soon(late)).exists()
    return (
        columns(kind, HUMAN, NOBODY, day, at, by)
        .join_from(Exemption, Person, Person.id == Exemption.person_id)
        .where(
            late.asked(),
            Exemption.requirement_id.in_(exempting),
            at > late.at,
            or_(day <= late.on, and_(day <= late.soon, ends_soon)),
        )
    )


def _exempted(late: Late) -> Entries:
    """Exemptions granted."""
    one = Exemption
    return _of_exemptions(
        late, LateKind.EXEMPTED, one.exempt_from, one.recorded_at, one.recorded_by
    )


def _revoked(late: Late) -> Entries:
    """Exemptions ended before their time."""
    one = ExemptionRevocation
    found = _of_exemptions(late, LateKind.REVOKED, one.revoked_on, one.recorded_at, one.recorded_by)
    return found.join(one, one.exemption_id == Exemption.id).where(Exemption.recorded_at <= late.at)


def _linked(late: Late) -> Entries:
    """Records found to be of one person, or of two after all.

    What is parted from somebody asked may itself be of nobody asked: then it is told of them.
    """
    parted = AuditEvent.action == Action.PERSON_UNMERGED.value
    kind = case((parted, LateKind.PARTED.value), else_=LateKind.LINKED.value)
    other = aliased(Person)
    human_beside = func.coalesce(other.canonical_id, other.id)
    asked = late.asked()
    human = case((asked, HUMAN), else_=human_beside)
    return (
        columns(kind, human, NOBODY, NO_DAY, AuditEvent.at, AuditEvent.actor_account_id)
        .join_from(AuditEvent, Person, Person.id == AuditEvent.object_id)
        .join(other, other.id == AuditEvent.detail["person"].as_integer())
        .where(
            AuditEvent.action.in_(LINKING),
            AuditEvent.at > late.at,
            or_(asked, late.asked(human_beside)),
        )
    )
