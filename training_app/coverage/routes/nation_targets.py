"""Targets of the whole country, from what the worker counted province by province."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app.access import Permission
from training_app.coverage import queries
from training_app.coverage.folders import goals_near
from training_app.coverage.queries.places import NATION, NATION_PATH, sees_nation
from training_app.coverage.queries.standings import (
    PartStanding,
    Standing,
    part_standings,
    standings,
)
from training_app.coverage.routes import target_cells as cells
from training_app.coverage.routes.base import (
    Question,
    View,
    bp,
    crumbs,
    download,
    place_name,
    read_filter,
    said,
)
from training_app.coverage.routes.tables import Cell, Column, Row, Table, share, words
from training_app.coverage.rules import Pair
from training_app.coverage.rules.disclosure import SMALLEST_SHOWN, Figure, Mask, disclose
from training_app.coverage.rules.disputes import as_many
from training_app.coverage.rules.targets import PACE_DAYS, Goal, Progress, TargetMeasure
from training_app.errors import N_, NotFound
from training_app.extensions import current_session
from training_app.web.guard import needs
from training_app.web.pages import render

_NOT_COUNTED: Final = N_(
    "The country is counted at night, and was not yet counted for that day. Choose a later day, or"
    " look again tomorrow."
)
_SOMETIMES_TWICE: Final = N_(
    "The sum of the provinces: somebody who serves in two provinces counts in both."
)
_QUARTER: Final = PACE_DAYS - 10  # how long ago at least the day of comparison lies


@dataclass(frozen=True)
class NationView:
    """The page: the targets of the country, and the provinces beside each."""

    view: View
    provinces: Table | None = None
    provinces_file: str = ""
    sources: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()


@bp.get("/coverage/targets/")
@needs(Permission.COVERAGE_VIEW)
def nation_targets() -> ResponseReturnValue:
    """The targets of the viewer's own place: the whole country, or the unit of the role."""
    question = read_filter(Permission.COVERAGE_VIEW)
    if sees_nation(question.scope):
        found, failed = _view(question), question.form.failed
        return render(
            "coverage/nation_targets.html",
            422 if failed else 200,
            found=found,
            view=found.view,
            said=said(found.view),
            errors_in_title=failed,
        )
    own = queries.roots(current_session(), question.scope, question.on)
    if len(own) == 1:
        return redirect(url_for("coverage.targets", unit_id=own[0].id), 303)
    places = [(one.name, url_for("coverage.targets", unit_id=one.id)) for one in own]
    return render("coverage/choose.html", heading=gettext("Targets"), places=places)


@bp.get("/coverage/targets/table.xlsx")
@bp.get("/coverage/targets/table.json", endpoint="nation_targets_data")
@needs(Permission.COVERAGE_EXPORT)
def nation_targets_table() -> ResponseReturnValue:
    """The targets of the country as XLSX, or as data."""
    found = _whole()
    notes = (*found.view.notes, *found.sources, *found.definitions)
    return download(replace(found.view, notes=notes), "targets")


@bp.get("/coverage/targets/provinces.xlsx")
@bp.get("/coverage/targets/provinces.json", endpoint="nation_provinces_data")
@needs(Permission.COVERAGE_EXPORT)
def nation_provinces_table() -> ResponseReturnValue:
    """The provinces beside each target as XLSX, or as data."""
    found = _whole()
    return download(replace(found.view, table=found.provinces), "targets-provinces")


def _whole() -> NationView:
    """The page for who sees the country. NotFound for others."""
    question = read_filter(Permission.COVERAGE_VIEW)
    if not sees_nation(question.scope):
        raise NotFound
    return _view(question)


def _view(question: Question) -> NationView:
    """Everything the page shows."""
    view = View(
        heading=gettext("Targets – %(place)s", place=place_name(NATION)),
        question=question,
        crumbs=crumbs(NATION, question, (gettext("Targets"), None)),
        definitions=False,
        links=(
            (gettext("Which teams still need training"), url_for("coverage.overview")),
            (gettext("How the numbers moved"), url_for("coverage.nation_history")),
        ),
    )
    rows = standings(current_session(), NATION_PATH)
    days = sorted({row.on for row in rows if row.on <= question.on})
    if question.form.failed or not days:
        return NationView(replace(view, empty=gettext(_NOT_COUNTED)))
    last = days[-1]
    counted = max(row.counted_at for row in rows if row.on == last)
    # What is said above the table is the day that was counted, not the one that was asked about.
    view = replace(view, question=replace(question, on=last, now=counted))
    return _measured(NationView(view), nation_progress(rows, last))


def _measured(page: NationView, found: list[tuple[Goal, Progress]]) -> NationView:
    on = page.view.question.on
    goals = [goal for goal, _ in found]
    provinces = _provinces(part_standings(current_session(), on), goals)
    view = replace(
        page.view,
        table=cells.targets_table(found, NATION, {}, on, names=False),
        notes=(gettext(_SOMETIMES_TWICE), cells.small_note()),
        file_url=url_for("coverage.nation_targets_table"),
    )
    return NationView(
        view,
        provinces,
        url_for("coverage.nation_provinces_table"),
        tuple(cells.sources(found, {})),
        tuple(cells.definitions(found)),
    )


def nation_progress(rows: Sequence[Standing], on: date) -> list[tuple[Goal, Progress]]:
    """Each national target that was counted on a day, beside a day a quarter before."""
    by_goal: dict[str, dict[date, Standing]] = defaultdict(dict)
    for row in rows:
        by_goal[row.goal][row.on] = row
    found = []
    for goal in goals_near(on):
        known = by_goal.get(goal.key, {})
        if on not in known:
            continue
        now, then = known[on], _before(known, on)
        before = then.done
        if goal.measure is TargetMeasure.SETTLED:
            before = as_many(then.done, then.whole, now.whole)
        found.append(
            (
                goal,
                Progress(
                    now.whole,
                    now.done,
                    before,
                    max(1, (on - then.on).days),
                    asked=now.required if goal.measure.of_trainers else None,
                    compared=then.on < on or goal.measure is not TargetMeasure.SETTLED,
                ),
            )
        )
    return found


def _before(known: Mapping[date, Standing], on: date) -> Standing:
    """The latest count that is a quarter old, else the oldest."""
    old = [day for day in known if (on - day).days >= _QUARTER]
    return known[max(old) if old else min(known)]


# -- the provinces -------------------------------------------------------------------------


def _provinces(found: Sequence[PartStanding], goals: Sequence[Goal]) -> Table:
    """One row per province, the furthest behind first; small counts hidden column by column."""
    names = {row.unit_id: row.name for row in found}
    counts = _pairs(found, goals)
    ids = sorted(names, key=lambda unit: _reached(unit, counts, goals))
    columns = [_column(ids, goal, counts) for goal in goals]
    return Table(
        caption=gettext("By province, the furthest behind first"),
        head=(
            Column(gettext("Unit")),
            *(Column(cells.goal_title(goal, {})) for goal in goals),
        ),
        rows=tuple(
            _province(names[unit], unit, [column[at] for column in columns])
            for at, unit in enumerate(ids)
        ),
    )


def _pairs(found: Sequence[PartStanding], goals: Sequence[Goal]) -> dict[tuple[int, str], Pair]:
    """Province and target → whole and done; of trainers those required and those there."""
    trainers = {goal.key for goal in goals if goal.measure.of_trainers}
    return {
        (row.unit_id, row.goal): Pair(row.required, min(row.done, row.required))
        if row.goal in trainers
        else Pair(row.whole, row.done)
        for row in found
    }


def closed_goals(unit_id: int | None, on: date, goals: Sequence[Goal]) -> frozenset[str]:
    """Keys of the targets whose figures of a province the country's table hides.

    A reader of totals sees that table as well: what is hidden there, by itself or beside a small
    count, is not shown on the province's own page. As counted last by the day.
    """
    session = current_session()
    days = [row.on for row in standings(session, NATION_PATH) if row.on <= on]
    found = part_standings(session, max(days)) if days else []
    ids = sorted({row.unit_id for row in found})
    if unit_id not in ids:
        return frozenset()
    at, counts = ids.index(unit_id), _pairs(found, goals)
    return frozenset(
        goal.key
        for goal in goals
        if not all(figure.shown for figure in _column(ids, goal, counts)[at])
    )


def _reached(unit: int, counts: Mapping[tuple[int, str], Pair], goals: Sequence[Goal]) -> float:
    """How much of all targets a province has reached, from 0 to their number."""
    found = 0.0
    for goal in goals:
        pair = counts.get((unit, goal.key), Pair(0, 0))
        required = pair.people if goal.measure.of_trainers else goal.required(pair.people)
        found += min(1.0, pair.held / required) if required else 1.0
    return found


def _column(
    ids: Sequence[int], goal: Goal, counts: Mapping[tuple[int, str], Pair]
) -> list[tuple[Figure, Figure]]:
    pairs = [counts.get((unit, goal.key), Pair(0, 0)) for unit in ids]
    total = Pair(sum(one.people for one in pairs), sum(one.held for one in pairs))
    return disclose(pairs, total)[0]


def _province(name: str, unit: int, figures: Sequence[tuple[Figure, Figure]]) -> Row:
    link = words(name, url_for("coverage.targets", unit_id=unit))
    return (link, *(_figure(whole, done) for whole, done in figures))


def _figure(whole: Figure, done: Figure) -> Cell:
    if whole.value is not None and done.value is not None:
        return share(done.value, whole.value)
    small = Mask.SMALL in {whole.mask, done.mask}
    return words(f"<{SMALLEST_SHOWN}" if small else "…")
