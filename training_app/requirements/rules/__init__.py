"""Requirements, pure: periods, renewal, what evidence completes, and from when to when it holds."""

from training_app.requirements.rules.holding import (
    HeldPeriod,
    InForce,
    held_through,
    held_under,
    holdings,
)
from training_app.requirements.rules.judging import (
    EXEMPTION,
    Audience,
    Complete,
    Evidence,
    Incomplete,
    Required,
    evaluate,
)
from training_app.requirements.rules.periods import Period, parse_period, shift
from training_app.requirements.rules.renewing import (
    WINDOW_TOO_LONG,
    Renewal,
    Renewing,
    refuse_long_window,
    renewal,
    window_opens,
)
from training_app.requirements.rules.updating import (
    SHORT_UPDATE,
    Cause,
    Passed,
    Span,
    Updated,
    UpdatePeriod,
    asked_under,
    update_periods,
)

__all__ = [
    "EXEMPTION",
    "SHORT_UPDATE",
    "WINDOW_TOO_LONG",
    "Audience",
    "Cause",
    "Complete",
    "Evidence",
    "HeldPeriod",
    "InForce",
    "Incomplete",
    "Passed",
    "Period",
    "Renewal",
    "Renewing",
    "Required",
    "Span",
    "UpdatePeriod",
    "Updated",
    "asked_under",
    "evaluate",
    "held_through",
    "held_under",
    "holdings",
    "parse_period",
    "refuse_long_window",
    "renewal",
    "shift",
    "update_periods",
    "window_opens",
]
