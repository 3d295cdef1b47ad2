"""Screens of coverage: units, teams, people, evidence, worklist, trainers and their desk."""

from training_app.coverage.routes import (
    desk,
    exemptions,
    later,
    people,
    person,
    places,
    plans,
    targets,
    trainers,
    work,
)
from training_app.coverage.routes.base import bp

__all__ = [
    "bp",
    "desk",
    "exemptions",
    "later",
    "people",
    "person",
    "places",
    "plans",
    "targets",
    "trainers",
    "work",
]
