"""Taking an import back: what it made goes, what it closed opens, what it corrected returns."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, delete, select, tuple_, update
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.db import Base
from training_app.errors import N_, RuleBroken
from training_app.organisation.models import (
    Leadership,
    Membership,
    NotSamePerson,
    Person,
    PersonPhone,
    Recognition,
    RosterImport,
    RosterState,
    Team,
    TeamSpan,
)
from training_app.organisation.services.conditions import CHANGE, refused_as
from training_app.organisation.services.superseding import keep_closed, keep_opened
from training_app.work.rules import StaleKind
from training_app.work.services import mark_stale

_CHANGED_SINCE: Final = N_(
    "Some of these people or teams were changed after this import, so it cannot be taken back as a "
    "whole. Correct the single records instead."
)
_LATER_IMPORT: Final = N_("A later import of this commune must be taken back first.")
# What the import made goes in this order: nothing may point to a row that is gone.
_MADE: Final[tuple[type[Base], ...]] = (
    Recognition,
    Leadership,
    Membership,
    PersonPhone,
    TeamSpan,
    Person,
    Team,
)
_DATED: Final = (Leadership, Membership, PersonPhone)
_PART: Final = 10_000


def undo(session: Session, import_id: int, *, now: datetime, actor: Viewer) -> None:
    """Take back the last applied import of a commune: its export is again as before.

    Raises RuleBroken when a later import stands, or when what it made has been used or changed.
    """
    chosen = select(RosterImport).where(RosterImport.id == import_id)
    row = session.scalars(chosen.execution_options(**CHANGE)).one()
    data: dict[str, Any] = row.undo
    _claim(session, row, now)
    _refuse_if_changed(session, data)
    with refused_as(_CHANGED_SINCE), session.begin_nested():
        _keep(session, data, since=row.applied_at, now=now)
        _remove(session, data["created"])
        _reopen(session, data["closed"])
        _restore(session, data["before"])
    session.expire_all()
    mark_stale(session, StaleKind.UNIT, [row.unit_id], now=now)
    mark_stale(session, StaleKind.PERSON, _served(session, data), now=now)
    audit.record(
        session,
        Action.ROSTER_UNDONE,
        actor=actor,
        now=now,
        object_kind="roster_import",
        object_id=import_id,
        unit_id=row.unit_id,
    )
    session.flush()


def _served(session: Session, data: dict[str, Any]) -> set[int]:
    """People whose service is open again, here or in another commune."""
    found: set[int] = set()
    for part in _parts(data["closed"].get("membership", [])):
        chosen = select(Membership.person_id).where(Membership.id.in_(part))
        found |= set(session.scalars(chosen.execution_options(**CHANGE)))
    return found


def _claim(session: Session, row: RosterImport, now: datetime) -> None:
    later = select(RosterImport.id).where(
        RosterImport.unit_id == row.unit_id,
        RosterImport.id != row.id,
        RosterImport.state == RosterState.APPLIED,
        RosterImport.applied_at > row.applied_at,
    )
    if session.scalars(later.execution_options(**CHANGE)).first():
        raise RuleBroken(_LATER_IMPORT)
    claimed = session.scalars(
        update(RosterImport)
        .where(RosterImport.id == row.id, RosterImport.state == RosterState.APPLIED)
        .values(state=RosterState.UNDONE, undone_at=now)
        .returning(RosterImport.id)
    ).all()
    if not claimed:
        raise RuleBroken(N_("This import is not in force, so there is nothing to take back."))


def _refuse_if_changed(session: Session, data: dict[str, Any]) -> None:
    """What was made must stand as made, what was corrected as corrected."""
    for model in _DATED:
        for part in _parts(data["created"].get(model.__tablename__, [])):
            changed = select(model.id).where(model.id.in_(part), model.valid_to.is_not(None))
            if session.scalars(changed.execution_options(**CHANGE)).first():
                raise RuleBroken(_CHANGED_SINCE)
    for entry in data["before"]:
        chosen = select(Person).where(Person.id == entry["person"]).execution_options(**CHANGE)
        person = session.scalars(chosen).one()
        if any(_plain(getattr(person, name)) != new for name, new in entry["new"].items()):
            raise RuleBroken(_CHANGED_SINCE)


def _keep(session: Session, data: dict[str, Any], *, since: datetime | None, now: datetime) -> None:
    """Keep what was known until now: reports of days in between rest on it."""
    for model in (Membership, Leadership, TeamSpan):
        kind = model.__tablename__
        keep_opened(session, kind, data["created"].get(kind, []), since=since, now=now)
        keep_closed(session, kind, data["closed"].get(kind, []), since=since, now=now)


def _remove(session: Session, created: dict[str, list[Any]]) -> None:
    for pair in created.get("not_same_person", []):
        same = tuple_(NotSamePerson.first_id, NotSamePerson.second_id) == tuple_(*pair)
        session.execute(delete(NotSamePerson).where(same))
    for model in _MADE:
        table = model.__table__
        for part in _parts(created.get(str(model.__tablename__), [])):
            session.execute(delete(model).where(table.c.id.in_(part)))


def _reopen(session: Session, closed: dict[str, list[int]]) -> None:
    for model in _DATED:
        values: dict[str, Any] = {"valid_to": None}
        if model is Membership:
            values |= {
                "end_reason": None,
                "end_note": "",
                "end_recorded_at": None,
                "end_recorded_by": None,
            }
        elif model is Leadership:
            values["end_recorded_at"] = None
        for part in _parts(closed.get(model.__tablename__, [])):
            session.execute(update(model).where(and_(model.id.in_(part))).values(**values))


def _restore(session: Session, before: list[dict[str, Any]]) -> None:
    for entry in before:
        values = dict(entry["old"])
        if values.get("birth_date"):
            values["birth_date"] = date.fromisoformat(values["birth_date"])
        session.execute(update(Person).where(Person.id == entry["person"]).values(**values))


def _parts(ids: Sequence[int]) -> list[list[int]]:
    return [list(ids[start : start + _PART]) for start in range(0, len(ids), _PART)]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
