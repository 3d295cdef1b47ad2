"""One step of a report: only from the turn that was on the page, written down beside the change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.db import touched
from training_app.errors import RuleBroken
from training_app.reporting.models import Report
from training_app.reporting.rules.states import CHANGED


def move(session: Session, report: Report, turn: int, **values: Any) -> None:
    """Change the report if it stands at the turn; raises RuleBroken when somebody was quicker."""
    done = session.execute(
        update(Report)
        .where(Report.id == report.id, Report.turn == turn, Report.state == report.state)
        .values(turn=turn + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if touched(done) != 1:
        raise RuleBroken(CHANGED)
    session.refresh(report)


def note(
    session: Session,
    report: Report,
    action: Action,
    *,
    now: datetime,
    actor: Viewer,
    reason: str = "",
    **detail: Any,
) -> None:
    """Write the step into the audit trail."""
    audit.record(
        session,
        action,
        actor=actor,
        now=now,
        object_kind="report",
        object_id=report.id,
        unit_id=report.unit_id,
        reason=reason,
        detail={
            "layout": report.layout,
            "kind": report.kind,
            "year": report.year,
            "number": report.number,
            "turn": report.turn,
        }
        | detail,
    )
