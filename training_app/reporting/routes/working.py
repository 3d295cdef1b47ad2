"""The page of a report, counting it again, and the numbers of a row written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app import clock
from training_app.access import Permission
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.reporting.forms import RowForm, TurnForm
from training_app.reporting.queries import people, reports
from training_app.reporting.routes.base import Opened, bp, crumbs, language, opened, today
from training_app.reporting.rules.consistency import Finding, blocking
from training_app.reporting.rules.disclosure import shown_as
from training_app.reporting.rules.figures import Line, cell
from training_app.reporting.rules.states import STATE_MESSAGES, TAGS, State
from training_app.reporting.services import deciding, drafting
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import format_number, notice, render, see_other


@dataclass(frozen=True)
class Shown:
    """One cell of the page: what it says, what was counted where that differs, where it leads."""

    text: str
    counted: str = ""
    href: str = ""


@bp.get("/reports/<int:report_id>/")
@needs(Permission.REPORT_VIEW)
def report(report_id: int) -> ResponseReturnValue:
    """A report: what to do next, what does not fit together, the numbers, the way it went."""
    one, session = opened(report_id), current_session()
    if one.who.totals_only:
        return _totals(one)
    found = deciding.examine(session, one.report) if one.own and not one.locked else []
    makers = people.hands(session, one.report)
    return render(
        "reporting/report.html",
        one=one,
        row=one.report,
        crumbs=crumbs(one),
        place=one.place,
        form=TurnForm(data={"turn": one.report.turn}),
        findings=[_said(finding, one) for finding in found],
        blocked=blocking(found),
        mine=current_viewer().account_id in makers,
        approvers=_approvers(one, makers),
        lines=[(line, _line_href(line, one), _cells(line, one)) for line in one.figures.lines],
        total=[Shown(_text(cell(one.figures, column))) for column in one.layout.columns],
        steps=_steps(one),
        follower=reports.followers(session, one.report),
        state=STATE_MESSAGES[State(one.report.state)],
        tag=TAGS[State(one.report.state)],
        late=_late(one),
    )


def _totals(one: Opened) -> ResponseReturnValue:
    """The total row alone, small counts hidden."""
    masked = shown_as(one.layout, one.figures)
    cells = [
        (
            column.named(language()),
            masked.get(column.key) or _text(cell(one.figures, column)),
        )
        for column in one.layout.columns
    ]
    return render(
        "reporting/totals.html", one=one, row=one.report, crumbs=crumbs(one), place=one.place,
        cells=cells, masked=bool(masked),
    )  # fmt: skip


def _cells(line: Line, one: Opened) -> list[Shown]:
    opens = current_viewer().may(Permission.COVERAGE_NAMES)
    found = []
    for column in one.layout.columns:
        value = cell(line, column)
        changed = line.changes.get(column.key)
        listed = opens and line.report_id is None and column.measure.value in LISTED and value
        found.append(
            Shown(
                _text(value),
                format_number(line.counted.get(column.key, 0)) if changed else "",
                url_for(
                    "reporting.people",
                    report_id=one.report.id,
                    row_key=line.key,
                    column_key=column.key,
                )
                if listed and _may_list(column.measure.value)
                else "",
            )
        )
    return found


# Measures with a list of people behind them.
LISTED = frozenset(
    {"mediators", "male", "female", "law_qualified", "law_untrained", "minority", "trained"}
)


def _may_list(measure: str) -> bool:
    return measure != "minority" or current_viewer().may(Permission.MINORITY_VIEW)


def _text(value: int | str) -> str:
    return format_number(value) if isinstance(value, int) else value


def _line_href(line: Line, one: Opened) -> str:
    """The commune's own report, or the same place on the same day in the coverage pages."""
    viewer, (kind, _, number) = current_viewer(), line.key.partition("-")
    if line.report_id is not None:
        return url_for("reporting.report", report_id=line.report_id)
    as_of = one.report.as_of.isoformat()
    if kind == "team" and viewer.may(Permission.RESULT_VIEW):
        return url_for("coverage.team", team_id=int(number), as_of=as_of)
    if kind == "unit" and viewer.may(Permission.COVERAGE_VIEW):
        return url_for("coverage.unit", unit_id=int(number), as_of=as_of)
    return ""


def _said(finding: Finding, one: Opened) -> dict[str, Any]:
    """A finding in words, with the titles of its columns and the way to mend it."""
    titles = {column.key: column.named(language()) for column in one.layout.columns}
    values = {
        key: format_number(value) if isinstance(value, int) else value
        for key, value in finding.values.items()
    } | {
        "where": finding.where,
        "whole": titles.get(finding.whole, ""),
        "parts": " + ".join(titles.get(key, "") for key in finding.parts),
    }
    mends = one.own and one.draft and finding.line
    return {
        "error": finding.error,
        "says": gettext(finding.says, **values),
        "remedy": gettext(finding.remedy, **values),
        "href": url_for("reporting.row", report_id=one.report.id, row_key=finding.line)
        if mends
        else "",
    }


def _approvers(one: Opened, makers: set[int]) -> list[str]:
    """Who may approve, while that is still to come; of the own office."""
    if not one.own or one.report.state not in {State.DRAFT, State.CHECKED}:
        return []
    return people.approvers(current_session(), one.report.unit_id, one.place.level, makers, today())


# A report that was checked and sent back has come this far at least.
_CHECKED_AND_BACK: Final = 3


def _steps(one: Opened) -> list[tuple[str, Any, str]]:
    """The way of a report: what, when, by whom. Names are shown to the own office."""
    row = one.report
    steps = [
        (gettext("Report begun"), row.started_at, row.started_by),
        (gettext("Counted"), row.filled_at, row.filled_by),
        (gettext("Checked"), row.checked_at, row.checked_by),
        (gettext("Approved"), row.approved_at, row.approved_by),
        (gettext("Locked and sent"), row.locked_at, row.locked_by),
    ]
    if one.own and row.turn >= _CHECKED_AND_BACK:
        back = people.returns(current_session(), row)
        said = [gettext("Sent back (%(reason)s)", reason=found.reason) for found in back]
        steps += [
            (text, found.at, found.account_id) for text, found in zip(said, back, strict=True)
        ]
    named = people.people_of(current_session(), [who for *_, who in steps]) if one.own else {}
    return [
        (words, moment, named[by][1] if by in named else "")
        for words, moment, by in sorted(steps, key=lambda step: (step[1] is None, step[1]))
        if moment is not None
    ]


def _late(one: Opened) -> int:
    """Days since the deadline while the report is not sent."""
    due = one.rule.due_on(one.report.year, one.place.level)
    return max(0, (today() - due).days) if due and not one.locked else 0


# -- changing ------------------------------------------------------------------------------------


@bp.post("/reports/<int:report_id>/count/")
@needs(Permission.REPORT_PREPARE)
def count(report_id: int) -> ResponseReturnValue:
    """Count again from the records."""
    one, now = opened(report_id), clock.now()
    drafting.fill(
        current_session(), one.report, one.who, TurnForm().seen,
        now=now, today=clock.local_date(now), actor=current_viewer(),
    )  # fmt: skip
    notice(N_("The report was counted again from the records."))
    current_session().commit()
    return see_other("reporting.report", report_id=report_id)


@bp.get("/reports/<int:report_id>/rows/<row_key>/")
@needs(Permission.REPORT_PREPARE)
def row(report_id: int, row_key: str) -> ResponseReturnValue:
    """The numbers of a row, to be written by hand with the reason."""
    one, line = _open_row(report_id, row_key)
    form = RowForm.of(one.layout, language())(data={"turn": one.report.turn})
    form.show(line, one.layout)
    return _row_page(one, line, form, 200)


@bp.post("/reports/<int:report_id>/rows/<row_key>/")
@needs(Permission.REPORT_PREPARE)
def row_submit(report_id: int, row_key: str) -> ResponseReturnValue:
    """Keep the numbers; what equals the records is taken back."""
    one, line = _open_row(report_id, row_key)
    form = RowForm.of(one.layout, language())()
    if not form.validate():
        return _row_page(one, line, form, 422)
    if one.draft and form.outdated(one.report.turn):
        return _row_page(one, line, form, 409)
    writing = drafting.Writing(line.key, form.numbers(one.layout), form.reason.data or "")
    session = current_session()
    try:
        changed = drafting.write_row(
            session, one.report, one.who, form.seen, writing,
            now=clock.now(), actor=current_viewer(),
        )  # fmt: skip
    except InvalidInput as error:
        form.blame(error)
        return _row_page(one, line, form, 422)
    if changed:
        notice(N_("The numbers were kept with their reason, beside what the records say."))
    session.commit()
    return see_other("reporting.report", report_id=report_id)


def _open_row(report_id: int, row_key: str) -> tuple[Opened, Line]:
    one = opened(report_id)
    line = one.figures.line(row_key)
    if line is None or not one.own:
        raise NotFound
    return one, line


def _row_page(one: Opened, line: Line, form: RowForm, status: int) -> ResponseReturnValue:
    return render(
        "reporting/row.html",
        status,
        one=one,
        line=line,
        form=form,
        crumbs=crumbs(one, line.name),
        fields=[
            (
                field,
                format_number(line.counted.get(column.key, 0)),
                format_number(line.value(column.key)),
            )
            for column, field in zip(one.layout.counted, form.fields_of(one.layout), strict=True)
        ],
        errors_in_title=status != 200,  # noqa: PLR2004 - the page as it was asked for
    )
