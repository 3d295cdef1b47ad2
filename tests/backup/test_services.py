"""A backup holds every row, restores on either engine, and every old revision still upgrades."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import MetaData, func, select, text
from sqlalchemy.orm import Session

from tests.backup.archives import FOLDER
from tests.databases import Database, Databases
from tests.walker.world import build as build_world
from training_app import clock
from training_app.backup import services
from training_app.backup.rules import encode
from training_app.db import writing
from training_app.extensions import db

ARCHIVES = sorted(FOLDER.glob("*.zip"))


def everything(app: Flask) -> dict[str, list[str]]:
    """Every row of every table, in one spelling for both engines."""
    with app.app_context(), db.engine.connect() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        return {
            table.name: sorted(
                json.dumps([_plain(value) for value in row], sort_keys=True)
                for row in connection.execute(select(table))
            )
            for table in metadata.sorted_tables
        }


def _plain(value: object) -> object:
    # SQLite keeps truth values as numbers where a table is read without its models.
    return int(value) if isinstance(value, bool) else encode(value)


def make(app: Flask, target: Path) -> int:
    with app.app_context(), db.engine.connect() as connection, connection.begin():
        services.snapshot(connection)
        return services.make(connection, target, now=clock.now(), progress=lambda *_: None)


def restore(app: Flask, source: Path) -> int:
    with app.app_context(), writing(), db.engine.connect() as connection, connection.begin():
        return services.restore(connection, source, progress=lambda *_: None)


@pytest.fixture
def fresh(databases: Databases, engine_kind: str) -> Iterator[Database]:
    """An empty database of the same engine, apart from the one under test."""
    database = databases.another(engine_kind, "restored")
    database.app  # noqa: B018 - migrates it
    database.restore()
    yield database
    database.disconnect()


def test_a_backup_restores_every_row(
    app: Flask, db_session: Session, fresh: Database, tmp_path: Path
) -> None:
    build_world(db_session)
    archive = tmp_path / "backup.zip"
    written = make(app, archive)
    assert restore(fresh.app, archive) == written
    assert everything(fresh.app) == everything(app)


@pytest.mark.engine("postgresql")
def test_a_backup_moves_from_one_engine_to_the_other_and_back(
    app: Flask, db_session: Session, databases: Databases, fresh: Database, tmp_path: Path
) -> None:
    build_world(db_session)
    there, back = tmp_path / "there.zip", tmp_path / "back.zip"
    make(app, there)
    small = databases.another("sqlite", "moved")
    small.app  # noqa: B018 - migrates it
    small.restore()
    restore(small.app, there)
    make(small.app, back)
    restore(fresh.app, back)
    small.disconnect()
    assert everything(fresh.app) == everything(app)


def test_a_filled_database_is_not_restored_into(
    app: Flask, db_session: Session, tmp_path: Path
) -> None:
    build_world(db_session)
    archive = tmp_path / "backup.zip"
    make(app, archive)
    with pytest.raises(services.BackupRefused, match="holds rows"):
        restore(app, archive)


def test_a_damaged_backup_changes_nothing(app: Flask, db_session: Session, tmp_path: Path) -> None:
    archive = tmp_path / "backup.zip"
    make(app, archive)
    damaged = tmp_path / "damaged.zip"
    with zipfile.ZipFile(archive) as good, zipfile.ZipFile(damaged, "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            if name == "manifest.json":
                manifest = json.loads(content)
                manifest["tables"]["module"]["rows"] = 7
                content = json.dumps(manifest).encode()
            bad.writestr(name, content)
    with pytest.raises(services.BackupRefused, match="damaged"):
        restore(app, damaged)


def test_a_backup_of_other_columns_is_refused(blank: Flask, tmp_path: Path) -> None:
    with blank.app_context(), writing(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE page (id INTEGER PRIMARY KEY)"))
    make(blank, tmp_path / "copy.zip")
    with blank.app_context(), writing(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE page ADD COLUMN content TEXT"))
    with pytest.raises(services.BackupRefused, match="page has other columns"):
        restore(blank, tmp_path / "copy.zip")


def test_another_file_is_told_apart(tmp_path: Path) -> None:
    stray = tmp_path / "letter.zip"
    stray.write_bytes(b"not a zip")
    with pytest.raises(services.BackupRefused, match="not a backup"):
        services.read_manifest(stray)


def test_every_released_revision_has_its_filled_archive(app: Flask) -> None:
    scripts = ScriptDirectory(str(Path(app.root_path).parent / "migrations"))
    older = {script.revision for script in scripts.walk_revisions()} - {scripts.get_current_head()}
    assert older == {archive.stem for archive in ARCHIVES}


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.stem)
def test_a_filled_database_of_an_earlier_revision_is_upgraded(
    archive: Path, databases: Databases, engine_kind: str
) -> None:
    manifest = services.read_manifest(archive)
    old = databases.another(engine_kind, f"old-{archive.stem}")
    old.revision = manifest["revision"]
    restore(old.app, archive)
    with old.app.app_context(), writing():
        flask_migrate.upgrade()
        db.engine.dispose()
        with db.engine.connect() as connection:
            metadata = MetaData()
            metadata.reflect(connection)
            for name, entry in manifest["tables"].items():
                count = select(func.count()).select_from(metadata.tables[name])
                assert connection.execute(count).scalar_one() == entry["rows"], name
    old.disconnect()
