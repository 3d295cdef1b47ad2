"""``flask backup make|restore|show`` and ``flask database upgrade``."""

from __future__ import annotations

from pathlib import Path

import click
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import AppGroup
from flask_migrate import upgrade as migrate_upgrade
from sqlalchemy import inspect, text

from training_app.backup import services
from training_app.clock import now
from training_app.db import writing
from training_app.extensions import db

backup_group = AppGroup("backup", help="Copies of the whole database.")
database_group = AppGroup("database", help="The database's shape.")


def _say(name: str, rows: int) -> None:
    if rows:
        click.echo(f"  {name}: {rows} rows")


@backup_group.command("make")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def make(file: Path) -> None:
    """Write the whole database to FILE (a new file, readable by its owner alone)."""
    if file.exists():
        raise click.ClickException(f"{file} exists; choose another name, nothing was written")
    with db.engine.connect() as connection, connection.begin():
        services.snapshot(connection)
        rows = services.make(connection, file, now=now(), progress=_say)
    click.echo(f"{file}: {rows} rows. The keys are not in it: keep instance/keys.toml apart.")


@backup_group.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def restore(file: Path) -> None:
    """Fill an empty database from FILE, then bring it to the newest revision."""
    try:
        manifest = services.read_manifest(file)
        with db.engine.connect() as connection:
            empty = services.revision(connection) is None
        if empty:
            with writing():
                migrate_upgrade(revision=manifest["revision"])
        with writing(), db.engine.connect() as connection, connection.begin():
            rows = services.restore(connection, file, progress=_say)
    except services.BackupRefused as error:
        raise click.ClickException(error.message) from error
    with writing():
        migrate_upgrade()
    click.echo(f"{rows} rows restored from {file}")
    click.echo("Now run: flask data-requests replay-erasures")


@backup_group.command("show")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def show(file: Path) -> None:
    """Say when FILE was made, from which revision, with how many rows."""
    try:
        manifest = services.read_manifest(file)
    except services.BackupRefused as error:
        raise click.ClickException(error.message) from error
    click.echo(f"made {manifest['made_at']} on {manifest['engine']}, {manifest['revision']}")
    if end := manifest.get("audit"):
        click.echo(f"audit chain: {end['sequence']} {end['seal']}")
    for name, entry in manifest["tables"].items():
        _say(name, entry["rows"])


@database_group.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest revision; an older one is copied first."""
    with db.engine.connect() as connection:
        current = services.revision(connection)
        filled = bool(set(inspect(connection).get_table_names()) - {services.REVISION_TABLE})
    newest = _newest()
    if current == newest:
        click.echo(f"the database is at the newest revision ({newest})")
        return
    if current is not None and filled:
        copy = _copy_name(current)
        click.echo(f"copying the database at {current} to {copy}")
        with db.engine.connect() as connection, connection.begin():
            services.snapshot(connection)
            services.make(connection, copy, now=now(), progress=lambda *_: None)
    with writing():
        migrate_upgrade()
    click.echo(f"the database is now at revision {newest}")


@database_group.command("check")
def check() -> None:
    """Let the database check itself: damage and dangling references."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            answer = connection.execute(text("PRAGMA integrity_check")).scalar_one()
            dangling = connection.execute(text("PRAGMA foreign_key_check")).all()
            if answer != "ok" or dangling:
                raise click.ClickException(f"{answer}; dangling references: {len(dangling)}")
        current = services.revision(connection)
    click.echo(f"the database is sound, at revision {current}")


def _newest() -> str | None:
    config = Config()
    config.set_main_option(
        "script_location", str(Path(current_app.root_path).parent / "migrations")
    )
    return ScriptDirectory.from_config(config).get_current_head()


def _copy_name(current: str) -> Path:
    folder: Path = current_app.config["SETTINGS"].data_folder / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"before-upgrade-{current}-{now():%Y%m%d-%H%M%S}.zip"
