"""Keeping the bytes of pictures: once, under the name that they give themselves."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.catalogue.models import Picture
from training_app.catalogue.parsing import read_webp
from training_app.errors import N_, RuleBroken


def store_picture(session: Session, content: bytes, *, now: datetime, actor: Viewer) -> str:
    """Keep a redrawn picture and give its digest; the same bytes are kept once.

    Raises :class:`RuleBroken` for bytes that are no plain WebP.
    """
    digest = hashlib.sha256(content).hexdigest()
    if session.scalar(select(Picture.id).where(Picture.digest == digest)) is not None:
        return digest
    size = read_webp(content)
    if size is None:
        raise RuleBroken(N_("This is no plain WebP picture."))
    row = Picture(
        digest=digest,
        width=size[0],
        height=size[1],
        content=content,
        created_at=now,
        created_by=actor.account_id,
    )
    # The same picture sent twice at once is kept once.
    with suppress(IntegrityError), session.begin_nested():
        session.add(row)
    return digest
