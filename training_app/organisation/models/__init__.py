"""Tables of the organisation. Every interval is half-open: ``valid_from <= day < valid_to``."""

from training_app.organisation.models.dated import Dated, holds
from training_app.organisation.models.operations import UnitOperation
from training_app.organisation.models.people import Person, PersonPhone
from training_app.organisation.models.reviews import TeamReview
from training_app.organisation.models.rosters import NotSamePerson, RosterImport, RosterState
from training_app.organisation.models.superseded import Superseded
from training_app.organisation.models.teams import (
    CompositionException,
    EndReason,
    Leadership,
    Membership,
    Recognition,
    RecognitionRole,
    Team,
    TeamSpan,
)
from training_app.organisation.models.units import (
    KEY_LENGTH,
    NAME_LENGTH,
    SINCE_BEFORE_RECORDS,
    Level,
    Share,
    Unit,
    UnitAlias,
    UnitSpan,
    UnitSuccession,
)

__all__ = [
    "KEY_LENGTH",
    "NAME_LENGTH",
    "SINCE_BEFORE_RECORDS",
    "CompositionException",
    "Dated",
    "EndReason",
    "Leadership",
    "Level",
    "Membership",
    "NotSamePerson",
    "Person",
    "PersonPhone",
    "Recognition",
    "RecognitionRole",
    "RosterImport",
    "RosterState",
    "Share",
    "Superseded",
    "Team",
    "TeamReview",
    "TeamSpan",
    "Unit",
    "UnitAlias",
    "UnitOperation",
    "UnitSpan",
    "UnitSuccession",
    "holds",
]
