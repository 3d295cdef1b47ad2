"""Long lists as files: asked for on a page, made by the worker, handed to who asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, delete, func, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.coverage.models import PeopleFile
from training_app.coverage.printing import Speaking, Value, speaking
from training_app.coverage.queries.files import FILES, FileQuestion, file_of
from training_app.coverage.rules.files import LATE, WORK, FileForm, FileKey, TargetList
from training_app.coverage.services.listing import Made, Report, read_list
from training_app.db import touched, writing
from training_app.errors import N_
from training_app.work.services import enqueue

FILE_JOB: Final = "coverage.people-file"
# How long a file of names is kept for who asked for it.
FILE_KEPT: Final = timedelta(days=7)
_MADE: Final = N_("The file was made at %(moment)s and names %(count)s people.")
_MADE_ENTRIES: Final = N_("The file was made at %(moment)s and has %(count)s entries.")
_MADE_TEAMS: Final = N_("The file was made at %(moment)s and has %(count)s teams.")


@dataclass(frozen=True)
class FileWords:
    """What stands above the table, in the reader's language; it names nobody.

    ``preamble`` are the lines of a workbook; ``data`` is what data say of the table beside its
    rows, as the page's own data do.
    """

    language: str
    sheet: str
    filename: str
    preamble: tuple[str, ...]
    data: Mapping[str, Any]


# Makes the file in a form: the words, a line about when it was made, the table's head, its rows.
Binder = Callable[
    [FileForm, Mapping[str, Any], str, Sequence[str], Sequence[Sequence[Value]]], bytes
]


def ask_file(
    session: Session, asked: FileQuestion, words: FileWords, *, now: datetime, actor: Viewer
) -> None:
    """Have the list made as a file for the actor, anew if one is there; asked twice, made once."""
    if actor.account_id is None:
        return
    row = file_of(session, actor.account_id, asked)
    if row is None:
        row = PeopleFile(
            account_id=actor.account_id,
            unit_id=asked.unit_id,
            requirement_id=asked.requirement_id,
            on=asked.on,
            standing=asked.key.written,
            words={},
            asked_at=now,
            people=0,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            return  # The same person asked a moment ago.
    row.words = {
        "language": words.language,
        "sheet": words.sheet,
        "filename": words.filename,
        "preamble": list(words.preamble),
        "data": dict(words.data),
    }
    row.asked_at, row.made_at, row.content = now, None, None
    session.flush()
    payload, key = {"file_id": row.id}, f"people-file-{row.id}"
    row.job_id = enqueue(session, FILE_JOB, payload, now=now, actor=actor, request_key=key).id
    session.flush()


def fill_file(
    engine: Engine,
    payload: Mapping[str, Any],
    report: Report,
    *,
    clock: Callable[[], datetime],
    moment: Callable[[datetime, str], str],
    phone: Callable[[str], str],
    bind: Binder,
) -> dict[str, Any]:
    """Make a file that waits: everybody's need is asked about, some thousands at a time."""
    file_id = int(payload["file_id"])
    if not report(0, 0):
        return {}
    made = clock()
    with Session(engine) as session:
        if engine.dialect.name == "postgresql":
            # All stretches of the list as of one moment, as SQLite reads by itself.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        row = session.get(PeopleFile, file_id, execution_options=FILES)
        if row is None or row.made_at is not None:
            return {}
        words, key = row.words, FileKey.read(row.standing)
        say = speaking(words["language"], moment, phone)
        found = read_list(session, row, key.listed, say, report)
    if found is None:
        return {}
    content = bind(key.form, words, _note(key.listed, found, say.moment(made), say), *found)
    with writing(), Session(engine) as session, session.begin():
        kept = session.execute(
            update(PeopleFile)
            .where(PeopleFile.id == file_id, PeopleFile.made_at.is_(None))
            .values(content=content, made_at=made, people=len(found[1]))
            .execution_options(synchronize_session=False)
        )
        return {"people": len(found[1])} if touched(kept) else {}


def _note(listed: str, found: Made, moment: str, words: Speaking) -> str:
    """When the file was made and how much is in it, which nobody knew when it was asked for."""
    target = TargetList.read(listed)
    message = {LATE: _MADE_ENTRIES, WORK: _MADE_TEAMS}.get(listed, _MADE)
    if target is not None and target.measure.of_teams:
        message = _MADE_TEAMS
    return words.say(message, moment=moment, count=len(found[1]))


def forget_files(session: Session, *, now: datetime) -> int:
    """Remove files that were kept as long as was said, and requests as old."""
    since = func.coalesce(PeopleFile.made_at, PeopleFile.asked_at)
    gone = delete(PeopleFile).where(since < now - FILE_KEPT)
    return touched(session.execute(gone.execution_options(synchronize_session=False)))


def forget_every_file(session: Session) -> None:
    """Remove all files: somebody whom one may name is erased; who needs it has it made anew."""
    session.execute(delete(PeopleFile).execution_options(synchronize_session=False))
