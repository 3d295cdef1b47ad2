"""What the law asks of a team, and what a reorganisation makes of the units."""

from training_app.organisation.rules.composition import (
    FEWEST_MEMBERS,
    LACK_MESSAGES,
    Composition,
    Repair,
    RepairKind,
    Rule,
    TeamFacts,
    composition,
    repair_message,
)

__all__ = [
    "FEWEST_MEMBERS",
    "LACK_MESSAGES",
    "Composition",
    "Repair",
    "RepairKind",
    "Rule",
    "TeamFacts",
    "composition",
    "repair_message",
]
