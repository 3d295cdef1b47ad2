"""Screens of the organisation, one module for each use, on one blueprint."""

from training_app.organisation.routes import (
    lists,
    members,
    operating,
    papers,
    people,
    problems,
    progress,
    reviews,
    rosters,
    steps,
    team_operations,
    teams,
    unit_operations,
)
from training_app.organisation.routes.base import bp

__all__ = [
    "bp",
    "lists",
    "members",
    "operating",
    "papers",
    "people",
    "problems",
    "progress",
    "reviews",
    "rosters",
    "steps",
    "team_operations",
    "teams",
    "unit_operations",
]
