"""What the office sees of trainers: teaching, the people taught, own need, trainers per teams."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app import clock
from training_app.access import Permission
from training_app.coverage import queries
from training_app.coverage.folders import trainer_ratios
from training_app.coverage.forms import TrainersForm
from training_app.coverage.queries import Asking, Looking, Place
from training_app.coverage.queries.places import sees_nation
from training_app.coverage.routes import trainer_cells as cells
from training_app.coverage.routes.base import (
    Question,
    View,
    bp,
    crumbs,
    download,
    filter_values,
    language,
    note_names,
    place_name,
    said,
)
from training_app.coverage.routes.places import CLOSED, NOT_YET, find_place
from training_app.coverage.routes.tables import Table
from training_app.coverage.rules.ratios import targets_on
from training_app.extensions import current_session
from training_app.programme.queries import asked_in_unit
from training_app.requirements.rules import Audience
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import MOST_ON_PAPER, paginate, render


@dataclass(frozen=True)
class TrainersView:
    """The page: the table of trainers or of units, and trainers per teams."""

    view: View
    ratios: Table | None = None
    ratio_notes: tuple[str, ...] = ()
    ratio_file: str = ""
    names: int = 0


@bp.get("/coverage/trainers/")
@needs(Permission.COVERAGE_VIEW)
def all_trainers() -> ResponseReturnValue:
    """The trainers of the viewer's own place: the whole country, or the unit of the role."""
    question = _read()
    if sees_nation(question.scope):
        return _show(_view(question, None))
    own = queries.roots(current_session(), question.scope, question.on)
    if len(own) == 1:
        values = _values(question, unit_id=own[0].id)
        return redirect(url_for("coverage.trainers", **values), 303)
    places = [(one.name, url_for("coverage.trainers", unit_id=one.id)) for one in own]
    return render("coverage/choose.html", heading=gettext("Trainers"), places=places)


@bp.get("/coverage/units/<int:unit_id>/trainers/")
@needs(Permission.COVERAGE_VIEW)
def trainers(unit_id: int) -> ResponseReturnValue:
    """One row per trainer; without the right to names, one row per unit."""
    found = _view(_read(), unit_id)
    note_names(found.view.question, found.names, kind="trainers", object_id=unit_id)
    return _show(found)


@bp.get("/coverage/trainers/table.xlsx")
@bp.get("/coverage/trainers/table.json", endpoint="all_trainers_data")
@needs(Permission.COVERAGE_EXPORT)
def all_trainers_table() -> ResponseReturnValue:
    """The table of the whole country as XLSX, or as data."""
    return download(_view(_read(), None).view, "trainers")


@bp.get("/coverage/units/<int:unit_id>/trainers/table.xlsx")
@bp.get("/coverage/units/<int:unit_id>/trainers/table.json", endpoint="trainers_data")
@needs(Permission.COVERAGE_EXPORT)
def trainers_table(unit_id: int) -> ResponseReturnValue:
    """The same table as XLSX, or as data."""
    found = _view(_read(), unit_id)
    question = found.view.question
    note_names(question, found.names, kind="trainers", object_id=unit_id, exported=True)
    return download(found.view, f"trainers-{unit_id}")


@bp.get("/coverage/units/<int:unit_id>/trainers/ratios.xlsx")
@bp.get("/coverage/units/<int:unit_id>/trainers/ratios.json", endpoint="trainer_ratios_data")
@needs(Permission.COVERAGE_EXPORT)
def trainer_ratios_table(unit_id: int) -> ResponseReturnValue:
    """Trainers per teams as a file, or as data; without a target measured, the trainers' page."""
    found = _view(_read(), unit_id)
    if found.ratios is None and request.path.endswith(".xlsx"):
        note_names(found.view.question, found.names, kind="trainers", object_id=unit_id)
        return _show(found)
    view = replace(found.view, table=found.ratios, notes=found.ratio_notes)
    return download(view, f"trainers-per-teams-{unit_id}")


# -- the question --------------------------------------------------------------------------


def _read() -> Question:
    """The filter as typed, before the place is known."""
    now = clock.now()
    form = TrainersForm(request.args, clock.local_date(now))
    return Question(form, now, form.day, current_viewer().scope(Permission.COVERAGE_VIEW))


def _values(question: Question, **more: Any) -> dict[str, Any]:
    """The filter as arguments of an address."""
    period = request.args.get("period", "")
    return filter_values(question, **more, period=period if period == "all" else "")


def _looking(question: Question, here: Place) -> tuple[Question, Looking]:
    """The question with what is asked of the people taught, and of trainers. One SELECT."""
    asked = asked_in_unit(current_session(), here.path, question.on)
    form = question.form
    served = [one for one in asked if one.audience in {Audience.MEDIATORS, Audience.LEADERS}]
    chosen = form.choose(served, language())
    asking = Asking(chosen, question.on, question.scope) if chosen and not form.failed else None
    assert isinstance(form, TrainersForm)  # noqa: S101 - the form that _read made
    return replace(question, asking=asking), Looking(
        here=here,
        on=question.on,
        since=form.since,
        scope=question.scope,
        asking=asking,
        asked=tuple(one for one in asked if one.audience == Audience.TRAINERS),
    )


# -- the page ------------------------------------------------------------------------------


def _view(question: Question, unit_id: int | None) -> TrainersView:
    """Everything the page shows."""
    here = find_place(question, unit_id)
    if here is None:
        heading = gettext("Trainers")
        return TrainersView(View(heading, question, [], empty=gettext(NOT_YET), definitions=False))
    question, looking = _looking(question, here)
    view = View(
        heading=gettext("Trainers – %(place)s", place=place_name(here)),
        question=question,
        crumbs=crumbs(here, question, (gettext("Trainers"), None)),
        definitions=False,
    )
    if question.form.failed:
        return TrainersView(view)
    table, names = _table(looking)
    if table is None:
        return TrainersView(replace(view, empty=gettext(CLOSED)))
    values = _values(question, unit_id=here.id)
    to_file = "coverage.trainers_table" if here.id else "coverage.all_trainers_table"
    view = replace(
        view,
        table=table,
        notes=cells.notes(looking),
        file_url=url_for(to_file, **values),
        links=_links(here, question),
    )
    return _with_ratios(TrainersView(view, names=names), looking)


def _table(looking: Looking) -> tuple[Table | None, int]:
    """The table and how many people it names; None when it would tell about single people."""
    session = current_session()
    if not looking.scope.totals_only:
        found = queries.trainers_of(session, looking)
        return cells.trainers_table(found, looking), sum(bool(row.person_id) for row in found.rows)
    if looking.here.id is not None and not _shown_above(looking):
        return None, 0
    return cells.parts_table(queries.trainers_by_part(session, looking)), 0


def _shown_above(looking: Looking) -> bool:
    """Whether the table above shows this place's figures: only then may its parts be summed."""
    if not sees_nation(looking.scope):
        return True
    above = queries.place(current_session(), looking.scope, None, looking.on)
    found = queries.trainers_by_part(current_session(), replace(looking, here=above))
    return cells.fully_shown(found, looking.here)


def _with_ratios(found: TrainersView, looking: Looking) -> TrainersView:
    """Add trainers per teams where a target is measured."""
    session, targets = current_session(), targets_on(trainer_ratios(), looking.on)
    rows = queries.ratios(session, looking, targets, queries.trainer_grants(session, looking))
    if not rows:
        return found
    values = filter_values(found.view.question, unit_id=looking.here.id)
    to_file = url_for("coverage.trainer_ratios_table", **values) if looking.here.id else ""
    return replace(
        found,
        ratios=cells.ratios_table(rows, totals_only=looking.scope.totals_only),
        ratio_notes=cells.ratio_notes(rows),
        ratio_file=to_file,
    )


def _links(here: Place, question: Question) -> tuple[tuple[str, str], ...]:
    """The way to the coverage of the place."""
    label = gettext("Which teams still need training")
    if here.id is None:
        return ((label, url_for("coverage.overview")),)
    values = filter_values(question, unit_id=here.id)
    return ((label, url_for("coverage.unit", **values)),)


def _show(found: TrainersView) -> ResponseReturnValue:
    """The page; 422 when the filter cannot be used, with what was typed."""
    failed = found.view.question.form.failed
    table = found.view.table
    page = paginate(len(table.rows) if table else 0, most=MOST_ON_PAPER)
    return render(
        "coverage/trainers.html",
        422 if failed else 200,
        found=found,
        view=found.view,
        page=page,
        stretch=table.rows[page.offset : page.offset + page.size] if table else (),
        said=said(found.view),
        errors_in_title=failed,
    )
