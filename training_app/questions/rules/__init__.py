"""How questions are shown, answered, marked and drawn."""

from training_app.questions.rules.answering import (
    Response,
    Unreadable,
    form_values,
    read_response,
    response_from_data,
    response_to_data,
)
from training_app.questions.rules.drawing import Drawable, Part, draw, room
from training_app.questions.rules.marking import Mark, credit_policy, expected_texts, mark
from training_app.questions.rules.presenting import (
    DONT_KNOW,
    Item,
    Presentation,
    present,
    right_texts,
)
from training_app.questions.rules.shuffling import (
    fitting,
    option_order,
    right_ids,
    shuffled,
    token,
)

__all__ = [
    "DONT_KNOW",
    "Drawable",
    "Item",
    "Mark",
    "Part",
    "Presentation",
    "Response",
    "Unreadable",
    "credit_policy",
    "draw",
    "expected_texts",
    "fitting",
    "form_values",
    "mark",
    "option_order",
    "present",
    "read_response",
    "response_from_data",
    "response_to_data",
    "right_ids",
    "right_texts",
    "room",
    "shuffled",
    "token",
]
