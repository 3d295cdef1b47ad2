"""Commands on the record."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from training_app.clock import now
from training_app.db import writing
from training_app.extensions import current_session
from training_app.learning import services

group = AppGroup("learning", help="The record of learning.")


@group.command()
def rederive() -> None:
    """Derive again, from the facts, what everybody holds."""
    session = current_session()
    with writing():
        changed = services.rederive(session, now=now(), tell=_tell)
        session.commit()
    click.echo(f"{changed} people had something to correct")


def _tell(done: int, total: int) -> None:
    click.echo(f"{done} of {total} people", err=True)
