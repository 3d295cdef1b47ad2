"""Coverage, pure: what counts, what may be shown, and the smallest next step."""

from training_app.coverage.rules.counting import (
    DEFINITION,
    DEFINITION_MESSAGES,
    GROUP_MESSAGES,
    Counts,
    Group,
    TeamDefinition,
    total_of,
)
from training_app.coverage.rules.desk import STEP_MESSAGES, ClassStep, class_step
from training_app.coverage.rules.disclosure import Figure, Mask, Pair, disclose, disclose_course
from training_app.coverage.rules.steps import (
    GAP_MESSAGES,
    Gap,
    MemberGap,
    Step,
    StepKind,
    TeamNeed,
    first_steps,
    gaps,
    rank,
)

__all__ = [
    "DEFINITION",
    "DEFINITION_MESSAGES",
    "GAP_MESSAGES",
    "GROUP_MESSAGES",
    "STEP_MESSAGES",
    "ClassStep",
    "Counts",
    "Figure",
    "Gap",
    "Group",
    "Mask",
    "MemberGap",
    "Pair",
    "Step",
    "StepKind",
    "TeamDefinition",
    "TeamNeed",
    "class_step",
    "disclose",
    "disclose_course",
    "first_steps",
    "gaps",
    "rank",
    "total_of",
]
