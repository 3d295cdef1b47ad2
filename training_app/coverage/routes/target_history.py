"""How a place moved towards its targets, quarter by quarter, and how the targets were set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app.access import Permission
from training_app.coverage import queries
from training_app.coverage.folders import goals_near
from training_app.coverage.queries import Place
from training_app.coverage.queries.places import sees_nation
from training_app.coverage.queries.standings import Standing, standings
from training_app.coverage.queries.targets import Decision, decisions
from training_app.coverage.rollups import Measuring, progress
from training_app.coverage.routes import target_cells as cells
from training_app.coverage.routes.base import (
    Question,
    View,
    bp,
    crumbs,
    download,
    filter_values,
    place_name,
    read_filter,
    said,
)
from training_app.coverage.routes.nation_targets import closed_goals
from training_app.coverage.routes.places import CLOSED, NOT_YET, find_place
from training_app.coverage.routes.tables import Cell, Column, Row, Table, share, words
from training_app.coverage.routes.tables import day as day_cell
from training_app.coverage.routes.targets import NO_TARGETS, goals_here, may_show
from training_app.coverage.rules.disclosure import SMALLEST_SHOWN
from training_app.coverage.rules.targets import (
    Goal,
    Progress,
    days_of_history,
    disclosable,
)
from training_app.errors import N_, NotFound
from training_app.extensions import current_session
from training_app.programme.queries import AskedRow, asked_in_unit
from training_app.web.guard import needs
from training_app.web.pages import format_date, render

_KNOWN_NOW: Final = N_(
    "Each day is counted from what is on record now: what was entered late is included."
)

# What was counted of a goal on each day; None where nothing was.
Moved = Mapping[Goal, Sequence[Progress | None]]
# For readers of totals by day the targets hidden in the country's table; None for others.
Closed = Sequence[frozenset[str]] | None


@dataclass(frozen=True)
class HistoryView:
    """The page: the numbers by day, and the entries of the plans."""

    view: View
    decisions: Table | None = None


@bp.get("/coverage/units/<int:unit_id>/targets/history/")
@needs(Permission.COVERAGE_VIEW)
def target_history(unit_id: int) -> ResponseReturnValue:
    """The last ends of quarters and the day asked about, target by target."""
    return _show(_view(unit_id))


@bp.get("/coverage/units/<int:unit_id>/targets/history/table.xlsx")
@bp.get("/coverage/units/<int:unit_id>/targets/history/table.json", endpoint="target_history_data")
@needs(Permission.COVERAGE_EXPORT)
def target_history_table(unit_id: int) -> ResponseReturnValue:
    """The same table as XLSX, or as data."""
    return download(_view(unit_id).view, f"targets-history-{unit_id}")


@bp.get("/coverage/targets/history/")
@needs(Permission.COVERAGE_VIEW)
def nation_history() -> ResponseReturnValue:
    """The same of the whole country. NotFound for who does not see it."""
    return _show(_view(None))


@bp.get("/coverage/targets/history/table.xlsx")
@bp.get("/coverage/targets/history/table.json", endpoint="nation_history_data")
@needs(Permission.COVERAGE_EXPORT)
def nation_history_table() -> ResponseReturnValue:
    """The table of the whole country as XLSX, or as data."""
    return download(_view(None).view, "targets-history")


def _show(found: HistoryView) -> ResponseReturnValue:
    failed = found.view.question.form.failed
    return render(
        "coverage/target_history.html",
        422 if failed else 200,
        found=found,
        view=found.view,
        said=said(found.view),
        errors_in_title=failed,
    )


def _view(unit_id: int | None) -> HistoryView:
    """Everything the page shows."""
    question = read_filter(Permission.COVERAGE_VIEW)
    if unit_id is None and not sees_nation(question.scope):
        raise NotFound
    here, title = find_place(question, unit_id), gettext("How the numbers moved")
    if here is None:
        return HistoryView(View(title, question, [], empty=gettext(NOT_YET), definitions=False))
    to = "coverage.targets" if here.id else "coverage.nation_targets"
    values = filter_values(question, unit_id=here.id)
    view = View(
        heading=gettext("How the numbers moved – %(place)s", place=place_name(here)),
        question=question,
        crumbs=crumbs(here, question, (title, None)),
        definitions=False,
        links=((gettext("Targets"), url_for(to, **values)),),
    )
    if question.form.failed:
        return HistoryView(view)
    asked = tuple(asked_in_unit(current_session(), here.path, question.on))
    if not may_show(Measuring(here, question.on, question.scope, asked), question):
        return HistoryView(replace(view, empty=gettext(CLOSED)))
    return _measured(view, here, {one.id: one for one in asked})


def _measured(view: View, here: Place, asked: Mapping[int, AskedRow]) -> HistoryView:
    question = view.question
    days = days_of_history(question.on)
    goals = goals_near(question.on) if here.id is None else goals_here(here, question.on)
    moved = _stored(here, goals, days) if here.id is None else _moved(question, here, goals, days)
    set_how = _decided(decisions(current_session(), here, question.on), asked)
    if not moved:
        return HistoryView(replace(view, empty=gettext(NO_TARGETS)), set_how)
    to = "coverage.target_history_table" if here.id else "coverage.nation_history_table"
    hides = question.scope.totals_only
    closed = [closed_goals(here.id, one, goals) for one in days] if hides else None
    notes = (gettext(_KNOWN_NOW), *((cells.small_note(),) if hides else ()))
    return HistoryView(
        replace(
            view,
            table=_table(moved, days, asked, closed=closed),
            notes=notes,
            file_url=url_for(to, **filter_values(question, unit_id=here.id)),
        ),
        set_how,
    )


# -- the numbers ---------------------------------------------------------------------------


def _moved(question: Question, here: Place, goals: Sequence[Goal], days: Sequence[date]) -> Moved:
    """Each target on each day on which the place stood.

    Ends of quarters were counted by the worker for every province; what it did not count, and the
    last day, is counted now.
    """
    past = standings(current_session(), here.path, days[:-1])
    ready = {(row.goal, row.on): _as_counted(row) for row in past}
    found = [dict(_on_day(question, here, goals, day, ready)) for day in days]
    kept = dict.fromkeys(goal for one in found for goal in one)
    return {goal: [one.get(goal) for one in found] for goal in goals if goal in kept}


def _on_day(
    question: Question,
    here: Place,
    goals: Sequence[Goal],
    on: date,
    ready: Mapping[tuple[str, date], Progress],
) -> list[tuple[Goal, Progress]]:
    session = current_session()
    try:
        there = queries.place(session, question.scope, here.id, on)
    except NotFound:  # it did not stand yet
        return []
    running = [one for one in goals if one.valid_from <= on < one.valid_to]
    counted = [(one, ready[one.key, on]) for one in running if (one.key, on) in ready]
    rest = [one for one in running if (one.key, on) not in ready]
    asked = tuple(asked_in_unit(session, there.path, on))
    measuring = Measuring(there, on, question.scope, asked, compared=False)
    return [*counted, *progress(session, measuring, rest)]


def _as_counted(row: Standing) -> Progress:
    return Progress(row.whole, row.done, row.done, asked=row.required)


def _stored(here: Place, goals: Sequence[Goal], days: Sequence[date]) -> Moved:
    """What the worker counted; on the last day the latest count up to it."""
    rows = {(row.goal, row.on): row for row in standings(current_session(), here.path)}
    counted = sorted({on for _, on in rows if on <= days[-1]})
    if not counted:
        return {}
    wanted = [*days[:-1], counted[-1]]
    found = {
        goal: [
            _as_counted(row) if row else None for row in (rows.get((goal.key, on)) for on in wanted)
        ]
        for goal in goals
    }
    return {goal: one for goal, one in found.items() if any(one)}


def _table(
    moved: Moved, days: Sequence[date], asked: Mapping[int, AskedRow], *, closed: Closed
) -> Table:
    return Table(
        caption=gettext("At the ends of quarters"),
        head=(
            Column(gettext("Target")),
            *(Column(format_date(one)) for one in days),
            Column(gettext("Set by")),
        ),
        rows=tuple(
            (
                cells.title_cell(goal, asked),
                *_numbers(goal, found, closed),
                words(cells.set_by(goal)),
            )
            for goal, found in moved.items()
        ),
    )


def _numbers(goal: Goal, found: Sequence[Progress | None], closed: Closed) -> list[Cell]:
    """One cell per day. For readers of totals also what a day adds to the last one is hidden."""
    shown: list[Cell] = []
    before = 0
    for at, one in enumerate(found):
        if one is None:
            shown.append(words(""))
            continue
        known = replace(one, before=before)
        if closed is not None and (
            goal.key in closed[at] or not disclosable(known, SMALLEST_SHOWN)
        ):
            shown.append(words("…"))
            continue
        before = one.done
        if goal.measure.of_trainers:
            asked = one.required(goal)
            shown.append(share(min(one.done, asked), asked))
        else:
            shown.append(share(one.done, one.whole))
    return shown


# -- how the targets were set --------------------------------------------------------------


def _decided(found: Sequence[Decision], asked: Mapping[int, AskedRow]) -> Table | None:
    """The entries of the plans, the last first: nothing is rewritten."""
    if not found:
        return None
    return Table(
        caption=gettext("Entries of the plans, the last first"),
        head=(
            Column(gettext("Entered on")),
            Column(gettext("Unit")),
            Column(gettext("Target")),
            Column(gettext("From")),
            Column(gettext("To")),
            Column(gettext("Source")),
        ),
        rows=tuple(_decision(one, asked) for one in found),
    )


def _decision(one: Decision, asked: Mapping[int, AskedRow]) -> Row:
    title = cells.goal_title(one.goal, asked)
    if one.value is None:
        title = gettext("Taken back: %(what)s", what=cells.measure_title(one.goal, asked))
    entered = one.goal.recorded_at
    return (
        day_cell(entered.date() if entered else None),
        words(one.goal.unit_name),
        words(title),
        day_cell(one.goal.valid_from),
        day_cell(one.goal.last_day),
        words(one.goal.source),
    )
