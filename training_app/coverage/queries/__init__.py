"""Coverage in sets: one public function per page, frozen rows, both terms of every share.

Every function reads through the sets of ``sets``; a table of ready counts by unit and day could
take their place without a change above.
"""

from training_app.coverage.queries.desk import (
    OwnClass,
    Stumble,
    Taught,
    TaughtPerson,
    asked_in_classes,
    own_classes,
    stumbles,
    taught_now,
    taught_people,
)
from training_app.coverage.queries.evidence import Evidence, EvidenceRow, HeldClass, evidence
from training_app.coverage.queries.known import place_then
from training_app.coverage.queries.people import (
    PeoplePage,
    PersonCoverage,
    coverage_people,
    people_of_unit,
)
from training_app.coverage.queries.places import Place, breadcrumb, place, roots
from training_app.coverage.queries.ratios import PartRow, PartTable, ratios, trainers_by_part
from training_app.coverage.queries.sets import Asking
from training_app.coverage.queries.teams import TeamCoverage, TeamTable, coverage_by_team
from training_app.coverage.queries.trainers import (
    Looking,
    Teaching,
    TrainerGrant,
    TrainerRow,
    TrainerTable,
    trainer_grants,
    trainers_of,
)
from training_app.coverage.queries.units import UnitCoverage, UnitTable, coverage_by_unit
from training_app.coverage.queries.worklist import Worklist, WorklistRow, worklist

__all__ = [
    "Asking",
    "Evidence",
    "EvidenceRow",
    "HeldClass",
    "Looking",
    "OwnClass",
    "PartRow",
    "PartTable",
    "PeoplePage",
    "PersonCoverage",
    "Place",
    "Stumble",
    "Taught",
    "TaughtPerson",
    "Teaching",
    "TeamCoverage",
    "TeamTable",
    "TrainerGrant",
    "TrainerRow",
    "TrainerTable",
    "UnitCoverage",
    "UnitTable",
    "Worklist",
    "WorklistRow",
    "asked_in_classes",
    "breadcrumb",
    "coverage_by_team",
    "coverage_by_unit",
    "coverage_people",
    "evidence",
    "own_classes",
    "people_of_unit",
    "place",
    "place_then",
    "ratios",
    "roots",
    "stumbles",
    "taught_now",
    "taught_people",
    "trainer_grants",
    "trainers_by_part",
    "trainers_of",
    "worklist",
]
