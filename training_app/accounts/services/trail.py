"""Events about one account, as the audit trail keeps them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action


def note(
    session: Session,
    action: Action,
    account_id: int | None,
    *,
    actor: Viewer,
    now: datetime,
    unit_id: int | None = None,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write down what happened to an account; ``unit_id`` names the office that may read it."""
    audit.record(
        session,
        action,
        actor=actor,
        now=now,
        object_kind="account",
        object_id=account_id,
        unit_id=unit_id,
        reason=reason,
        detail=dict(detail or {}),
    )
