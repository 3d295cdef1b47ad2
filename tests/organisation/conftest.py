"""The units of Viet Nam, loaded once for the tests that only read them."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.db import Base
from training_app.organisation.services.units import load_units

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def units_session() -> Iterator[Session]:
    """A session on a SQLite database in memory that holds every shipped unit."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        load_units(session, now=NOW, actor=Viewer.for_system("test"))
        session.commit()
        yield session
    engine.dispose()
