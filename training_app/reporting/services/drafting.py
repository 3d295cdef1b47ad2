"""Beginning a report, counting it, and writing a number by hand with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Scope, Viewer
from training_app.audit.actions import Action
from training_app.errors import N_, InvalidInput, NotFound, RuleBroken
from training_app.organisation.models import Level
from training_app.reporting import folders
from training_app.reporting.models import Report, ReportChange
from training_app.reporting.queries import register, reports
from training_app.reporting.queries.register import Counting
from training_app.reporting.queries.reports import Place
from training_app.reporting.rules.figures import Figures, Line, from_stored, stored
from training_app.reporting.rules.layouts import Kind, Layout, layout_for, layout_of
from training_app.reporting.rules.states import CHANGED, NOT_YOURS, State, demand_state
from training_app.reporting.scope import Reader
from training_app.reporting.services.moving import move, note

LARGEST_NUMBER = 1_000_000


@dataclass(frozen=True)
class Writing:
    """Numbers of one row written by hand, by column, and why."""

    line: str
    values: dict[str, int]
    reason: str = ""


@dataclass(frozen=True)
class Ask:
    """Which report to make: of which unit, on which form, for which period."""

    unit_id: int
    layout: str
    kind: Kind
    year: int


def start(
    session: Session, ask: Ask, who: Reader, *, now: datetime, today: date, actor: Viewer
) -> Report:
    """Begin the report and count it; the one that exists already is given back.

    Raises NotFound for a unit that is not the reader's own, RuleBroken before the period begins
    and for a kind that the form is not made for.
    """
    if not who.acts_for(ask.unit_id):
        raise NotFound
    rule = folders.periods()[ask.kind]
    layout = layout_for(folders.layouts(), ask.layout, rule.last_day(ask.year))
    if layout is None or ask.kind not in layout.kinds:
        raise RuleBroken(N_("This form is not made for that period. Choose another year or kind."))
    if rule.first_day(ask.year) > today:
        raise RuleBroken(N_("This period has not begun. Choose an earlier year."))
    report = _born(ask, layout, today, now=now, actor=actor)
    place = reports.place_of(session, ask.unit_id, report.as_of)
    report.rows = stored(count(session, report, place, layout, who.scope, known_at=now))
    try:
        with session.begin_nested():
            session.add(report)
            session.flush()
    except IntegrityError:
        return _existing(session, ask, who)
    note(session, report, Action.REPORT_STARTED, now=now, actor=actor, as_of=str(report.as_of))
    session.flush()
    return report


def _born(
    ask: Ask, layout: Layout, today: date, *, now: datetime, actor: Viewer, number: int = 1
) -> Report:
    rule = folders.periods()[ask.kind]
    return Report(
        unit_id=ask.unit_id,
        layout=layout.key,
        layout_version=layout.version,
        kind=ask.kind.value,
        year=ask.year,
        number=number,
        period_from=rule.first_day(ask.year),
        period_to=rule.last_day(ask.year),
        as_of=rule.counted_on(ask.year, today),
        state=State.DRAFT.value,
        started_at=now,
        started_by=actor.account_id,
        filled_at=now,
        filled_by=actor.account_id,
        rows=[],
    )


def _existing(session: Session, ask: Ask, who: Reader) -> Report:
    for row in reports.latest(session, who, [ask.unit_id]):
        if (row.layout, row.kind, row.year) == (ask.layout, ask.kind.value, ask.year):
            return reports.find(session, who, row.id)
    raise RuleBroken(CHANGED)


def correct(
    session: Session,
    report: Report,
    who: Reader,
    *,
    reason: str,
    now: datetime,
    today: date,
    actor: Viewer,
) -> Report:
    """Begin a new report that replaces a locked one, counted anew; both are kept.

    Raises RuleBroken unless the report is locked, and when a correction of it exists.
    """
    if report.state != State.LOCKED:
        raise RuleBroken(N_("Only a report that was sent is corrected by a new one."))
    demand_own(report, who)
    if not reason:
        raise InvalidInput(N_("Say what is corrected, and why."), "reason")
    layout = layout_named(report)
    ask = Ask(report.unit_id, report.layout, Kind(report.kind), report.year)
    new = _born(ask, layout, today, now=now, actor=actor, number=report.number + 1)
    new.replaces_id, new.correction_reason = report.id, reason
    place = reports.place_of(session, new.unit_id, new.as_of)
    new.rows = stored(count(session, new, place, layout, who.scope, known_at=now))
    session.add(new)
    try:
        session.flush()
    except IntegrityError as error:
        raise RuleBroken(
            N_("A correction of this report was begun already. Open it from the list of reports.")
        ) from error
    note(
        session, new, Action.REPORT_STARTED, now=now, actor=actor, reason=reason, replaces=report.id
    )
    session.flush()
    return new


# -- counting ------------------------------------------------------------------------------------


def fill(
    session: Session,
    report: Report,
    who: Reader,
    turn: int,
    *,
    now: datetime,
    today: date,
    actor: Viewer,
) -> None:
    """Count again: as of the closing day or today, from what is known now.

    Numbers written by hand stay beside the new ones. Raises RuleBroken unless it is a draft.
    """
    demand_own(report, who)
    demand_state(report.state, State.DRAFT)
    layout = layout_named(report)
    report_day = folders.periods()[Kind(report.kind)].counted_on(report.year, today)
    place = reports.place_of(session, report.unit_id, report_day)
    figures = count(session, report, place, layout, who.scope, known_at=now, as_of=report_day)
    move(
        session,
        report,
        turn,
        rows=stored(figures),
        as_of=report_day,
        filled_at=now,
        filled_by=actor.account_id,
    )
    note(session, report, Action.REPORT_FILLED, now=now, actor=actor, as_of=str(report_day))
    session.flush()


def count(
    session: Session,
    report: Report,
    place: Place,
    layout: Layout,
    scope: Scope,
    *,
    known_at: datetime,
    as_of: date | None = None,
) -> Figures:
    """The rows of a report: teams of a commune; of a province what its communes sent.

    A commune that has not sent is counted from the records.
    """
    counting = Counting(as_of or report.as_of, report.period_from, known_at, scope)
    if place.level == Level.COMMUNE:
        return Figures(register.team_lines(session, counting, place.unit_id, layout))
    counted = register.unit_lines(session, counting, place.path, layout)
    sent = reports.sent_below(session, report, place.path)
    return Figures(tuple(_taken_over(line, sent, layout) for line in counted))


def _taken_over(line: Line, sent: dict[int, Report], layout: Layout) -> Line:
    """The totals of the commune's locked report, or what was counted."""
    theirs = sent.get(int(line.key.partition("-")[2]))
    if theirs is None:
        return line
    figures = from_stored(theirs.frozen["rows"])
    totals = {one.key: figures.total(one.key) for one in layout.counted}
    return Line(line.key, line.name, totals, {}, theirs.id)


# -- numbers written by hand ---------------------------------------------------------------------


def write_row(
    session: Session,
    report: Report,
    who: Reader,
    turn: int,
    writing: Writing,
    *,
    now: datetime,
    actor: Viewer,
) -> int:
    """Write the numbers of a row by hand; what equals the count is taken back. How many changed.

    Raises InvalidInput without a reason or for a number that cannot be, RuleBroken unless it is
    a draft, NotFound for a row that is not there.
    """
    demand_own(report, who)
    demand_state(report.state, State.DRAFT)
    line = reports.figures_of(session, report).line(writing.line)
    if line is None:
        raise NotFound
    wanted = _wanted(layout_named(report), line, writing)
    if not wanted:
        return 0
    move(session, report, turn)
    for key, value in wanted.items():
        _write(session, report, (line, key), value, reason=writing.reason, now=now, actor=actor)
    note(
        session, report, Action.REPORT_CHANGED, now=now, actor=actor, reason=writing.reason,
        line=line.key, columns=sorted(wanted),
    )  # fmt: skip
    session.flush()
    return len(wanted)


def _wanted(layout: Layout, line: Line, writing: Writing) -> dict[str, int]:
    """What differs from the row as it stands. Raises InvalidInput for what cannot be written."""
    keys = [one.key for one in layout.counted if one.key in writing.values]
    for key in keys:
        if not 0 <= writing.values[key] <= LARGEST_NUMBER:
            raise InvalidInput(N_("Write a whole number, 0 or more."), key)
    wanted = {key: writing.values[key] for key in keys if writing.values[key] != line.value(key)}
    by_hand = any(value != line.counted.get(key, 0) for key, value in wanted.items())
    if by_hand and not writing.reason:
        raise InvalidInput(
            N_("Say why the number differs from the records: it is printed on the report."),
            "reason",
        )
    return wanted


def _write(
    session: Session,
    report: Report,
    cell: tuple[Line, str],
    value: int,
    *,
    reason: str,
    now: datetime,
    actor: Viewer,
) -> None:
    """Add the number of a cell; what equals the count gives the count back."""
    line, key = cell
    counted = line.counted.get(key, 0)
    session.add(
        ReportChange(
            report_id=report.id,
            line=line.key,
            column_key=key,
            value=None if value == counted else value,
            counted=counted,
            reason=reason,
            recorded_at=now,
            recorded_by=actor.account_id,
        )
    )


# -- conditions ----------------------------------------------------------------------------------


def demand_own(report: Report, who: Reader) -> None:
    """Raise RuleBroken unless the report is the reader's own office's."""
    if not who.acts_for(report.unit_id):
        raise RuleBroken(NOT_YOURS)


def layout_named(report: Report) -> Layout:
    """The form that a report was made with; forms are kept for ever."""
    found = layout_of(folders.layouts(), report.layout, report.layout_version)
    if found is None:
        raise RuleBroken(N_("The form of this report is not in this release. Tell who keeps it."))
    return found
