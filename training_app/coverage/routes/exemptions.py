"""From what a person is exempt: granting it with a reason and an end, and ending it."""

from __future__ import annotations

from datetime import date

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission, Scope
from training_app.coverage.routes.base import bp, language
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.learning import services as learning
from training_app.learning.forms import EndExemptionForm, ExemptionForm
from training_app.learning.queries import ExemptionRow, exemptions_of
from training_app.learning.services import NewExemption
from training_app.organisation.queries.people import person_detail
from training_app.organisation.scope import may_see_person
from training_app.programme.queries import asked_of_person
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other


@bp.get("/coverage/people/<int:person_id>/exemptions/")
@needs(Permission.EXEMPTION_MANAGE)
def exemptions(person_id: int) -> ResponseReturnValue:
    """What the person is or was exempt from, and a form to grant an exemption."""
    scope = _scope(person_id)
    return _page(person_id, scope, _form(person_id, scope), {})


@bp.post("/coverage/people/<int:person_id>/exemptions/")
@needs(Permission.EXEMPTION_MANAGE)
def exemption_submit(person_id: int) -> ResponseReturnValue:
    """Grant an exemption."""
    scope, session = _scope(person_id), current_session()
    form = _form(person_id, scope)
    if form.validate():
        try:
            new = NewExemption(
                person_id=person_id,
                requirement_id=form.requirement.data,
                exempt_from=form.exempt_from.data or clock.today(),
                exempt_until=form.exempt_until.data,
                reason=form.reason.data or "",
            )
            learning.grant_exemption(session, new, now=clock.now(), actor=current_viewer())
        except InvalidInput as error:
            form.blame(error)
        else:
            session.commit()
            notice(N_("The exemption is in the record."))
            return see_other("coverage.exemptions", person_id=person_id)
    return _page(person_id, scope, form, {}, 422)


@bp.post("/coverage/people/<int:person_id>/exemptions/<int:exemption_id>/end/")
@needs(Permission.EXEMPTION_MANAGE)
def exemption_end(person_id: int, exemption_id: int) -> ResponseReturnValue:
    """End an exemption from a day on; until then it was one."""
    scope, session = _scope(person_id), current_session()
    rows = exemptions_of(session, person_id, scope=scope)
    if exemption_id not in {row.id for row in rows}:
        raise NotFound
    form = _end_form(exemption_id)
    if form.validate():
        try:
            learning.revoke_exemption(
                session,
                exemption_id,
                revoked_on=form.revoked_on.data or clock.today(),
                reason=form.reason.data or "",
                now=clock.now(),
                actor=current_viewer(),
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            session.commit()
            notice(N_("The exemption ends. What it counted for until then stays."))
            return see_other("coverage.exemptions", person_id=person_id)
    return _page(person_id, scope, _form(person_id, scope, filled=False), {exemption_id: form}, 422)


def _scope(person_id: int) -> Scope:
    """The scope of the permission, with the person in it; 404 otherwise."""
    scope = current_viewer().scope(Permission.EXEMPTION_MANAGE)
    if not may_see_person(current_session(), scope, person_id, clock.today()):
        raise NotFound
    return scope


def _page(
    person_id: int,
    scope: Scope,
    form: ExemptionForm,
    ending: dict[int, EndExemptionForm],
    status: int = 200,
) -> ResponseReturnValue:
    session, today = current_session(), clock.today()
    rows = exemptions_of(session, person_id, scope=scope)
    ends = {row.id: ending.get(row.id) or _end_form(row.id, filled=False) for row in rows}
    errors = [*form.error_list(), *(one for given in ending.values() for one in given.error_list())]
    person = person_detail(session, scope, person_id, today)
    if person is None:
        raise NotFound
    return render(
        "coverage/exemptions.html",
        status,
        name=person.full_name,
        person_id=person_id,
        rows=[(row, row.named(language()), _state(row, today), ends[row.id]) for row in rows],
        today=today,
        form=form,
        errors=errors,
        errors_in_title=bool(errors),
    )


def _state(row: ExemptionRow, on: date) -> str:
    if row.holds(on):
        return _("exempt now")
    return _("not yet") if on < row.exempt_from else _("ended")


def _form(person_id: int, scope: Scope, *, filled: bool = True) -> ExemptionForm:
    form = ExemptionForm() if filled else ExemptionForm(None)
    today = clock.today()
    asked = asked_of_person(current_session(), person_id, on=today, scope=scope)
    form.prepare([(one.id, one.named(language())) for one in asked], today)
    return form


def _end_form(exemption_id: int, *, filled: bool = True) -> EndExemptionForm:
    form = EndExemptionForm() if filled else EndExemptionForm(None)
    form.prepare(exemption_id, clock.today())
    return form
