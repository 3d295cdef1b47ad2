"""Reading the office's plan of the yearly review; a mistake names its row."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

from training_app.organisation.rules.review import ReviewPlan


class BadPlan(ValueError):
    """A row of the plan cannot be used; the message says which and why."""


def review_plans(text: str) -> tuple[ReviewPlan, ...]:
    """Return the plans of a TOML text. Raises BadPlan when there is none, or one cannot be used."""
    rows = tomllib.loads(text).get("plan", [])
    if not rows:
        message = "there is no [[plan]]"
        raise BadPlan(message)
    return tuple(_plan(at, row) for at, row in enumerate(rows, 1))


def _plan(at: int, row: dict[str, Any]) -> ReviewPlan:
    try:
        made = ReviewPlan(int(row["from"]), _month_day(row["opens"]), _month_day(row["due"]))
    except (KeyError, TypeError, ValueError) as error:
        message = f"plan {at}: {error}"
        raise BadPlan(message) from error
    if made.opens > made.due:
        message = f"plan {at}: due before it opens"
        raise BadPlan(message)
    return made


def _month_day(text: str) -> tuple[int, int]:
    """``MM-DD`` as a pair; a day that some year lacks is refused."""
    month, _, day = str(text).partition("-")
    found = date(2001, int(month), int(day))
    return found.month, found.day
