"""How often each answer to a question was given, and by people who know how much. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from training_app.assessment.rules.item_analysis import Pairs
from training_app.assessment.rules.keys import Key, earned_under, mark_under
from training_app.errors import N_
from training_app.questions.rules import Response
from training_app.questions.source import Multiple, Single

Given: TypeAlias = tuple[Response | None, float, int]
"""An answer (None: nothing was answered), the marks for all other questions, how many people."""

RARE_SHARE: Final = 0.05  # an option that fewer choose tells nobody apart
FEWEST_FOR_MEAN: Final = 5  # below this an average says more about single people
MOST_LINES: Final = 12  # of answers that are not options: the most frequent ones
_BEYOND_CHANCE: Final = 2.0  # standard errors

UNSURE: Final = N_("I do not know yet")
UNANSWERED: Final = N_("no answer")


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


def lines(key: Key, given: Iterable[Given]) -> list[Line]:
    """One line per option where there are options, also those nobody chose; else per answer.

    Those who did not know or did not answer come last.
    """
    given = list(given)
    answered = [one for one in given if one[0] is not None and not one[0].dont_know]
    question = key.question
    if isinstance(question, Single | Multiple):
        found = [
            _line(
                (option.text,),
                [one for one in answered if one[0] and option.id in one[0].chosen],
                right=option.right or key.void,
                harmful=option.harmful and not key.void,
            )
            for option in question.options
        ]
        found = _noticed(found, answered, key, whole=sum(times for _, _, times in given))
    else:
        found = _by_answer(key, answered)
    unsure = [one for one in given if one[0] is not None and one[0].dont_know]
    silent = [one for one in given if one[0] is None]
    for text, among in ((UNSURE, unsure), (UNANSWERED, silent)):
        if among:
            found.append(_line((text,), among, right=key.void, own_words=True))
    return found


def pairs(key: Key, given: Iterable[Given]) -> Pairs:
    """How many people have each pair of the mark for this question and for all others."""
    found: dict[tuple[float, float], int] = {}
    for response, rest, times in given:
        pair = (earned_under(key, response).points, rest)
        found[pair] = found.get(pair, 0) + times
    return found


def _line(
    words: tuple[str, ...],
    among: Sequence[Given],
    *,
    right: bool,
    harmful: bool = False,
    own_words: bool = False,
) -> Line:
    times = sum(many for _, _, many in among)
    others = _mean(among) if times >= FEWEST_FOR_MEAN else None
    return Line(words, times, right, harmful, own_words, others)


def _by_answer(key: Key, answered: Sequence[Given]) -> list[Line]:
    """The most frequent answers, whole."""
    groups: dict[tuple[str, ...], list[Given]] = {}
    for one in answered:
        groups.setdefault(mark_under(key, one[0]).chosen, []).append(one)
    found = []
    for words, among in groups.items():
        earned = earned_under(key, among[0][0])
        found.append(_line(words, among, right=earned.right, harmful=earned.harmful))
    return sorted(found, key=lambda line: -line.times)[:MOST_LINES]


def _noticed(
    found: Sequence[Line], answered: Sequence[Given], key: Key, *, whole: int
) -> list[Line]:
    right = [one for one in answered if earned_under(key, one[0]).right]
    return [
        Line(
            line.words,
            line.times,
            line.right,
            line.harmful,
            line.own_words,
            line.others,
            None if line.right else _notice(line, right, answered, whole),
        )
        for line in found
    ]


def _notice(
    line: Line, right: Sequence[Given], answered: Sequence[Given], whole: int
) -> Notice | None:
    if line.times < RARE_SHARE * whole:
        # That nobody chooses what the law forbids is as it should be.
        return None if line.harmful else Notice.RARE
    many = sum(times for _, _, times in right)
    if line.others is None or many < FEWEST_FOR_MEAN:
        return None
    by_chance = _spread(answered) * math.sqrt(1 / line.times + 1 / many)
    return Notice.ATTRACTS if line.others - _mean(right) > _BEYOND_CHANCE * by_chance else None


def _mean(among: Sequence[Given]) -> float:
    many = sum(times for _, _, times in among)
    return math.fsum(rest * times for _, rest, times in among) / many if many else 0.0


def _spread(among: Sequence[Given]) -> float:
    """The standard deviation of the marks for the other questions."""
    many, mean = sum(times for _, _, times in among), _mean(among)
    squares = math.fsum((rest - mean) ** 2 * times for _, rest, times in among)
    return math.sqrt(squares / (many - 1)) if many > 1 else 0.0
