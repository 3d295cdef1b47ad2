"""What people write for a unit, and the shipped files of the organisation, brought to data."""

from training_app.organisation.parsing.election_forms import BadForm, papers
from training_app.organisation.parsing.units import (
    Reading,
    bears_marks,
    readings,
    toned_key,
    tones_conflict,
    unit_key,
)

__all__ = [
    "BadForm",
    "Reading",
    "bears_marks",
    "papers",
    "readings",
    "toned_key",
    "tones_conflict",
    "unit_key",
]
