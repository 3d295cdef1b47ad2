"""The tables that come with coverage."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from training_app.coverage.parsing import national_targets, ratio_targets
from training_app.coverage.rules.ratios import Base, RatioTarget
from training_app.coverage.rules.targets import Goal, TargetMeasure

_YEAR: Final = timedelta(days=366)
_DATA: Final = Path(__file__).parent / "data"


@lru_cache(maxsize=1)
def trainer_ratios() -> tuple[RatioTarget, ...]:
    """The targets for trainers per teams, read once."""
    return ratio_targets((_DATA / "trainer_ratios.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def national_goals() -> tuple[Goal, ...]:
    """The national targets other than trainers per teams, read once."""
    return national_targets((_DATA / "national_targets.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _all_goals() -> tuple[Goal, ...]:
    trainers = (_trainer_goal(one) for one in trainer_ratios())
    return (*national_goals(), *(one for one in trainers if one is not None))


def goals_near(on: date) -> tuple[Goal, ...]:
    """The national targets, trainers per teams among them, within a year of the day."""
    return tuple(
        one for one in _all_goals() if one.valid_from <= on + _YEAR and one.valid_to > on - _YEAR
    )


def _trainer_goal(ratio: RatioTarget) -> Goal | None:
    """Trainers per teams as a goal; None while it has no last day."""
    if ratio.valid_to is None:
        return None
    own = ratio.base is Base.PROVINCE
    return Goal(
        measure=TargetMeasure.TRAINERS if own else TargetMeasure.LOCAL_TRAINERS,
        valid_from=ratio.valid_from,
        valid_to=ratio.valid_to,
        value=ratio.teams_per_trainer,
        source=ratio.source,
        source_en=ratio.source_en,
        confidence=ratio.confidence,
        base=ratio.base,
    )


def local_base(on: date) -> Base:
    """Over which places the trainers of districts are counted on a day."""
    bases = (one.base for one in trainer_ratios() if one.in_force(on))
    return next((one for one in bases if one is not Base.PROVINCE), Base.FORMER_DISTRICT)
