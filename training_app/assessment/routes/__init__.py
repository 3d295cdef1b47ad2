"""Screens of modules, their graded tests, and how the questions do their work."""

from training_app.assessment.routes import marking, results, statistics, taking
from training_app.assessment.routes.base import bp

__all__ = ["bp", "marking", "results", "statistics", "taking"]
