"""Reads of need: what is asked of whom, who lacks what, what to do next, one person's results."""

from training_app.programme.queries.asked import (
    AskedRow,
    ModuleName,
    asked_in_unit,
    asked_of_person,
)
from training_app.programme.queries.needs import (
    PersonNeed,
    needs_of_people,
    needs_of_person,
)
from training_app.programme.queries.results import (
    AttemptLine,
    ClassLine,
    CompletedModule,
    Results,
    results,
)
from training_app.programme.queries.tasks import Tasks, tasks

__all__ = [
    "AskedRow",
    "AttemptLine",
    "ClassLine",
    "CompletedModule",
    "ModuleName",
    "PersonNeed",
    "Results",
    "Tasks",
    "asked_in_unit",
    "asked_of_person",
    "needs_of_people",
    "needs_of_person",
    "results",
    "tasks",
]
