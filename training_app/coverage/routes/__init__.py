"""Screens of coverage: units, teams, people, evidence, worklist, trainers and their desk."""

from training_app.coverage.routes import (
    desk,
    disputes,
    exemptions,
    files,
    later,
    nation_targets,
    people,
    person,
    places,
    plans,
    preparing,
    support,
    target_history,
    target_lists,
    targets,
    trainers,
    work,
)
from training_app.coverage.routes.base import bp

__all__ = [
    "bp",
    "desk",
    "disputes",
    "exemptions",
    "files",
    "later",
    "nation_targets",
    "people",
    "person",
    "places",
    "plans",
    "preparing",
    "support",
    "target_history",
    "target_lists",
    "targets",
    "trainers",
    "work",
]
