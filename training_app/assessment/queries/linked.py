"""What records linked as one person did apart: counted where a test allows few attempts."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.assessment.models import Attempt
from training_app.db import Unscoped
from training_app.organisation.models import Person

_LINKED: Final = Unscoped("the records of one human being, of which the main one is in scope")


def used_by_linked(session: Session, scope: Scope, version_id: int, limit: int | None) -> int:
    """How many attempts the records linked to the person made; 0, unasked, without a limit."""
    if limit is None:
        return 0
    linked = select(Person.id).where(Person.canonical_id.in_(scope.people))
    counted = (
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.person_id.in_(linked), Attempt.module_version_id == version_id)
    )
    return session.scalar(counted.execution_options(scope=_LINKED)) or 0
