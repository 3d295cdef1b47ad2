"""``flask worker run`` and ``flask audit verify``."""

from __future__ import annotations

import logging

import click
from flask import current_app
from flask.cli import AppGroup

from training_app.audit import services as audit
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
def verify() -> None:
    """Seal what is new and prove the whole chain; exits 1 at the first break."""
    key = current_app.config["SETTINGS"].audit_key.encode()
    session = current_session()
    with writing():
        sealed = audit.seal_new(session, key=key, now=now(), limit=10_000_000)
        session.commit()
    broken = audit.verify(session, key=key)
    if broken:
        click.echo(f"broken at {broken.sequence}: {broken.problem}", err=True)
        raise SystemExit(1)
    click.echo(f"the chain holds ({sealed} events newly sealed)")
