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
    people = services.everybody(session)
    session.rollback()
    changed = 0
    # One short transaction per batch: nobody who takes a test waits for the whole nation.
    with writing():
        for start in range(0, len(people), services.BATCH):
            batch = people[start : start + services.BATCH]
            changed += services.rederive(session, batch, now=now())
            session.commit()
            click.echo(f"{start + len(batch)} of {len(people)} people", err=True)
    click.echo(f"{changed} people had something to correct")
