"""Classical item analysis: how hard each question is, and how well it tells people apart.

All variances divide by n - 1. A number that is not defined (one attempt, no spread, a negative
covariance under a root) is None, never zero. Distributions are weighted: the same marks in many
attempts come as one entry with its count, so half a million answers stay a few hundred entries.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Weighted: TypeAlias = Mapping[float, int]
"""How many attempts have each value."""
Pairs: TypeAlias = Mapping[tuple[float, float], int]
"""How many attempts have each pair of (mark of the item, sum of the other marks)."""

PERCENT = 100.0
# Moments of a sample: variance needs two attempts, skewness three, kurtosis four.
FOR_VARIANCE, FOR_SKEWNESS, FOR_KURTOSIS = 2, 3, 4


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    ``facility``: mean mark as a share of the maximum. ``discrimination_index``: correlation with
    the rest of the test, in per cent; ``item_rest_r`` the same as a number.
    ``discriminative_efficiency``: covariance with the rest as a share of the highest that these
    marks allow, in per cent. ``effective_weight``: share of the spread of the total, in per cent.
    """

    item: str
    n: int
    facility: float | None
    sd: float | None
    effective_weight: float | None
    discrimination_index: float | None
    discriminative_efficiency: float | None
    item_rest_r: float | None


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole test. ``internal_consistency`` is ``alpha`` in per cent, negative ones shown.

    ``error_ratio``: share of the spread that is chance, in per cent; ``standard_error`` in marks.
    """

    mean: float | None
    median: float | None
    sd: float | None
    skewness: float | None
    kurtosis: float | None
    internal_consistency: float | None
    error_ratio: float | None
    standard_error: float | None
    alpha: float | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """A test and its questions."""

    test: Whole
    items: tuple[Item, ...]


def analyse(marks: Mapping[str, Sequence[float]], maxima: Mapping[str, float]) -> Analysis:
    """Analyse a table: per item the marks of all attempts, in the same order of attempts."""
    totals = [math.fsum(row) for row in zip(*marks.values(), strict=True)]
    pairs = {
        item: Counter((mark, total - mark) for mark, total in zip(column, totals, strict=True))
        for item, column in marks.items()
    }
    return analyse_pairs(pairs, Counter(totals), maxima)


def analyse_pairs(
    pairs: Mapping[str, Pairs], totals: Weighted, maxima: Mapping[str, float]
) -> Analysis:
    """Analyse distributions: per item pairs of mark and rest, and the totals of the test."""
    spreads = {item: _spread(distribution) for item, distribution in pairs.items()}
    roots = {item: _root(spread.with_total) for item, spread in spreads.items()}
    whole_root = math.fsum(root for root in roots.values() if root is not None)
    variances = [spread.variance for spread in spreads.values()]
    items = tuple(
        _item(item, spread, maxima[item], _ratio(roots[item], whole_root))
        for item, spread in spreads.items()
    )
    return Analysis(_whole(totals, variances), items)


# -- one item -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Spread:
    """How an item's marks vary, alone and with the rest; None where one attempt is not enough."""

    n: int
    mean: float | None
    variance: float | None
    rest_variance: float | None
    covariance: float | None
    highest_covariance: float | None

    @property
    def with_total(self) -> float | None:
        """The covariance with the total, of which the item is a part."""
        if self.variance is None or self.covariance is None:
            return None
        return self.variance + self.covariance


def _spread(pairs: Pairs) -> _Spread:
    marks: Counter[float] = Counter()
    rests: Counter[float] = Counter()
    for (mark, rest), times in pairs.items():
        marks[mark] += times
        rests[rest] += times
    return _Spread(
        n=marks.total(),
        mean=_mean(marks),
        variance=_variance(marks),
        rest_variance=_variance(rests),
        covariance=_covariance(pairs),
        highest_covariance=_covariance(_side_by_side(marks, rests)),
    )


def _item(item: str, spread: _Spread, maximum: float, weight: float | None) -> Item:
    both = None
    if spread.variance is not None and spread.rest_variance is not None:
        both = math.sqrt(spread.variance * spread.rest_variance)
    r = _ratio(spread.covariance, both)
    efficiency = _ratio(spread.covariance, spread.highest_covariance)
    return Item(
        item=item,
        n=spread.n,
        facility=_ratio(spread.mean, maximum),
        sd=_root(spread.variance),
        effective_weight=_percent(weight),
        discrimination_index=_percent(r),
        discriminative_efficiency=_percent(efficiency),
        item_rest_r=r,
    )


def _side_by_side(first: Weighted, second: Weighted) -> Counter[tuple[float, float]]:
    """Pair the sorted values of two equally long distributions, lowest with lowest."""
    paired: Counter[tuple[float, float]] = Counter()
    right = _runs(second)
    value, left = next(right, (0.0, 0))
    for mark, times in _runs(first):
        missing = times
        while missing and left:
            step = min(missing, left)
            paired[mark, value] += step
            missing -= step
            left -= step
            if not left:
                value, left = next(right, (0.0, 0))
    return paired


def _runs(values: Weighted) -> Iterator[tuple[float, int]]:
    return iter(sorted(values.items()))


# -- the whole test -------------------------------------------------------------------------


def _whole(totals: Weighted, item_variances: Sequence[float | None]) -> Whole:
    variance = _variance(totals)
    sd = _root(variance)
    alpha = _alpha(item_variances, variance)
    error = None if alpha is None else _root(1 - alpha)
    return Whole(
        mean=_mean(totals),
        median=_median(totals),
        sd=sd,
        skewness=_skewness(totals),
        kurtosis=_kurtosis(totals),
        internal_consistency=_percent(alpha),
        error_ratio=_percent(error),
        standard_error=None if error is None or sd is None else error * sd,
        alpha=alpha,
    )


def _alpha(item_variances: Sequence[float | None], variance: float | None) -> float | None:
    """Cronbach's alpha; needs two items and some spread."""
    count = len(item_variances)
    if count < FOR_VARIANCE or not variance:
        return None
    inside = math.fsum(one for one in item_variances if one is not None)
    return count / (count - 1) * (1 - inside / variance)


def _skewness(values: Weighted) -> float | None:
    n, second, third, _ = _moments(values)
    if n < FOR_SKEWNESS or not second:
        return None
    k2 = n * second / (n - 1)
    k3 = n * n * third / ((n - 1) * (n - 2))
    return float(k3 / k2**1.5)


def _kurtosis(values: Weighted) -> float | None:
    n, second, _, fourth = _moments(values)
    if n < FOR_KURTOSIS or not second:
        return None
    k2 = n * second / (n - 1)
    inner = (n + 1) * fourth - 3 * (n - 1) * second * second
    k4 = n * n * inner / ((n - 1) * (n - 2) * (n - 3))
    return k4 / k2**2


def _median(values: Weighted) -> float | None:
    n = sum(values.values())
    if not n:
        return None
    low, high = (n - 1) // 2, n // 2
    found = []
    passed = 0
    for value, times in sorted(values.items()):
        found += [value for place in (low, high) if passed <= place < passed + times]
        passed += times
    return (found[0] + found[1]) / 2


# -- sums -----------------------------------------------------------------------------------


def _mean(values: Weighted) -> float | None:
    n = sum(values.values())
    return math.fsum(value * times for value, times in values.items()) / n if n else None


def _moments(values: Weighted) -> tuple[int, float, float, float]:
    """Count, and the second to fourth moments about the mean (divided by n)."""
    n, mean = sum(values.values()), _mean(values)
    if mean is None:
        return 0, 0.0, 0.0, 0.0
    powers = (
        math.fsum((value - mean) ** power * times for value, times in values.items()) / n
        for power in (2, 3, 4)
    )
    second, third, fourth = powers
    return n, second, third, fourth


def _variance(values: Weighted) -> float | None:
    n, second, _, _ = _moments(values)
    return None if n < FOR_VARIANCE else second * n / (n - 1)


def _covariance(pairs: Pairs) -> float | None:
    n = sum(pairs.values())
    if n < FOR_VARIANCE:
        return None
    first = math.fsum(a * times for (a, _), times in pairs.items()) / n
    second = math.fsum(b * times for (_, b), times in pairs.items()) / n
    products = ((a - first) * (b - second) * times for (a, b), times in pairs.items())
    return math.fsum(products) / (n - 1)


def _ratio(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole


def _root(value: float | None) -> float | None:
    return None if value is None or value < 0 else math.sqrt(value)


def _percent(share: float | None) -> float | None:
    return None if share is None else share * PERCENT
