"""Rosters from file to change: store what was read, preview, decide, apply, undo."""

from training_app.organisation.services.rosters.changes import (
    apply,
    decide,
    digest,
    drop,
    preview,
    roster_of,
    store,
)
from training_app.organisation.services.rosters.kept import cells, forget, keep, reread
from training_app.organisation.services.rosters.plan import (
    Absent,
    Candidate,
    Change,
    Known,
    KnownTeam,
    NewTeam,
    Plan,
    PlanRow,
    Record,
    RowKind,
    plan,
)
from training_app.organisation.services.rosters.undoing import undo

__all__ = [
    "Absent",
    "Candidate",
    "Change",
    "Known",
    "KnownTeam",
    "NewTeam",
    "Plan",
    "PlanRow",
    "Record",
    "RowKind",
    "apply",
    "cells",
    "decide",
    "digest",
    "drop",
    "forget",
    "keep",
    "plan",
    "preview",
    "reread",
    "roster_of",
    "store",
    "undo",
]
