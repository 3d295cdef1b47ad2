"""Whether a question keeps its promises: right answers, explanation, citation, safety."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from training_app import vietnamese
from training_app.errors import N_
from training_app.laws.source import KeyPath, Located, Problem
from training_app.questions.source import (
    Match,
    Multiple,
    Option,
    Order,
    Question,
    Reason,
    Short,
    Single,
    TrueFalse,
    Written,
)

SINGLE_OPTIONS: Final = (2, 3)  # with "Tôi chưa biết" never more than four on the page
MULTIPLE_OPTIONS: Final = (3, 5)
REASONS: Final = (2, 3)
STEPS: Final = (3, 6)
PAIRS: Final = (3, 5)
ACCEPTED_WORDS: Final = 4
CRITERIA: Final = (2, 6)
EXPLANATION_SENTENCES: Final = 3
_WORD: Final = re.compile(r"\w+")
_SENTENCE_END: Final = re.compile(r"[.!?…][”\"')\]]*(?:\s|$)")


def check_question(located: Located[Question]) -> list[Problem]:
    """Every problem of one question, located; citations are looked up elsewhere."""
    return [*_check_common(located), *_check_kind(located)]


def _check_common(located: Located[Question]) -> Iterator[Problem]:
    question = located.value
    if not question.explanation.strip():
        message = N_("The explanation is missing.")
        remedy = N_("Say in at most three sentences why the answer is right.")
        yield located.problem(("explanation",), message, remedy)
    elif len(_SENTENCE_END.findall(question.explanation.strip() + " ")) > EXPLANATION_SENTENCES:
        message = N_("The explanation has more than three sentences.")
        remedy = N_("Shorten it; the lesson says the rest.")
        yield located.problem(("explanation",), message, remedy, warning=True)
    if not question.cites:
        message = N_("No article of law is cited.")
        remedy = N_("Add “cites” with at least one article of the register.")
        yield located.problem(("cites",), message, remedy)
    if question.safety and isinstance(question, Order | Match | Short | Written):
        message = N_("A question of this kind cannot be a safety question.")
        remedy = N_("Ask it as “single”, “multiple” or “true_false”, or remove “safety”.")
        yield located.problem(("safety",), message, remedy)


def _check_kind(located: Located[Question]) -> Iterator[Problem]:
    match located.value:
        case Single() as question:
            yield from _count(located, "option", question.options, SINGLE_OPTIONS)
            yield from _one_right(located, "option", question.options)
            yield from _options(located, question.options)
        case Multiple() as question:
            yield from _count(located, "option", question.options, MULTIPLE_OPTIONS)
            yield from _some_right(located, question.options)
            yield from _options(located, question.options)
        case TrueFalse() as question:
            yield from _true_false(located, question)
        case Order() as question:
            yield from _count(located, "step", question.steps, STEPS)
            yield from _unique(located, "step", "id", [step.id for step in question.steps])
            yield from _unique(located, "step", "text", [step.text for step in question.steps])
        case Match() as question:
            yield from _match(located, question)
        case Short() as question:
            yield from _short(located, question)
        case Written() as question:
            yield from _written(located, question)


def _count(
    located: Located[Question], key: str, items: Sequence[object], limits: tuple[int, int]
) -> Iterator[Problem]:
    low, high = limits
    if not low <= len(items) <= high:
        message = N_("There are %(found)d of “%(key)s”.")
        remedy = N_("Give %(low)d to %(high)d of them.")
        yield located.problem(
            (key,), message, remedy, found=len(items), key=key, low=low, high=high
        )


def _one_right(
    located: Located[Question], key: str, items: Sequence[Option | Reason]
) -> Iterator[Problem]:
    right = sum(item.right for item in items)
    if right != 1:
        message = N_("%(found)d of “%(key)s” are marked right.")
        remedy = N_("Mark exactly one with “right = true”.")
        yield located.problem((key,), message, remedy, found=right, key=key)


def _some_right(located: Located[Question], options: Sequence[Option]) -> Iterator[Problem]:
    right = sum(option.right for option in options)
    if right == 0:
        message = N_("No option is marked right.")
        remedy = N_("Mark at least one with “right = true”.")
        yield located.problem(("option",), message, remedy)
    elif right == len(options):
        message = N_("Every option is marked right.")
        remedy = N_("Add an option that is not right, or remove “right” from one.")
        yield located.problem(("option",), message, remedy, warning=True)


def _options(located: Located[Question], options: Sequence[Option]) -> Iterator[Problem]:
    """Ids and texts once only; harm only where it is scored."""
    yield from _unique(located, "option", "id", [option.id for option in options])
    yield from _unique(located, "option", "text", [option.text for option in options])
    for index, option in enumerate(options):
        path: KeyPath = ("option", index, "harmful")
        if option.harmful and option.right:
            message = N_("A right option is marked harmful.")
            yield located.problem(path, message, N_("Remove one of the two marks."))
        if option.harmful and not located.value.safety:
            message = N_("An option is marked harmful, but the question is no safety question.")
            remedy = N_("Add “safety = true” to the question or remove “harmful”.")
            yield located.problem(path, message, remedy)
    if located.value.safety and not any(option.harmful for option in options):
        message = N_("This safety question has no harmful option.")
        remedy = N_("Mark the move that the law forbids with “harmful = true”.")
        yield located.problem(("safety",), message, remedy)


def _true_false(located: Located[Question], question: TrueFalse) -> Iterator[Problem]:
    if question.reasons:
        yield from _count(located, "reason", question.reasons, REASONS)
        yield from _one_right(located, "reason", question.reasons)
        yield from _unique(located, "reason", "id", [reason.id for reason in question.reasons])
        yield from _unique(located, "reason", "text", [reason.text for reason in question.reasons])


def _match(located: Located[Question], question: Match) -> Iterator[Problem]:
    yield from _count(located, "pair", question.pairs, PAIRS)
    yield from _unique(located, "pair", "id", [pair.id for pair in question.pairs])
    yield from _unique(located, "pair", "left", [pair.left for pair in question.pairs])
    rights = [pair.right for pair in question.pairs]
    yield from _unique(located, "pair", "right", rights)
    if question.fits:
        message = N_("“fits” is written only when a key is corrected.")
        yield located.problem(("fits",), message, N_("Write each pair as it belongs together."))
    known = {_same(text) for text in rights}
    for index, text in enumerate(question.extra):
        if _same(text) in known:
            message = N_("“%(text)s” stands twice.")
            remedy = N_("Give each its own text, so that only one answer is right.")
            yield located.problem(("extra", index), message, remedy, text=text)


def _short(located: Located[Question], question: Short) -> Iterator[Problem]:
    if not question.accept:
        message = N_("No accepted answer is given.")
        yield located.problem(("accept",), message, N_("Add at least one answer to “accept”."))
    for index, text in enumerate(question.accept):
        if not 1 <= len(_WORD.findall(vietnamese.fold(text))) <= ACCEPTED_WORDS:
            message = N_("The accepted answer “%(text)s” is not one to four words.")
            remedy = N_("Shorten it, or ask with options instead.")
            yield located.problem(("accept", index), message, remedy, text=text)


def _written(located: Located[Question], question: Written) -> Iterator[Problem]:
    yield from _count(located, "criterion", question.criteria, CRITERIA)
    yield from _unique(located, "criterion", "id", [one.id for one in question.criteria])
    yield from _unique(located, "criterion", "text", [one.text for one in question.criteria])
    if question.needed > question.total:
        message = N_("More points are asked for than the criteria give.")
        yield located.problem(("enough",), message, N_("Lower “enough” or raise the points."))
    if question.in_practice:
        message = N_("A written answer is marked by people, so practice cannot ask it.")
        yield located.problem(("use",), message, N_('Write “use = "test"”.'))


def _unique(
    located: Located[Question], key: str, field: str, values: Iterable[str]
) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if _same(value) in seen:
            message = N_("“%(text)s” stands twice.")
            remedy = N_("Give each its own text, so that only one answer is right.")
            yield located.problem((key, index, field), message, remedy, text=value)
        seen.add(_same(value))


def _same(text: str) -> str:
    """The form in which two texts count as the same: clean, without capitals."""
    return vietnamese.clean(text).casefold()
