"""The tables that come with coverage."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from training_app.coverage.parsing import national_targets, ratio_targets
from training_app.coverage.rules.ratios import RatioTarget
from training_app.coverage.rules.targets import Goal

_DATA: Final = Path(__file__).parent / "data"


@lru_cache(maxsize=1)
def trainer_ratios() -> tuple[RatioTarget, ...]:
    """The targets for trainers per teams, read once."""
    return ratio_targets((_DATA / "trainer_ratios.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def national_goals() -> tuple[Goal, ...]:
    """The national targets other than trainers per teams, read once."""
    return national_targets((_DATA / "national_targets.toml").read_text(encoding="utf-8"))
