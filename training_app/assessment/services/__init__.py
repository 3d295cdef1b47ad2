"""Taking tests, marking what was written, and correcting a key found wrong."""

from training_app.assessment.services.taking import (
    POLICY,
    Saved,
    refuse,
    save_answer,
    see_mistakes,
    start,
    submit,
)

__all__ = ["POLICY", "Saved", "refuse", "save_answer", "see_mistakes", "start", "submit"]
