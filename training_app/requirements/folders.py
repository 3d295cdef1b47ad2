"""The table of presets that comes with the programme."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from training_app.requirements.parsing import presets
from training_app.requirements.rules.presets import Preset

_PRESETS: Final = Path(__file__).parent / "data" / "presets.toml"


@lru_cache(maxsize=1)
def preset_table() -> tuple[Preset, ...]:
    """Requirements to start from, in the order in which they are offered; read once."""
    return presets(_PRESETS.read_text(encoding="utf-8"))
