"""Keeping the ready counts (made anew, brought up to date, recounted), and plans of units."""

from training_app.coverage.services.keeping import (
    Difference,
    Draft,
    draft,
    forget,
    verify,
    write,
)
from training_app.coverage.services.planning import NewTarget, set_target, withdraw_target

__all__ = [
    "Difference",
    "Draft",
    "NewTarget",
    "draft",
    "forget",
    "set_target",
    "verify",
    "withdraw_target",
    "write",
]
