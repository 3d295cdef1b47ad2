"""The report and the plan of a place that the walker asks for."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.records import NOW, SYSTEM, TODAY
from training_app import clock
from training_app.access import Grant, Role, Viewer
from training_app.accounts.models import Account
from training_app.coverage.rules.support import Profession
from training_app.coverage.rules.targets import TargetMeasure
from training_app.coverage.services import (
    NewDisputes,
    NewSupport,
    NewTarget,
    count_standings,
    keep_standings,
    record_disputes,
    record_support,
    set_target,
    standings_wanted,
)
from training_app.db import Unscoped
from training_app.organisation.models import TeamSpan, UnitSpan
from training_app.reporting.models import Report
from training_app.reporting.rules.layouts import Kind
from training_app.reporting.rules.states import State
from training_app.reporting.scope import reader
from training_app.reporting.services import deciding, drafting

ALL = Unscoped("a test looks at everything")


def sent(session: Session, officer: Account, unit: UnitSpan) -> int:
    """A report of the commune that was locked and sent, and later corrected by another."""
    grant = Grant(Role.COMMUNE_OFFICER, unit_id=unit.unit_id, unit_path=unit.path)
    viewer = Viewer(account_id=officer.id, person_id=officer.person_id, grants=(grant,))
    ask = drafting.Ask(unit.unit_id, "mediators", Kind.FULL_YEAR, TODAY.year)
    now = clock.now()
    row = drafting.start(session, ask, reader(viewer), now=now, today=clock.today(), actor=viewer)
    _lock(session, row, now)
    again = drafting.correct(
        session, row, reader(viewer), reason="Sót một lớp.", now=now, today=clock.today(),
        actor=viewer,
    )  # fmt: skip
    key = drafting.Writing(again.rows[0]["key"], {"trained": 1}, "Danh sách giấy.")
    drafting.write_row(session, again, reader(viewer), again.turn, key, now=now, actor=viewer)
    _lock(session, again, now)
    return row.id


def _lock(session: Session, row: Report, now: datetime) -> None:
    """Lock without the second person, whom this world does not have."""
    row.frozen = deciding.freeze(session, row)
    row.state, row.locked_at = State.LOCKED.value, now
    session.flush()


def planned(session: Session, unit: UnitSpan) -> int:
    """The commune's plan for the year; returns the id of its row."""
    measure, last = TargetMeasure.KIT, date(TODAY.year + 1, 1, 1)
    new = NewTarget(unit.unit_id, measure, None, date(TODAY.year, 1, 1), last, 90, "Kế hoạch")
    _supported(session, unit)
    return set_target(session, new, now=NOW, actor=SYSTEM).id


def _supported(session: Session, unit: UnitSpan) -> None:
    """A team of the commune that a lawyer supports, and where the province stood."""
    team_id = session.scalars(
        select(TeamSpan.team_id)
        .where(TeamSpan.unit_id == unit.unit_id)
        .execution_options(scope=ALL)
    ).first()
    assert team_id
    lawyer = NewSupport(team_id, Profession.LAWYER, True, TODAY, "Quyết định 15/QĐ-UBND")
    record_support(session, lawyer, now=NOW, today=TODAY, actor=SYSTEM)
    for place, on in standings_wanted(session, TODAY)[-1:]:
        keep_standings(session, place, on, count_standings(session, place, on, now=NOW))


def disputes(session: Session, unit: UnitSpan) -> int:
    """The commune's figures of disputes of last year; returns the id of their row."""
    year = TODAY.year - 1
    new = NewDisputes(unit.unit_id, date(year, 1, 1), date(year, 12, 31), 40, 4, 30, "Báo cáo")
    return record_disputes(session, new, now=NOW, today=TODAY, actor=SYSTEM).id
