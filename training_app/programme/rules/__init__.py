"""Need and next steps, pure: every decision carries the facts that led to it."""

from training_app.programme.rules.needs import (
    UPDATES,
    Asked,
    Law,
    Need,
    Reason,
    Standing,
    State,
    Update,
    counts,
    due_soon_until,
    need,
)
from training_app.programme.rules.tasks import Card, CardKind, ModuleState, cards
from training_app.programme.rules.wording import (
    STANDING_MESSAGES,
    STATE_MESSAGES,
    TAGS,
    explain,
    missing_words,
    need_message,
)

__all__ = [
    "STANDING_MESSAGES",
    "STATE_MESSAGES",
    "TAGS",
    "UPDATES",
    "Asked",
    "Card",
    "CardKind",
    "Law",
    "ModuleState",
    "Need",
    "Reason",
    "Standing",
    "State",
    "Update",
    "cards",
    "counts",
    "due_soon_until",
    "explain",
    "missing_words",
    "need",
    "need_message",
]
