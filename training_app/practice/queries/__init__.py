"""Practice questions, paths through scenarios and cards that are due."""

from training_app.practice.queries.questions import Asked, last_response, practice_question
from training_app.practice.queries.review import (
    Due,
    Mistake,
    due_cards,
    memory_of,
    met_again,
    mistakes,
    next_due,
    own_card,
    same_question,
)
from training_app.practice.queries.scenarios import (
    Run,
    Story,
    first_choices,
    first_endings,
    own_run,
    same_story,
    stories,
    unfinished_run,
)

__all__ = [
    "Asked",
    "Due",
    "Mistake",
    "Run",
    "Story",
    "due_cards",
    "first_choices",
    "first_endings",
    "last_response",
    "memory_of",
    "met_again",
    "mistakes",
    "next_due",
    "own_card",
    "own_run",
    "practice_question",
    "same_question",
    "same_story",
    "stories",
    "unfinished_run",
]
