"""An office writes down what somebody asked by telephone or on paper, and lifts restrictions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission, Scope
from training_app.dossier.forms import ReasonForm, ReceivedForm
from training_app.dossier.queries.requests import office_of
from training_app.dossier.routes.base import (
    UNPROCESSABLE,
    bp,
    done,
    form_page,
    note_names,
    scope_of,
)
from training_app.dossier.rules.deadlines import Kind
from training_app.dossier.services import requests as services
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.organisation.queries.people import PersonDetail, person_detail
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, see_other

_DECIDE: Final = Permission.DATA_REQUEST_DECIDE
_UNPLACED: Final = Permission.DATA_REQUEST_UNPLACED


def _person(person_id: int) -> PersonDetail:
    found = person_detail(current_session(), scope_of(_DECIDE), person_id, clock.today())
    if found is None or found.anonymised_at is not None:
        raise NotFound
    return found


@bp.get("/people/<int:person_id>/data-request/")
@needs(_DECIDE)
def received(person_id: int) -> ResponseReturnValue:
    """Ask what the person wants, and when it was received."""
    person, form = _person(person_id), _form()
    form.received_on.data = clock.today()
    note_names("person", person.canonical_id)
    return form_page("dossier/received.html", form, person=person)


def _form() -> ReceivedForm:
    form = ReceivedForm()
    form.prepare()
    return form


@bp.post("/people/<int:person_id>/data-request/")
@needs(_DECIDE)
def received_submit(person_id: int) -> ResponseReturnValue:
    """Put it into the queue; the clock runs from the day it was received."""
    person, form = _person(person_id), _form()
    if form.validate() and done(form, _receiving(person, form)):
        notice(N_("The request is written down and stands in the queue."))
        current_session().commit()
        return see_other("dossier.request_list")
    return form_page("dossier/received.html", form, UNPROCESSABLE, person=person)


def _receiving(person: PersonDetail, form: ReceivedForm) -> Callable[[], None]:
    def act() -> None:
        session, now = current_session(), clock.now()
        today = clock.local_date(now)
        day = form.received_on.data or today
        if day > today:
            raise InvalidInput(
                N_("This day lies ahead. Write a day up to today."), field="received_on"
            )
        services.make_request(
            session,
            person.canonical_id,
            Kind(form.kind.data),
            form.wish.data or "",
            unit_id=office_of(session, person.linked_ids, today),
            received_on=day,
            by_office=True,
            now=now,
            actor=current_viewer(),
        )

    return act


def _restricted(person_id: int) -> PersonDetail:
    """Somebody of the own places; for administrators, somebody whom no place answers."""
    if not current_viewer().may(_UNPLACED):
        return _person(person_id)
    session, on = current_session(), clock.today()
    found = person_detail(session, Scope(people=frozenset({person_id})), person_id, on)
    if found is None or not found.restricted_at or office_of(session, found.linked_ids, on):
        raise NotFound
    return found


@bp.get("/people/<int:person_id>/restriction/")
@needs(_DECIDE, _UNPLACED)
def restriction(person_id: int) -> ResponseReturnValue:
    """What a restriction means for a person, and how it ends."""
    return form_page("dossier/restriction.html", ReasonForm(), person=_restricted(person_id))


@bp.post("/people/<int:person_id>/restriction/")
@needs(_DECIDE, _UNPLACED)
def restriction_submit(person_id: int) -> ResponseReturnValue:
    """Lift the restriction, with a reason."""
    person, form = _restricted(person_id), ReasonForm()

    def act() -> None:
        services.lift_restriction(
            current_session(),
            person.canonical_id,
            form.reason.data or "",
            now=clock.now(),
            actor=current_viewer(),
        )

    if form.validate() and done(form, act):
        notice(N_("The restriction is lifted. The data are used again as before."))
        current_session().commit()
        if current_viewer().may(_UNPLACED):
            return see_other("dossier.request_list")
        return see_other("organisation.person_page", person_id=person_id)
    return form_page("dossier/restriction.html", form, UNPROCESSABLE, person=person)
