"""Screens of practice: questions with feedback, scenarios turn by turn, spaced review."""

from training_app.practice.routes import questions, review, scenarios, statistics
from training_app.practice.routes.base import bp

__all__ = ["bp", "questions", "review", "scenarios", "statistics"]
