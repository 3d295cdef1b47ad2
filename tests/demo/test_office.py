"""The offices of the demonstration: what is approved has passed through two people."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import records as make
from tests.factories.records import SYSTEM
from training_app.access import Role
from training_app.coverage.models import DisputeCount, Target
from training_app.coverage.queries.support import supported_teams
from training_app.db import Unscoped
from training_app.demo import office, plan
from training_app.demo.cli import WAYS
from training_app.demo.people import STAFF, Written, write_commune, write_staff
from training_app.organisation.models import UnitSpan
from training_app.reporting.models import Report

LOOKING = {"scope": Unscoped("a test looks at everything")}
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.fixture
def written(db_session: Session) -> Written:
    """The staff and one commune."""
    province = make.unit(db_session, "Hồ Chí Minh")
    province.code = plan.PROVINCE_CODE
    for code in sorted({unit for *_, unit in STAFF} - {"", "province"}):
        make.unit(db_session, f"Phường {code}", province).code = code
    db_session.flush()
    found = Written()
    write_staff(db_session, plan.PROVINCE_CODE, found, now=NOW, actor=SYSTEM)
    commune = next(one for one in plan.communes(TODAY) if one.code == "26506")
    write_commune(db_session, commune, found, now=NOW, actor=SYSTEM)
    return found


def test_one_report_was_sent_and_one_waits_for_the_second_officer(
    db_session: Session, written: Written
) -> None:
    office.write_reports(db_session, written, now=NOW, today=TODAY)
    chosen = select(Report).order_by(Report.year).execution_options(**LOOKING)
    sent, waits = db_session.scalars(chosen).all()
    assert [(one.kind, one.state) for one in (sent, waits)] == [
        ("full-year", "locked"),
        ("half-year", "checked"),
    ]
    assert sent.started_by == waits.started_by == written.staff["commune"].id
    assert sent.approved_by == written.staff["approver"].id


def test_the_second_officer_serves_the_same_commune() -> None:
    units = {key: unit for key, *_, unit in STAFF}
    assert units["commune"] == units["approver"]


def test_two_administrators_can_propose_and_confirm() -> None:
    administrators = {key for key, *_, role, _ in STAFF if role is Role.ADMINISTRATOR}
    assert administrators == {"administrator", "administrator-2"} <= {key for key, _ in WAYS}


def test_of_two_teams_with_support_one_has_it_still(db_session: Session, written: Written) -> None:
    office.write_support(db_session, written, now=NOW, today=TODAY)
    found = supported_teams(db_session, "/", TODAY)
    assert found == (8, 1)
    assert supported_teams(db_session, "/", TODAY - timedelta(days=100)) == (8, 2)


def test_a_plan_that_was_raised_keeps_its_earlier_value(
    db_session: Session, written: Written
) -> None:
    office.write_plans(db_session, written, plan.PROVINCE_CODE, now=NOW, today=TODAY)
    unit = db_session.scalars(select(UnitSpan).where(UnitSpan.code == "26506")).one()
    chosen = (
        select(Target.period_from, Target.value)
        .where(Target.unit_id == unit.unit_id)
        .order_by(Target.recorded_at)
        .execution_options(**LOOKING)
    )
    assert [(day.year, value) for day, value in db_session.execute(chosen)] == [
        (2025, 50),
        (2026, 60),
        (2026, 70),
    ]


def test_two_offices_entered_figures_of_disputes_of_two_years(
    db_session: Session, written: Written
) -> None:
    office.write_disputes(db_session, written, plan.PROVINCE_CODE, now=NOW, today=TODAY)
    rows = db_session.scalars(select(DisputeCount).execution_options(**LOOKING)).all()
    assert [row.period_from.year for row in rows] == [2024, 2025, 2024, 2025]
