"""Versions of a draft, and what one has that another has not."""

from __future__ import annotations

from collections.abc import Sequence

from flask.typing import ResponseReturnValue

from training_app.access import Permission
from training_app.authoring import queries
from training_app.authoring.routes.base import Open, bp, opened
from training_app.authoring.routes.saying import file_names
from training_app.authoring.rules import FileDifference, differences
from training_app.extensions import current_session
from training_app.web.guard import needs
from training_app.web.pages import render


@bp.get("/authoring/<int:draft_id>/versions/")
@needs(Permission.CONTENT_DRAFT, Permission.CONTENT_REVIEW)
def versions(draft_id: int) -> ResponseReturnValue:
    """Every saved version, newest first, with how many lines came and went."""
    at = opened(draft_id)
    found = queries.versions(current_session(), at.draft)
    # A draft of a published module begins with what is published: its first version adds nothing.
    first = {} if at.draft.based_on is None else found[-1].files
    rows = [
        (one, differences(before.files if before else first, one.files))
        for one, before in zip(found, [*found[1:], None], strict=True)
    ]
    return render("authoring/versions.html", draft=at.draft, rows=rows, called=file_names(at.files))


@bp.get("/authoring/<int:draft_id>/versions/<int:number>/")
@needs(Permission.CONTENT_DRAFT, Permission.CONTENT_REVIEW)
def version(draft_id: int, number: int) -> ResponseReturnValue:
    """What one saving changed."""
    at, session = opened(draft_id), current_session()
    saved = queries.version(session, at.draft, number)
    first = {} if at.draft.based_on is None else saved.files
    before = queries.version(session, at.draft, number - 1).files if number > 1 else first
    found = differences(before, saved.files)
    return _differing(at, number, found)


@bp.get("/authoring/<int:draft_id>/changes/")
@needs(Permission.CONTENT_DRAFT, Permission.CONTENT_REVIEW)
def changes(draft_id: int) -> ResponseReturnValue:
    """What the draft would change of what is published."""
    at = opened(draft_id)
    before = queries.published_files(current_session(), at.draft)
    found = differences(before, at.files)
    return _differing(at, None, found)


def _differing(
    at: Open, number: int | None, found: Sequence[FileDifference]
) -> ResponseReturnValue:
    called = file_names(at.files)
    return render(
        "authoring/version.html", draft=at.draft, number=number, found=found, called=called
    )
