"""What the numbers of a question suggest to its author. Pure."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Final

from training_app.assessment.rules.item_analysis import Item
from training_app.errors import N_

MIN_ATTEMPTS: Final = 20  # below this numbers say more about chance than about the question
VERY_EASY: Final = 0.95
VERY_HARD: Final = 0.35
WEAK: Final = 15.0  # per cent of correlation with the rest
_BEYOND_CHANCE: Final = 2.0  # standard errors


class Advice(StrEnum):
    """Something worth a look."""

    TOO_FEW = "too_few"
    REVERSED = "reversed"
    WEAK = "weak"
    VERY_EASY = "very_easy"
    VERY_HARD = "very_hard"


WORDS: Final = {
    Advice.TOO_FEW: N_("too few answers yet"),
    Advice.REVERSED: N_("those who know more answer it worse: check the key and the wording"),
    Advice.WEAK: N_("hardly separates those who know from those who do not"),
    Advice.VERY_EASY: N_("almost everybody is right"),
    Advice.VERY_HARD: N_("few are right: check the wording and the lesson"),
}

# What a trainer does about it; the numbers alone never take a question out.
REMEDIES: Final = {
    Advice.TOO_FEW: N_("Wait for more answers: chance alone moves the numbers now."),
    Advice.REVERSED: N_(
        "Look at the key first. If it is right, read which answer those choose who know more, and "
        "write the question so that only one answer is right."
    ),
    Advice.WEAK: N_(
        "Read the answers below: replace an option that hardly anybody chooses, or that may also "
        "be right, by a mistake people really make. A safety question may stay as it is."
    ),
    Advice.VERY_EASY: N_(
        "Keep it if everybody must know this. Otherwise ask for the same in a case that is less "
        "plain."
    ),
    Advice.VERY_HARD: N_(
        "See whether the lesson says it, whether the wording misleads, and whether the key is "
        "right. If all is well, teach it again in the next class."
    ),
}


def advise(item: Item) -> tuple[Advice, ...]:
    """What to look at, the most serious first; nothing for a question that does its work."""
    if item.n < MIN_ATTEMPTS:
        return (Advice.TOO_FEW,)
    found = []
    index, facility = item.discrimination_index, item.facility
    if index is not None and index < -_by_chance(item.n):
        found.append(Advice.REVERSED)
    elif index is not None and index < WEAK:
        found.append(Advice.WEAK)
    if facility is not None and facility >= VERY_EASY:
        found.append(Advice.VERY_EASY)
    if facility is not None and facility < VERY_HARD:
        found.append(Advice.VERY_HARD)
    return tuple(found)


def _by_chance(n: int) -> float:
    """How far from 0 per cent chance alone takes the correlation of two unrelated columns."""
    return _BEYOND_CHANCE * 100.0 / math.sqrt(n)
