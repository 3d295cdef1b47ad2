"""Reorganisations: what one would do, doing it, and taking it back."""

from training_app.organisation.services.operations.doing import Preview, carry_out, preview
from training_app.organisation.services.operations.undoing import undo

__all__ = ["Preview", "carry_out", "preview", "undo"]
