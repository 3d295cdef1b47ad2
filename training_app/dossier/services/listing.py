"""The list of erased people, kept beside the database so that a restored copy forgets them too."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from training_app.dossier.services.erasing import erased_rows

NAME: Final = "erased.json"


def read_list(folder: Path) -> dict[int, str]:
    """Person id → moment its row was recorded; empty when nobody was erased yet."""
    place = folder / NAME
    if not place.exists():
        return {}
    stored = json.loads(place.read_text(encoding="utf-8"))
    return {int(person_id): moment for person_id, moment in stored.items()}


def keep_list(session: Session, folder: Path) -> int:
    """Add everybody erased in the database to the list; nobody is ever taken off it.

    Numbers and moments only, never a name. Returns how many rows the list holds.
    """
    known = read_list(folder)
    whole = known | erased_rows(session)
    if whole == known:
        return len(whole)
    draft = folder / f"{NAME}.new"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(whole, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / NAME)
    return len(whole)
