"""Screens of hall mode: the trainer's desk with the projector, and the phones."""

from training_app.hall.routes import desk, phones
from training_app.hall.routes.base import bp

__all__ = ["bp", "desk", "phones"]
