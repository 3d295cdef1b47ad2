"""States of a job, and how long to wait."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

LEASE: Final = timedelta(minutes=2)
MOST_TRIES: Final = 5
KEPT: Final = timedelta(days=7)


class State(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDONE: Final = (State.WAITING.value, State.RUNNING.value)


class StaleKind(StrEnum):
    """What an object is whose counts are to be made again; ``ALL`` needs no id."""

    PERSON = "person"
    TEAM = "team"
    UNIT = "unit"
    REQUIREMENT = "requirement"
    ALL = "all"
