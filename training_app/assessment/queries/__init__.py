"""What tests are, what was answered, and how questions do their work."""

from training_app.assessment.queries.attempts import (
    SOURCE_KIND,
    AttemptRow,
    Given,
    LessonState,
    certificate_code,
    keys,
    keys_of_last_attempt,
    latest_answers,
    lesson_states,
    own_attempt,
    running_questions,
    sittings,
)
from training_app.assessment.queries.statistics import (
    AskedItem,
    Told,
    answers_given,
    asked_item,
    asked_items,
    item_distributions,
    median_seconds,
    total_distribution,
)

__all__ = [
    "SOURCE_KIND",
    "AskedItem",
    "AttemptRow",
    "Given",
    "LessonState",
    "Told",
    "answers_given",
    "asked_item",
    "asked_items",
    "certificate_code",
    "item_distributions",
    "keys",
    "keys_of_last_attempt",
    "latest_answers",
    "lesson_states",
    "median_seconds",
    "own_attempt",
    "running_questions",
    "sittings",
    "total_distribution",
]
