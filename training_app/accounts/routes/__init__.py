"""Screens of accounts, one module for each audience, on one blueprint."""

from training_app.accounts.routes import entry, own
from training_app.accounts.routes.base import bp, load_viewer

__all__ = ["bp", "entry", "load_viewer", "own"]
