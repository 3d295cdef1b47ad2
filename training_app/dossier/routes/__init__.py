"""Screens of the dossier."""

from training_app.dossier.routes import answering, making, merging, own
from training_app.dossier.routes.base import bp

__all__ = ["answering", "bp", "making", "merging", "own"]
