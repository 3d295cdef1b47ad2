"""Screens of accounts, one module for each audience, on one blueprint."""

from training_app.accounts.routes import entry, first, own, staff_entry
from training_app.accounts.routes.base import bp, load_viewer

__all__ = ["bp", "entry", "first", "load_viewer", "own", "staff_entry"]
