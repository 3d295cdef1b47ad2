"""A change of the organisation for the walker: a team set up, signed and listed."""

from sqlalchemy.orm import Session

from tests.factories.records import NOW, SYSTEM, TODAY
from training_app.organisation.models import UnitSpan
from training_app.organisation.rules.operations import SetUpTeam, operation
from training_app.organisation.services.operations import carry_out


def of(session: Session, commune: UnitSpan, name: str) -> int:
    """An operation of the commune that names a team."""
    chosen = operation(SetUpTeam(-1, commune.unit_id, f"Tổ mới {name}"))
    return carry_out(session, chosen, on=TODAY, reason="Nghị quyết", now=NOW, actor=SYSTEM)
