"""Screens of authors and reviewers."""

from training_app.authoring.routes import (
    editing,
    law,
    lessons,
    listing,
    pictures,
    reviewing,
    scenarios,
    statistics,
    telling,
)
from training_app.authoring.routes.base import bp

__all__ = [
    "bp",
    "editing",
    "law",
    "lessons",
    "listing",
    "pictures",
    "reviewing",
    "scenarios",
    "statistics",
    "telling",
]
