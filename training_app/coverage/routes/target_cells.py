"""The table of targets, cell by cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from flask import request, url_for
from flask_babel import gettext, ngettext

from training_app.access import Permission
from training_app.coverage.queries import Place
from training_app.coverage.routes.base import language
from training_app.coverage.routes.cells import SMALL_NOTE
from training_app.coverage.routes.tables import Cell, Column, Row, Table, day, number, share, words
from training_app.coverage.rules.disclosure import SMALLEST_SHOWN
from training_app.coverage.rules.ratios import CONFIDENCE_MESSAGES
from training_app.coverage.rules.targets import (
    MEASURE_DEFINITIONS,
    MEASURE_MESSAGES,
    OUTLOOK_KINDS,
    PACE_DAYS,
    Forecast,
    Goal,
    Outlook,
    Progress,
    TargetMeasure,
    disclosable,
    forecast,
)
from training_app.errors import N_
from training_app.programme.queries import AskedRow
from training_app.web.guard import current_viewer
from training_app.web.pages import format_date, format_number

Found = Sequence[tuple[Goal, Progress]]
Asked = Mapping[int, AskedRow]
_WIDTH: Final = 10
_MOST_STEPS: Final = 3
_NOTHING_TO_DO: Final = {Outlook.EMPTY, Outlook.REACHED, Outlook.MISSED, Outlook.NOT_BEGUN}
_TRAINER_STEPS: Final = {
    TargetMeasure.COACHED: N_("Trainers who still need training"),
    TargetMeasure.TRAINERS: N_("Name trainers for the province"),
    TargetMeasure.LOCAL_TRAINERS: N_("Name trainers in the communes"),
}


def targets_table(
    found: Found,
    here: Place,
    asked: Asked,
    today: date,
    *,
    names: bool,
    closed: Collection[str] = (),
) -> Table:
    """One row per target. ``names``: the reader may open lists; otherwise small counts hide.

    ``closed`` are keys of targets whose figures another table hides from the reader.
    """
    return Table(
        caption=gettext("Targets, and where the present pace leads"),
        head=(
            Column(gettext("Target")),
            Column(gettext("Last day")),
            Column(gettext("Now")),
            Column(gettext("Required"), number=True),
            Column(gettext("Missing"), number=True),
            Column(gettext("Needed a month"), number=True),
            Column(gettext("Present pace a month"), number=True),
            Column(gettext("At this pace")),
            Column(gettext("What to do next")),
            Column(gettext("Set by")),
        ),
        rows=tuple(
            _closed_row(goal, one, asked)
            if goal.key in closed or not (names or disclosable(one, SMALLEST_SHOWN))
            else _row(goal, one, here, asked, forecast(goal, one, today), names=names)
            for goal, one in found
        ),
    )


@dataclass(frozen=True)
class Step:
    """What to do next for one target: what it is, where it leads, and the way on."""

    title: str
    said: str
    label: str
    href: str


def steps(found: Found, here: Place, asked: Asked, today: date) -> list[Step]:
    """What to do next for the targets that need it, the one that ends first at the top."""
    made = []
    for goal, one in sorted(found, key=lambda pair: pair[0].last_day):
        told = forecast(goal, one, today)
        way = _next(goal, one, told, here)
        if way.href and told.outlook not in OUTLOOK_KINDS:
            said = outlook_said(goal, told, one.days)
            made.append(Step(goal_title(goal, asked), said, way.text, way.href))
    return made[:_MOST_STEPS]


def goal_title(goal: Goal, asked: Asked) -> str:
    """What is asked, with how much."""
    label = measure_title(goal, asked)
    if goal.measure.of_trainers:
        return gettext("%(what)s: 1 for %(teams)s teams", what=label, teams=goal.value)
    return gettext("%(what)s: %(share)s", what=label, share=f"{goal.value}\u00a0%")


def title_cell(goal: Goal, asked: Asked) -> Cell:
    """A cell that says what is asked; in a file with plain spaces."""
    title = goal_title(goal, asked)
    return Cell(title, title.replace("\u00a0", " "))


def measure_title(goal: Goal, asked: Asked) -> str:
    """What is counted."""
    label = gettext(MEASURE_MESSAGES[goal.measure])
    if goal.requirement_id is not None and goal.requirement_id in asked:
        label = f"{label} ({asked[goal.requirement_id].named(language())})"
    return label


def set_by(goal: Goal) -> str:
    """Who set a target."""
    return goal.unit_name or gettext("National scheme")


def _closed_row(goal: Goal, one: Progress, asked: Asked) -> Row:
    """A target of which only is told that the figures are small, or not even that."""
    start = (title_cell(goal, asked), day(goal.last_day))
    hidden = f"<{SMALLEST_SHOWN}" if 0 < one.done < SMALLEST_SHOWN else "…"
    return (*start, words(hidden), *[words("")] * (_WIDTH - len(start) - 2), words(set_by(goal)))


def _row(
    goal: Goal, one: Progress, here: Place, asked: Asked, told: Forecast, *, names: bool
) -> Row:
    whose = words(set_by(goal))
    start = (title_cell(goal, asked), day(goal.last_day))
    on_way = _next(goal, one, told, here) if names else _next_for_nation(goal, told, here)
    return (
        *start,
        _now(goal, one, here, names=names),
        number(told.required),
        number(told.gap),
        _pace(told.needed),
        _pace(told.pace),
        words(outlook_said(goal, told, one.days), tag=OUTLOOK_KINDS.get(told.outlook)),
        on_way,
        whose,
    )


def _now(goal: Goal, one: Progress, here: Place, *, names: bool) -> Cell:
    """Both terms of the share; the number opens its list."""
    href = _list(goal, here, done=True) if names and one.done else ""
    if goal.measure.of_trainers:
        return number(one.done, href)
    return replace(share(one.done, one.whole), href=href)


def _pace(value: float) -> Cell:
    """So many a month; whoever has something to do does not read 0.0."""
    rounded = max(0.1, round(value, 1)) if value > 0 else 0.0
    return Cell(format_number(rounded, 1), rounded, number=True)


def outlook_said(goal: Goal, told: Forecast, days: int) -> str:
    """Where the present pace leads, in words."""
    if told.outlook is Outlook.EMPTY and goal.measure is TargetMeasure.SETTLED:
        return gettext("No figures of a period that is over were entered")
    end, on = format_date(goal.last_day), format_date(told.on) if told.on else ""
    missing = _missing(goal, told.short)
    if told.outlook is Outlook.SHORT and on:
        return gettext(
            "%(missing)s on %(end)s; would be reached on %(day)s", missing=missing, end=end, day=on
        )
    return {
        Outlook.EMPTY: gettext("Nobody to count yet"),
        Outlook.REACHED: gettext("Reached"),
        Outlook.MISSED: gettext("Over since %(end)s: %(missing)s", end=end, missing=missing),
        Outlook.NOT_BEGUN: gettext("Begins on %(day)s", day=format_date(goal.valid_from)),
        Outlook.ON_COURSE: gettext("Will be reached on %(day)s", day=on),
        Outlook.SHORT: gettext("%(missing)s on %(end)s", missing=missing, end=end),
        Outlook.STILL: gettext(
            "No progress in %(days)s days: %(missing)s on %(end)s",
            days=days,
            missing=missing,
            end=end,
        ),
        Outlook.FIRST: gettext("%(missing)s; no earlier period to compare with", missing=missing),
        Outlook.AHEAD: gettext("%(missing)s as things stand today", missing=missing),
    }[told.outlook]


def _missing(goal: Goal, short: int) -> str:
    if goal.measure is TargetMeasure.SETTLED:
        return ngettext("%(num)s settlement short", "%(num)s settlements short", short)
    if goal.measure.of_teams:
        return ngettext("%(num)s team short", "%(num)s teams short", short)
    if goal.measure.of_trainers or goal.measure is TargetMeasure.COACHED:
        return ngettext("%(num)s trainer too few", "%(num)s trainers too few", short)
    return ngettext("%(num)s person short", "%(num)s people short", short)


def _next(goal: Goal, one: Progress, told: Forecast, here: Place) -> Cell:
    """The list that helps on; nothing once it is reached, or over."""
    if goal.measure is TargetMeasure.SETTLED:
        return _next_for_disputes(goal, told, here)
    if told.outlook in _NOTHING_TO_DO:
        return words("")
    return _way_on(goal, one, told, here)


def _next_for_disputes(goal: Goal, told: Forecast, here: Place) -> Cell:
    """Newer figures show where it goes; without any nothing is known."""
    if told.outlook in {Outlook.REACHED, Outlook.MISSED} or not may_count():
        return words("")
    return words(gettext("Enter figures of disputes"), _list(goal, here, done=True))


def _way_on(goal: Goal, one: Progress, told: Forecast, here: Place) -> Cell:
    rest = one.whole - one.done
    if goal.measure is TargetMeasure.TRAINED:
        label = gettext("Teams that still need training")
        asked = goal.requirement_id
        return words(
            label, url_for("coverage.worklist", unit_id=here.id, requirement=asked, **_day())
        )
    if goal.measure in _TRAINER_STEPS:
        label = gettext(_TRAINER_STEPS[goal.measure])
        return words(label, url_for("coverage.trainers", unit_id=here.id, **_day()))
    if goal.measure is TargetMeasure.SUPPORTED:
        label = ngettext(
            "Find support for %(num)s team", "Find support for %(num)s teams", told.gap
        )
        return words(label, _list(goal, here, done=False))
    if goal.measure is TargetMeasure.COMPLETE:
        label = ngettext("Complete %(num)s team", "Complete %(num)s teams", rest)
    elif goal.measure is TargetMeasure.KIT:
        label = ngettext("Invite %(num)s person to study", "Invite %(num)s people to study", rest)
    else:
        label = ngettext("Train %(num)s person", "Train %(num)s people", rest)
    return words(label, _list(goal, here, done=False))


def _next_for_nation(goal: Goal, told: Forecast, here: Place) -> Cell:
    """Where a reader of totals looks next: at the provinces that are furthest behind."""
    if here.id is not None or told.outlook in _NOTHING_TO_DO:
        return words("")
    if goal.measure in _TRAINER_STEPS:
        return words(gettext("Trainers by province"), url_for("coverage.all_trainers"))
    return words(gettext("Provinces furthest behind"), "#provinces")


def _list(goal: Goal, here: Place, *, done: bool) -> str:
    """The address of the list behind a number."""
    if goal.measure is TargetMeasure.TRAINED:
        asked = goal.requirement_id
        return url_for(
            "coverage.people", unit_id=here.id, requirement=asked, standing="held", **_day()
        )
    if goal.measure in _TRAINER_STEPS:
        return url_for("coverage.trainers", unit_id=here.id, **_day())
    if goal.measure is TargetMeasure.SETTLED:
        return url_for("coverage.disputes", unit_id=here.id) if may_count() else ""
    return url_for("coverage.target_list", unit_id=here.id, **list_values(goal, done=done))


def may_count() -> bool:
    """Whether the viewer enters what offices count themselves."""
    return current_viewer().may(Permission.TARGET_MANAGE)


def list_values(goal: Goal, *, done: bool) -> dict[str, Any]:
    """What a list asks, as arguments of its address."""
    values: dict[str, Any] = {"measure": goal.measure.value, "done": "yes" if done else "no"}
    if goal.measure.in_period:
        values |= {
            "first": goal.valid_from.isoformat(),
            "last": goal.last_day.isoformat(),
        }
    return values | _day()


def _day() -> dict[str, Any]:
    """The day that the reader asked about, carried on to the lists."""
    return {name: request.args[name] for name in ("as_of",) if request.args.get(name)}


def sources(found: Found, asked: Asked) -> list[str]:
    """Where each target comes from, and how well it is known."""
    said = []
    for goal, _ in found:
        title, source = goal_title(goal, asked), goal.source
        if goal.confidence is not None:
            source = goal.source_en if language() == "en" and goal.source_en else source
            sure = gettext(CONFIDENCE_MESSAGES[goal.confidence])
            said.append(f"{title}. {source} ({sure}).")
        else:
            said.append(f"{title}. {goal.unit_name}: {source}.")
    return list(dict.fromkeys(said))


def definitions(found: Found) -> list[str]:
    """How each measure on the page is counted, and the pace."""
    measures = dict.fromkeys(goal.measure for goal, _ in found)
    pace = gettext(
        "Present pace: by how much it grew in the last %(days)s days, for a month. The forecast"
        " goes on at that pace.",
        days=max((one.days for _, one in found), default=PACE_DAYS),
    )
    return [*(gettext(MEASURE_DEFINITIONS[one]) for one in measures), pace]


def small_note() -> str:
    """Why figures are missing for a reader without the right to names."""
    return gettext(SMALL_NOTE)
