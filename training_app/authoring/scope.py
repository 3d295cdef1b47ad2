"""Drafts that a viewer may see: authors their own and those they joined, reviewers all."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, false, or_, true

from training_app.access import Permission, Viewer
from training_app.authoring.models import Draft, DraftAuthor


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The draft is the viewer's to write or to review."""
    if viewer.may(Permission.CONTENT_REVIEW):
        return true()
    return writable(viewer)


def writable(viewer: Viewer) -> ColumnElement[bool]:
    """The viewer is one of the draft's authors, and still a trainer."""
    if viewer.account_id is None or not viewer.may(Permission.CONTENT_DRAFT):
        return false()
    mine = exists().where(
        DraftAuthor.draft_id == Draft.id, DraftAuthor.account_id == viewer.account_id
    )
    return or_(mine)
