"""A place to restore into."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.databases import Database, Databases, build
from training_app.extensions import db


@pytest.fixture
def blank(databases: Databases, engine_kind: str) -> Iterator[Flask]:
    """An application on a database of the same engine in which there is not even a table."""
    place: Database = databases.another(engine_kind, "blank")
    place.folder.mkdir(parents=True, exist_ok=True)
    for left in place.folder.glob("training.sqlite*"):
        left.unlink()
    place._create()
    app = build(place.settings)
    yield app
    with app.app_context():
        db.engine.dispose()
