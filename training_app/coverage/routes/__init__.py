"""Screens of coverage: units, teams, people, evidence, the worklist, and the trainer's desk."""

from training_app.coverage.routes import desk, people, person, places, work
from training_app.coverage.routes.base import bp

__all__ = ["bp", "desk", "people", "person", "places", "work"]
