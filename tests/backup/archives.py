"""Makes the filled archive of a released revision: `python -m tests.backup.archives 0001`.

Run once, when a revision is released; the archive is then committed and never made again.
"""

import sys
import tempfile
from pathlib import Path

import flask_migrate

from tests.databases import build, settings_for_tests
from tests.walker.world import build as build_world
from training_app import clock
from training_app.backup import services
from training_app.db import writing
from training_app.extensions import current_session, db

FOLDER = Path(__file__).with_name("released")


def make(revision: str) -> Path:
    """Fill a database at the revision with the walker's world and write it down."""
    target = FOLDER / f"{revision}.zip"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        app = build(settings_for_tests(place, f"sqlite:///{place / 'old.sqlite'}"))
        with app.app_context(), writing():
            flask_migrate.upgrade(revision=revision)
            build_world(current_session())
            current_session().close()
            with db.engine.connect() as connection, connection.begin():
                services.make(connection, target, now=clock.now(), progress=lambda *_: None)
    return target


if __name__ == "__main__":
    print(make(sys.argv[1]))  # noqa: T201
