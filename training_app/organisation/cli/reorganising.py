"""``flask units reorganise|restore``: an operation from a file, and its undoing."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from flask_babel import gettext as _

from training_app.access import Viewer
from training_app.clock import now
from training_app.db import writing
from training_app.errors import RuleBroken
from training_app.extensions import current_session
from training_app.organisation.cli.groups import units
from training_app.organisation.rules.operations import read
from training_app.organisation.services import operations

_ACTOR = Viewer.for_system("units")


@units.command("reorganise")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", "moment", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--reason", default="", help="The decision behind it, as the records will name it.")
@click.option("--preview", "only_look", is_flag=True, help="Only say what it would touch.")
def reorganise(file: Path, moment: datetime, reason: str, *, only_look: bool) -> None:
    """Carry out the operation that FILE (JSON) describes from a day on, as a whole."""
    try:
        chosen = read(json.loads(file.read_text(encoding="utf-8")))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="FILE") from error
    session, on = current_session(), moment.date()
    try:
        with writing():
            seen = operations.preview(session, chosen, on=on)
            click.echo(json.dumps(asdict(seen)))
            if only_look:
                return
            made = operations.carry_out(
                session, chosen, on=on, reason=reason, now=now(), actor=_ACTOR
            )
            session.commit()
    except RuleBroken as refused:
        session.rollback()
        raise click.ClickException(_(refused.message, **refused.params)) from refused
    click.echo(_("Reorganisation number %(number)s is carried out.", number=made))


@units.command("restore")
@click.argument("number", type=int)
@click.option("--reason", required=True)
def restore(number: int, reason: str) -> None:
    """Take a reorganisation back, while nothing was built on it."""
    session = current_session()
    try:
        with writing():
            operations.undo(session, number, reason=reason, now=now(), actor=_ACTOR)
            session.commit()
    except RuleBroken as refused:
        session.rollback()
        raise click.ClickException(_(refused.message, **refused.params)) from refused
    click.echo(_("Reorganisation number %(number)s is taken back.", number=number))
