"""Screens of accounts, one module for each audience, on one blueprint."""

from training_app.accounts.routes import (
    entry,
    first,
    own,
    own_account,
    pace,
    passkeys,
    proof,
    staff,
    staff_entry,
    team,
    together,
    two_people,
)
from training_app.accounts.routes.base import bp, load_viewer

__all__ = [
    "bp",
    "entry",
    "first",
    "load_viewer",
    "own",
    "own_account",
    "pace",
    "passkeys",
    "proof",
    "staff",
    "staff_entry",
    "team",
    "together",
    "two_people",
]
