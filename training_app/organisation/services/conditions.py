"""Conditions of a change: the team lives on the day, and of two writers at once one is told no."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.db import Unscoped
from training_app.errors import N_, RuleBroken
from training_app.organisation.models import TeamSpan

# The edge has fetched the row inside the viewer's scope before it calls a service.
CHANGE: Final = {"scope": Unscoped("a service changes a row that its caller found in scope")}


def living_team(session: Session, team_id: int, on: date) -> TeamSpan:
    """The span of a team that is open and began by the day. Raises RuleBroken when it ended.

    An operation that ends the team at the same moment waits for this transaction, or this for it.
    """
    span = session.scalars(
        select(TeamSpan)
        .where(TeamSpan.team_id == team_id, TeamSpan.valid_to.is_(None), TeamSpan.valid_from <= on)
        .with_for_update(read=True)
        .execution_options(**CHANGE)
    ).first()
    if span is None:
        raise RuleBroken(
            N_("This team does not exist on %(day)s. Choose another day or another team."),
            day=on.isoformat(),
        )
    return span


@contextmanager
def refused_as(message: str) -> Iterator[None]:
    """Say a constraint of the database as a rule: of two writers at once, one is told why."""
    try:
        yield
    except IntegrityError as error:
        raise RuleBroken(message) from error
