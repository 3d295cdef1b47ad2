"""Reorganisations: what one would do, doing it, and taking it back."""

from training_app.organisation.rules.operations import Operation
from training_app.organisation.services.operations.doing import (
    Preview,
    Signature,
    carry_out,
    preview,
)
from training_app.organisation.services.operations.forgetting import forget_people
from training_app.organisation.services.operations.loading import hold
from training_app.organisation.services.operations.undoing import undo

__all__ = [
    "Operation",
    "Preview",
    "Signature",
    "carry_out",
    "forget_people",
    "hold",
    "preview",
    "undo",
]
