"""When a request about personal data is due, and how near that day is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WARN_DAYS = 2
_SATURDAY = 5


class Kind(StrEnum):
    """What a person asks of the data about them."""

    CORRECT = "correct"
    RESTRICT = "restrict"
    ERASE = "erase"
    OBJECT = "object"


class Decision(StrEnum):
    """What the office decided."""

    GRANTED = "granted"
    REFUSED = "refused"


class Confidence(StrEnum):
    """How well a figure is known."""

    CONFIRMED = "confirmed"
    SECONDARY = "secondary"
    ASSUMED = "assumed"


class Pressing(StrEnum):
    """How near the day due is."""

    CALM = "calm"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Deadline:
    """Time for one kind of request since a day; ``acknowledge`` counts working days."""

    kind: Kind
    valid_from: date
    acknowledge: int
    days: int
    extension: int
    confidence: Confidence
    source: str
    source_en: str


class NoDeadline(LookupError):
    """No row of the table holds for the kind on the day."""


def deadline_of(table: Iterable[Deadline], kind: Kind, on: date) -> Deadline:
    """Return the newest row for the kind that holds on the day. Raises NoDeadline without one."""
    fitting = [row for row in table if row.kind is kind and row.valid_from <= on]
    if not fitting:
        raise NoDeadline(kind)
    return max(fitting, key=lambda row: row.valid_from)


def working_days_after(start: date, days: int) -> date:
    """Return the day that many working days after ``start``, Monday to Friday.

    Public holidays are not known here, so the day may fall earlier than the law allows.
    """
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY:
            days -= 1
    return day


def due(row: Deadline, received_on: date) -> tuple[date, date]:
    """Return until when to acknowledge, and until when to decide and carry out."""
    acknowledge_by = working_days_after(received_on, row.acknowledge)
    return acknowledge_by, received_on + timedelta(days=row.days)


def pressing(due_on: date, on: date) -> Pressing:
    """Say whether the day due has passed, or comes within two days."""
    if on > due_on:
        return Pressing.LATE
    return Pressing.SOON if (due_on - on).days <= WARN_DAYS else Pressing.CALM
