"""How often each answer to a question was given, and by people who know how much. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple

from training_app.assessment.rules.item_analysis import Pairs
from training_app.assessment.rules.keys import Key, earned_under, mark_under
from training_app.errors import N_
from training_app.questions.rules import Response
from training_app.questions.source import Multiple, Option, Single

RARE_SHARE: Final = 0.05  # an option that fewer choose tells nobody apart
FEWEST_FOR_MEAN: Final = 5  # below this an average says more about single people
MOST_LINES: Final = 12  # of answers that are not options: the most frequent ones
_BEYOND_CHANCE: Final = 2.0  # standard errors

UNSURE: Final = N_("I do not know yet")
UNANSWERED: Final = N_("no answer")


class Group(NamedTuple):
    """People who answered alike (None: nothing) and have as many marks for all other questions."""

    response: Response | None
    others: float
    people: int


class Notice(StrEnum):
    """What an answer tells about the question."""

    RARE = "rare"
    ATTRACTS = "attracts"


NOTICES: Final = {
    Notice.RARE: N_("hardly chosen"),
    Notice.ATTRACTS: N_("chosen by those who know more"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One answer, or one option, with how many gave it.

    ``own_words``: the text is a message of the application. ``others`` is the average of the marks
    for the other questions among those who gave it; None where they are too few.
    """

    words: tuple[str, ...]
    times: int
    right: bool = False
    harmful: bool = False
    own_words: bool = False
    others: float | None = None
    notice: Notice | None = None


def lines(key: Key, given: Iterable[Group]) -> list[Line]:
    """One line per option where there are options, also those nobody chose; else per answer.

    Those who did not know or did not answer come last.
    """
    given = list(given)
    answered = [one for one in given if one.response and not one.response.dont_know]
    if isinstance(key.question, Single | Multiple):
        found = _by_option(key, key.question.options, answered, whole=_people(given))
    else:
        found = _by_answer(key, answered)
    unsure = [one for one in given if one.response and one.response.dont_know]
    silent = [one for one in given if one.response is None]
    for text, among in ((UNSURE, unsure), (UNANSWERED, silent)):
        if among:
            found.append(_line((text,), among, right=key.void, own_words=True))
    return found


def pairs(key: Key, given: Iterable[Group]) -> Pairs:
    """How many people have each pair of the mark for this question and for all others."""
    found: dict[tuple[float, float], int] = {}
    for one in given:
        pair = (earned_under(key, one.response).points, one.others)
        found[pair] = found.get(pair, 0) + one.people
    return found


def _line(
    words: tuple[str, ...],
    among: Sequence[Group],
    *,
    right: bool,
    harmful: bool = False,
    own_words: bool = False,
) -> Line:
    times = _people(among)
    others = _mean(among) if times >= FEWEST_FOR_MEAN else None
    return Line(words, times, right, harmful, own_words, others)


def _by_option(
    key: Key, options: Sequence[Option], answered: Sequence[Group], *, whole: int
) -> list[Line]:
    """The options in their order, each with what it tells about the question."""
    right = [one for one in answered if earned_under(key, one.response).right]
    found = [
        _line(
            (option.text,),
            [one for one in answered if one.response and option.id in one.response.chosen],
            right=option.right or key.void,
            harmful=option.harmful and not key.void,
        )
        for option in options
    ]
    return [_noticed(one, right, answered, whole=whole) for one in found]


def _by_answer(key: Key, answered: Sequence[Group]) -> list[Line]:
    """The most frequent answers, whole."""
    groups: dict[tuple[str, ...], list[Group]] = {}
    for one in answered:
        groups.setdefault(mark_under(key, one.response).chosen, []).append(one)
    found = []
    for words, among in groups.items():
        earned = earned_under(key, among[0].response)
        found.append(_line(words, among, right=earned.right, harmful=earned.harmful))
    return sorted(found, key=lambda line: (-line.times, line.words))[:MOST_LINES]


def _noticed(line: Line, right: Sequence[Group], answered: Sequence[Group], *, whole: int) -> Line:
    if line.right:
        return line
    return replace(line, notice=_notice(line, right, answered, whole))


def _notice(
    line: Line, right: Sequence[Group], answered: Sequence[Group], whole: int
) -> Notice | None:
    if line.times < RARE_SHARE * whole:
        # That nobody chooses what the law forbids is as it should be.
        return None if line.harmful else Notice.RARE
    many = _people(right)
    if line.others is None or many < FEWEST_FOR_MEAN:
        return None
    by_chance = _spread(answered) * math.sqrt(1 / line.times + 1 / many)
    return Notice.ATTRACTS if line.others - _mean(right) > _BEYOND_CHANCE * by_chance else None


def _people(among: Iterable[Group]) -> int:
    return sum(one.people for one in among)


def _mean(among: Sequence[Group]) -> float:
    """The average of the marks for the other questions."""
    return math.fsum(one.others * one.people for one in among) / max(1, _people(among))


def _spread(among: Sequence[Group]) -> float:
    """The standard deviation of the marks for the other questions."""
    many, mean = _people(among), _mean(among)
    squares = math.fsum((one.others - mean) ** 2 * one.people for one in among)
    return math.sqrt(squares / (many - 1)) if many > 1 else 0.0
