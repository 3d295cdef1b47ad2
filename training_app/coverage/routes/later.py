"""What was entered after a day about that day, and what lapses in the quarters to come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from training_app.access import Permission
from training_app.coverage import rollups
from training_app.coverage.printing import late_head, late_line
from training_app.coverage.queries import Place
from training_app.coverage.queries.late import LateKind, LateRow, late_entries
from training_app.coverage.queries.units import ENDED
from training_app.coverage.rollups import Forecast, ForecastRow
from training_app.coverage.routes import cells
from training_app.coverage.routes.base import (
    Question,
    View,
    addresses,
    bp,
    download,
    filter_values,
    show,
    spoken,
)
from training_app.coverage.routes.files import LATER, with_file
from training_app.coverage.routes.lists import Listed, about
from training_app.coverage.routes.places import CLOSED, find_place_either, shown_above
from training_app.coverage.routes.tables import (
    Cell,
    Column,
    Made,
    Row,
    Table,
    day,
    number,
    share,
    words,
)
from training_app.coverage.rules import Figure, Mask, disclose_course
from training_app.errors import N_
from training_app.extensions import current_session
from training_app.web.guard import needs
from training_app.web.pages import format_date

NOTHING_LATE: Final = N_("Nothing about that day or before was entered later.")
_DAY: Final = timedelta(days=1)


# -- late entries --------------------------------------------------------------------------

_LATE: Final = Listed("unit", "late")


@bp.get("/coverage/units/<int:unit_id>/late/")
@needs(Permission.COVERAGE_NAMES)
def late(unit_id: int) -> ResponseReturnValue:
    """What was entered after the day about the day or before, fifty to a page."""
    return _LATE.stretch(unit_id, _late)


@bp.get("/coverage/units/<int:unit_id>/late/table.xlsx")
@bp.get("/coverage/units/<int:unit_id>/late/table.json", endpoint="late_data")
@needs(Permission.COVERAGE_NAMES)
def late_table(unit_id: int) -> ResponseReturnValue:
    """The whole list as XLSX, or as data. RuleBroken when it is too long for one file."""
    return _LATE.whole(unit_id, _late, most=LATER.most)


def _late(unit_id: int, *, limit: int | None, offset: int) -> tuple[View, int]:
    """Everything the list shows, and how many people it names."""
    title = gettext("Entered later")
    view, here = about(unit_id, Permission.COVERAGE_NAMES, title, find=find_place_either)
    question = view.question
    if here is None or question.asking is None:
        return view, 0
    page = late_entries(
        current_session(),
        question.asking,
        here,
        rollups.last_moment(question.on),
        limit=limit,
        offset=offset,
    )
    said = ngettext(
        "%(num)s entry about %(day)s or before was made after that day.",
        "%(num)s entries about %(day)s or before were made after that day.",
        page.total,
        day=format_date(question.on),
    )
    view = replace(
        view,
        table=_late_rows(page.rows, question) if page.total else None,
        total=page.total,
        notes=(said,) if page.total else (),
        empty="" if page.total else gettext(NOTHING_LATE),
    )
    return with_file(LATER, view, here, page.total), _named(page.rows)


def _named(rows: tuple[LateRow, ...]) -> int:
    """How many entries name a person; those about a team name nobody."""
    return sum(row.person_id is not None for row in rows)


def _late_rows(rows: tuple[LateRow, ...], question: Question) -> Table:
    return Table(
        caption=gettext("Entries, the last first"),
        head=tuple(Column(one) for one in late_head(spoken())),
        rows=tuple(_late_row(row, question) for row in rows),
    )


def _late_row(row: LateRow, question: Question) -> Row:
    href = ""
    if row.person_id is not None:
        href = url_for("coverage.person", **filter_values(question, person_id=row.person_id))
    elif row.kind is LateKind.TEAM_CAME:
        href = url_for("coverage.team", **filter_values(question, team_id=row.subject_id))
    name, what, _, at, by = late_line(row, spoken())
    return (
        words(str(name), href),
        words(str(what)),
        day(row.happened_on),
        words(str(at)),
        words(str(by)),
    )


# -- the quarters to come ------------------------------------------------------------------


@bp.get("/coverage/units/<int:unit_id>/forecast/")
@needs(Permission.COVERAGE_VIEW)
def forecast(unit_id: int) -> ResponseReturnValue:
    """What lapses in the next four quarters where nobody renews."""
    return show(_forecast(unit_id))


@bp.get("/coverage/units/<int:unit_id>/forecast/table.xlsx")
@bp.get("/coverage/units/<int:unit_id>/forecast/table.json", endpoint="forecast_data")
@needs(Permission.COVERAGE_EXPORT)
def forecast_table(unit_id: int) -> ResponseReturnValue:
    """The same table as XLSX, or as data."""
    return download(_forecast(unit_id), f"forecast-{unit_id}")


def _forecast(unit_id: int) -> View:
    """Everything the forecast shows."""
    view, here = about(unit_id, Permission.COVERAGE_VIEW, gettext("What lapses"))
    question = view.question
    if here is None or question.asking is None:
        return view
    if question.scope.totals_only and not shown_above(question, here):
        return replace(view, empty=gettext(CLOSED))
    found = rollups.forecast(current_session(), question.asking, here)
    said = gettext("Counted as if nobody renewed from now on. Periods already earned are included.")
    notes = (said, gettext(cells.SMALL_NOTE)) if question.scope.totals_only else (said,)
    values = filter_values(question, unit_id=unit_id)
    return replace(
        view,
        table=_forecast_rows(found, question, here),
        notes=notes,
        file_url=url_for("coverage.forecast_table", **values),
    )


def _forecast_rows(found: Forecast, question: Question, here: Place) -> Table:
    ends = [gettext("lapse by %(day)s", day=format_date(one - _DAY)) for one in found.days[1:]]
    by_team = here.is_commune
    head = (
        Column(gettext("Team") if by_team else gettext("Unit")),
        Column(gettext("Trained"), number=True),
        *(Column(end, number=True) for end in ends),
        Column(gettext("Still trained")),
    )
    caption = gettext("By quarter, where most lapses first")
    name = _names(question, here)
    if question.scope.totals_only:
        rows, total = _masked(found, question, here)
        lines = tuple((name(row), *one) for row, one in zip(found.rows, rows, strict=True))
        return Table(caption, head, lines, total=(words(gettext(cells.TOTAL)), *total))
    several = (words(gettext(cells.SEVERAL)), *_counts(found.overlap)[:-1], words(""))
    return Table(
        caption,
        head,
        rows=Made(found.rows, lambda row: (name(row), *_counts(row))),
        corrections=(several,) if any(found.overlap.held) else (),
        total=(words(gettext(cells.TOTAL)), *_counts(found.total)),
    )


def _names(question: Question, here: Place) -> Callable[[ForecastRow], Cell]:
    """The first cell of a row, which leads on where there is a page."""
    if here.is_commune:
        team = addresses("coverage.team", "team_id", question)
        return lambda row: words(row.name, team(row.part_id))
    unit = addresses("coverage.forecast", "unit_id", question)

    def cell(row: ForecastRow) -> Cell:
        closed = row.part_id in {here.id, ENDED} or (question.scope.totals_only and row.is_commune)
        return words(cells.unit_name(row.part_id, row.name), "" if closed else unit(row.part_id))

    return cell


def _counts(row: ForecastRow) -> Row:
    return (
        number(row.held[0]),
        *(number(count) for count in row.lapsing),
        share(row.held[-1], row.held[0]),
    )


def _masked(found: Forecast, question: Question, here: Place) -> tuple[list[Row], Row]:
    """The cells of each row and of the foot for a reader who may see no single person."""
    asking = question.asking
    assert asking is not None  # noqa: S101 - there is a table only where something is asked
    shown, foot = cells.held_shown(rollups.unit_table(current_session(), asking, here))
    known = [shown.get(row.part_id, False) for row in found.rows]
    total = found.total
    parts, sums = disclose_course(
        [(*row.lapsing, row.held[-1]) for row in found.rows],
        (*total.lapsing, total.held[-1]),
        known=known,
        total_known=foot,
    )
    rows = [
        _figures(row, one, known=yes)
        for row, one, yes in zip(found.rows, parts, known, strict=True)
    ]
    return rows, _figures(total, sums, known=foot)


def _figures(row: ForecastRow, parts: Sequence[Figure], *, known: bool) -> Row:
    now = Figure(Mask.SHOWN, row.held[0]) if known else Figure(Mask.HIDDEN)
    *lapsing, left = (cells.figure_cell(one) for one in parts)
    if known and parts[-1].shown:
        left = share(row.held[-1], row.held[0])
    return (cells.figure_cell(now), *lapsing, left)
