"""Setting, changing and ending requirements; deciding on those of units that ended."""

from training_app.requirements.services.carrying import Decision, decide
from training_app.requirements.services.setting import (
    REDERIVE_JOB,
    NewRequirement,
    Terms,
    change_requirement,
    end_requirement,
    may_manage,
    set_requirement,
)

__all__ = [
    "REDERIVE_JOB",
    "Decision",
    "NewRequirement",
    "Terms",
    "change_requirement",
    "decide",
    "end_requirement",
    "may_manage",
    "set_requirement",
]
