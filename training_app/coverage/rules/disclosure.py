"""What a reader without the right to names may see of a table of counts.

A count of one to four people is shown as "<5". Where a hidden count could be found again by
subtraction, another one is hidden beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SMALLEST_SHOWN: Final = 5


class Mask(StrEnum):
    """How a count is shown."""

    SHOWN = "shown"
    SMALL = "small"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Pair:
    """The two terms of a share: people, and those of them who hold it."""

    people: int
    held: int


@dataclass(frozen=True)
class Figure:
    """A count as it may be shown; ``value`` is None unless it is shown."""

    mask: Mask
    value: int | None = None

    @property
    def shown(self) -> bool:
        """Whether the number itself is shown."""
        return self.mask is Mask.SHOWN


def disclose(
    rows: Sequence[Pair],
    total: Pair,
    *,
    beside: tuple[Sequence[Pair], Pair] | None = None,
) -> tuple[list[tuple[Figure, Figure]], tuple[Figure, Figure]]:
    """Return (people, held) of each row and of the total as they may be shown.

    ``total`` is what the foot of the table shows; the reader is taken to know the sum of the
    rows as well, so that a line of corrections opens nothing. ``beside`` is the same table of
    another reading: what differs from it by one to four people is hidden, too.
    """
    others, other = beside or (rows, total)
    people = [_people_mask(row) for row in rows]
    held = [_held_mask(row) for row in rows]
    total_people, total_held = _people_mask(total), _held_mask(total)
    for at, (row, one) in enumerate(zip(rows, others, strict=True)):
        people[at], held[at] = _unlike(row, one, people[at], held[at])
    total_people, total_held = _unlike(total, other, total_people, total_held)
    if total_people is Mask.SHOWN:
        _protect([row.people for row in rows], people, [total.people] * len(rows))
    if total_held is Mask.SHOWN:
        _protect([row.held for row in rows], held, [row.people for row in rows])
    shown = [
        (_figure(row.people, first), _figure(row.held, second))
        for row, first, second in zip(rows, people, held, strict=True)
    ]
    return shown, (_figure(total.people, total_people), _figure(total.held, total_held))


def disclose_course(
    rows: Sequence[Sequence[int]],
    total: Sequence[int],
    *,
    known: Sequence[bool],
    total_known: bool = True,
) -> tuple[list[list[Figure]], list[Figure]]:
    """Return the parts of each row and of the total as they may be shown.

    Each row splits a count that the reader may know (how many hold it) into parts: how many lapse
    in each quarter, and how many are left. The reader is taken to know the sums along a row and
    down a column. ``known`` says which rows' own count is shown; of the others nothing is. A row
    in which more come to hold it hides everything: its parts are no counts.
    """
    masks = [_parts_mask(row, shown=one) for row, one in zip(rows, known, strict=True)]
    foot = _parts_mask(total, shown=total_known)
    limits = [
        sum(row) if one else max(sum(row), SMALLEST_SHOWN)
        for row, one in zip(rows, known, strict=True)
    ]
    hidden = -1
    while hidden != (hidden := _hidden(masks, foot)):
        for row, mask in ((total, foot), *zip(rows, masks, strict=True)):
            _protect(row, mask, [sum(row)] * len(row))
        for at in range(len(total)):
            column = [mask[at] for mask in masks]
            _protect_column([row[at] for row in rows], column, limits, foot[at])
            for mask, one in zip(masks, column, strict=True):
                mask[at] = one
    return (
        [_figures(row, mask) for row, mask in zip(rows, masks, strict=True)],
        _figures(total, foot),
    )


def _parts_mask(row: Sequence[int], *, shown: bool) -> list[Mask]:
    if not shown or min(row) < 0:
        return [Mask.HIDDEN] * len(row)
    return [Mask.SMALL if _small(one) else Mask.SHOWN for one in row]


def _hidden(masks: Sequence[Sequence[Mask]], foot: Sequence[Mask]) -> int:
    return sum(one is not Mask.SHOWN for mask in (*masks, foot) for one in mask)


def _protect_column(
    values: Sequence[int], masks: list[Mask], limits: Sequence[int], foot: Mask
) -> None:
    """Hide further counts until neither a hidden one nor a hidden foot follows from the others."""
    if foot is Mask.SHOWN:
        _protect(values, masks, limits)
    elif any(values) and all(mask is Mask.SHOWN for mask in masks):
        filled = [at for at, value in enumerate(values) if value]
        masks[min(filled, key=lambda at: (values[at], at))] = Mask.HIDDEN


def _figures(values: Sequence[int], masks: Sequence[Mask]) -> list[Figure]:
    return [_figure(value, mask) for value, mask in zip(values, masks, strict=True)]


def _small(count: int) -> bool:
    return 0 < count < SMALLEST_SHOWN


def _people_mask(row: Pair) -> Mask:
    return Mask.SMALL if _small(row.people) else Mask.SHOWN


def _held_mask(row: Pair) -> Mask:
    """Hide those who hold it when they, the others, or all together are few."""
    if _small(row.held):
        return Mask.SMALL
    if _small(row.people - row.held) or _small(row.people):
        return Mask.HIDDEN
    return Mask.SHOWN


def _unlike(one: Pair, other: Pair, people: Mask, held: Mask) -> tuple[Mask, Mask]:
    """The masks of a pair, hidden where another reading of it differs by few people."""
    more, holding = one.people - other.people, one.held - other.held
    if people is Mask.SHOWN and _small(abs(more)):
        people = Mask.HIDDEN
    if held is Mask.SHOWN and any(_small(abs(by)) for by in (more, holding, more - holding)):
        held = Mask.HIDDEN
    return people, held


def _protect(values: Sequence[int], masks: list[Mask], limits: Sequence[int]) -> None:
    """Hide further counts of a column until no hidden one follows from the others and the sum.

    ``limits`` are what a reader knows each count cannot exceed.
    """
    while _pinned(values, masks, limits):
        open_rows = [at for at, mask in enumerate(masks) if mask is Mask.SHOWN]
        if not open_rows:
            return
        roomy = [at for at in open_rows if values[at] > SMALLEST_SHOWN]
        masks[min(roomy or open_rows, key=lambda at: (values[at], at))] = Mask.HIDDEN


def _pinned(values: Sequence[int], masks: Sequence[Mask], limits: Sequence[int]) -> bool:
    """Whether the sum of the hidden counts leaves one of them a single possibility."""
    hidden = [at for at, mask in enumerate(masks) if mask is not Mask.SHOWN]
    rest = sum(values[at] for at in hidden)
    bounds = [_bounds(masks[at], min(rest, limits[at])) for at in hidden]
    lowest = sum(low for low, _ in bounds)
    highest = sum(high for _, high in bounds)
    return any(
        max(low, rest - (highest - high)) == min(high, rest - (lowest - low))
        for low, high in bounds
    )


def _bounds(mask: Mask, limit: int) -> tuple[int, int]:
    """Return what a reader knows of a hidden count by itself."""
    return (1, min(SMALLEST_SHOWN - 1, limit)) if mask is Mask.SMALL else (0, limit)


def _figure(value: int, mask: Mask) -> Figure:
    return Figure(mask, value if mask is Mask.SHOWN else None)
