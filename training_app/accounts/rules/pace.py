"""How fast one account may ask: a bucket of requests that fills again by itself."""

from datetime import datetime, timedelta
from typing import NamedTuple


class Bucket(NamedTuple):
    """Requests left at a moment."""

    left: float
    at: datetime


def taken(bucket: Bucket | None, a_minute: int, now: datetime) -> tuple[Bucket, timedelta | None]:
    """The bucket after one request, and the wait when it was empty.

    A full one holds a minute's requests, so that somebody who presses fast now and then never
    notices; a request that is refused costs nothing.
    """
    if bucket is None:
        return Bucket(a_minute - 1, now), None
    passed = max(0.0, (now - bucket.at).total_seconds())
    left = min(float(a_minute), bucket.left + passed * a_minute / 60)
    if left < 1:
        return Bucket(left, now), timedelta(seconds=(1 - left) * 60 / a_minute)
    return Bucket(left - 1, now), None
