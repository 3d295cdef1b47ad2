"""The report and the plan of a place that the walker asks for."""

from datetime import date

from sqlalchemy.orm import Session

from tests.factories.records import NOW, SYSTEM, TODAY
from training_app import clock
from training_app.access import Grant, Role, Viewer
from training_app.accounts.models import Account
from training_app.coverage.rules.targets import TargetMeasure
from training_app.coverage.services import NewTarget, set_target
from training_app.organisation.models import UnitSpan
from training_app.reporting.rules.layouts import Kind
from training_app.reporting.rules.states import State
from training_app.reporting.scope import reader
from training_app.reporting.services import deciding, drafting


def sent(session: Session, officer: Account, unit: UnitSpan) -> int:
    """A report of the commune, counted by its officer, that was locked and sent."""
    grant = Grant(Role.COMMUNE_OFFICER, unit_id=unit.unit_id, unit_path=unit.path)
    viewer = Viewer(account_id=officer.id, person_id=officer.person_id, grants=(grant,))
    ask = drafting.Ask(unit.unit_id, "mediators", Kind.FULL_YEAR, TODAY.year)
    now = clock.now()
    row = drafting.start(session, ask, reader(viewer), now=now, today=clock.today(), actor=viewer)
    row.frozen = deciding.freeze(session, row)
    row.state, row.locked_at = State.LOCKED.value, now
    session.flush()
    return row.id


def planned(session: Session, unit: UnitSpan) -> int:
    """The commune's plan for the year; returns the id of its row."""
    measure, last = TargetMeasure.KIT, date(TODAY.year + 1, 1, 1)
    new = NewTarget(unit.unit_id, measure, None, date(TODAY.year, 1, 1), last, 90, "Kế hoạch")
    return set_target(session, new, now=NOW, actor=SYSTEM).id
