"""The scene of these tests, on a fixed day."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.reporting.scene import MORNING, Scene


@pytest.fixture(autouse=True)
def fixed_day() -> Iterator[None]:
    """Morning of 20 November 2026 in Viet Nam."""
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    """A province with two communes and their officers."""
    return Scene(app, db_session)
