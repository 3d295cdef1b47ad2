"""Reports of the unit: what is due next, what was made, and beginning one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission
from training_app.errors import RuleBroken
from training_app.extensions import current_session
from training_app.organisation.models import Level
from training_app.organisation.queries.units import UnitRow, unit_on
from training_app.reporting import folders
from training_app.reporting.forms import StartForm
from training_app.reporting.queries import reports
from training_app.reporting.queries.reports import ReportRow
from training_app.reporting.routes.base import (
    bp,
    form_choices,
    language,
    period_choices,
    today,
    who,
)
from training_app.reporting.rules.layouts import Kind, layout_for
from training_app.reporting.rules.states import STATE_MESSAGES, TAGS, State, Wanted, in_order
from training_app.reporting.services import drafting
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import PAGE_SIZE, explain, paginate, render

# What a unit should have sent is asked for so long, then it is in the list of all alone.
LOOKS_BACK: Final = timedelta(days=92)


@dataclass(frozen=True)
class Due:
    """One row per report that a unit has to make: where it stands, and by when."""

    unit: UnitRow
    wanted: Wanted
    title: str
    period: str
    report: ReportRow | None
    late: int

    @property
    def state(self) -> str:
        """How far it is, as a message id."""
        return STATE_MESSAGES[State(self.report.state)] if self.report else ""


@bp.get("/reports/")
@needs(Permission.REPORT_VIEW)
def report_list() -> ResponseReturnValue:
    """What is due, and every report the reader works on or received."""
    return _page(_start_form(), 200)


@bp.post("/reports/")
@needs(Permission.REPORT_PREPARE)
def start() -> ResponseReturnValue:
    """Begin a report, or open the one that exists."""
    form, now = _start_form(), clock.now()
    if not form.validate():
        return _page(form, 422)
    ask = drafting.Ask(
        int(form.unit.data), form.layout.data, form.chosen_kind, int(form.year.data or 0)
    )
    session = current_session()
    try:
        row = drafting.start(
            session, ask, who(), now=now, today=clock.local_date(now), actor=current_viewer()
        )
    except RuleBroken as error:
        form.form_errors.append(explain(error))
        return _page(form, 422)
    session.commit()
    return redirect(url_for("reporting.report", report_id=row.id), 303)


def _start_form() -> StartForm:
    form = StartForm()
    units = [(str(unit.id), unit.full_name) for unit in _offices()]
    form.offer(units, form_choices(), period_choices())
    if form.year.data is None and not form.year.raw_data:
        form.year.data = today().year
    return form


def _offices() -> list[UnitRow]:
    """The units whose reports are the reader's own work."""
    found = (unit_on(current_session(), unit_id, today()) for unit_id in sorted(who().offices))
    return [unit for unit in found if unit]


def _page(form: StartForm, status: int) -> ResponseReturnValue:
    reads, session, offices = who(), current_session(), _offices()
    page = paginate(reports.listed(session, reads, limit=0)[1])
    rows, _ = reports.listed(session, reads, limit=PAGE_SIZE, offset=page.offset)
    return render(
        "reporting/list.html",
        status,
        form=form,
        due=_due(offices, reports.latest(session, reads, [unit.id for unit in offices])),
        rows=rows,
        waits=reports.waiting(session, reads, current_viewer().account_id),
        page=page,
        may_start=bool(offices),
        several=len(offices) > 1,
        collects=any(unit.level == Level.PROVINCE for unit in offices),
        titles=_titles(),
        states=STATE_MESSAGES,
        tags=TAGS,
        errors_in_title=status != 200,  # noqa: PLR2004 - the page as it was asked for
    )


def _titles() -> dict[str, dict[str, str]]:
    """Titles of forms and kinds in the reader's language."""
    return {"layouts": dict(form_choices()), "kinds": dict(period_choices())}


def _due(offices: list[UnitRow], made: list[ReportRow]) -> list[Due]:
    """What the units have to make, the most pressing first; what was sent is left out."""
    by_key = {(row.unit_id, row.layout, row.kind, row.year): row for row in made}
    found: list[Due] = []
    day = today()
    for unit in offices:
        for wanted in in_order(_wanted(unit.level, day)):
            row = by_key.get((unit.id, wanted.layout, wanted.kind.value, wanted.year))
            if row is None or row.state != State.LOCKED:
                found.append(_as_due(unit, wanted, row, day))
    return found


def _as_due(unit: UnitRow, wanted: Wanted, row: ReportRow | None, day: date) -> Due:
    rule = folders.periods()[wanted.kind]
    return Due(
        unit=unit,
        wanted=wanted,
        title=dict(form_choices())[wanted.layout],
        period=f"{rule.named(language())} {wanted.year}",
        report=row,
        late=wanted.late_by(day),
    )


def _wanted(level: str, day: date) -> list[Wanted]:
    """Every report whose period has begun and whose deadline is not long past."""
    found = []
    keys = {one.key: None for one in folders.layouts()}
    for year in (day.year - 1, day.year):
        for kind, rule in folders.periods().items():
            due = rule.due_on(year, level)
            last = due or rule.last_day(year)
            if rule.first_day(year) > day or last + LOOKS_BACK < day:
                continue
            found += [
                Wanted(key, kind, year, due) for key in keys if _made_for(key, kind, rule, year)
            ]
    return found


def _made_for(key: str, kind: Kind, rule: Any, year: int) -> bool:
    layout = layout_for(folders.layouts(), key, rule.last_day(year))
    return layout is not None and kind in layout.kinds
