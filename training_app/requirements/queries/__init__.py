"""Requirements as they stand on a day, the people they speak of, and units that ended."""

from training_app.requirements.queries.audience import audience_size, came_from, would_ask
from training_app.requirements.queries.ended import Left, left_behind, left_one, to_decide
from training_app.requirements.queries.places import Place, places, visible
from training_app.requirements.queries.versions import (
    RequirementRow,
    all_requirements,
    all_versions,
    every_module,
    for_unit,
    in_force,
    in_force_one,
    module_titles,
    rows_of,
    versions_of,
)

__all__ = [
    "Left",
    "Place",
    "RequirementRow",
    "all_requirements",
    "all_versions",
    "audience_size",
    "came_from",
    "every_module",
    "for_unit",
    "in_force",
    "in_force_one",
    "left_behind",
    "left_one",
    "module_titles",
    "places",
    "rows_of",
    "to_decide",
    "versions_of",
    "visible",
    "would_ask",
]
