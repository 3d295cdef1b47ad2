"""Reads of need: what is asked of whom, who lacks what, what to do next, one person's results."""

from training_app.programme.queries.asked import (
    AskedRow,
    ModuleName,
    asked_in_unit,
    asked_of_person,
)
from training_app.programme.queries.needs import (
    HELD_COLUMNS,
    PersonNeed,
    judged,
    needs_from,
    needs_of_people,
    needs_of_person,
    record_of,
)
from training_app.programme.queries.results import (
    AttemptLine,
    ClassLine,
    CompletedModule,
    Results,
    results,
)
from training_app.programme.queries.tasks import Tasks, tasks
from training_app.programme.queries.updates import ShortUpdatePlan, UpdateStep, short_update

__all__ = [
    "HELD_COLUMNS",
    "AskedRow",
    "AttemptLine",
    "ClassLine",
    "CompletedModule",
    "ModuleName",
    "PersonNeed",
    "Results",
    "ShortUpdatePlan",
    "Tasks",
    "UpdateStep",
    "asked_in_unit",
    "asked_of_person",
    "judged",
    "needs_from",
    "needs_of_people",
    "needs_of_person",
    "record_of",
    "results",
    "short_update",
    "tasks",
]
