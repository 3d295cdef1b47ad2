"""Pictures of a draft: sent, described, shown to those who may see the draft."""

from __future__ import annotations

from typing import Final

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from training_app import clock
from training_app.access import Permission
from training_app.authoring import queries, services
from training_app.authoring.forms import PictureForm, WordsForm
from training_app.authoring.routes.base import Open, bp, opened, save
from training_app.authoring.routes.saying import say
from training_app.authoring.rules import (
    Unreadable,
    in_markdown,
    pictures_in,
    read_table,
    with_picture,
    without_picture,
)
from training_app.catalogue.parsing import LARGEST_UPLOAD, PICTURES
from training_app.catalogue.queries import picture_contents
from training_app.catalogue.source import Picture
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import csrf, current_session
from training_app.vietnamese import clean
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import lasting_picture, render, see_other

READS = needs(Permission.CONTENT_DRAFT, Permission.CONTENT_REVIEW)
WRITES = needs(Permission.CONTENT_DRAFT)
UNPROCESSABLE: Final = 422
_AROUND: Final = 100_000  # what a form's other fields and the limits of its parts take


@bp.get("/authoring/<int:draft_id>/pictures/")
@READS
def pictures(draft_id: int) -> ResponseReturnValue:
    """The pictures of the module, what a lesson writes to show one, and a form for one more."""
    return _page(opened(draft_id), PictureForm())


def _page(at: Open, form: PictureForm, status: int = 200) -> ResponseReturnValue:
    form.file.label.text = _("Picture (JPEG, PNG or WebP)")
    _label(form)
    checked = queries.checked(current_session(), at.draft, at.files)
    return render(
        "authoring/pictures.html",
        status,
        at=at,
        draft=at.draft,
        pictures=pictures_in(at.files),
        in_markdown=in_markdown,
        problems=say(checked.of(PICTURES), at.draft, at.files),
        form=form,
        name=PICTURES,
        errors_in_title=status == UNPROCESSABLE,
    )


def _label(form: WordsForm) -> None:
    form.alt.label.text = _("What it shows, in a few words")
    form.description.label.text = _("What it tells")


@bp.post("/authoring/<int:draft_id>/pictures/")
@csrf.exempt  # type: ignore[untyped-decorator]  # the form checks the token itself, after the guard and under a larger limit
@WRITES
def picture_submit(draft_id: int) -> ResponseReturnValue:
    """Draw the picture anew and add it to the draft."""
    request.max_content_length = LARGEST_UPLOAD + _AROUND
    at, form = opened(draft_id, own=True), PictureForm()
    valid = form.validate()
    sent: FileStorage | None = form.file.data
    if not sent or not sent.filename:
        form.blame(InvalidInput(N_("Choose the file of the picture."), field="file"))
        valid = False
    if not valid or sent is None or _broken(at):
        return _page(at, form, UNPROCESSABLE)
    words = (clean(form.alt.data or ""), clean(form.description.data or ""))
    try:
        text = services.add_picture(
            current_session(),
            at.files,
            sent.read(LARGEST_UPLOAD + 1),
            words,
            now=clock.now(),
            actor=current_viewer(),
        )
    except InvalidInput as error:
        form.blame(error)
        return _page(at, form, UNPROCESSABLE)
    return save(at, {PICTURES: text}, see_other("authoring.pictures", draft_id=draft_id))


def _broken(at: Open) -> bool:
    """Whether the entries have to be mended as text first; the page says what is wrong."""
    try:
        listed = read_table(at.files.get(PICTURES, "")).get("picture", [])
    except Unreadable:
        return True
    return not isinstance(listed, list) or len(listed) != len(pictures_in(at.files))


@bp.get("/authoring/<int:draft_id>/pictures/<picture_name>/")
@READS
def picture(draft_id: int, picture_name: str) -> ResponseReturnValue:
    """One picture with its words."""
    at = opened(draft_id)
    one = _picture(at, picture_name)
    return _one_page(at, one, WordsForm(None, alt=one.alt, description=one.description))


def _one_page(at: Open, one: Picture, form: WordsForm, status: int = 200) -> ResponseReturnValue:
    _label(form)
    bad = status == UNPROCESSABLE
    return render(
        "authoring/picture.html",
        status,
        at=at,
        draft=at.draft,
        one=one,
        form=form,
        errors_in_title=bad,
    )


@bp.post("/authoring/<int:draft_id>/pictures/<picture_name>/")
@WRITES
def picture_words(draft_id: int, picture_name: str) -> ResponseReturnValue:
    """Save what a picture shows."""
    at, form = opened(draft_id, own=True), WordsForm()
    one = _picture(at, picture_name)
    if not form.validate() or _broken(at):
        return _one_page(at, one, form, UNPROCESSABLE)
    words = {"alt": clean(form.alt.data or ""), "description": clean(form.description.data or "")}
    text = with_picture(at.files, one.model_copy(update=words))
    return save(at, {PICTURES: text}, see_other("authoring.pictures", draft_id=draft_id))


@bp.post("/authoring/<int:draft_id>/pictures/<picture_name>/remove/")
@WRITES
def picture_remove(draft_id: int, picture_name: str) -> ResponseReturnValue:
    """Take a picture out of the draft; published versions keep it."""
    at = opened(draft_id, own=True)
    one = _picture(at, picture_name)
    if _broken(at):
        return _page(at, PictureForm(None), UNPROCESSABLE)
    text = without_picture(at.files, one.name)
    return save(at, {PICTURES: text}, see_other("authoring.pictures", draft_id=draft_id))


def _picture(at: Open, name: str) -> Picture:
    found = next((one for one in pictures_in(at.files) if one.name == name), None)
    if found is None:
        raise NotFound
    return found


@bp.get("/authoring/<int:draft_id>/pictures/files/<digest>/")
@READS
def picture_file(draft_id: int, digest: str) -> ResponseReturnValue:
    """The bytes of a picture of the draft as it stands."""
    at = opened(draft_id)
    if digest not in {one.sha256 for one in pictures_in(at.files)}:
        raise NotFound
    content = picture_contents(current_session(), [digest]).get(digest)
    if content is None:
        raise NotFound
    return lasting_picture(content)
