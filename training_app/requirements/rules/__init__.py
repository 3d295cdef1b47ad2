"""Requirements, pure: periods, renewal, what evidence completes, and from when to when it holds."""

from training_app.requirements.rules.holding import (
    HeldPeriod,
    InForce,
    held_through,
    held_under,
    holdings,
)
from training_app.requirements.rules.judging import (
    Audience,
    Complete,
    Evidence,
    Incomplete,
    Required,
    evaluate,
)
from training_app.requirements.rules.periods import Period, parse_period, shift
from training_app.requirements.rules.renewing import Renewal, Renewing, renewal, window_opens

__all__ = [
    "Audience",
    "Complete",
    "Evidence",
    "HeldPeriod",
    "InForce",
    "Incomplete",
    "Period",
    "Renewal",
    "Renewing",
    "Required",
    "evaluate",
    "held_through",
    "held_under",
    "holdings",
    "parse_period",
    "renewal",
    "shift",
    "window_opens",
]
