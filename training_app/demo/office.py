"""Writes what the offices of the demonstration did: plans, a report sent, one that waits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

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
from training_app.demo.people import DEMO, Written, staff_unit
from training_app.organisation.models import TeamSpan, UnitSpan, holds
from training_app.reporting.models import Report
from training_app.reporting.queries import reports
from training_app.reporting.rules.layouts import Kind
from training_app.reporting.scope import reader
from training_app.reporting.services import deciding, drafting

_FORM = "mediators"


def write_reports(session: Session, written: Written, *, now: datetime, today: date) -> None:
    """Last year's report approved by a second officer and sent; the half-year's waits for that."""
    maker, approver = (
        officer(session, written.staff[key], Role.COMMUNE_OFFICER, staff_unit(key), today)
        for key in ("commune", "approver")
    )
    sent = _checked(session, maker, Kind.FULL_YEAR, today.year - 1, now=now, today=today)
    who = reader(approver)
    deciding.approve(session, sent, who, sent.turn, now=now, actor=approver)
    deciding.lock(
        session,
        sent,
        who,
        sent.turn,
        deciding.Signature("05/BC-UBND", today, ""),
        now=now,
        today=today,
        actor=approver,
    )
    _checked(session, maker, Kind.HALF_YEAR, today.year, now=now, today=today)


def _checked(
    session: Session, maker: Viewer, kind: Kind, year: int, *, now: datetime, today: date
) -> Report:
    """A report that one officer has counted and passed on."""
    unit_id = maker.grants[0].unit_id or 0
    who, ask = reader(maker), drafting.Ask(unit_id, _FORM, kind, year)
    begun = drafting.start(session, ask, who, now=now, today=today, actor=maker)
    found = reports.find(session, who, begun.id, whole=True)
    deciding.check(session, found, who, found.turn, now=now, actor=maker)
    return found


def write_plans(
    session: Session, written: Written, province_code: str, *, now: datetime, today: date
) -> None:
    """What the commune and the province have planned; a value of this year was raised later."""
    year, taught = today.year, TargetMeasure.TAUGHT
    commune = officer(
        session, written.staff["commune"], Role.COMMUNE_OFFICER, staff_unit("commune"), today
    )
    province = officer(
        session, written.staff["province"], Role.PROVINCE_OFFICER, province_code, today
    )
    rows = (
        (commune, taught, year - 1, 50, f"Kế hoạch số 12/KH-UBND năm {year - 1}", (year - 1, 1)),
        (commune, taught, year, 60, f"Kế hoạch số 09/KH-UBND năm {year}", (year, 1)),
        (commune, taught, year, 70, f"Kế hoạch số 41/KH-UBND năm {year}, điều chỉnh", (year, 7)),
        (province, TargetMeasure.KIT, year, 90, f"Kế hoạch số 30/KH-STP năm {year}", (year, 1)),
    )
    for viewer, measure, of_year, value, source, (when, month) in rows:
        new = NewTarget(
            viewer.grants[0].unit_id or 0,
            measure,
            None,
            date(of_year, 1, 1),
            date(of_year + 1, 1, 1),
            value,
            f"{source} (trình diễn)",
        )
        moment = min(now, datetime(when, month, 15, 3, tzinfo=UTC))
        set_target(session, new, now=moment, actor=viewer)


def write_support(session: Session, written: Written, *, now: datetime, today: date) -> None:
    """A lawyer and the border guard support two teams of the commune; one support ended."""
    commune = officer(
        session, written.staff["commune"], Role.COMMUNE_OFFICER, staff_unit("commune"), today
    )
    teams = session.scalars(
        select(TeamSpan.team_id)
        .where(TeamSpan.unit_id == commune.grants[0].unit_id, holds(TeamSpan, today))
        .order_by(TeamSpan.team_id)
        .limit(2)
        .execution_options(scope=DEMO)
    ).all()
    rows = (
        (teams[0], Profession.LAWYER, True, 300),
        (teams[1], Profession.BORDER_GUARD, True, 200),
        (teams[1], Profession.BORDER_GUARD, False, 40),
    )
    for team_id, profession, supported, ago in rows:
        new = NewSupport(
            team_id,
            profession,
            supported,
            today - timedelta(days=ago),
            "Quy chế phối hợp (trình diễn)",
        )
        record_support(session, new, now=now, today=today, actor=commune)


def write_disputes(
    session: Session, written: Written, province_code: str, *, now: datetime, today: date
) -> None:
    """What the commune and the province counted of disputes in the last two years."""
    commune = officer(
        session, written.staff["commune"], Role.COMMUNE_OFFICER, staff_unit("commune"), today
    )
    province = officer(
        session, written.staff["province"], Role.PROVINCE_OFFICER, province_code, today
    )
    rows = (
        (commune, 2, (46, 4, 33)),
        (commune, 1, (52, 3, 40)),
        (province, 2, (3_870, 212, 2_984)),
        (province, 1, (4_105, 188, 3_247)),
    )
    for viewer, ago, (received, in_progress, successful) in rows:
        year = today.year - ago
        new = NewDisputes(
            viewer.grants[0].unit_id or 0,
            date(year, 1, 1),
            date(year, 12, 31),
            received,
            in_progress,
            successful,
            f"Báo cáo năm {year} (trình diễn)",
        )
        moment = min(now, datetime(year + 1, 1, 15, 3, tzinfo=UTC))
        record_disputes(session, new, now=moment, today=today, actor=viewer)


def count_targets(session: Session, *, now: datetime, today: date) -> None:
    """Count the provinces beside the national targets, as the worker does at night."""
    for place, on in standings_wanted(session, today):
        keep_standings(session, place, on, count_standings(session, place, on, now=now))


def officer(session: Session, account: Account, role: Role, code: str, on: date) -> Viewer:
    """The officer of a place, as signed in."""
    place = session.execute(
        select(UnitSpan.unit_id, UnitSpan.path)
        .where(UnitSpan.code == code, holds(UnitSpan, on))
        .execution_options(scope=DEMO)
    ).one()
    grant = Grant(role, unit_id=place.unit_id, unit_path=place.path)
    return Viewer(account_id=account.id, person_id=account.person_id, grants=(grant,))
