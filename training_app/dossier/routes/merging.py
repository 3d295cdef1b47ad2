"""The same person? Proposals, two records side by side, the link, its undo, "two people"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission
from training_app.dossier.forms import EmptyForm, LinkForm, ReasonForm
from training_app.dossier.queries import pairs as queries
from training_app.dossier.queries.pairs import RecordRow
from training_app.dossier.queries.preview import preview
from training_app.dossier.routes import words
from training_app.dossier.routes.base import (
    UNPROCESSABLE,
    bp,
    done,
    form_page,
    note_names,
    proof_wanted,
    scope_of,
)
from training_app.dossier.rules.pairs import proposals
from training_app.dossier.services import merging as services
from training_app.errors import N_, NotFound
from training_app.extensions import current_session
from training_app.organisation.queries.people import (
    PAGE,
    PersonDetail,
    find_people,
    person_detail,
)
from training_app.web.forms import choices
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import Page, notice, paginate, render, see_other

_MANAGE: Final = Permission.PERSON_MANAGE
_LONGEST: Final = 100  # letters of a name that is searched for
_PAGES: Final = 10_000


@bp.get("/people/same/")
@needs(_MANAGE)
def same_list() -> ResponseReturnValue:
    """Pairs that may be one person; those linked; those declared to be two people."""
    session, scope, on = current_session(), scope_of(_MANAGE), clock.today()
    found = queries.waiting_pairs(session, scope, on)
    page = paginate(len(found))
    shown = found[page.offset : page.offset + page.size]
    rows = queries.records(session, scope, {i for p in shown for i in (p.first, p.second)}, on)
    linked = queries.linked_records(session, scope, on)
    declared = queries.declared_two(session, scope, on)
    if shown or linked or declared:
        note_names("people", None, count=len(rows) + len(linked) + len(declared))
    return render(
        "dossier/same_list.html",
        pairs=[(pair, rows[pair.first], rows[pair.second]) for pair in shown],
        page=page,
        linked=linked,
        declared=declared,
        words=words,
    )


@bp.get("/people/<int:person_id>/same-as/<int:other_id>/")
@needs(_MANAGE)
def compare(person_id: int, other_id: int) -> ResponseReturnValue:
    """Two records side by side, and what speaks for one person."""
    one, other = _both(person_id, other_id)
    note_names("person", one.id, other=other.id)
    return render(
        "dossier/compare.html",
        one=one,
        other=other,
        found=_why(one, other),
        form=EmptyForm(),
        words=words,
    )


@bp.get("/people/<int:person_id>/same-as/")
@needs(_MANAGE)
def find_same(person_id: int) -> ResponseReturnValue:
    """Look for another record of a person among all in scope, those who serve no more included."""
    person, text = _linked(person_id), request.args.get("q", "").strip()[:_LONGEST]
    if person.anonymised_at is not None:
        raise NotFound
    scope, number = scope_of(_MANAGE), min(max(1, request.args.get("page", 1, type=int)), _PAGES)
    found, total = find_people(
        current_session(),
        scope,
        text or person.full_name,
        clock.today(),
        page=number,
        former=True,
    )
    note_names("people", None, count=len(found))
    return render(
        "dossier/find_same.html",
        person=person,
        text=text,
        rows=[row for row in found if row.id != person.canonical_id],
        page=Page(number=number, total=total, size=PAGE),
    )


def _both(person_id: int, other_id: int) -> tuple[RecordRow, RecordRow]:
    """Both records, in scope and each counted by itself; otherwise 404."""
    session, scope, on = current_session(), scope_of(_MANAGE), clock.today()
    rows = queries.records(session, scope, (person_id, other_id), on)
    if person_id == other_id or len(rows) != len({person_id, other_id}):
        raise NotFound
    return rows[person_id], rows[other_id]


def _why(one: RecordRow, other: RecordRow) -> Any:
    known = queries.known(current_session(), scope_of(_MANAGE), (one.id, other.id), clock.today())
    return next(iter(proposals([(one.id, other.id)], known, clock.today())), None)


@bp.post("/people/<int:person_id>/not-same-as/<int:other_id>/")
@needs(_MANAGE)
def not_same_submit(person_id: int, other_id: int) -> ResponseReturnValue:
    """Remember that these are two people."""
    told = N_("It is remembered that these are two people. They are not proposed again.")
    return _said(services.declare_two, told, person_id, other_id)


@bp.post("/people/<int:person_id>/ask-again/<int:other_id>/")
@needs(_MANAGE)
def ask_again_submit(person_id: int, other_id: int) -> ResponseReturnValue:
    """Forget that these were declared to be two people."""
    told = N_("The two may be proposed again.")
    return _said(services.ask_again, told, person_id, other_id)


def _said(
    act: Callable[..., None], told: str, person_id: int, other_id: int
) -> ResponseReturnValue:
    one, other = _both(person_id, other_id)
    session = current_session()
    act(session, one.id, other.id, now=clock.now(), actor=current_viewer())
    notice(told)
    session.commit()
    return see_other("dossier.same_list")


# -- the link -------------------------------------------------------------------------------


@bp.get("/people/<int:person_id>/link/<int:other_id>/")
@needs(_MANAGE)
def link(person_id: int, other_id: int) -> ResponseReturnValue:
    """What a link would change, record type by record type, before it is made."""
    one, other = _both(person_id, other_id)
    if wanted := proof_wanted("dossier.link", person_id=person_id, other_id=other_id):
        return wanted
    form = _link_form(one, other)
    form.shown.data = min(one, other, key=_rank).id
    note_names("person", one.id, other=other.id)
    return _link_page(form, one, other)


def _rank(row: RecordRow) -> tuple[bool, bool, int]:
    """The record that is better known goes first: serving, reachable, older."""
    serves = any(service.valid_to is None for service in row.services)
    return not serves, not row.phones, row.id


def _link_form(one: RecordRow, other: RecordRow) -> LinkForm:
    form = LinkForm()
    form.shown.choices = choices(
        (row.id, _("%(name)s, record number %(number)s", name=row.full_name, number=row.id))
        for row in (one, other)
    )
    return form


def _link_page(
    form: LinkForm, one: RecordRow, other: RecordRow, status: int = 200
) -> ResponseReturnValue:
    found = preview(current_session(), one.id, other.id, clock.today())
    return form_page("dossier/link.html", form, status, one=one, other=other, preview=found)


@bp.post("/people/<int:person_id>/link/<int:other_id>/")
@needs(_MANAGE)
def link_submit(person_id: int, other_id: int) -> ResponseReturnValue:
    """Link the two; it can be undone at any time."""
    one, other = _both(person_id, other_id)
    if wanted := proof_wanted("dossier.link", person_id=person_id, other_id=other_id):
        return wanted
    form = _link_form(one, other)
    if form.validate() and done(form, lambda: _link(form, one, other)):
        notice(N_("The two records are linked. Undo it here whenever it proves wrong."))
        current_session().commit()
        return see_other("dossier.unlink", person_id=_folded(form, one, other))
    return _link_page(form, one, other, UNPROCESSABLE)


def _folded(form: LinkForm, one: RecordRow, other: RecordRow) -> int:
    return other.id if form.shown.data == one.id else one.id


def _link(form: LinkForm, one: RecordRow, other: RecordRow) -> None:
    services.link(
        current_session(),
        _folded(form, one, other),
        form.shown.data,
        form.reason.data or "",
        now=clock.now(),
        actor=current_viewer(),
    )


@bp.get("/people/<int:person_id>/unlink/")
@needs(_MANAGE)
def unlink(person_id: int) -> ResponseReturnValue:
    """The link of a record, and how to undo it."""
    person = _linked(person_id)
    if wanted := proof_wanted("dossier.unlink", person_id=person_id):
        return wanted
    return form_page("dossier/unlink.html", ReasonForm(), person=person)


def _linked(person_id: int) -> PersonDetail:
    found = person_detail(current_session(), scope_of(_MANAGE), person_id, clock.today())
    if found is None:
        raise NotFound
    return found


@bp.post("/people/<int:person_id>/unlink/")
@needs(_MANAGE)
def unlink_submit(person_id: int) -> ResponseReturnValue:
    """Count the record by itself again; everything is as before the link."""
    person = _linked(person_id)
    if wanted := proof_wanted("dossier.unlink", person_id=person_id):
        return wanted
    form = ReasonForm()
    if form.validate() and done(form, lambda: _unlink(person_id, form)):
        notice(N_("The two records are counted as two people again."))
        current_session().commit()
        return see_other("organisation.person_page", person_id=person_id)
    return form_page("dossier/unlink.html", form, UNPROCESSABLE, person=person)


def _unlink(person_id: int, form: ReasonForm) -> None:
    services.unlink(
        current_session(),
        person_id,
        form.reason.data or "",
        now=clock.now(),
        actor=current_viewer(),
    )
