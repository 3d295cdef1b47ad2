"""``flask data-requests replay-erasures``: a restored copy forgets whom the service has erased."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext as _

from training_app.access import Viewer
from training_app.clock import now
from training_app.db import writing
from training_app.dossier.services.erasing import replay
from training_app.dossier.services.listing import read_list
from training_app.extensions import current_session

group = AppGroup("data-requests", help="Requests about personal data.")


@group.command("replay-erasures")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
def replay_erasures(folder: Path | None) -> None:
    """Erase again everybody in FOLDER/erased.json, by default of the data folder."""
    erased = read_list(folder or current_app.config["SETTINGS"].data_folder)
    if not erased:
        click.echo(_("Nobody was erased so far: there is no list."))
        return
    session = current_session()
    with writing():
        count = replay(session, erased, now=now(), actor=Viewer.for_system("erasures"))
        session.commit()
    click.echo(_("%(count)s people were erased again.", count=count))
