"""Whose practice a viewer may see: everybody the own."""

from __future__ import annotations

from training_app.access import Permission, Viewer
from training_app.errors import NotFound


def learner(viewer: Viewer) -> int:
    """The person who practises; an account without a person finds no practice."""
    if viewer.person_id is None or not viewer.may(Permission.PRACTICE_TAKE):
        raise NotFound
    return viewer.person_id
