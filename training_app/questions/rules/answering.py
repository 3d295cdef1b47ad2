"""From form fields to a response and back, refusing what the question cannot mean."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from training_app import vietnamese
from training_app.errors import N_
from training_app.questions.rules.presenting import DONT_KNOW, FALSE, TRUE
from training_app.questions.rules.shuffling import right_ids, token
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

FormValues: TypeAlias = Mapping[str, Sequence[str]]
SHORT_LIMIT: Final = 200  # characters; the longest accepted answer is four words
WRITTEN_LIMIT: Final = 6_000  # characters: about two pages by hand


@dataclass(frozen=True, slots=True)
class Response:
    """What a person answered, in the author's ids, so that it outlives any order on a page.

    ``chosen``: option ids; "true" or "false" and the reason's id; step ids in the order given.
    ``pairs``: (pair id, right-hand id). ``text``: what was typed.
    """

    dont_know: bool = False
    chosen: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why the fields are no answer: the field to show it at and an English message id."""

    field: str
    message: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)


UNSURE: Final = Response(dont_know=True)


def read_response(question: Question, values: FormValues) -> Response | Unreadable:
    """Read the fields that :class:`Presentation` names; anything may stand in ``values``."""
    if values.get(DONT_KNOW) or DONT_KNOW in values.get("answer", ()):
        return _both(question, values) or UNSURE
    answer: Response | Unreadable
    match question:
        case Single():
            answer = _single(question, values)
        case Multiple():
            answer = _multiple(question, values)
        case TrueFalse():
            answer = _true_false(question, values)
        case Order():
            answer = _order(question, values)
        case Match():
            answer = _match(question, values)
        case Short():
            answer = _short(values)
        case Written():
            answer = _written(values)
    return answer


def _both(question: Question, values: FormValues) -> Unreadable | None:
    """Boxes can be ticked beside "I do not know yet": what was chosen is not dropped in silence."""
    if not isinstance(question, Multiple) or isinstance(_multiple(question, values), Unreadable):
        return None
    return Unreadable("answer", N_("Choose options, or “I do not know yet”, not both."))


def form_values(question: Question, response: Response) -> dict[str, list[str]]:
    """The fields that would give ``response``: to show a saved answer again."""
    if response.dont_know:
        return {"answer": [DONT_KNOW]}
    match question:
        case Single() | Multiple():
            return {"answer": [token(question.id, one) for one in response.chosen]}
        case TrueFalse():
            reasons = [token(question.id, one) for one in response.chosen[1:]]
            return {"answer": [response.chosen[0]]} | ({"reason": reasons} if reasons else {})
        case Order():
            places = enumerate(response.chosen, start=1)
            return {f"step-{token(question.id, one)}": [str(place)] for place, one in places}
        case Match():
            return {
                f"left-{token(question.id, f'left:{left}')}": [token(question.id, right)]
                for left, right in response.pairs
            }
        case Short() | Written():
            return {"text": [response.text]}


def response_to_data(response: Response) -> dict[str, Any]:
    """The response as plain data for storage."""
    if response.dont_know:
        return {"dont_know": True}
    data = {
        "chosen": list(response.chosen),
        "pairs": [list(pair) for pair in response.pairs],
        "text": response.text,
    }
    return {key: value for key, value in data.items() if value}


def response_from_data(data: Mapping[str, Any]) -> Response:
    """The response that :func:`response_to_data` wrote."""
    return Response(
        dont_know=bool(data.get("dont_know", False)),
        chosen=tuple(data.get("chosen", ())),
        pairs=tuple((left, right) for left, right in data.get("pairs", ())),
        text=data.get("text", ""),
    )


def _by_token(question: Question, ids: Sequence[str]) -> dict[str, str]:
    return {token(question.id, one): one for one in ids}


def _single(question: Single, values: FormValues) -> Response | Unreadable:
    known = _by_token(question, [option.id for option in question.options])
    given = [known[one] for one in dict.fromkeys(values.get("answer", ())) if one in known]
    if len(given) != 1:
        return Unreadable("answer", N_("Choose one option."))
    return Response(chosen=(given[0],))


def _multiple(question: Multiple, values: FormValues) -> Response | Unreadable:
    given = values.get("answer", ())
    chosen = tuple(one.id for one in question.options if token(question.id, one.id) in given)
    if not chosen:
        return Unreadable("answer", N_("Choose at least one option."))
    return Response(chosen=chosen)


def _true_false(question: TrueFalse, values: FormValues) -> Response | Unreadable:
    answer = values.get("answer", ())
    if list(answer) not in ([TRUE], [FALSE]):
        return Unreadable("answer", N_("Choose right or not right."))
    if not question.reasons:
        return Response(chosen=(answer[0],))
    known = _by_token(question, [reason.id for reason in question.reasons])
    given = [known[one] for one in dict.fromkeys(values.get("reason", ())) if one in known]
    if len(given) != 1:
        return Unreadable("reason", N_("Choose one reason as well."))
    return Response(chosen=(answer[0], given[0]))


def _order(question: Order, values: FormValues) -> Response | Unreadable:
    places: dict[int, str] = {}
    for step in question.steps:
        name = f"step-{token(question.id, step.id)}"
        place = _place(values.get(name, ()), len(question.steps))
        if place is None:
            message = N_("Give each step a number from 1 to %(last)d.")
            return Unreadable(name, message, {"last": len(question.steps)})
        if place in places:
            message = N_("Two steps have the number %(number)d. Give each its own.")
            return Unreadable(name, message, {"number": place})
        places[place] = step.id
    return Response(chosen=tuple(places[place] for place in sorted(places)))


def _place(given: Sequence[str], last: int) -> int | None:
    """A number from 1 to ``last``; only plain digits, so that "٣" and "1e9" are refused."""
    text = given[0].strip() if len(given) == 1 else ""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(last))):
        return None
    return int(text) if 1 <= int(text) <= last else None


def _match(question: Match, values: FormValues) -> Response | Unreadable:
    known = _by_token(question, right_ids(question))
    pairs = []
    for pair in question.pairs:
        name = f"left-{token(question.id, f'left:{pair.id}')}"
        given = values.get(name, ())
        if len(given) != 1 or given[0] not in known:
            return Unreadable(name, N_("Choose a match for each row."))
        pairs.append((pair.id, known[given[0]]))
    return Response(pairs=tuple(pairs))


def _short(values: FormValues) -> Response | Unreadable:
    given = values.get("text", ())
    text = vietnamese.clean(given[0]) if len(given) == 1 else ""
    if not vietnamese.fold(text):
        return Unreadable("text", N_("Write a short answer."))
    if len(text) > SHORT_LIMIT:
        message = N_("The answer is too long: write at most %(limit)d characters.")
        return Unreadable("text", message, {"limit": SHORT_LIMIT})
    return Response(text=text)


def _written(values: FormValues) -> Response | Unreadable:
    """The lines as they were written; blank ones at the ends and trailing spaces are dropped."""
    given = values.get("text", ())
    lines = given[0].splitlines() if len(given) == 1 else []
    text = "\n".join(vietnamese.clean(line) for line in lines).strip()
    if not vietnamese.fold(text):
        return Unreadable("text", N_("Write the answer, or choose “I do not know yet”."))
    if len(text) > WRITTEN_LIMIT:
        message = N_("The answer is too long: write at most %(limit)d characters.")
        return Unreadable("text", message, {"limit": WRITTEN_LIMIT})
    return Response(text=text)
