"""Screens of the organisation, one module for each use, on one blueprint."""

from training_app.organisation.routes import (
    lists,
    members,
    papers,
    people,
    problems,
    progress,
    reviews,
    rosters,
    steps,
    teams,
)
from training_app.organisation.routes.base import bp

__all__ = [
    "bp",
    "lists",
    "members",
    "papers",
    "people",
    "problems",
    "progress",
    "reviews",
    "rosters",
    "steps",
    "teams",
]
