"""The one place from which a safe request may write.

Allowed: the audit of a view of names or of a refusal, throttle counters, last-seen times.
Each is its own short transaction, apart from the request's, and is committed here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from training_app.db import writing


@contextlib.contextmanager
def aside(engine: Engine) -> Iterator[Session]:
    """A session of its own that is committed at the end of the block."""
    with writing(), Session(engine) as session, session.begin():
        yield session
