"""What people write for a unit, and the shipped files of the organisation, brought to data."""

from training_app.organisation.parsing.election_forms import BadForm, papers
from training_app.organisation.parsing.review import BadPlan, review_plans
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
    "BadPlan",
    "Reading",
    "bears_marks",
    "papers",
    "readings",
    "review_plans",
    "toned_key",
    "tones_conflict",
    "unit_key",
]
