"""Screens of the organisation, one module for each use, on one blueprint."""

from training_app.organisation.routes import (
    choosing,
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
    waiting,
)
from training_app.organisation.routes.base import bp

__all__ = [
    "bp",
    "choosing",
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
    "waiting",
]
