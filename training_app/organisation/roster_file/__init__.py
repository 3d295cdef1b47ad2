"""Rosters of mediators as communes keep them: spreadsheets in, people with located problems out.

``read`` opens a file in a limited child process; ``understand`` is pure. Nothing here knows the
database.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from training_app.organisation.roster_file.cells import Cell, Sheet, Workbook
from training_app.organisation.roster_file.decisions import Recognition
from training_app.organisation.roster_file.fields import Field
from training_app.organisation.roster_file.limited import collection_paused, read_in_child
from training_app.organisation.roster_file.problems import KINDS, Problem, Severity
from training_app.organisation.roster_file.refusal import Limits, Refusal
from training_app.organisation.roster_file.roster import (
    Column,
    Ignored,
    Pair,
    Person,
    Roster,
    Team,
)
from training_app.organisation.roster_file.same import (
    Proposal,
    Reason,
    pairs_across,
    pairs_within,
    same_person,
)
from training_app.organisation.roster_file.teams import team_key
from training_app.organisation.roster_file.whole import understand
from training_app.organisation.roster_file.words import (
    COMPOSITION,
    FIELDS,
    IGNORED,
    MAPPABLE,
    REASONS,
)

__all__ = [
    "COMPOSITION",
    "FIELDS",
    "IGNORED",
    "KINDS",
    "MAPPABLE",
    "REASONS",
    "Cell",
    "Column",
    "Field",
    "Ignored",
    "Limits",
    "Pair",
    "Person",
    "Problem",
    "Proposal",
    "Reason",
    "Recognition",
    "Refusal",
    "Roster",
    "Severity",
    "Sheet",
    "Team",
    "Workbook",
    "collection_paused",
    "open_workbook",
    "pairs_across",
    "pairs_within",
    "read",
    "same_person",
    "team_key",
    "understand",
]


def open_workbook(path: Path, *, limits: Limits | None = None) -> Workbook | Refusal:
    """Return the cells of a spreadsheet file, read in a limited child process."""
    return read_in_child(path, limits or Limits())


def read(
    path: Path,
    *,
    today: date,
    mapping: Mapping[str, Mapping[str, str]] | None = None,
    limits: Limits | None = None,
) -> Roster | Refusal:
    """Return what a file of mediators holds, or why the file is refused whole."""
    with collection_paused():
        workbook = open_workbook(path, limits=limits)
        if isinstance(workbook, Refusal):
            return workbook
        return understand(workbook, today=today, mapping=mapping)
