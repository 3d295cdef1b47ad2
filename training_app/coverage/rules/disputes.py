"""What offices count of disputes, and the share of those that were settled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from training_app.coverage.rules.targets import Progress

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Disputes:
    """The figures of one period, on half-open dates, as an office entered them.

    ``received`` has those carried over from before; what is neither in progress nor successful
    ended without success.
    """

    period_from: date
    period_to: date
    received: int
    in_progress: int
    successful: int
    source: str = ""
    row_id: int = 0
    recorded_at: datetime | None = None

    @property
    def ended(self) -> int:
        """The disputes of which a share was settled: received less in progress."""
        return self.received - self.in_progress

    @property
    def unsuccessful(self) -> int:
        """Those that ended without an agreement."""
        return self.ended - self.successful

    @property
    def last_day(self) -> date:
        """The last day of the period."""
        return self.period_to - _DAY


def settled(figures: Iterable[Disputes], since: date, on: date) -> Progress:
    """Where a place stands on a day by the last period that ended, of a goal that began ``since``.

    Compared with the last period wholly before it, for as many disputes. Nothing entered: of
    nothing nothing.
    """
    known = [one for one in figures if one.last_day <= on]
    latest = _latest([one for one in known if one.period_to > since])
    if latest is None:
        return Progress(0, 0, 0)
    before = _latest([one for one in known if one.period_to <= latest.period_from])
    if before is None or not before.ended:
        return Progress(latest.ended, latest.successful, latest.successful, compared=False)
    return Progress(
        latest.ended,
        latest.successful,
        as_many(before.successful, before.ended, latest.ended),
        (latest.period_to - before.period_to).days,
    )


def as_many(successful: int, ended: int, whole: int) -> int:
    """How many of ``whole`` disputes would have been settled at an earlier rate."""
    return round(successful * whole / ended) if ended else 0


def _latest(figures: Sequence[Disputes]) -> Disputes | None:
    """The period that ended last; of those that ended together the longest."""
    return max(
        figures,
        key=lambda one: (one.period_to, one.period_to - one.period_from),
        default=None,
    )
