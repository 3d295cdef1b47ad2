"""From what a person is exempt, since when, until when, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.accounts.models import Account
from training_app.learning.models import Exemption, ExemptionRevocation
from training_app.learning.queries.record import one_human
from training_app.organisation.models import Person
from training_app.requirements.models import Requirement


@dataclass(frozen=True, slots=True)
class ExemptionRow:
    """One row per exemption of a person, newest first."""

    id: int
    person_id: int
    requirement_id: int
    title: str
    title_en: str
    unit_id: int | None
    exempt_from: date
    exempt_until: date | None
    reason: str
    recorded_at: datetime
    granted_by: str | None
    revoked_on: date | None
    revocation: str | None

    @property
    def ends_on(self) -> date | None:
        """The first day without it; None while no end is known."""
        return min((one for one in (self.exempt_until, self.revoked_on) if one), default=None)

    def holds(self, on: date) -> bool:
        """Whether the person is exempt on the day."""
        return self.exempt_from <= on and (self.ends_on is None or on < self.ends_on)

    def can_end(self, on: date) -> bool:
        """Whether it can still be ended on the day or later."""
        return self.revoked_on is None and (self.exempt_until is None or on < self.exempt_until)

    def named(self, language: str) -> str:
        """The requirement's title in that language."""
        return self.title_en if language == "en" and self.title_en else self.title


def exemptions_of(session: Session, person_id: int, *, scope: Scope) -> list[ExemptionRow]:
    """One row per exemption of the human being, revoked ones included."""
    wanted: Select[*tuple[Any, ...]] = (
        select(
            Exemption.id,
            Exemption.person_id,
            Exemption.requirement_id,
            Requirement.title,
            Requirement.title_en,
            Requirement.unit_id,
            Exemption.exempt_from,
            Exemption.exempt_until,
            Exemption.reason,
            Exemption.recorded_at,
            Person.full_name,
            ExemptionRevocation.revoked_on,
            ExemptionRevocation.reason,
        )
        .join(Requirement, Requirement.id == Exemption.requirement_id)
        .outerjoin(Account, Account.id == Exemption.recorded_by)
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(ExemptionRevocation, ExemptionRevocation.exemption_id == Exemption.id)
        .where(Exemption.person_id.in_(one_human(person_id)))
        .order_by(Exemption.exempt_from.desc(), Exemption.id.desc())
        .execution_options(scope=scope)
    )
    return [ExemptionRow(*row) for row in session.execute(wanted)]
