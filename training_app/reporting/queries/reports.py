"""Reports as they are listed, read and compared; every function asks who reads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, undefer

from training_app.db import Unscoped
from training_app.errors import NotFound
from training_app.organisation import scope as rows
from training_app.organisation.models import Level, Unit, UnitSpan, holds
from training_app.reporting.models import Report, ReportChange
from training_app.reporting.rules.consistency import Lower
from training_app.reporting.rules.figures import Change, Figures, Line, from_stored
from training_app.reporting.rules.layouts import Layout
from training_app.reporting.rules.states import State
from training_app.reporting.scope import Reader, visible

_SENT_BACK = and_(Report.state == State.DRAFT.value, Report.returned_note != "")
_OWN = Unscoped("the report was reached through the reader's scope")


@dataclass(frozen=True)
class ReportRow:
    """One row per report of a list."""

    id: int
    unit_id: int
    unit_name: str
    layout: str
    layout_version: int
    kind: str
    year: int
    number: int
    state: str
    as_of: date
    locked_at: datetime | None
    replaced_by: int | None
    sent_back: bool


@dataclass(frozen=True)
class Place:
    """The unit of a report on the day it counts, with the unit above."""

    unit_id: int
    name: str
    short_name: str
    level: str
    path: str
    parent_name: str

    @property
    def is_commune(self) -> bool:
        """Whether its rows are teams."""
        return self.level == Level.COMMUNE


def find(session: Session, who: Reader, report_id: int, *, whole: bool = False) -> Report:
    """The report. Raises NotFound when the reader may not see it. ``whole`` brings its rows."""
    chosen = select(Report).where(Report.id == report_id, visible(who))
    if whole:
        chosen = chosen.options(undefer(Report.rows), undefer(Report.frozen))
    found = session.scalars(chosen.execution_options(scope=who.scope)).first()
    if found is None:
        raise NotFound
    return found


def place_of(session: Session, unit_id: int, on: date) -> Place:
    """The unit on the day with the name of the unit above. Raises NotFound."""
    above = aliased(UnitSpan)
    row = session.execute(
        select(
            UnitSpan.unit_id,
            UnitSpan.type,
            UnitSpan.name,
            Unit.level,
            UnitSpan.path,
            above.type.label("parent_type"),
            above.name.label("parent_name"),
        )
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .outerjoin(above, and_(above.unit_id == UnitSpan.parent_id, holds(above, on)))
        .where(UnitSpan.unit_id == unit_id, holds(UnitSpan, on))
    ).first()
    if row is None:
        raise NotFound
    return Place(
        unit_id=row.unit_id,
        name=f"{row.type} {row.name}",
        short_name=row.name,
        level=row.level,
        path=row.path,
        parent_name=f"{row.parent_type} {row.parent_name}" if row.parent_name else "",
    )


def changes(session: Session, report_id: int) -> dict[str, dict[str, Change]]:
    """Row → column → the number written by hand that stands: the last one, unless taken back."""
    chosen = (
        select(ReportChange)
        .where(ReportChange.report_id == report_id)
        .order_by(ReportChange.id)
        .execution_options(scope=_OWN)
    )
    found: dict[str, dict[str, Change]] = {}
    for one in session.scalars(chosen):
        of_line = found.setdefault(one.line, {})
        of_line.pop(one.column_key, None)
        if one.value is not None:
            of_line[one.column_key] = Change(one.value, one.reason)
    return found


def figures_of(session: Session, report: Report) -> Figures:
    """The rows of a report with what was written by hand; of a locked one as it was locked."""
    if report.state == State.LOCKED:
        return from_stored(report.frozen["rows"])
    by_line = changes(session, report.id)
    return Figures(
        tuple(
            Line(line.key, line.name, line.counted, by_line.get(line.key, {}), line.report_id)
            for line in from_stored(report.rows).lines
        )
    )


# -- lists ---------------------------------------------------------------------------------------


def listed(
    session: Session, who: Reader, *, limit: int, offset: int = 0
) -> tuple[list[ReportRow], int]:
    """One row per report that the reader works on or received, newest first, and how many."""
    counted = select(func.count(Report.id)).where(visible(who)).execution_options(scope=who.scope)
    chosen = (
        _listing(who)
        .order_by(Report.year.desc(), Report.as_of.desc(), Report.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [ReportRow(*row) for row in session.execute(chosen)], session.scalar(counted) or 0


def latest(session: Session, who: Reader, unit_ids: Collection[int]) -> list[ReportRow]:
    """One row per report of some units that no correction has followed."""
    later = aliased(Report)
    followed = select(later.id).where(later.replaces_id == Report.id).exists()
    chosen = _listing(who).where(Report.unit_id.in_(unit_ids), ~followed)
    return [ReportRow(*row) for row in session.execute(chosen)]


def waiting(session: Session, who: Reader, account_id: int | None) -> list[ReportRow]:
    """One row per report of the reader's office that waits for the reader.

    To be approved, where the reader had no hand in it; to be locked, once it is approved; to be
    mended, where it was sent back.
    """
    if not who.offices:
        return []
    written = exists().where(
        ReportChange.report_id == Report.id, ReportChange.recorded_by == account_id
    )
    makers = (Report.started_by, Report.filled_by, Report.checked_by)
    others = and_(*(or_(one.is_(None), one != account_id) for one in makers), ~written)
    chosen = (
        _listing(who)
        .where(
            Report.unit_id.in_(who.offices),
            or_(
                and_(Report.state == State.CHECKED.value, others),
                Report.state == State.APPROVED.value,
                _SENT_BACK,
            ),
        )
        .order_by(Report.year, Report.as_of, Report.id)
    )
    return [ReportRow(*row) for row in session.execute(chosen)]


def _listing(who: Reader) -> Select[*tuple[Any, ...]]:
    later = aliased(Report)
    stood = and_(
        UnitSpan.unit_id == Report.unit_id,
        UnitSpan.valid_from <= Report.as_of,
        or_(UnitSpan.valid_to.is_(None), UnitSpan.valid_to > Report.as_of),
    )
    replaced = and_(later.replaces_id == Report.id, later.state == State.LOCKED.value)
    return (
        select(
            Report.id,
            Report.unit_id,
            (UnitSpan.type + " " + UnitSpan.name).label("unit_name"),
            Report.layout,
            Report.layout_version,
            Report.kind,
            Report.year,
            Report.number,
            Report.state,
            Report.as_of,
            Report.locked_at,
            later.id.label("replaced_by"),
            _SENT_BACK.label("sent_back"),
        )
        .join(UnitSpan, stood)
        .outerjoin(later, replaced)
        .where(visible(who))
        .execution_options(scope=who.scope)
    )


# -- comparing -----------------------------------------------------------------------------------


def lower(session: Session, report: Report, path: str, layout: Layout) -> list[Lower]:
    """One row per commune of a province with the totals of its locked report. Two SELECTs."""
    sent = sent_below(session, report, path)
    named = (
        select(UnitSpan.unit_id, (UnitSpan.type + " " + UnitSpan.name).label("name"))
        .join(Unit, Unit.id == UnitSpan.unit_id)
        .where(rows.within(path), holds(UnitSpan, report.as_of))
        .where(Unit.level == Level.COMMUNE.value)
        .order_by(UnitSpan.sort_key, UnitSpan.unit_id)
    )
    result = []
    for row in session.execute(named):
        theirs = sent.get(row.unit_id)
        figures = from_stored(theirs.frozen["rows"]) if theirs else Figures()
        totals = {one.key: figures.total(one.key) for one in layout.counted}
        result.append(Lower(row.unit_id, row.name, theirs.id if theirs else None, totals))
    return result


def sent_below(session: Session, report: Report, path: str) -> dict[int, Report]:
    """Unit id → the newest locked report of each commune below for the same form and period."""
    inside = select(UnitSpan.unit_id).where(rows.within(path), holds(UnitSpan, report.as_of))
    chosen = (
        select(Report)
        .options(undefer(Report.frozen))
        .where(
            Report.unit_id.in_(inside.correlate(None)),
            Report.unit_id != report.unit_id,
            Report.layout == report.layout,
            Report.kind == report.kind,
            Report.year == report.year,
            Report.state == State.LOCKED.value,
        )
        .order_by(Report.number)
        .execution_options(scope=Unscoped("a province takes over what its communes have sent"))
    )
    return {row.unit_id: row for row in session.scalars(chosen)}


def before(session: Session, report: Report, layout: Layout) -> dict[str, int] | None:
    """The totals of the unit's last locked report of the form for another period, or None."""
    same = and_(Report.kind == report.kind, Report.year == report.year)
    chosen = (
        select(Report)
        .options(undefer(Report.frozen))
        .where(
            Report.unit_id == report.unit_id,
            Report.layout == report.layout,
            Report.state == State.LOCKED.value,
            Report.as_of <= report.as_of,
            ~same,
        )
        .order_by(Report.as_of.desc(), Report.number.desc(), Report.id.desc())
        .limit(1)
        .execution_options(scope=_OWN)
    )
    found = session.scalars(chosen).first()
    if found is None:
        return None
    figures = from_stored(found.frozen["rows"])
    return {one.key: figures.total(one.key) for one in layout.counted}


def followers(session: Session, report: Report) -> Report | None:
    """The correction that was made of a report, whatever its state."""
    chosen = select(Report).where(Report.replaces_id == report.id)
    return session.scalars(chosen.execution_options(scope=_OWN)).first()
