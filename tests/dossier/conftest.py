"""The scene of the dossier."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.dossier.scene import Scene


@pytest.fixture
def scene(app: Flask, db_session: Session) -> Scene:
    return Scene(app, db_session)
