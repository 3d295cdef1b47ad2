"""A trainer's own desk, pure: what the next step of a class is."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from training_app.errors import N_
from training_app.workshops.rules import names_visible


class ClassStep(StrEnum):
    """What the trainer does next about a class of the own."""

    PREPARE = "prepare"
    MARK = "mark"
    ASK_OFFICE = "ask_office"
    CORRECT = "correct"
    NONE = "none"
    NOT_HELD = "not_held"


STEP_MESSAGES: Final = {
    ClassStep.PREPARE: N_("Print the list to sign"),
    ClassStep.MARK: N_("Mark who attended"),
    ClassStep.ASK_OFFICE: N_("Ask the office to mark the roll"),
    ClassStep.CORRECT: N_("Correct the roll until %(day)s"),
    ClassStep.NONE: N_("Nothing to do"),
    ClassStep.NOT_HELD: N_("Not held"),
}


def class_step(held_on: date, today: date, *, marked: bool, cancelled: bool) -> ClassStep:
    """Return the next step of a class; ``marked`` says that its roll has been kept.

    While the trainer sees the names the roll is the trainer's work, later the office's.
    """
    if cancelled:
        return ClassStep.NOT_HELD
    if held_on > today:
        return ClassStep.PREPARE
    if names_visible(held_on, today):
        return ClassStep.CORRECT if marked else ClassStep.MARK
    return ClassStep.NONE if marked else ClassStep.ASK_OFFICE
