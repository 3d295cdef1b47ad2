"""A desk at which rosters are written, stored, decided on and applied, for the tests of imports."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.organisation.builders import EVERYTHING, NOW, OFFICER, TODAY, World
from training_app.db import Base
from training_app.organisation.models import RosterImport, UnitSpan
from training_app.organisation.roster_file import Person as Row
from training_app.organisation.roster_file import Roster, pairs_within
from training_app.organisation.services import rosters
from training_app.organisation.services.rosters import Plan, changes

TABLES = ("person", "person_phone", "team", "team_span", "membership", "leadership", "recognition")


def row(number: int, name: str, **fields: Any) -> Row:
    values: dict[str, Any] = {
        "team": "Khu phố 1",
        "birth_year": 1960,
        "sex": "male",
        "status": "active",
    } | fields
    return Row(sheet="DS", row=number, full_name=name, **values)


def roster(*rows: Row, file: str = "ds.xlsx") -> Roster:
    return Roster(file=file, people=rows, same_person=pairs_within(file, rows)[0])


def stored(world: World, ward: UnitSpan, what: Roster) -> int:
    return rosters.store(
        world.session,
        ward.unit_id,
        what,
        file_name=what.file,
        file_hash="0" * 64,
        now=NOW,
        actor=OFFICER,
    )


def applied(
    world: World, ward: UnitSpan, what: Roster, decisions: dict[str, Any] | None = None
) -> Plan:
    """Preview, decide, apply; the preview must be what happens."""
    number = stored(world, ward, what)
    rosters.decide(world.session, number, decisions or {})
    shown = rosters.preview(world.session, number, on=TODAY)
    done = rosters.apply(
        world.session,
        number,
        on=TODAY,
        now=NOW,
        actor=OFFICER,
        expected=changes.digest(shown),
        # Every other list as a job does it: with the plan made before.
        prepared=changes.prepare(world.session, number, on=TODAY) if len(what.people) % 2 else None,
    )
    assert done == shown
    return done


def last_import(world: World) -> int:
    ids = world.session.scalars(select(RosterImport.id).execution_options(scope=EVERYTHING))
    return max(ids)


def everything(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the organisation, for "exactly as before"."""
    session.flush()
    tables = Base.metadata.tables
    return {
        name: [tuple(row) for row in session.execute(select(tables[name]).order_by("id"))]
        for name in TABLES
    }
