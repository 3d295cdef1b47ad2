"""Reading somebody else's draft, sending it back or publishing it."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission
from training_app.authoring import queries, services
from training_app.authoring.forms import PublishForm, RefuseForm
from training_app.authoring.models import DraftState
from training_app.authoring.routes.base import Open, bp, few, opened
from training_app.authoring.routes.saying import file_names, say
from training_app.authoring.rules import differences
from training_app.authoring.services import NotReady
from training_app.catalogue.models import Change
from training_app.errors import N_
from training_app.extensions import current_session
from training_app.web.forms import choices
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other


@bp.get("/authoring/<int:draft_id>/review/")
@needs(Permission.CONTENT_REVIEW)
def review(draft_id: int) -> ResponseReturnValue:
    """The draft beside what is published, whom it touches, and the two decisions."""
    return render("authoring/review.html", **_page(opened(draft_id), RefuseForm(), PublishForm()))


@bp.post("/authoring/<int:draft_id>/refuse/")
@needs(Permission.CONTENT_REVIEW)
def refuse(draft_id: int) -> ResponseReturnValue:
    """Send the draft back with a note."""
    at, form, session = opened(draft_id), RefuseForm(), current_session()
    if not form.validate():
        return _again(at, form, PublishForm(None))
    note = form.note.data or ""
    services.refuse(session, at.draft, _number(), note, now=clock.now(), actor=current_viewer())
    session.commit()
    notice(N_("Sent back with the note."))
    return see_other("authoring.draft_list")


@bp.post("/authoring/<int:draft_id>/publish/")
@needs(Permission.CONTENT_PUBLISH)
def publish(draft_id: int) -> ResponseReturnValue:
    """Publish the version that was read."""
    at, form, session = opened(draft_id), PublishForm(), current_session()
    if not form.validate():
        return _again(at, RefuseForm(None), form)
    change, now = Change(form.change.data), clock.now()
    try:
        version = services.publish(
            session, at.draft, _number(), change, now=now, actor=current_viewer()
        )
    except NotReady as error:
        session.rollback()
        form.form_errors.append(_(error.message, **error.params))
        return _again(opened(draft_id), RefuseForm(None), form)
    number = version.number
    session.commit()
    notice(N_("Published as version %(number)s. Tests under way stay on theirs."), number=number)
    return see_other("authoring.draft_list")


def _number() -> int:
    return request.form.get("number", default=0, type=int)


def _again(at: Open, refusing: RefuseForm, publishing: PublishForm) -> ResponseReturnValue:
    page = _page(at, refusing, publishing)
    return render("authoring/review.html", 422, errors_in_title=True, **page)


def _page(at: Open, refusing: RefuseForm, publishing: PublishForm) -> dict[str, Any]:
    session = current_session()
    touched = queries.affected(session, at.draft.module_id)
    refusing.note.label.text = _("What has to be mended")
    publishing.change.label.text = _("What do people who completed an earlier version have to do?")
    publishing.change.choices = choices(_choices(few(touched.people)))
    checked = queries.checked(session, at.draft, at.files)
    return {
        "at": at,
        "draft": at.draft,
        "title": queries.title_of(at.files) or at.draft.slug,
        "found": differences(queries.published_files(session, at.draft), at.files),
        "called": file_names(at.files),
        "problems": say(checked.problems, at.draft, at.files),
        "people": few(touched.people),
        "running": few(touched.running),
        "waiting": at.draft.state == DraftState.IN_REVIEW,
        "own_work": current_viewer().account_id in queries.writers(session, at.draft),
        "saved": queries.versions(session, at.draft)[0],
        "refusing": refusing,
        "publishing": publishing,
    }


def _choices(people: str) -> list[tuple[str, str]]:
    """Each choice with the number of people it asks something of."""
    short = _(
        "A short update: the law or an answer changed. Asks %(people)s people.", people=people
    )
    again = _("Learn it again: the content is another one. Asks %(people)s people.", people=people)
    return [
        (Change.NONE.value, _("Nothing: only wording or spelling changed. Asks 0 people.")),
        (Change.SHORT_UPDATE.value, short),
        (Change.FULL_RETAKE.value, again),
    ]
