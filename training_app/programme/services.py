"""Taking up what changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from training_app.access import Permission, Viewer
from training_app.errors import N_, RuleBroken
from training_app.learning import services as learning
from training_app.learning.rules import local_day
from training_app.programme import queries


def finish_update(
    session: Session, person_id: int, slug: str, *, now: datetime, actor: Viewer
) -> None:
    """Record that a short update was done; nothing happens when none is asked any more.

    Raises :class:`RuleBroken` while something is still to be read or answered.
    """
    scope = actor.scope(Permission.RECORD_VIEW_OWN)
    plan = queries.short_update(session, person_id, slug, local_day(now), scope=scope)
    if plan is None:
        return
    if not plan.finished:
        left = sum(not step.done for step in plan.steps)
        raise RuleBroken(N_("%(count)d steps of the update are still to be done."), count=left)
    learning.record_update(session, person_id, plan.card.version_id, now=now, actor=actor)
