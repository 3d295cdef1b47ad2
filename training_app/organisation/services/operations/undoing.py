"""Taking an operation back: every table it touched is again as before."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import String, cast, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased, undefer

from training_app.access import Viewer
from training_app.audit.actions import Action
from training_app.errors import N_, RuleBroken
from training_app.organisation.models import (
    Leadership,
    Membership,
    TeamSpan,
    UnitOperation,
    UnitSpan,
)
from training_app.organisation.models.operations import SIGNED_LENGTH
from training_app.organisation.rules.operations import read
from training_app.organisation.services.conditions import CHANGE, refused_as
from training_app.organisation.services.operations.loading import parts
from training_app.organisation.services.operations.rows import (
    digest,
    ids_of,
    put_back,
    touched_rows,
)
from training_app.organisation.services.operations.telling import Telling, count_again, told_reason
from training_app.vietnamese import clean

BUILT_ON: Final = N_(
    "Something was built on this reorganisation since, so it cannot be taken back. Carry out the "
    "opposite from a later day."
)


def undo(
    session: Session,
    operation_id: int,
    *,
    reason: str,
    now: datetime,
    actor: Viewer,
    signed: str = "",
) -> None:
    """Take an operation back as if it had never been; the audit trail keeps both.

    Raises RuleBroken without a reason, when it is taken back already, or when a row it made has
    been changed or used since.
    """
    said = clean(reason)
    if not said:
        raise RuleBroken(N_("Say why the change is taken back."))
    with refused_as(BUILT_ON), session.begin_nested():
        _claim(session, operation_id, said, now, actor, clean(signed))
        chosen = select(UnitOperation).where(UnitOperation.id == operation_id)
        row = session.scalars(chosen.options(undefer(UnitOperation.undo))).one()
        if digest(session, *touched_rows(row.undo), hold=True) != row.undo["digest"]:
            raise RuleBroken(BUILT_ON)
        place, done = row.unit_id, read(row.operation)
        count_again(session, done, row.undo, now=now)
        put_back(session, row.undo, since=row.recorded_at, now=now)
        _refuse_if_built_below(session, row.undo, row.on)
        _refuse_if_left_hanging(session, row.undo)
        _refuse_codes_twice(session, row.undo)
    session.expire_all()
    telling = Telling(session, operation_id, place, told_reason(done, said), now, actor)
    telling.operation(Action.UNITS_RESTORED)
    telling.undone(done)
    session.flush()


def _claim(  # noqa: PLR0917 - one row, in the order of its columns
    session: Session, operation_id: int, reason: str, now: datetime, actor: Viewer, signed: str
) -> None:
    claimed = session.scalars(
        update(UnitOperation)
        .where(UnitOperation.id == operation_id, UnitOperation.undone_at.is_(None))
        .values(
            undone_at=now,
            undone_by=actor.account_id,
            undo_reason=reason[:500],
            undone_name=signed[:SIGNED_LENGTH],
        )
        .returning(UnitOperation.id)
    ).all()
    if not claimed:
        raise RuleBroken(N_("This reorganisation is not in force, so there is nothing to undo."))


def _refuse_if_built_below(session: Session, data: dict[str, Any], on: date) -> None:
    """A unit that came later below one of the touched carries a path that would be wrong."""
    child, parent = aliased(UnitSpan), aliased(UnitSpan)
    for part in parts(_standing_again(data, "unit_span")):
        astray = (
            select(child.id)
            .join(parent, parent.unit_id == child.parent_id)
            .where(
                parent.id.in_(part),
                or_(child.valid_to.is_(None), child.valid_to > on),
                child.path != parent.path + cast(child.unit_id, String) + "/",
            )
        )
        if session.scalars(astray.limit(1)).first() is not None:
            raise RuleBroken(BUILT_ON)


def _refuse_if_left_hanging(session: Session, data: dict[str, Any]) -> None:
    """What stands again needs what it stood in: a team or unit that ended since does not do."""
    team, unit = aliased(TeamSpan), aliased(UnitSpan)
    houses = (
        (Membership, exists().where(team.team_id == Membership.team_id, team.valid_to.is_(None))),
        (Leadership, exists().where(team.team_id == Leadership.team_id, team.valid_to.is_(None))),
        (TeamSpan, exists().where(unit.unit_id == TeamSpan.unit_id, unit.valid_to.is_(None))),
    )
    for model, house in houses:
        for part in parts(_standing_again(data, model.__tablename__)):
            hanging = select(model.id).where(model.id.in_(part), model.valid_to.is_(None), ~house)
            if session.scalars(hanging.limit(1).execution_options(**CHANGE)).first() is not None:
                raise RuleBroken(BUILT_ON)


def _standing_again(data: dict[str, Any], table: str) -> list[int]:
    """Ids of the rows of a table that were opened again, or returned."""
    return ids_of(data["closed"].get(table, [])) + [
        row["id"] for row in data["replaced"].get(table, [])
    ]


def _refuse_codes_twice(session: Session, data: dict[str, Any]) -> None:
    """A code given anew since belongs to its new unit."""
    for part in parts(_standing_again(data, "unit_span")):
        codes = select(UnitSpan.code).where(UnitSpan.id.in_(part))
        twice = (
            select(UnitSpan.code)
            .where(UnitSpan.code.in_(codes), UnitSpan.valid_to.is_(None))
            .group_by(UnitSpan.code)
            .having(func.count() > 1)
        )
        if session.scalars(twice.limit(1)).first() is not None:
            raise RuleBroken(BUILT_ON)
