"""Which attempts a viewer may see: everybody the own ones."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam

from training_app.access import Permission, Scope, Viewer
from training_app.assessment.models import Attempt
from training_app.errors import NotFound

# Attempts of the people named by a scope; its values come from :func:`named`.
OWN: Final = Attempt.person_id.in_(bindparam("people", expanding=True))


def named(scope: Scope, **values: object) -> dict[str, object]:
    """Values for a statement that says :data:`OWN`."""
    return {"people": sorted(scope.people), **values}


def taker(viewer: Viewer) -> int:
    """The person who takes a test; an account without a person finds no test."""
    if viewer.person_id is None or not viewer.may(Permission.ASSESSMENT_TAKE):
        raise NotFound
    return viewer.person_id
