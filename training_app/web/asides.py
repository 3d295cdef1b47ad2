"""The one place from which a safe request may write.

Allowed: the audit of a view of names or of a refusal, throttle counters, last-seen times.
Each is its own short transaction, apart from the request's, and is committed here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from flask import Flask, g, has_request_context
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from training_app.db import will_write, writing
from training_app.extensions import db


@contextlib.contextmanager
def aside(engine: Engine) -> Iterator[Session]:
    """A session of its own that is committed apart from the request.

    An unsafe request holds the write lock itself: there the session only collects what is
    added to it, and is committed once the request has let go.
    """
    if has_request_context() and will_write():
        session = Session(engine)
        yield session
        g.setdefault("asides", []).append(session)
        return
    with at_once(engine) as session:
        yield session


@contextlib.contextmanager
def at_once(engine: Engine) -> Iterator[Session]:
    """A short transaction committed at the end of the block, whatever becomes of the request.

    For counters of tries. The request's own transaction must have ended: SQLite has one writer.
    """
    with writing(), Session(engine) as session, session.begin():
        yield session


def install(app: Flask) -> None:
    """Commit what unsafe requests have put aside, after their own transaction has ended."""

    @app.teardown_request
    def commit_asides(error: BaseException | None) -> None:
        del error
        waiting: list[Session] = g.pop("asides", [])
        if not waiting:
            return
        db.session.remove()
        with writing():
            for session in waiting:
                with session:
                    session.commit()
