"""Which attempt counts at a test: what was decided about it, and under what one was counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.assessment import scope as rows
from training_app.assessment.models import Attempt, CountingPolicy
from training_app.assessment.rules.attempts import Policy
from training_app.catalogue.models import Module
from training_app.catalogue.queries import ModuleCard


def policies_decided(session: Session, module_id: int) -> list[CountingPolicy]:
    """What was decided about the attempt that counts at a module's test, the latest first."""
    found = session.scalars(
        select(CountingPolicy)
        .where(CountingPolicy.module_id == module_id)
        .order_by(CountingPolicy.number.desc())
    )
    return list(found)


@dataclass(frozen=True, slots=True)
class Recounted:
    """Since when and why an attempt counts instead of another one.

    ``number``, ``right_count``, ``out_of`` and ``passed`` are those of the other one; ``by`` is
    who decided by name that passes count no longer, else empty.
    """

    policy: Policy
    decided_at: datetime
    reason: str
    by: str
    number: int
    right_count: int
    out_of: int
    passed: bool


def recounted(session: Session, scope: Scope, attempt_id: int, slug: str) -> Recounted | None:
    """The last decision by which an own attempt counts instead of another; None without one."""
    decided = session.scalars(
        select(CountingPolicy)
        .join(Module, Module.id == CountingPolicy.module_id)
        .where(Module.slug == slug)
        .order_by(CountingPolicy.number.desc())
    )
    for one in decided:
        instead_of = next((before for before, after in one.changes if after == attempt_id), None)
        if instead_of is not None:
            return _recounted(session, scope, one, instead_of)
    return None


def _recounted(
    session: Session, scope: Scope, decision: CountingPolicy, instead_of: int
) -> Recounted:
    other = session.scalars(
        select(Attempt).where(Attempt.id == instead_of), execution_options={"scope": scope}
    ).one()
    return Recounted(
        Policy(decision.policy),
        decision.decided_at,
        decision.reason,
        decision.decided_for,
        other.number,
        other.right_count or 0,
        other.out_of,
        bool(other.passed),
    )


_ATTEMPTS: Final[Any] = Attempt.__table__
_DECIDED: Final[Any] = CountingPolicy.__table__
# Who took the test stays under what was counted so far: a pass that stands keeps its policy.
_HOLDS: Final = select(
    select(_ATTEMPTS.c.policy)
    .where(
        _ATTEMPTS.c.person_id.in_(bindparam("people", expanding=True)),
        _ATTEMPTS.c.module_version_id == bindparam("version"),
    )
    .order_by(_ATTEMPTS.c.number)
    .limit(1)
    .scalar_subquery(),
    select(_DECIDED.c.policy)
    .where(_DECIDED.c.module_id == bindparam("module"))
    .order_by(_DECIDED.c.number.desc())
    .limit(1)
    .scalar_subquery(),
)


def policy_for(session: Session, scope: Scope, card: ModuleCard) -> Policy:
    """Under which policy the next attempt of the person in scope at this version is counted."""
    values = rows.named(scope, module=card.module_id, version=card.version_id)
    own, decided = session.execute(_HOLDS, values).one()
    return Policy(own or decided or Policy.BEST)
