"""What loading a folder means when the folder, the last load and the database differ."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """What to do with one module of the folder."""

    SAME = "same"  # folder and database agree
    PUBLISH = "publish"  # the folder changed, the database did not: publish the folder's
    KEEP = "keep"  # only the database changed since (edited in the browser): leave it
    CONFLICT = "conflict"  # both changed: somebody has to choose


def load_step(folder: str, loaded: str | None, published: str | None) -> Step:
    """Compare fingerprints of a module: in the folder, at the last load, as published now."""
    if folder == published:
        return Step.SAME
    if published is None or published == loaded:
        return Step.PUBLISH
    if folder == loaded:
        return Step.KEEP
    return Step.CONFLICT
