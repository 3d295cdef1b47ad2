"""Keeping the register of laws, and recording what the law changes."""

from training_app.laws.services.changing import (
    NewChange,
    record_change,
    refresh,
    withdraw_change,
)
from training_app.laws.services.loading import LawChanges, load

__all__ = [
    "LawChanges",
    "NewChange",
    "load",
    "record_change",
    "refresh",
    "withdraw_change",
]
