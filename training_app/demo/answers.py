"""How demonstration people answer: rightly, or as people err."""

from __future__ import annotations

from random import Random

from training_app.questions.rules import Response
from training_app.questions.rules.answering import UNSURE
from training_app.questions.source import (
    Match,
    Multiple,
    Order,
    Question,
    Short,
    Single,
    TrueFalse,
    Written,
)


def right_response(question: Question) -> Response:
    """The response that earns full marks."""
    match question:
        case Single() | Multiple():
            return Response(chosen=tuple(o.id for o in question.options if o.right))
        case TrueFalse():
            reasons = tuple(r.id for r in question.reasons if r.right)
            return Response(chosen=("true" if question.answer else "false", *reasons))
        case Order():
            return Response(chosen=tuple(step.id for step in question.steps))
        case Match():
            return Response(pairs=tuple((pair.id, pair.id) for pair in question.pairs))
        case Short():
            return Response(text=question.accept[0])
        case Written():
            return Response(text=question.model)


def wrong_response(random: Random, question: Question) -> Response:
    """A harmless mistake, or "I do not know yet" where every mistake would be harmful."""
    if isinstance(question, Single):
        wrong = [o.id for o in question.options if not o.right and not o.harmful]
        if wrong:
            return Response(chosen=(random.choice(wrong),))
    if isinstance(question, Order):
        ids = [step.id for step in question.steps]
        return Response(chosen=(ids[1], ids[0], *ids[2:]))
    return UNSURE
