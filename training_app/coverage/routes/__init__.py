"""Screens of coverage: units, teams, people, evidence, and the worklist."""

from training_app.coverage.routes import people, person, places, work
from training_app.coverage.routes.base import bp

__all__ = ["bp", "people", "person", "places", "work"]
