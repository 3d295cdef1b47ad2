"""The list of erased people, kept beside the database so that a restored copy forgets them too."""

from __future__ import annotations

import json
import os
from pathlib import Path

from flask import current_app

from training_app.dossier.services.erasing import erased_rows
from training_app.extensions import current_session

NAME = "erased.json"


def place() -> Path:
    """Where the list is kept: in the data folder, never inside a backup."""
    folder: Path = current_app.config["SETTINGS"].data_folder
    return folder / NAME


def read_list() -> dict[int, str]:
    """Person id → moment its row was recorded; empty when nobody was erased yet."""
    if not place().exists():
        return {}
    stored = json.loads(place().read_text(encoding="utf-8"))
    return {int(person_id): moment for person_id, moment in stored.items()}


def keep_list_of_erased() -> None:
    """Add everybody erased in the database to the list; nobody is ever taken off it."""
    whole = read_list() | erased_rows(current_session())
    if not whole:
        return
    draft = place().with_suffix(".new")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(whole, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place())
