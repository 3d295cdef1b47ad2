"""Lists of drafts and published modules; beginning, and the page of one draft."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission
from training_app.authoring import queries, services
from training_app.authoring.forms import RetireForm, TitleForm
from training_app.authoring.models import DraftState
from training_app.authoring.routes.base import STATES, Open, bp, few, opened
from training_app.authoring.routes.saying import say
from training_app.authoring.rules import Unreadable, parts, pictures_in, questions, read_table
from training_app.authoring.services import NotReady
from training_app.catalogue import services as catalogue
from training_app.catalogue.parsing import BANK
from training_app.catalogue.queries import module_by_slug
from training_app.catalogue.source import count_words
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.questions.source import Kind
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other

KINDS = {
    Kind.SINGLE: N_("One right option"),
    Kind.MULTIPLE: N_("Several right options"),
    Kind.TRUE_FALSE: N_("Right or not right"),
    Kind.ORDER: N_("Steps in order"),
    Kind.MATCH: N_("Pairs that belong together"),
    Kind.SHORT: N_("A few words, typed"),
    Kind.WRITTEN: N_("A written answer, marked by people"),
}


@bp.get("/authoring/")
@needs(Permission.CONTENT_DRAFT, Permission.CONTENT_REVIEW)
def draft_list() -> ResponseReturnValue:
    """Open drafts, those waiting for review first, and what is published."""
    session, viewer = current_session(), current_viewer()
    found = queries.drafts(session, viewer)
    return render(
        "authoring/draft_list.html",
        drafts=sorted(found, key=lambda one: one.state != DraftState.IN_REVIEW),
        published=queries.published(session, viewer),
        states=STATES,
    )


@bp.get("/authoring/new/")
@needs(Permission.CONTENT_DRAFT)
def new_module() -> ResponseReturnValue:
    """Ask for the title of a new module."""
    return _new_page(TitleForm())


@bp.post("/authoring/new/")
@needs(Permission.CONTENT_DRAFT)
def new_module_submit() -> ResponseReturnValue:
    """Begin a new module."""
    form, session = TitleForm(), current_session()
    if form.validate():
        now, on = clock.now(), clock.today()
        try:
            draft = services.begin_new(
                session, form.title.data or "", now=now, on=on, actor=current_viewer()
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            session.commit()
            return see_other("authoring.head", draft_id=draft.id)
    return _new_page(form, 422)


def _new_page(form: TitleForm, status: int = 200) -> ResponseReturnValue:
    form.title.label.text = _("Title of the module")
    bad = bool(form.title.errors)
    return render("authoring/new_module.html", status, form=form, errors_in_title=bad)


@bp.post("/authoring/modules/<slug>/edit/")
@needs(Permission.CONTENT_DRAFT)
def begin(slug: str) -> ResponseReturnValue:
    """Open the draft of a published module, at one question if one is named."""
    session = current_session()
    draft = services.begin(session, slug, now=clock.now(), actor=current_viewer())
    session.commit()
    if key := request.form.get("question"):
        return see_other("authoring.question", draft_id=draft.id, question_key=key)
    return see_other("authoring.draft", draft_id=draft.id)


@bp.get("/authoring/modules/<slug>/retire/")
@needs(Permission.CONTENT_PUBLISH)
def retire(slug: str) -> ResponseReturnValue:
    """Ask why a module is taken out of use."""
    return _retire_page(slug, RetireForm())


@bp.post("/authoring/modules/<slug>/retire/")
@needs(Permission.CONTENT_PUBLISH)
def retire_submit(slug: str) -> ResponseReturnValue:
    """Take a module out of use; what was learnt from it stays."""
    form = RetireForm()
    if not form.validate():
        return _retire_page(slug, form, 422)
    session, reason = current_session(), form.reason.data or ""
    catalogue.retire(session, slug, now=clock.now(), actor=current_viewer(), reason=reason)
    session.commit()
    notice(N_("The module is out of use. What people learnt from it still counts."))
    return see_other("authoring.draft_list")


def _retire_page(slug: str, form: RetireForm, status: int = 200) -> ResponseReturnValue:
    card = module_by_slug(current_session(), slug)
    if card is None:
        raise NotFound
    touched = queries.affected(current_session(), card.module_id)
    form.reason.label.text = _("Reason")
    bad = bool(form.reason.errors)
    return render(
        "authoring/retire.html",
        status,
        form=form,
        card=card,
        people=few(touched.people),
        running=few(touched.running),
        errors_in_title=bad,
    )


# -- one draft ---------------------------------------------------------------------------------


@bp.get("/authoring/<int:draft_id>/")
@needs(Permission.CONTENT_DRAFT, Permission.CONTENT_REVIEW)
def draft(draft_id: int) -> ResponseReturnValue:
    """One draft: its parts, what is missing, what to do next."""
    return render("authoring/draft.html", **_page(opened(draft_id)))


def _page(at: Open) -> dict[str, Any]:
    session = current_session()
    checked = queries.checked(session, at.draft, at.files)
    problems = say(checked.problems, at.draft, at.files)
    current = queries.current_version(session, at.draft.module_id)
    told: dict[str, int] = {}
    for one in problems:
        for place in {one.href, one.file}:
            told[place] = told.get(place, 0) + (not one.warning)
    return {
        "at": at,
        "draft": at.draft,
        "title": queries.title_of(at.files) or at.draft.slug,
        "states": STATES,
        "kinds": KINDS,
        "saved": queries.versions(session, at.draft)[0],
        "reviews": queries.reviews(session, at.draft),
        "errors": [one for one in problems if not one.warning],
        "warnings": [one for one in problems if one.warning],
        "told": told,
        "lessons": parts.lessons(at.files),
        "count_words": count_words,
        "questions": _questions(at.files),
        "scenarios": parts.scenarios(at.files),
        "pictures": pictures_in(at.files),
        "behind": current if current and current.id != at.draft.based_on else None,
    }


def _questions(files: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The questions as far as they can be read; None while the bank is broken."""
    try:
        return questions(read_table(files.get(BANK, "")))
    except Unreadable:
        return None


@bp.post("/authoring/<int:draft_id>/send/")
@needs(Permission.CONTENT_DRAFT)
def send(draft_id: int) -> ResponseReturnValue:
    """Hand the draft to a reviewer, or show what is missing."""
    at, session = opened(draft_id, own=True), current_session()
    try:
        services.send_for_review(session, at.draft, now=clock.now(), actor=current_viewer())
    except NotReady as error:
        session.rollback()
        message = _(error.message, **error.params)
        page = _page(opened(draft_id, own=True))
        return render("authoring/draft.html", 422, refused=message, errors_in_title=True, **page)
    session.commit()
    notice(N_("Sent for review. Another person reads it now."))
    return see_other("authoring.draft", draft_id=draft_id)


@bp.post("/authoring/<int:draft_id>/take-back/")
@needs(Permission.CONTENT_DRAFT)
def take_back(draft_id: int) -> ResponseReturnValue:
    """Go on writing before the reviewer has decided."""
    at, session = opened(draft_id, own=True), current_session()
    services.take_back(session, at.draft, now=clock.now(), actor=current_viewer())
    session.commit()
    notice(N_("Taken back. The draft can be changed again."))
    return see_other("authoring.draft", draft_id=draft_id)


@bp.post("/authoring/<int:draft_id>/catch-up/")
@needs(Permission.CONTENT_DRAFT)
def catch_up(draft_id: int) -> ResponseReturnValue:
    """The author has brought in what was published meanwhile."""
    at, session = opened(draft_id, own=True), current_session()
    services.catch_up(session, at.draft, now=clock.now(), actor=current_viewer())
    session.commit()
    return see_other("authoring.draft", draft_id=draft_id)


@bp.post("/authoring/<int:draft_id>/withdraw/")
@needs(Permission.CONTENT_DRAFT)
def withdraw(draft_id: int) -> ResponseReturnValue:
    """Give the draft up."""
    at, session = opened(draft_id, own=True), current_session()
    services.withdraw(session, at.draft, now=clock.now(), actor=current_viewer())
    session.commit()
    notice(N_("The draft is given up. What is published stays as it is."))
    return see_other("authoring.draft_list")
