"""Stretches of days, half-open: ``start <= day < end``; FOREVER is an end that does not come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

FOREVER: Final = date.max
Span = tuple[date, date]
Spans = tuple[Span, ...]


def span(start: date, end: date | None) -> Span:
    """A stretch as the database keeps it, where NULL means no end."""
    return start, FOREVER if end is None else end


def merged(spans: Sequence[Span]) -> Spans:
    """The same days in order, touching stretches made one and empty ones left out."""
    if len(spans) == 1:
        return tuple(spans) if spans[0][0] < spans[0][1] else ()
    found: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return tuple(found)


def common(one: Sequence[Span], other: Sequence[Span]) -> Spans:
    """The days that lie in both."""
    if len(one) == 1 and len(other) == 1:
        # By far the most frequent case, millions of times in a full count.
        (start, end), (first, last) = one[0], other[0]
        since = max(first, start)
        until = min(last, end)
        return ((since, until),) if since < until else ()
    return tuple(
        (max(start, first), min(end, last))
        for start, end in one
        for first, last in other
        if start < last and first < end and max(start, first) < min(end, last)
    )


def without(one: Sequence[Span], other: Sequence[Span]) -> Spans:
    """The days of ``one`` that do not lie in ``other``."""
    left = list(one)
    for first, last in other:
        left = [
            piece
            for start, end in left
            for piece in ((start, min(end, first)), (max(start, last), end))
            if piece[0] < piece[1]
        ]
    return tuple(left)
