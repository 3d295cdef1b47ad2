"""Who else must know of an operation: the audit trail, and whoever keeps ready counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.organisation.models import Leadership, Membership, TeamSpan
from training_app.organisation.rules.operations import (
    ChangeTeam,
    ElectLeader,
    EndService,
    EndTeam,
    JoinTeam,
    MovePerson,
    Operation,
    Recognise,
    SetUpTeam,
    changes_units,
    people_named,
)
from training_app.organisation.services.conditions import CHANGE
from training_app.organisation.services.operations.loading import parts
from training_app.organisation.services.operations.rows import ids_of
from training_app.work.rules import StaleKind
from training_app.work.services import mark_stale

_ACTIONS: Final = {
    SetUpTeam: Action.TEAM_CREATED,
    ChangeTeam: Action.TEAM_CHANGED,
    EndTeam: Action.TEAM_ENDED,
    JoinTeam: Action.MEMBERSHIP_STARTED,
    MovePerson: Action.MEMBERSHIP_MOVED,
    EndService: Action.MEMBERSHIP_ENDED,
    ElectLeader: Action.LEADER_ELECTED,
    Recognise: Action.RECOGNITION_RECORDED,
}


@dataclass(frozen=True)
class Telling:
    """Audit events beside an operation and its undoing."""

    session: Session
    operation_id: int
    unit_id: int | None
    reason: str
    now: datetime
    actor: Viewer

    def operation(self, action: Action, detail: Mapping[str, Any] | None = None) -> None:
        """Tell of the operation as a whole."""
        self._record(action, "unit_operation", self.operation_id, dict(detail or {}))

    def steps(self, chosen: Operation, set_up: Mapping[int, int]) -> None:
        """Tell of each step beside the person or team that it names."""
        for step in chosen.steps:
            action = _ACTIONS.get(type(step))
            detail: dict[str, Any] = {"operation": self.operation_id}
            match step:
                case SetUpTeam():
                    kind, about = "team", set_up[step.ref]
                case ChangeTeam() | EndTeam():
                    kind, about = "team", step.team
                case ElectLeader():
                    kind, about = "team", step.team
                    detail["person"] = step.person
                case JoinTeam() | MovePerson() | EndService() | Recognise():
                    kind, about = "person", step.person
                    detail |= _where(step)
                case _:
                    continue
            if action is not None:
                self._record(action, kind, about, detail)

    def undone(self, chosen: Operation) -> None:
        """Tell beside each person named that what was done to them is taken back."""
        for person in sorted(people_named(chosen)):
            self._record(Action.UNITS_RESTORED, "person", person, {"operation": self.operation_id})

    def _record(self, action: Action, kind: str, about: int, detail: dict[str, Any]) -> None:
        audit.record(
            self.session,
            action,
            actor=self.actor,
            now=self.now,
            object_kind=kind,
            object_id=about,
            unit_id=self.unit_id,
            reason=self.reason,
            detail=detail,
        )


def told_reason(chosen: Operation, said: str) -> str:
    """The reason as the trail keeps it for ever: not where it may speak of a person."""
    return "" if people_named(chosen) else said


def _where(step: JoinTeam | MovePerson | EndService | Recognise) -> dict[str, Any]:
    match step:
        case MovePerson():
            return {"from": step.team, "to": step.into}
        case EndService():
            return {"team": step.team, "why": step.why}
        case Recognise():
            return {"team": step.team, "role": step.role}
        case _:
            return {"team": step.team}


def count_again(
    session: Session, chosen: Operation, undo: Mapping[str, Any], *, now: datetime
) -> None:
    """Have counts made again: of everything where units change, else of the communes touched.

    Call it while the rows that the operation added are there.
    """
    if changes_units(chosen):
        mark_stale(session, StaleKind.ALL, now=now)
        return
    units = {row["unit_id"] for row in undo["replaced"].get("team_span", [])}
    for kind in ("added", "closed"):
        teams = set(_teams_of(session, undo[kind]))
        for part in parts(teams):
            chosen_units = select(TeamSpan.unit_id).where(TeamSpan.team_id.in_(part))
            units.update(session.scalars(chosen_units.execution_options(**CHANGE)))
    mark_stale(session, StaleKind.UNIT, units, now=now)


def _teams_of(session: Session, rows: Mapping[str, Any]) -> set[int]:
    found: set[int] = set()
    for model in (TeamSpan, Membership, Leadership):
        for part in parts(ids_of(rows.get(model.__tablename__, []))):
            chosen = select(model.team_id).where(model.id.in_(part))
            found.update(session.scalars(chosen.execution_options(**CHANGE)))
    return found
