"""What people ask about their own data."""

from sqlalchemy.orm import Session

from tests.factories.records import SYSTEM
from training_app import clock
from training_app.dossier.rules.deadlines import Kind
from training_app.dossier.services import requests
from training_app.organisation.models import Person, UnitSpan


def data_request(
    session: Session, person: Person, unit: UnitSpan, kind: Kind = Kind.RESTRICT
) -> int:
    """A request in the queue of a unit, received today; returns its id."""
    row = requests.make_request(
        session,
        person.id,
        kind,
        "Tên bị sai" if kind is Kind.CORRECT else "",
        unit_id=unit.unit_id,
        received_on=clock.today(),
        now=clock.now(),
        actor=SYSTEM,
    )
    return row.id
