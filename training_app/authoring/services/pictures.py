"""Pictures sent into a draft: drawn anew, kept once, named in the draft's files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.authoring.rules import picture_name, with_picture
from training_app.catalogue.parsing import NotAPicture, redraw
from training_app.catalogue.services import store_picture
from training_app.catalogue.source import Picture
from training_app.errors import InvalidInput
from training_app.vietnamese import fold


def add_picture(
    session: Session,
    files: Mapping[str, Any],
    sent: bytes,
    words: tuple[str, str],
    *,
    now: datetime,
    actor: Viewer,
) -> str:
    """Keep a picture and give ``pictures.toml`` with its entry; ``words``: alt and description.

    Raises :class:`InvalidInput` for what is no picture that can be used.
    """
    try:
        made = redraw(sent)
    except NotAPicture as error:
        raise InvalidInput(str(error), field="file") from None
    alt, description = words
    entry = Picture(
        name=picture_name(fold(alt), files),
        alt=alt,
        description=description,
        sha256=store_picture(session, made.content, now=now, actor=actor),
        width=made.width,
        height=made.height,
        size=len(made.content),
    )
    return with_picture(files, entry)
