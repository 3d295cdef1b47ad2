"""Which attempt counts at a test: what was decided about it, and under what one was counted."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.assessment.models import Attempt, CountingPolicy
from training_app.assessment.rules.attempts import Policy


def policies_decided(session: Session, module_id: int) -> list[CountingPolicy]:
    """What was decided about the attempt that counts at a module's test, the latest first."""
    found = session.scalars(
        select(CountingPolicy)
        .where(CountingPolicy.module_id == module_id)
        .order_by(CountingPolicy.number.desc())
    )
    return list(found)


def counted_under(session: Session, scope: Scope, attempt_id: int) -> Policy:
    """The policy stored with an attempt in scope."""
    held = session.scalars(
        select(Attempt.policy)
        .where(Attempt.id == attempt_id, Attempt.person_id.in_(scope.people))
        .execution_options(scope=scope)
    ).one()
    return Policy(held)
