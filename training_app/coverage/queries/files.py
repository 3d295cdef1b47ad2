"""Files of names that somebody asked for."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.coverage.models import PeopleFile
from training_app.coverage.queries.places import Place
from training_app.coverage.queries.sets import Asking
from training_app.db import Unscoped
from training_app.work.models import Job

FILES: Final = {"scope": Unscoped("the own file; the page asks whose place it is")}
# What a file lists, where it is no group of people: what was entered later, or teams in need.
LATE: Final = "late"
WORK: Final = "worklist"


def file_of(
    session: Session, account_id: int, asking: Asking, here: Place, listed: str
) -> PeopleFile | None:
    """The file that an account asked for about a place; its content is fetched when needed.

    ``listed`` is a group of people, empty for everybody, ``LATE`` or ``WORK``.
    """
    chosen = select(PeopleFile).where(
        PeopleFile.account_id == account_id,
        PeopleFile.unit_id == (here.id or 0),
        PeopleFile.requirement_id == asking.requirement.id,
        PeopleFile.on == asking.on,
        PeopleFile.standing == listed,
    )
    return session.scalars(chosen.execution_options(**FILES)).one_or_none()


def job_of_file(session: Session, row: PeopleFile) -> Job | None:
    """The job that makes the file, while it is remembered."""
    return session.get(Job, row.job_id, populate_existing=True) if row.job_id else None
