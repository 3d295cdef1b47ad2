"""Screens of modules, their graded tests, and how the questions do their work."""

from training_app.assessment.routes import (
    corrections,
    counting,
    marking,
    results,
    statistics,
    taking,
)
from training_app.assessment.routes.base import bp

__all__ = ["bp", "corrections", "counting", "marking", "results", "statistics", "taking"]
