"""``flask backup make|restore|show|encrypt`` and ``flask database upgrade|check``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TextIO

import click
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import AppGroup
from flask_migrate import upgrade as migrate_upgrade
from sqlalchemy import inspect, text

from config import Settings
from training_app.access import Viewer
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.backup import services
from training_app.backup.rules import BackupRefused
from training_app.clock import now
from training_app.db import writing
from training_app.extensions import current_session, db

backup_group = AppGroup("backup", help="Copies of the whole database.")
database_group = AppGroup("database", help="The database's shape.")

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
IDENTITY = click.option(
    "--identity",
    metavar="FILE",
    type=click.File("r", encoding="utf-8"),
    help="The file with the secret key of an encrypted backup; - reads it from the input.",
)


def _say(name: str, rows: int) -> None:
    if rows:
        click.echo(f"  {name}: {rows} rows")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@contextmanager
def _opened(file: Path, identity: TextIO | None, otherwise: str) -> Iterator[IO[bytes]]:
    """The archive, decrypted with what ``--identity`` names; a refusal ends with ``otherwise``."""
    try:
        keys = services.read_identities(identity.read()) if identity else []
        with services.opened(file, identities=keys, scratch=_settings().data_folder) as archive:
            yield archive
    except BackupRefused as error:
        raise click.ClickException(f"{file}: {error.message}{otherwise}") from error
    except OSError as error:
        raise click.ClickException(f"{file}: {error}{otherwise}") from error


def _tell_who_can_read(file: Path, recipients: Sequence[str]) -> None:
    if recipients:
        click.echo(f"{file}: encrypted; opens with the secret key of any of:")
        for recipient in recipients:
            click.echo(f"  {recipient}")
    else:
        click.echo(
            f"{file} is NOT ENCRYPTED: whoever gets this file can read it. Make a key with"
            " `python -m tools.keys backup FILE` and name it in TRAINING_BACKUP_RECIPIENTS.",
            err=True,
        )


def _refuse_existing(file: Path) -> None:
    if file.exists():
        raise click.ClickException(f"{file} exists; choose another name, nothing was written")


@backup_group.command("make")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def make(file: Path) -> None:
    """Write the whole database to FILE (a new file, readable by its owner alone).

    It is encrypted when TRAINING_BACKUP_RECIPIENTS names who may open it.
    """
    _refuse_existing(file)
    rows = _make(file, _say)
    click.echo(f"{file}: {rows} rows. The keys are not in it: keep instance/keys.toml apart.")
    _tell_who_can_read(file, _settings().backup_recipients)
    with db.engine.connect() as connection:
        noted = services.revision(connection) == _newest()
    if noted:
        _note(Action.BACKUP_MADE, rows=rows, keys=len(_settings().backup_recipients))


def _note(action: Action, **detail: object) -> None:
    """Put what was done to the whole database into its trail; its shape must be the newest."""
    session = current_session()
    with writing():
        audit.record(session, action, actor=Viewer.for_system("backup"), now=now(), detail=detail)
        session.commit()


def _make(file: Path, progress: services.Progress) -> int:
    recipients = _settings().backup_recipients
    try:
        with db.engine.connect() as connection, connection.begin():
            services.snapshot(connection)
            return services.make(
                connection, file, now=now(), progress=progress, recipients=recipients
            )
    except OSError as error:
        raise click.ClickException(f"{file} was not written: {error}") from error


@backup_group.command("restore")
@FILE
@IDENTITY
def restore(file: Path, identity: TextIO | None) -> None:
    """Fill an empty database from FILE, then bring it to the newest revision."""
    with _opened(file, identity, "; nothing was restored") as archive:
        manifest = services.read_manifest(archive)
        services.verify(archive, manifest)
        with db.engine.connect() as connection:
            empty = services.revision(connection) is None
        if empty:
            with writing():
                migrate_upgrade(revision=manifest["revision"])
        with writing(), db.engine.connect() as connection, connection.begin():
            rows = services.restore(connection, archive, progress=_say)
    with writing():
        migrate_upgrade()
    _note(Action.BACKUP_RESTORED, rows=rows, made_at=manifest["made_at"])
    click.echo(f"{rows} rows restored from {file}")
    click.echo("Now run: flask data-requests replay-erasures")


@backup_group.command("show")
@FILE
@IDENTITY
def show(file: Path, identity: TextIO | None) -> None:
    """Say when FILE was made, from which revision, with how many rows."""
    with _opened(file, identity, "") as archive:
        manifest = services.read_manifest(archive)
    click.echo(f"made {manifest['made_at']} on {manifest['engine']}, {manifest['revision']}")
    if end := manifest.get("audit"):
        click.echo(f"audit chain: {end['sequence']} {end['seal']}")
    for name, entry in manifest["tables"].items():
        _say(name, entry["rows"])


@backup_group.command("encrypt")
@FILE
@click.argument("target", metavar="NEW", type=click.Path(path_type=Path, dir_okay=False))
@IDENTITY
def encrypt(file: Path, target: Path, identity: TextIO | None) -> None:
    """Write FILE anew as NEW, for the keys in TRAINING_BACKUP_RECIPIENTS; FILE stays.

    For copies made before there were keys, and for old ones after a change of keys.
    """
    recipients = _settings().backup_recipients
    if not recipients:
        raise click.ClickException("TRAINING_BACKUP_RECIPIENTS is empty; name a public key first")
    _refuse_existing(target)
    with _opened(file, identity, "; nothing was written") as archive:
        services.verify(archive, services.read_manifest(archive))
        services.encrypt_again(archive, target, recipients)
    _tell_who_can_read(target, recipients)


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
    rows = _copy_before_upgrade(current) if current is not None and filled else None
    with writing():
        migrate_upgrade()
    if rows is not None:
        _note(Action.BACKUP_MADE, rows=rows, keys=len(_settings().backup_recipients))
    click.echo(f"the database is now at revision {newest}")


def _copy_before_upgrade(current: str) -> int:
    copy = _copy_name(current)
    click.echo(f"copying the database at {current} to {copy}")
    rows = _make(copy, lambda *_: None)
    _tell_who_can_read(copy, _settings().backup_recipients)
    return rows


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
    folder = _settings().data_folder / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    ending = "zip.age" if _settings().backup_recipients else "zip"
    return folder / f"before-upgrade-{current}-{now():%Y%m%d-%H%M%S}.{ending}"
