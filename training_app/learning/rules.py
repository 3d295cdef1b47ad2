"""What may be written into the record, pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final

# Viet Nam keeps one time the whole year.
_VIETNAM: Final = timezone(timedelta(hours=7))


def may_have_happened(happened_on: date, now: datetime) -> bool:
    """Say whether a day is today or past in Viet Nam at an aware moment."""
    return happened_on <= now.astimezone(_VIETNAM).date()
