"""The tables that come with the dossier."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from training_app.dossier.parsing import deadlines
from training_app.dossier.rules.deadlines import Deadline

_DEADLINES: Final = Path(__file__).parent / "data" / "deadlines.toml"


@lru_cache(maxsize=1)
def deadline_table() -> tuple[Deadline, ...]:
    """How long an office has for each kind of request, read once."""
    return deadlines(_DEADLINES.read_text(encoding="utf-8"))
