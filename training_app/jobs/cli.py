"""``flask worker run|step`` and ``flask audit verify|head``."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TextIO

import click
from flask import current_app
from flask.cli import AppGroup

from training_app.audit import services as audit
from training_app.audit.rules import Anchor, anchor_line, read_anchor
from training_app.backup import services as backup
from training_app.clock import now
from training_app.db import writing
from training_app.extensions import current_session, db
from training_app.jobs.worker import Worker

worker_group = AppGroup("worker", help="The process beside the web server.")
audit_group = AppGroup("audit", help="The audit trail.")


@worker_group.command("run")
def run() -> None:
    """Work on queued jobs and recurring tasks until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    Worker(db.engine, current_app.config["SETTINGS"]).run()


@worker_group.command("step")
def step() -> None:
    """Do what is due once and stop (for a scheduler of the machine's own)."""
    worker = Worker(db.engine, current_app.config["SETTINGS"])
    while worker.step():
        pass


@audit_group.command("verify")
@click.option("--anchor", "noted", metavar="'NUMBER SEAL'", multiple=True, help="From paper.")
@click.option(
    "--backup",
    "copies",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A backup that knows where the chain ended when it was made.",
)
@click.option(
    "--identity",
    metavar="FILE",
    type=click.File("r", encoding="utf-8"),
    help="The file with the secret key of encrypted backups; - reads it from the input.",
)
def verify(noted: tuple[str, ...], copies: tuple[Path, ...], identity: TextIO | None) -> None:
    """Seal what is new and prove the whole chain; exits 1 at the first break.

    The end of the chain is held against every line of the file of anchors, against what is given
    with --anchor and against backups.
    """
    settings = current_app.config["SETTINGS"]
    key, session = settings.audit_key.encode(), current_session()
    secret = identity.read() if identity else ""
    anchors = [
        *audit.kept_anchors(settings.audit_anchors),
        *(_noted(text) for text in noted),
        *(anchor for copy in copies if (anchor := _of_backup(copy, secret)) is not None),
    ]
    with writing():
        sealed = audit.seal_new(session, key=key, now=now(), limit=10_000_000)
        session.commit()
    broken = audit.verify(session, key=key, anchors=anchors)
    if broken:
        click.echo(f"broken at {broken.sequence}: {broken.problem}", err=True)
        raise SystemExit(1)
    click.echo(f"the chain holds ({sealed} events newly sealed)")
    if anchors:
        click.echo(f"anchors that hold: {len(anchors)}, the newest at {max(anchors).sequence}")
    else:
        click.echo("no anchor was found: a cut of the newest events would not show", err=True)


def _noted(text: str) -> Anchor:
    anchor = read_anchor(text)
    if anchor is None:
        raise click.ClickException(f"{text!r} is no anchor; write the number, a space, the seal")
    return anchor


def _of_backup(copy: Path, secret: str) -> Anchor | None:
    try:
        with backup.opened(
            copy,
            identities=backup.read_identities(secret) if secret else [],
            scratch=current_app.config["SETTINGS"].data_folder,
        ) as archive:
            manifest = backup.read_manifest(archive)
    except backup.BackupRefused as error:
        raise click.ClickException(f"{copy}: {error.message}") from error
    end = manifest.get("audit")
    return Anchor(end["sequence"], end["seal"], f"backup of {manifest['made_at']}") if end else None


@audit_group.command("head")
def head() -> None:
    """Print the end of the chain, to be kept on paper or on another machine."""
    end = audit.head(current_session())
    click.echo(anchor_line(end, now()) if end else "nothing is sealed yet")
