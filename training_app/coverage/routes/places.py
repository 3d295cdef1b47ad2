"""Units and the teams of a commune: the table, the way down, the same as XLSX."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from training_app.access import Permission
from training_app.coverage import queries, rollups
from training_app.coverage.queries import Place
from training_app.coverage.queries.places import sees_nation
from training_app.coverage.routes import cells
from training_app.coverage.routes.base import (
    NOTHING_REQUIRED,
    Question,
    View,
    ask,
    bp,
    crumbs,
    download,
    filter_values,
    place_name,
    read_filter,
    show,
)
from training_app.coverage.routes.readings import prepared_view
from training_app.coverage.routes.tables import Table
from training_app.errors import N_, NotFound
from training_app.extensions import current_session
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import render, waiting_at

CLOSED = N_(
    "The figures of this place are too small to be shown without telling about single people."
)
NOT_YET = N_("This place did not exist in this form on that day. Choose another day.")


@bp.get("/coverage/")
@needs(Permission.COVERAGE_VIEW)
def overview() -> ResponseReturnValue:
    """The viewer's own place: the whole country, or the unit of the role."""
    question = read_filter(Permission.COVERAGE_VIEW)
    if sees_nation(question.scope):
        return show(_view(question, None))
    own = queries.roots(current_session(), question.scope, question.on)
    if len(own) == 1:
        return redirect(url_for("coverage.unit", unit_id=own[0].id, **filter_values(question)), 303)
    places = [(one.name, url_for("coverage.unit", unit_id=one.id)) for one in own]
    return render("coverage/choose.html", heading=gettext("Coverage"), places=places)


@bp.get("/coverage/table.xlsx")
@bp.get("/coverage/table.json", endpoint="overview_data")
@needs(Permission.COVERAGE_EXPORT)
def overview_table() -> ResponseReturnValue:
    """The table of the whole country as XLSX, or as data."""
    return download(_view(read_filter(Permission.COVERAGE_VIEW), None), "coverage")


@bp.get("/coverage/units/<int:unit_id>/")
@needs(Permission.COVERAGE_VIEW)
def unit(unit_id: int) -> ResponseReturnValue:
    """The parts of a unit, or the teams of a commune."""
    return show(_view(read_filter(Permission.COVERAGE_VIEW), unit_id))


@bp.get("/coverage/units/<int:unit_id>/table.xlsx")
@bp.get("/coverage/units/<int:unit_id>/table.json", endpoint="unit_data")
@needs(Permission.COVERAGE_EXPORT)
def unit_table(unit_id: int) -> ResponseReturnValue:
    """The same table as XLSX, or as data."""
    view = _view(read_filter(Permission.COVERAGE_VIEW), unit_id)
    return download(view, f"coverage-{unit_id}")


def _view(question: Question, unit_id: int | None) -> View:
    """Everything the page of a place shows."""
    question = at_place(question, unit_id)
    here = find_place_then(question, unit_id)
    if here is None:
        heading = gettext("Coverage")
        return View(heading, question, [], empty=gettext(NOT_YET), definitions=False)
    question = ask(question, here.path)
    view = View(
        heading=gettext("Share trained – %(place)s", place=place_name(here)),
        question=question,
        crumbs=crumbs(here, question),
        knowing=here.id is None or not question.scope.totals_only,
        links=_waiting(question, here),
    )
    if question.asking is None:
        return replace(view, empty=gettext(NOTHING_REQUIRED), definitions=False)
    if reads_then(question) and rollups.too_wide(current_session(), question.asking, here):
        view = replace(view, links=tuple(_links(question, here, view.links)))
        return prepared_view(view, question, here)
    table, notes, counted_at = _table(question, here)
    if table is None:
        return replace(view, empty=gettext(CLOSED))
    values = filter_values(question, unit_id=here.id)
    file_url = url_for("coverage.unit_table" if here.id else "coverage.overview_table", **values)
    return replace(
        view,
        table=table,
        notes=notes,
        file_url=file_url,
        links=tuple(_links(question, here, view.links)),
        counted_at=counted_at,
    )


def at_place(question: Question, unit_id: int | None) -> Question:
    """The question, knowing whether it is about the nation."""
    return replace(question, nation=unit_id is None)


def find_place_then(question: Question, unit_id: int | None) -> Place | None:
    """The place as it stood on the day, or as it was known to stand then."""
    if not question.then or unit_id is None:
        return find_place(question, unit_id)
    found = _known_then(question, unit_id)
    if found is None:
        queries.place(current_session(), question.scope, unit_id, question.form.today)
    return found


def find_place_either(question: Question, unit_id: int) -> Place | None:
    """The place as it stood on the day as known now, else as known then: what differs is asked."""
    known = _known_then(question, unit_id)
    try:
        return find_place(question, unit_id) or known
    except NotFound:
        if known is None:
            raise
        return known


def _known_then(question: Question, unit_id: int) -> Place | None:
    session, scope, at = current_session(), question.scope, rollups.last_moment(question.on)
    try:
        return queries.place_then(session, scope, unit_id, question.on, at)
    except NotFound:
        return None


def find_place(question: Question, unit_id: int | None) -> Place | None:
    """The place as it stood on the day; None when it stands today but did not then.

    Raises NotFound out of scope, and for a commune under a scope of totals: its parts are teams.
    """
    session, scope = current_session(), question.scope
    today = question.form.today
    try:
        here = queries.place(session, scope, unit_id, question.on)
    except NotFound:
        if question.on == today:
            raise
        queries.place(session, scope, unit_id, today)
        return None
    if scope.totals_only and here.is_commune:
        raise NotFound
    return here


Link = tuple[str, str]
_Shown = tuple[Table | None, tuple[str, ...], datetime | None]


def _table(question: Question, here: Place) -> _Shown:
    """The table of a place, its notes, and when it was counted if that is not now.

    No table when it would tell about single people.
    """
    session, asking = current_session(), question.asking
    if asking is None:
        return None, (), None
    if here.is_commune and asking.by_team:
        read_teams = rollups.teams_then if question.then else queries.coverage_by_team
        teams = read_teams(session, asking, here)
        return cells.team_table(teams, question), cells.team_notes(teams), None
    read_units = rollups.units_then if reads_then(question) else rollups.unit_table
    found = read_units(session, asking, here)
    if not question.scope.totals_only:
        return cells.unit_table(found, question), cells.unit_notes(found), found.counted_at
    if here.id is not None and not shown_above(question, here):
        return None, (), None
    return cells.totals_table(found, question), (gettext(cells.SMALL_NOTE),), found.counted_at


def shown_above(question: Question, here: Place) -> bool:
    """Whether the table above shows this place's figures: only then may its parts be summed."""
    session, asking = current_session(), question.asking
    ids = [int(part) for part in (here.parent_path or "/").split("/") if part]
    if asking is None or not (ids or sees_nation(question.scope)):
        return True
    try:
        above = queries.place(session, question.scope, ids[-1] if ids else None, question.on)
    except NotFound:
        return True
    return cells.fully_shown(rollups.unit_table(session, asking, above), here)


def reads_then(question: Question) -> bool:
    """Whether to read as known then; of trainers and officials only what is known now is kept."""
    return question.then and question.asking is not None and question.asking.by_team


def _links(question: Question, here: Place, waiting: tuple[Link, ...]) -> list[Link]:
    """Ways on from the page of a place: the worklist and the list of people."""
    if here.id is None:
        return [(gettext("Targets"), url_for("coverage.nation_targets"))]
    targets = (gettext("Targets"), url_for("coverage.targets", unit_id=here.id))
    values = filter_values(question, unit_id=here.id)
    lapses = (gettext("What lapses"), url_for("coverage.forecast", **values))
    if not current_viewer().may(Permission.COVERAGE_NAMES):
        return [targets, lapses]
    links = [
        *waiting,
        (gettext("List of people"), url_for("coverage.people", **values)),
        targets,
        (gettext("Trainers"), url_for("coverage.trainers", unit_id=here.id)),
        (gettext("Official reports"), url_for("reporting.report_list")),
        lapses,
    ]
    if question.on < question.form.today:
        links.append((gettext("Entered later"), url_for("coverage.late", **values)))
    if question.asking and question.asking.by_team:
        links.insert(
            0, (gettext("Teams that still need training"), url_for("coverage.worklist", **values))
        )
    return links


def _waiting(question: Question, here: Place) -> tuple[Link, ...]:
    """On the office's first page: teams of split units for which it must decide."""
    if here.path not in question.scope.unit_paths:
        return ()
    teams = waiting_at("organisation.waiting_list")
    said = ngettext("%(num)s team waits for its unit", "%(num)s teams wait for their unit", teams)
    return ((said, url_for("organisation.waiting_list")),) if teams else ()
