"""Marking: points, right or not, and harm, which counts apart from points.

The policy, told to the person before the start: an answer is worth at most one point and never
less than nothing; "Tôi chưa biết" is worth nothing and does no harm. Where a question gives part of
a point, :func:`credit_policy` says how.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from training_app import vietnamese
from training_app.errors import N_
from training_app.questions.rules.answering import Response
from training_app.questions.rules.presenting import FALSE, TRUE, right_texts
from training_app.questions.rules.shuffling import fitting
from training_app.questions.source import (
    MarkedByRule,
    Match,
    Multiple,
    Order,
    Question,
    Short,
    Single,
    TrueFalse,
    Written,
)

NONE: Final = Fraction(0)
FULL: Final = Fraction(1)
HALF: Final = Fraction(1, 2)
# Words of the answer to a statement; the edge translates them.
SAY_TRUE: Final = N_("Right")
SAY_FALSE: Final = N_("Not right")
# The policies, as people read them.
ONE_ANSWER: Final = N_("One right answer.")
ANSWER_AND_REASON: Final = N_("The answer counts half, the reason the other half.")
ALL_OPTIONS: Final = N_("Counts only when exactly the right options are chosen.")
PER_OPTION: Final = N_(
    "Each right option counts; each one that is not right takes one away, never below zero."
)
ALL_STEPS: Final = N_("Counts only when all steps are in order.")
PER_STEP: Final = N_("Each step in its right place counts.")
ALL_ROWS: Final = N_("Counts only when every row is matched correctly.")
PER_ROW: Final = N_("Each row matched correctly counts.")
BY_PEOPLE: Final = N_("A trainer reads the answer and gives points; the result comes after that.")


@dataclass(frozen=True, slots=True)
class Mark:
    """The decision on one response.

    ``points`` from 0 to 1; ``right`` only when everything is; ``harmful`` when the move that the
    law forbids was chosen in a safety question, which fails a test whatever the total. ``chosen``
    and ``expected`` are the two answers in words, ``comments`` what the author says to the chosen
    options. ``waiting``: people have to mark it, and until then it earns nothing.
    """

    points: Fraction
    right: bool
    harmful: bool = False
    chosen: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    waiting: bool = False


def mark(question: Question, response: Response) -> Mark:
    """Mark a response that :func:`read_response` accepted for this question."""
    if response.dont_know:
        return Mark(NONE, right=False, expected=expected_texts(question))
    if isinstance(question, Written):
        model = expected_texts(question)
        return Mark(NONE, right=False, chosen=(response.text,), expected=model, waiting=True)
    points = _points(question, response)
    return Mark(
        points,
        right=points == FULL,
        harmful=_harmful(question, response),
        chosen=_chosen_texts(question, response),
        expected=expected_texts(question),
        comments=_comments(question, response),
    )


def credit_policy(question: Question) -> str:
    """How points are given, as an English message id to show before the start."""
    partly = isinstance(question, Multiple | Order | Match) and question.credit != "all"
    match question:
        case Multiple():
            policy = PER_OPTION if partly else ALL_OPTIONS
        case Order():
            policy = PER_STEP if partly else ALL_STEPS
        case Match():
            policy = PER_ROW if partly else ALL_ROWS
        case TrueFalse() if question.reasons:
            policy = ANSWER_AND_REASON
        case Written():
            policy = BY_PEOPLE
        case _:
            policy = ONE_ANSWER
    return policy


def _points(question: MarkedByRule, response: Response) -> Fraction:
    match question:
        case Single():
            right = {option.id for option in question.options if option.right}
            # More than one is right only under a key that was corrected.
            return FULL if response.chosen and set(response.chosen) <= right else NONE
        case Multiple():
            return _multiple_points(question, set(response.chosen))
        case TrueFalse():
            return _true_false_points(question, response)
        case Order():
            places = zip((step.id for step in question.steps), response.chosen, strict=False)
            hits = sum(right == given for right, given in places)
            return _share(hits, len(question.steps), question.credit)
        case Match():
            fits = fitting(question)
            hits = sum(fits.get(left) == one for left, one in dict(response.pairs).items())
            return _share(hits, len(question.pairs), question.credit)
        case Short():
            accepted = {_short_key(text) for text in question.accept}
            return FULL if _short_key(response.text) in accepted else NONE


def _share(hits: int, of: int, credit: str) -> Fraction:
    if credit == "all":
        return FULL if hits == of else NONE
    return Fraction(hits, of)


def _multiple_points(question: Multiple, chosen: set[str]) -> Fraction:
    right = {option.id for option in question.options if option.right}
    if question.credit == "all":
        return FULL if chosen == right else NONE
    return max(NONE, Fraction(len(chosen & right) - len(chosen - right), len(right)))


def _true_false_points(question: TrueFalse, response: Response) -> Fraction:
    """A right reason for the wrong answer is a guess and earns nothing."""
    if response.chosen[0] != (TRUE if question.answer else FALSE):
        return NONE
    if not question.reasons:
        return FULL
    right = {reason.id for reason in question.reasons if reason.right}
    return FULL if set(response.chosen[1:]) == right else HALF


def _harmful(question: Question, response: Response) -> bool:
    if not question.safety:
        return False
    match question:
        case Single() | Multiple():
            return any(one.harmful and one.id in response.chosen for one in question.options)
        case TrueFalse():
            return response.chosen[0] != (TRUE if question.answer else FALSE)
        case _:
            return False


def expected_texts(question: Question) -> tuple[str, ...]:
    """The right answer in words: one text per option, step or row."""
    match question:
        case Single() | Multiple():
            return tuple(option.text for option in question.options if option.right)
        case TrueFalse():
            said = SAY_TRUE if question.answer else SAY_FALSE
            return (said, *(reason.text for reason in question.reasons if reason.right))
        case Order():
            return tuple(step.text for step in question.steps)
        case Match():
            fits, rights = fitting(question), right_texts(question)
            return tuple(f"{pair.left} → {rights[fits[pair.id]]}" for pair in question.pairs)
        case Short():
            return (question.accept[0],)
        case Written():
            return (question.model,)


def _chosen_texts(question: MarkedByRule, response: Response) -> tuple[str, ...]:
    match question:
        case Single() | Multiple():
            return tuple(one.text for one in question.options if one.id in response.chosen)
        case TrueFalse():
            said = SAY_TRUE if response.chosen[0] == TRUE else SAY_FALSE
            return (said, *(one.text for one in question.reasons if one.id in response.chosen[1:]))
        case Order():
            texts = {step.id: step.text for step in question.steps}
            return tuple(texts[one] for one in response.chosen if one in texts)
        case Match():
            lefts, rights = {pair.id: pair.left for pair in question.pairs}, right_texts(question)
            return tuple(f"{lefts[left]} → {rights[right]}" for left, right in response.pairs)
        case Short():
            return (response.text,)


def _comments(question: Question, response: Response) -> tuple[str, ...]:
    if not isinstance(question, Single | Multiple):
        return ()
    chosen = (one for one in question.options if one.id in response.chosen)
    return tuple(one.why for one in chosen if one.why)


def _short_key(text: str) -> str:
    """Typed answers compare without marks, capitals and punctuation."""
    letters = (sign if sign.isalnum() else " " for sign in vietnamese.fold(text))
    return " ".join("".join(letters).split())
