"""A roster goes on: preview, answers, application, taking back, setting aside."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.errors import N_, InvalidInput
from training_app.extensions import current_session
from training_app.organisation.forms import EmptyForm
from training_app.organisation.models import RosterImport, RosterState
from training_app.organisation.queries import units as unit_queries
from training_app.organisation.queries.rosters import job_under_way
from training_app.organisation.roster_file import Refusal, Roster
from training_app.organisation.routes.base import UNPROCESSABLE, bp, done, link, note_names
from training_app.organisation.routes.preview import (
    ASKED,
    GROUPS,
    Preview,
    answer_for,
    for_all,
    preview_of,
)
from training_app.organisation.routes.rosters import IMPORT, REFUSED, elsewhere, import_in_scope
from training_app.organisation.services import rosters as services
from training_app.organisation.services.rosters import Plan
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, paginate, render, see_other


def unit_name(row: RosterImport) -> str:
    """The commune of an import as it is called today."""
    unit = unit_queries.unit_on(current_session(), row.unit_id, clock.today())
    return unit.full_name if unit else ""


def _read(row: RosterImport) -> tuple[Roster, Plan, Preview]:
    roster = services.roster_of(row)
    plan = services.preview(current_session(), row.id, on=clock.today())
    return roster, plan, preview_of(plan, roster, row.decisions.get("rows", {}))


@bp.get("/rosters/<int:import_id>/")
@needs(IMPORT)
def roster_page(import_id: int) -> ResponseReturnValue:
    """What became of an import; one that waits leads on to its preview."""
    row = import_in_scope(import_id)
    if row.state == RosterState.ARRIVED:
        return see_other("organisation.roster_progress", import_id=import_id)
    if row.state == RosterState.READ:
        return see_other("organisation.roster_preview", import_id=import_id)
    return render(
        "organisation/roster_page.html",
        row=row,
        unit=unit_name(row),
        refusal=_refusal(row),
        form=EmptyForm(formdata=None),
    )


def _refusal(row: RosterImport) -> str:
    """Why the worker refused the file, and what to do, in the reader's words."""
    if row.state != RosterState.REFUSED:
        return ""
    said = Refusal(**row.summary["refusal"])
    reason, remedy = _(said.message, **said.values), _(said.remedy, **said.values)
    return _(REFUSED, file=row.file_name, reason=reason, remedy=remedy)


@bp.get("/rosters/<int:import_id>/preview/")
@needs(IMPORT)
def roster_preview(import_id: int) -> ResponseReturnValue:
    """Row by row what would happen, in groups, with the questions that only an officer answers."""
    row = import_in_scope(import_id)
    if leads := elsewhere(row):
        return leads
    return _preview_page(row, EmptyForm())


def _preview_page(row: RosterImport, form: EmptyForm, status: int = 200) -> ResponseReturnValue:
    roster, plan, found = _read(row)
    asked = request.args.get("group", "")
    group = asked if asked in GROUPS else found.first
    page = paginate(found.count(group))
    note_names("roster_import", row.id, row.unit_id, step="preview", group=group)
    return render(
        "organisation/roster_preview.html",
        status,
        row=row,
        unit=unit_name(row),
        roster=roster,
        plan=plan,
        found=found,
        groups=GROUPS,
        group=group,
        asked=ASKED,
        lines=found.groups[group][page.offset : page.offset + page.size],
        posted=request.form,
        page=page,
        form=form,
        link=link,
        errors_in_title=status == UNPROCESSABLE,
    )


@bp.post("/rosters/<int:import_id>/decisions/")
@needs(IMPORT)
def roster_decisions(import_id: int) -> ResponseReturnValue:
    """Keep the answers of one page of a group, and the one meant for all that are still open."""
    row, form = import_in_scope(import_id), EmptyForm()
    if leads := elsewhere(row):
        return leads
    _roster, plan, _found = _read(row)
    group = request.args.get("group", "")
    before = row.decisions

    def act() -> None:
        decisions: dict[str, Any] = {"rows": _answers(plan, group, before.get("rows", {}))}
        if group == "absent":
            decisions["absent"] = _absent(plan)
        services.decide(current_session(), import_id, decisions)

    if form.validate() and done(form, act):
        notice(N_("The answers are kept. Nothing is on record yet."))
        return see_other(
            "organisation.roster_preview", import_id=import_id, group=_next(row, group)
        )
    return _preview_page(import_in_scope(import_id), form, UNPROCESSABLE)


def _next(row: RosterImport, group: str) -> str:
    """Stay in the group while it asks; go on to the next question otherwise."""
    _roster, _plan, found = _read(import_in_scope(row.id))
    if group not in ASKED or found.count(group):
        return group
    return next((other for other in ASKED if found.count(other)), found.first)


def _answers(plan: Plan, group: str, before: dict[str, Any]) -> dict[str, Any]:
    """The answers sent, by row; raises InvalidInput for one that does not fit its row."""
    kept: dict[str, Any] = {}
    everybody = request.form.get("all", "")
    open_rows = _open_rows(plan, group)
    for row in open_rows:
        said = request.form.get(f"d:{row.place}", "") or for_all(row, everybody)
        if not said:
            continue
        answer = answer_for(row, said, before.get(row.place, {}))
        if answer is None:
            raise InvalidInput(N_("Choose one of the answers of each row."))
        kept[row.place] = answer
    for place in before:
        if request.form.get(f"d:{place}") == "again":
            kept[place] = {}
    return kept


def _open_rows(plan: Plan, group: str) -> list[services.PlanRow]:
    kinds = {
        "same": services.RowKind.ASK_SAME,
        "ended": services.RowKind.ASK_ENDED,
        "team": services.RowKind.NO_TEAM,
    }
    return [row for row in plan.rows if row.kind == kinds.get(group)]


def _absent(plan: Plan) -> list[int]:
    """Whose service ends because the file does not name them: ticked here, or on other pages."""
    everybody = {one.person_id for one in plan.absent}
    if request.form.get("all") == "end":
        return sorted(everybody)
    ticked = set(request.form.getlist("absent", type=int))
    listed = set(request.form.getlist("listed", type=int))
    ends = {one.person_id for one in plan.absent if one.ends}
    return sorted(((ends - listed) | ticked) & everybody)


# -- application and taking back -----------------------------------------------------------


@bp.get("/rosters/<int:import_id>/confirm/")
@needs(IMPORT)
def roster_confirm(import_id: int) -> ResponseReturnValue:
    """The whole once more in counts, before anything is on record."""
    row = import_in_scope(import_id)
    return elsewhere(row) or _confirm_page(row, EmptyForm())


def _confirm_page(row: RosterImport, form: EmptyForm, status: int = 200) -> ResponseReturnValue:
    _roster, plan, found = _read(row)
    return render(
        "organisation/roster_confirm.html",
        status,
        row=row,
        unit=unit_name(row),
        plan=plan,
        found=found,
        expected=services.digest(plan),
        form=form,
        errors_in_title=status == UNPROCESSABLE,
    )


@bp.post("/rosters/<int:import_id>/confirm/")
@needs(IMPORT)
def roster_confirm_submit(import_id: int) -> ResponseReturnValue:
    """Carry out exactly what the preview showed, in one transaction."""
    row, form = import_in_scope(import_id), EmptyForm()
    if leads := elsewhere(row):
        return leads
    expected = request.form.get("expected", "")
    if len(row.parsed.get("people", ())) > services.LARGE_LIST and form.validate():
        services.queue_applying(
            current_session(), row, expected=expected, now=clock.now(), actor=current_viewer()
        )
        current_session().commit()
        return see_other("organisation.roster_progress", import_id=import_id)

    def act() -> None:
        services.apply(
            current_session(),
            import_id,
            on=clock.today(),
            now=clock.now(),
            actor=current_viewer(),
            expected=expected,
        )
        services.forget(current_session(), import_id)

    if form.validate() and done(form, act):
        notice(N_("The list is on record."))
        return see_other("organisation.roster_page", import_id=import_id)
    return _confirm_page(import_in_scope(import_id), form, UNPROCESSABLE)


@bp.get("/rosters/<int:import_id>/undo/")
@needs(IMPORT)
def roster_undo(import_id: int) -> ResponseReturnValue:
    """Say what taking back means."""
    row = import_in_scope(import_id)
    if row.state != RosterState.APPLIED:
        return see_other("organisation.roster_page", import_id=import_id)
    return render("organisation/roster_undo.html", row=row, unit=unit_name(row), form=EmptyForm())


@bp.post("/rosters/<int:import_id>/undo/")
@needs(IMPORT)
def roster_undo_submit(import_id: int) -> ResponseReturnValue:
    """Take the import back as a whole: everything is again as before it."""
    row, form = import_in_scope(import_id), EmptyForm()
    if row.state != RosterState.APPLIED:
        return see_other("organisation.roster_page", import_id=import_id)

    def act() -> None:
        services.undo(current_session(), import_id, now=clock.now(), actor=current_viewer())

    if form.validate() and done(form, act):
        notice(N_("The import is taken back. Everything is as it was before it."))
        return see_other("organisation.roster_page", import_id=import_id)
    row = import_in_scope(import_id)
    return render(
        "organisation/roster_undo.html",
        UNPROCESSABLE,
        row=row,
        unit=unit_name(row),
        form=form,
        errors_in_title=True,
    )


@bp.post("/rosters/<int:import_id>/drop/")
@needs(IMPORT)
def roster_drop(import_id: int) -> ResponseReturnValue:
    """Set an import aside that was not applied, with the names it holds."""
    row = import_in_scope(import_id)
    not_read = row.state == RosterState.ARRIVED and not job_under_way(current_session(), row)
    if not not_read and (leads := elsewhere(row)):
        return leads
    services.drop(current_session(), import_id)
    services.forget(current_session(), import_id)
    current_session().commit()
    notice(N_("The file is set aside. Nothing of it is on record."))
    return see_other("organisation.roster_start", unit=row.unit_id)
