"""Screens of official reports."""

from training_app.reporting.routes import collecting, deciding, listing, outputs, people, working
from training_app.reporting.routes.base import bp

__all__ = ["bp", "collecting", "deciding", "listing", "outputs", "people", "working"]
