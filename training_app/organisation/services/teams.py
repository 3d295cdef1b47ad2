"""Setting up teams, as seeding does; exceptions from Article 12.

What an office does to a team is an operation: previewed, signed, taken back.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.errors import N_, RuleBroken
from training_app.organisation.models import (
    CompositionException,
    Team,
    TeamSpan,
)
from training_app.organisation.rules import Rule
from training_app.organisation.services.conditions import CHANGE, living_team, refused_as
from training_app.vietnamese import clean, fold, phrase_key
from training_app.work.rules import StaleKind
from training_app.work.services import mark_stale

_NAME_TAKEN = N_("A team of this name lives in this village already. Choose another name.")


@dataclass(frozen=True)
class TeamFields:
    """What an officer says of a team; ``village`` is the local label (thôn, ấp, khu phố)."""

    name: str
    village: str = ""
    minority_required: bool = False


def create_team(
    session: Session, unit_id: int, fields: TeamFields, *, on: date, now: datetime, actor: Viewer
) -> int:
    """Set up a team in a commune from the day on; returns its id.

    Raises RuleBroken when a team of that name lives in that village of the commune.
    """
    with refused_as(_NAME_TAKEN), session.begin_nested():
        team = Team()
        session.add(team)
        session.flush()
        session.add(_span(team.id, unit_id, fields, on, now))
    audit.record(
        session,
        Action.TEAM_CREATED,
        actor=actor,
        now=now,
        object_kind="team",
        object_id=team.id,
        unit_id=unit_id,
    )
    mark_stale(session, StaleKind.UNIT, [unit_id], now=now)
    session.flush()
    return team.id


def grant_exception(
    session: Session,
    team_id: int,
    rule: Rule,
    *,
    reason: str,
    until: date | None,
    on: date,
    now: datetime,
    actor: Viewer,
) -> int:
    """Except a team from one rule of Article 12 from the day on, with a reason and an end."""
    span = living_team(session, team_id, on)
    if not clean(reason):
        raise RuleBroken(N_("Say why the team is excepted from the rule."))
    if until is not None and until <= on:
        raise RuleBroken(N_("An exception ends after it begins. Choose a later end."))
    exception = CompositionException(
        team_id=team_id, rule=rule.value, reason=clean(reason), valid_from=on, valid_to=until
    )
    session.add(exception)
    audit.record(
        session,
        Action.EXCEPTION_GRANTED,
        actor=actor,
        now=now,
        object_kind="team",
        object_id=team_id,
        unit_id=span.unit_id,
        reason=reason,
        detail={"rule": rule.value},
    )
    session.flush()
    return exception.id


def end_exception(
    session: Session, exception_id: int, *, on: date, now: datetime, actor: Viewer
) -> None:
    """End an exception on the day; ended before, it stays as it was."""
    chosen = select(CompositionException).where(CompositionException.id == exception_id)
    exception = session.scalars(chosen.execution_options(**CHANGE)).one()
    if exception.valid_to is not None and exception.valid_to <= on:
        return
    exception.valid_to = max(on, exception.valid_from)
    audit.record(
        session,
        Action.EXCEPTION_ENDED,
        actor=actor,
        now=now,
        object_kind="team",
        object_id=exception.team_id,
        detail={"rule": exception.rule},
    )
    session.flush()


def _span(team_id: int, unit_id: int, fields: TeamFields, on: date, now: datetime) -> TeamSpan:
    name, village = clean(fields.name), clean(fields.village)
    if not fold(name):
        raise RuleBroken(N_("A team needs a name."))
    return TeamSpan(
        team_id=team_id,
        unit_id=unit_id,
        name=name,
        name_fold=fold(name),
        sort_key=phrase_key(name),
        village=village,
        minority_required=fields.minority_required,
        valid_from=on,
        recorded_at=now,
    )
