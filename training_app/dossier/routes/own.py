"""The own data: what is stored and why, who looked, the copy to take away, the own requests."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any, Final

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission
from training_app.accounts.models import Kind as AccountKind
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.dossier.folders import deadline_table
from training_app.dossier.forms import KINDS, EmptyForm, WishForm
from training_app.dossier.queries import own as queries
from training_app.dossier.queries import requests as asked
from training_app.dossier.queries.requests import RequestRow
from training_app.dossier.queries.stored import Ids
from training_app.dossier.routes import words
from training_app.dossier.routes.base import UNPROCESSABLE, bp, done, form_page, proof_wanted
from training_app.dossier.rules.deadlines import Deadline, Kind, deadline_of
from training_app.dossier.services import requests as services
from training_app.errors import N_, NotFound
from training_app.extensions import current_session
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, notice, render, see_other

_OWN: Final = Permission.RECORD_VIEW_OWN
# Longer lists stand whole in the copy; the page stays light on a phone.
_ON_PAGE: Final = 40


def _ids() -> Ids:
    person_id = current_viewer().person_id
    if person_id is None:
        raise NotFound
    return queries.human_ids(current_session(), person_id)


def deadlines() -> dict[Kind, Deadline]:
    """The time an office has today, by kind of request."""
    return {kind: deadline_of(deadline_table(), kind, clock.today()) for kind in Kind}


@bp.get("/my-data/")
@needs(_OWN)
def my_data() -> ResponseReturnValue:
    """What is stored, in short; the requests; who looked; what can be asked."""
    session, ids, on = current_session(), _ids(), clock.today()
    return render(
        "dossier/my_data.html",
        sections=queries.everything(session, ids),
        requests=asked.own_requests(session, ids, on),
        looks=asked.looks(session, ids, on),
        kinds=KINDS,
        deadlines=deadlines(),
        staff=current_viewer().extra.get("kind") == AccountKind.STAFF,
        form=EmptyForm(),
        words=words,
        language="en" if english() else "vi",
    )


@bp.get("/my-data/everything/")
@needs(_OWN)
def everything() -> ResponseReturnValue:
    """Everything stored, to read and to print; long lists stand whole in the copy."""
    sections = queries.everything(current_session(), _ids())
    return render(
        "dossier/everything.html", sections=sections, now=clock.now(), words=words, most=_ON_PAGE
    )


@bp.get("/my-data/download/")
@needs(_OWN)
def download() -> ResponseReturnValue:
    """Say what the file holds; the PIN or passphrase is asked for first."""
    if wanted := proof_wanted("dossier.download"):
        return wanted
    return render("dossier/download.html", form=EmptyForm())


@bp.post("/my-data/download/")
@needs(_OWN)
def download_submit() -> ResponseReturnValue:
    """The copy: a page to read and the same as data, in one ZIP file."""
    if wanted := proof_wanted("dossier.download"):
        return wanted
    session, viewer, now = current_session(), current_viewer(), clock.now()
    sections = queries.everything(session, _ids())
    page = render_template("dossier/_copy.html", sections=sections, now=now, words=words)
    data = json.dumps(queries.as_data(sections), ensure_ascii=False, indent=1)
    audit.record(
        session,
        Action.DATA_DOWNLOADED,
        actor=viewer,
        now=now,
        object_kind="person",
        object_id=viewer.person_id,
    )
    session.commit()
    response = make_response(_zip({"du-lieu-cua-toi.html": page, "du-lieu-cua-toi.json": data}))
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.zip"'
    return response


def _zip(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


# -- the own requests -----------------------------------------------------------------------


@bp.get("/my-data/ask/")
@needs(_OWN)
def ask() -> ResponseReturnValue:
    """Ask to correct, restrict or delete, or object: what it means and by when it is answered."""
    return _ask_page(_asked_kind(), WishForm())


def _asked_kind() -> Kind:
    """The kind in the query; another word is a page that does not exist."""
    try:
        return Kind(request.args.get("kind", Kind.CORRECT.value))
    except ValueError as error:
        raise NotFound from error


def _ask_page(kind: Kind, form: WishForm, status: int = 200) -> ResponseReturnValue:
    return form_page(
        "dossier/ask.html",
        form,
        status,
        kind=kind.value,
        title=KINDS[kind],
        deadline=deadlines()[kind],
    )


@bp.post("/my-data/ask/")
@needs(_OWN)
def ask_submit() -> ResponseReturnValue:
    """Put the request into the office's queue; the clock runs from today."""
    kind, form = _asked_kind(), WishForm()
    if form.validate() and done(form, _asking(kind, form)):
        notice(N_("The request is sent. The day of the answer stands below."))
        current_session().commit()
        return see_other("dossier.my_data")
    return _ask_page(kind, form, UNPROCESSABLE)


def _asking(kind: Kind, form: WishForm) -> Callable[[], Any]:
    def act() -> None:
        session, ids, now = current_session(), _ids(), clock.now()
        on = clock.local_date(now)
        services.make_request(
            session,
            ids[0],
            kind,
            form.wish.data or "",
            unit_id=asked.office_of(session, ids, on),
            received_on=on,
            now=now,
            actor=current_viewer(),
        )

    return act


@bp.post("/my-data/requests/<int:request_id>/withdraw/")
@needs(_OWN)
def withdraw_submit(request_id: int) -> ResponseReturnValue:
    """Take an own request back."""
    session = current_session()
    row = _own_request(request_id)
    services.withdraw(session, row.request, now=clock.now(), actor=current_viewer())
    notice(N_("The request is taken back."))
    session.commit()
    return see_other("dossier.my_data")


def _own_request(request_id: int) -> RequestRow:
    rows = asked.own_requests(current_session(), _ids(), clock.today())
    found = next((row for row in rows if row.request.id == request_id), None)
    if found is None:
        raise NotFound
    return found
