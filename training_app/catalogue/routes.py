"""Pictures of published lessons: addresses that name the bytes, so a phone keeps them for good."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from training_app.access import Permission
from training_app.catalogue import queries
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.web.guard import needs
from training_app.web.pages import lasting_picture

bp = Blueprint("catalogue", __name__)


@bp.get("/pictures/<digest>/")
@needs(Permission.LESSON_READ)
def picture(digest: str) -> ResponseReturnValue:
    """A picture that a published version shows."""
    content = queries.published_picture(current_session(), digest)
    if content is None:
        raise NotFound
    return lasting_picture(content)
