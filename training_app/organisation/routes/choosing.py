"""Whom on record a row of a roster names, found by search where nothing proposes it."""

from flask import request
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.organisation.forms import EmptyForm
from training_app.organisation.models import RosterImport
from training_app.organisation.roster_file import Person
from training_app.organisation.routes.base import UNPROCESSABLE, bp, done, note_names
from training_app.organisation.routes.rosters import IMPORT, elsewhere, import_in_scope
from training_app.organisation.services import rosters as services
from training_app.vietnamese import fold
from training_app.web.guard import needs
from training_app.web.pages import notice, render, see_other

_LONGEST = 100


def _person_row(import_id: int, number: int) -> Person:
    found = services.row_of(current_session(), import_id, number)
    if found is None:
        raise NotFound
    return found


@bp.get("/rosters/<int:import_id>/rows/<int:number>/person/")
@needs(IMPORT)
def roster_person(import_id: int, number: int) -> ResponseReturnValue:
    """Look for the person of a row among those whom the commune has on record."""
    row = import_in_scope(import_id)
    return elsewhere(row) or _page(row, number, EmptyForm())


def _page(
    row: RosterImport, number: int, form: EmptyForm, status: int = 200
) -> ResponseReturnValue:
    person = _person_row(row.id, number)
    text = request.args.get("q", "").strip()[:_LONGEST]
    # Given names are what lists write alike; the family name may be another's spelling.
    wanted = text or fold(person.full_name).rpartition(" ")[2]
    found = services.on_record(current_session(), row.id, wanted, on=clock.today())
    note_names("roster_import", row.id, row.unit_id, step="person", count=len(found))
    return render(
        "organisation/roster_person.html",
        status,
        row=row,
        number=number,
        person=person,
        text=text,
        found=found,
        full=len(found) == services.MOST,
        form=form,
        errors_in_title=status == UNPROCESSABLE,
    )


@bp.post("/rosters/<int:import_id>/rows/<int:number>/person/")
@needs(IMPORT)
def roster_person_submit(import_id: int, number: int) -> ResponseReturnValue:
    """Keep the answer; nothing is on record before the last step."""
    row, form = import_in_scope(import_id), EmptyForm()
    if leads := elsewhere(row):
        return leads
    person = _person_row(import_id, number)

    def act() -> None:
        chosen = request.form.get("person", type=int)
        if chosen is None:
            raise InvalidInput(N_("Choose one of the people listed."), field="person")
        services.choose(current_session(), import_id, person, chosen, on=clock.today())

    if form.validate() and done(form, act):
        notice(N_("The answers are kept. Nothing is on record yet."))
        return see_other("organisation.roster_preview", import_id=import_id)
    return _page(import_in_scope(import_id), number, form, UNPROCESSABLE)
