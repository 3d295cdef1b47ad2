"""Taking tests, marking what was written, and correcting a key found wrong."""

from training_app.assessment.services.answering import (
    Saved,
    attempt_to_answer,
    save_answer,
    save_into,
)
from training_app.assessment.services.marking import give_mark
from training_app.assessment.services.taking import (
    POLICY,
    refuse,
    see_mistakes,
    start,
    submit,
)

__all__ = [
    "POLICY",
    "Saved",
    "attempt_to_answer",
    "give_mark",
    "refuse",
    "save_answer",
    "save_into",
    "see_mistakes",
    "start",
    "submit",
]
