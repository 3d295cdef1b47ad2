"""Files of names that somebody asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.coverage.models import PeopleFile
from training_app.coverage.rules.files import FileKey
from training_app.db import Unscoped
from training_app.requirements.models import Requirement
from training_app.work.models import Job

FILES: Final = {"scope": Unscoped("the own file; the page asks whose place it is")}


@dataclass(frozen=True)
class FileQuestion:
    """Which list of a unit on a day a file is of, and in what form."""

    unit_id: int
    requirement_id: int
    on: date
    key: FileKey


def file_of(session: Session, account_id: int, asked: FileQuestion) -> PeopleFile | None:
    """The file that an account asked for; its content is fetched when needed."""
    chosen = select(PeopleFile).where(
        PeopleFile.account_id == account_id,
        PeopleFile.unit_id == asked.unit_id,
        PeopleFile.requirement_id == asked.requirement_id,
        PeopleFile.on == asked.on,
        PeopleFile.standing == asked.key.written,
    )
    return session.scalars(chosen.execution_options(**FILES)).one_or_none()


def no_requirement(session: Session) -> int | None:
    """What a file names whose list rests on no requirement: the first on record."""
    return session.scalar(select(func.min(Requirement.id)))


def job_of_file(session: Session, row: PeopleFile) -> Job | None:
    """The job that makes the file, while it is remembered."""
    return session.get(Job, row.job_id, populate_existing=True) if row.job_id else None
