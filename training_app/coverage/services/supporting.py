"""Who supports a team: entries are only added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.coverage.models import SOURCE_LENGTH, TeamSupport
from training_app.coverage.rules.support import Profession
from training_app.errors import N_, InvalidInput


@dataclass(frozen=True)
class NewSupport:
    """From a day on a team is supported by people of a profession, or no longer."""

    team_id: int
    profession: Profession
    supported: bool
    happened_on: date
    source: str


def record_support(
    session: Session, new: NewSupport, *, now: datetime, today: date, actor: Viewer
) -> TeamSupport:
    """Write it down. Raises InvalidInput for a day still to come, or without a source."""
    if new.happened_on > today:
        raise InvalidInput(N_("This day has not come yet."), field="day")
    if not new.source.strip():
        raise InvalidInput(N_("Write which paper says so."), field="source")
    row = TeamSupport(
        team_id=new.team_id,
        profession=new.profession.value,
        supported=new.supported,
        happened_on=new.happened_on,
        source=new.source.strip()[:SOURCE_LENGTH],
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        Action.TEAM_SUPPORT,
        actor=actor,
        now=now,
        object_kind="team",
        object_id=new.team_id,
        detail={
            "profession": new.profession.value,
            "supported": new.supported,
            "on": new.happened_on.isoformat(),
        },
    )
    session.flush()
    return row
