"""The scene of these tests, on a fixed day."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.coverage.scene import Scene


@pytest.fixture(autouse=True)
def fixed_day() -> Iterator[None]:
    """Morning of 20 November 2026 in Viet Nam."""
    with time_machine.travel(datetime(2026, 11, 20, 3, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    """A province and everybody who may look at it."""
    return Scene(app, db_session)
