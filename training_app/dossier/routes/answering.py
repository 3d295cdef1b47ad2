"""The office's queue of requests about personal data: acknowledged, extended, decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import current_app
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission, Scope
from training_app.dossier.folders import deadline_table
from training_app.dossier.forms import KINDS, CorrectForm, DecideForm, ExtendForm
from training_app.dossier.queries import requests as queries
from training_app.dossier.queries.requests import RequestRow
from training_app.dossier.routes import words
from training_app.dossier.routes.base import (
    UNPROCESSABLE,
    bp,
    done,
    form_page,
    note_names,
    own_desk,
    proof_wanted,
    scope_of,
)
from training_app.dossier.rules.deadlines import Decision, Kind, deadline_of
from training_app.dossier.services import requests as services
from training_app.dossier.services.listing import keep_list
from training_app.errors import N_, NotFound
from training_app.extensions import current_session
from training_app.organisation.queries import people
from training_app.organisation.queries.people import PersonDetail
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other

_DECIDE: Final = Permission.DATA_REQUEST_DECIDE
_UNPLACED: Final = Permission.DATA_REQUEST_UNPLACED


@bp.get("/data-requests/")
@needs(_DECIDE, _UNPLACED)
def request_list() -> ResponseReturnValue:
    """Requests that wait, by the day due; the last ones closed below."""
    session, desk, on = current_session(), own_desk(), clock.today()
    waiting = queries.queue(session, desk, on)
    closed = queries.queue(session, desk, on, closed=True)
    if waiting or closed:
        note_names("people", None, requests=len(waiting) + len(closed))
    return render("dossier/request_list.html", waiting=waiting, closed=closed, words=words)


def _found(request_id: int) -> RequestRow:
    row = queries.request_at(current_session(), own_desk(), request_id, clock.today())
    if row is None:
        raise NotFound
    return row


@bp.get("/data-requests/<int:request_id>/")
@needs(_DECIDE, _UNPLACED)
def request_page(request_id: int) -> ResponseReturnValue:
    """One request, its clock, and what can be done."""
    row = _found(request_id)
    note_names("person", row.request.person_id, request=request_id)
    return _request_page(row, ExtendForm())


def _request_page(row: RequestRow, form: ExtendForm, status: int = 200) -> ResponseReturnValue:
    one = row.request
    deadline = deadline_of(deadline_table(), Kind(one.kind), one.received_on)
    person = _person(row) if one.kind == Kind.RESTRICT and not row.open else None
    return form_page(
        "dossier/request_page.html",
        form,
        status,
        row=row,
        one=one,
        deadline=deadline,
        restricted=bool(person and person.restricted_at),
        kinds=KINDS,
    )


@bp.post("/data-requests/<int:request_id>/acknowledge/")
@needs(_DECIDE, _UNPLACED)
def acknowledge_submit(request_id: int) -> ResponseReturnValue:
    """Tell the person that the request was received."""
    row, session = _found(request_id), current_session()
    services.acknowledge(session, row.request, now=clock.now(), actor=current_viewer())
    notice(N_("The person sees from now on that the request was received."))
    session.commit()
    return see_other("dossier.request_page", request_id=request_id)


@bp.post("/data-requests/<int:request_id>/extend/")
@needs(_DECIDE, _UNPLACED)
def extend_submit(request_id: int) -> ResponseReturnValue:
    """Move the day due once, with a reason that the person reads."""
    row, form = _found(request_id), ExtendForm()

    def act() -> None:
        services.extend(
            current_session(),
            row.request,
            form.reason.data or "",
            now=clock.now(),
            actor=current_viewer(),
        )

    if form.validate() and done(form, act):
        notice(N_("The day due is moved. The person reads why."))
        current_session().commit()
        return see_other("dossier.request_page", request_id=request_id)
    return _request_page(_found(request_id), form, UNPROCESSABLE)


# -- the decision ---------------------------------------------------------------------------


@bp.get("/data-requests/<int:request_id>/decide/")
@needs(_DECIDE, _UNPLACED)
def decide(request_id: int) -> ResponseReturnValue:
    """The decision: what granting does is said before it is done."""
    row = _found(request_id)
    if wanted := proof_wanted("dossier.decide", request_id=request_id):
        return wanted
    form = _form(row)
    if isinstance(form, CorrectForm):
        _show_record(form, row)
    note_names("person", row.request.person_id, request=request_id)
    return _decide_page(row, form)


def _form(row: RequestRow) -> CorrectForm | DecideForm:
    form = CorrectForm() if row.request.kind == Kind.CORRECT else DecideForm()
    form.offer()
    if isinstance(form, CorrectForm):
        form.prepare()
    return form


def _person(row: RequestRow) -> PersonDetail | None:
    """The person as the office sees it; None where somebody serves nowhere in its reach."""
    one = row.request
    return people.person_detail(current_session(), _reach(row), one.person_id, clock.today())


def _reach(row: RequestRow) -> Scope:
    """The office's own reach; of somebody whom no place answers, that person alone."""
    if row.request.unit_id is None:
        return Scope(people=frozenset({row.request.person_id}))
    return scope_of(_DECIDE)


def _show_record(form: CorrectForm, row: RequestRow) -> None:
    person = _person(row)
    if person is not None:
        form.show(
            person.full_name,
            person.sex,
            person.birth_date or person.birth_year,
            person.law_qualified,
            _numbers(row, person),
        )


def _numbers(row: RequestRow, person: PersonDetail) -> list[str]:
    reach = _reach(row) if row.request.unit_id is None else scope_of(Permission.PHONE_VIEW)
    found = people.phones(current_session(), reach, person.linked_ids, clock.today())
    return [number for one in person.linked_ids for number in found.get(one, ())]


def _decide_page(
    row: RequestRow, form: CorrectForm | DecideForm, status: int = 200
) -> ResponseReturnValue:
    return form_page(
        "dossier/decide.html",
        form,
        status,
        row=row,
        one=row.request,
        person=_person(row),
        kinds=KINDS,
    )


@bp.post("/data-requests/<int:request_id>/decide/")
@needs(_DECIDE, _UNPLACED)
def decide_submit(request_id: int) -> ResponseReturnValue:
    """Decide, and carry out at once what is granted."""
    row = _found(request_id)
    if wanted := proof_wanted("dossier.decide", request_id=request_id):
        return wanted
    form = _form(row)
    if form.validate() and done(form, _deciding(row, form)):
        notice(N_("The decision is kept and carried out. The person reads the reason."))
        current_session().commit()
        keep_list(current_session(), current_app.config["SETTINGS"].data_folder)
        return see_other("dossier.request_page", request_id=request_id)
    return _decide_page(_found(request_id), form, UNPROCESSABLE)


def _deciding(row: RequestRow, form: CorrectForm | DecideForm) -> Callable[[], None]:
    reason, now = form.reason.data or "", clock.now()

    def act() -> None:
        common: dict[str, Any] = {"now": now, "actor": current_viewer()}
        if form.decision.data == Decision.REFUSED:
            services.refuse(current_session(), row.request, reason, **common)
            return
        services.grant(
            current_session(),
            row.request,
            reason,
            correction=_correction(row, form),
            on=clock.local_date(now),
            **common,
        )

    return act


def _correction(row: RequestRow, form: CorrectForm | DecideForm) -> Any:
    """The fields as they are right, and the numbers; the restricted entry stays as it is."""
    person = _person(row)
    if not isinstance(form, CorrectForm) or person is None:
        return None
    ids = [person.canonical_id]
    kept = people.minority_flags(current_session(), _reach(row), ids, clock.today())
    return form.fields(ethnic_minority=kept.get(person.canonical_id)), form.numbers()
