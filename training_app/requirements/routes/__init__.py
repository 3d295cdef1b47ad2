"""Screens of requirements."""

from training_app.requirements.routes import ended, reading, setting
from training_app.requirements.routes.base import bp

__all__ = ["bp", "ended", "reading", "setting"]
