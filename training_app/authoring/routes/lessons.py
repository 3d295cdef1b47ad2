"""The editor of a lesson: its text, what the page keeps by itself, and how it will look."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.access import Permission
from training_app.authoring import queries, services
from training_app.authoring.models import Unsaved
from training_app.authoring.routes.base import (
    Open,
    as_text,
    bp,
    cited,
    file_text,
    opened,
    picker,
    reopened,
    save,
    title_typed,
    typed,
)
from training_app.authoring.routes.saying import beside, say
from training_app.authoring.rules import (
    Unreadable,
    figures,
    in_markdown,
    lesson_data,
    lesson_name,
    lesson_text,
    pictures_in,
)
from training_app.authoring.rules.fields import citations, head_field, number
from training_app.catalogue.parsing import LESSON_ENDING
from training_app.errors import N_
from training_app.extensions import current_session
from training_app.vietnamese import fold
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import notice, render, see_other

READS = needs(Permission.CONTENT_DRAFT, Permission.CONTENT_REVIEW)
WRITES = needs(Permission.CONTENT_DRAFT)


@bp.post("/authoring/<int:draft_id>/lessons/")
@WRITES
def new_lesson(draft_id: int) -> ResponseReturnValue:
    """Add a lesson after the last one."""
    at, title = opened(draft_id, own=True), title_typed()
    slug = lesson_name(fold(title), at.files)
    head = {"title": title, "minutes": 4, "cites": []}
    answer = see_other("authoring.lesson", draft_id=draft_id, lesson_slug=slug)
    return save(at, {slug + LESSON_ENDING: lesson_text(head, "")}, answer)


@bp.get("/authoring/<int:draft_id>/lessons/<lesson_slug>/")
@READS
def lesson(draft_id: int, lesson_slug: str) -> ResponseReturnValue:
    """One lesson: its text, and below it how it will look and what is missing.

    With ``?unsaved=1`` the text that the author's page kept by itself.
    """
    at, name = opened(draft_id), lesson_slug + LESSON_ENDING
    saved = file_text(at, name)
    kept = _kept(at, name)
    resumed = kept if kept and request.args.get("unsaved") else None
    try:
        head, markdown, _first = lesson_data(resumed.text if resumed else saved)
    except Unreadable:
        return as_text(at, name)
    files = at.files | ({name: resumed.text} if resumed else {})
    checked = queries.checked(current_session(), at.draft, files)
    told = say(checked.of(name), at.draft, files)
    pictures = pictures_in(files)
    folder = url_for("authoring.pictures", draft_id=draft_id)
    return render(
        "authoring/lesson.html",
        at=at,
        draft=at.draft,
        slug=lesson_slug,
        name=name,
        head=head,
        markdown=markdown,
        base=resumed.base_number if resumed else at.last.number,
        kept=None if resumed else kept,
        pictures=[(one, in_markdown(one)) for one in pictures],
        figures=figures(markdown, pictures, f"{folder}files/"),
        problems=told,
        beside=beside(told, head_field),
        cites=cited(head.get("cites", [])),
        picker=picker(at),
    )


def _kept(at: Open, name: str) -> Unsaved | None:
    """What this author's page kept, if it still says something else than what is saved."""
    if not at.writable:
        return None
    kept = queries.unsaved(current_session(), current_viewer(), at.draft, name)
    return kept if kept and kept.text != at.files.get(name) else None


@bp.post("/authoring/<int:draft_id>/lessons/<lesson_slug>/")
@WRITES
def lesson_submit(draft_id: int, lesson_slug: str) -> ResponseReturnValue:
    """Save a lesson, whatever is still missing in it."""
    at, name = opened(draft_id, own=True), lesson_slug + LESSON_ENDING
    answer = reopened("authoring.lesson", draft_id=draft_id, lesson_slug=lesson_slug)
    return save(at, {name: _typed_text(at, name)}, answer)


def _typed_text(at: Open, name: str) -> str:
    """The file as the form would write it."""
    try:
        before = lesson_data(file_text(at, name))[0]
    except Unreadable:
        before = {}
    head: dict[str, Any] = {
        **before,
        "title": title_typed(),
        "minutes": number(request.form.get("minutes", "").strip()),
        "cites": citations(typed),
    }
    return lesson_text(head, request.form.get("markdown", ""))


@bp.post("/authoring/<int:draft_id>/lessons/<lesson_slug>/unsaved/")
@WRITES
def lesson_keep(draft_id: int, lesson_slug: str) -> ResponseReturnValue:
    """Keep what stands on the page; the page asks for it by itself while its author writes."""
    at, name = opened(draft_id, own=True), lesson_slug + LESSON_ENDING
    text, base = _typed_text(at, name), request.form.get("base", default=0, type=int)
    session, now, actor = current_session(), clock.now(), current_viewer()
    kept = services.keep_unsaved(session, at.draft, name, text, base, now=now, actor=actor)
    session.commit()
    said = _("Draft kept at %(time)s.", time=f"{now.astimezone(clock.VIETNAM):%H:%M}")
    if kept.colleague:
        also = _(
            "%(name)s saved this part meanwhile; saving will show both texts.", name=kept.colleague
        )
        said = f"{said} {also}"
    return jsonify(said=said, conflict=bool(kept.colleague))


@bp.post("/authoring/<int:draft_id>/lessons/<lesson_slug>/unsaved/drop/")
@WRITES
def lesson_drop(draft_id: int, lesson_slug: str) -> ResponseReturnValue:
    """Forget what the page kept by itself; what was saved stays."""
    at, session = opened(draft_id, own=True), current_session()
    name = lesson_slug + LESSON_ENDING
    services.drop_unsaved(session, at.draft, name, actor=current_viewer())
    session.commit()
    notice(N_("Forgotten. What was saved as a version stays."))
    return see_other("authoring.lesson", draft_id=draft_id, lesson_slug=lesson_slug)
