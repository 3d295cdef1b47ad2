"""Which attempts a viewer may see: everybody the own ones."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from training_app.access import Permission, Scope, Viewer
from training_app.assessment.models import Attempt
from training_app.errors import NotFound


def own(scope: Scope) -> ColumnElement[bool]:
    """Attempts of the people named by the scope."""
    return Attempt.person_id.in_(scope.people)


def taker(viewer: Viewer) -> int:
    """The person who takes a test; an account without a person finds no test."""
    if viewer.person_id is None or not viewer.may(Permission.ASSESSMENT_TAKE):
        raise NotFound
    return viewer.person_id
