"""The tables that come with coverage."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from training_app.coverage.parsing import ratio_targets
from training_app.coverage.rules.ratios import RatioTarget

_RATIOS: Final = Path(__file__).parent / "data" / "trainer_ratios.toml"


@lru_cache(maxsize=1)
def trainer_ratios() -> tuple[RatioTarget, ...]:
    """The targets for trainers per teams, read once."""
    return ratio_targets(_RATIOS.read_text(encoding="utf-8"))
