"""What a reader without the right to names may see of the totals of a report.

Such a reader gets the total row alone. A count of one to four people reads "<5", and so does
whatever would tell such a count by subtraction: its partner in a sum, or the whole's remainder.
"""

from __future__ import annotations

from typing import Final

from training_app.reporting.rules.figures import Figures
from training_app.reporting.rules.layouts import CheckKind, Layout, Measure

SMALLEST_SHOWN: Final = 5
SMALL: Final = "<5"
HIDDEN: Final = "…"


def shown_as(layout: Layout, figures: Figures) -> dict[str, str]:
    """Column → what stands for its number: "<5", or "…" where that would tell too much.

    Of the parts of one sum at most one reads "<5": two that do would tell each other when their
    sum is eight.
    """
    closed = hidden(layout, figures)
    words = {key: SMALL if _small(_total(figures, layout, key)) else HIDDEN for key in closed}
    for check in layout.checks:
        if check.kind is CheckKind.SUM:
            small = [key for key in check.parts if words.get(key) == SMALL]
            words |= dict.fromkeys(small[1:], HIDDEN)
    return words


def _total(figures: Figures, layout: Layout, key: str) -> int:
    column = layout.column(key)
    return figures.total(key) if column and column.counted else 0


def hidden(layout: Layout, figures: Figures) -> frozenset[str]:
    """The columns of the total row that such a reader does not see."""
    people = [one for one in layout.counted if one.measure is not Measure.TEAMS]
    found = {one.key for one in people if _small(figures.total(one.key))}
    for check in layout.checks:
        whole = figures.total(check.whole)
        if check.kind is CheckKind.WITHIN:
            found |= {key for key in check.parts if _small(whole - figures.total(key))}
        elif found & set(check.parts) or _small(whole - sum(map(figures.total, check.parts))):
            found |= set(check.parts)
    if found & {check.whole for check in layout.checks}:
        found |= {one.key for one in people}
    shares = {
        one.key for one in layout.columns if not one.counted and found & {one.part, one.whole}
    }
    return frozenset(found | shares)


def _small(count: int) -> bool:
    return 0 < count < SMALLEST_SHOWN
