"""The only reader of time. Edges read it once and pass it down."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in Viet Nam at this moment."""
    return datetime.now(VIETNAM).date()


def local_date(moment: datetime) -> date:
    """The calendar day in Viet Nam on which an aware ``moment`` falls."""
    return moment.astimezone(VIETNAM).date()
