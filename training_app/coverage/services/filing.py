"""Long lists of people as files: asked for on a page, made by the worker, handed to who asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Engine, delete, func, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Scope, Viewer
from training_app.coverage.models import PeopleFile
from training_app.coverage.printing import (
    Speaking,
    Value,
    late_head,
    late_line,
    people_head,
    people_lines,
    speaking,
    work_head,
    work_line,
)
from training_app.coverage.queries import Asking, Place, people_of_unit, place, worklist
from training_app.coverage.queries.files import FILES, LATE, WORK, file_of
from training_app.coverage.queries.late import late_entries
from training_app.coverage.queries.places import NATION_PATH
from training_app.coverage.rollups import last_moment
from training_app.coverage.rules import Group
from training_app.db import touched, writing
from training_app.errors import N_
from training_app.programme.queries import asked_in_unit
from training_app.work.services import enqueue

FILE_JOB: Final = "coverage.people-file"
# How long a file of names is kept for who asked for it.
FILE_KEPT: Final = timedelta(days=7)
_STRETCH: Final = 2_000
_EVERYBODY: Final = Scope(everything=True, unit_paths=(NATION_PATH,))
_MADE: Final = N_("The file was made at %(moment)s and names %(count)s people.")
_MADE_OTHERS: Final = {
    LATE: N_("The file was made at %(moment)s and has %(count)s entries."),
    WORK: N_("The file was made at %(moment)s and has %(count)s teams."),
}

Report = Callable[[int, int], bool]
# The head of a table and its lines.
Made = tuple[list[str], list[list[Value]]]


@dataclass(frozen=True)
class FileWords:
    """What stands above the table, in the reader's language; it names nobody."""

    language: str
    sheet: str
    filename: str
    preamble: tuple[str, ...]


# Makes a workbook: words above the table, its head, its rows.
Binder = Callable[[Mapping[str, Any], Sequence[str], Sequence[Sequence[Value]]], bytes]


def ask_file(
    session: Session,
    asking: Asking,
    here: Place,
    listed: str,
    words: FileWords,
    *,
    now: datetime,
    actor: Viewer,
) -> None:
    """Have the list made as a file for the actor, anew if one is there; asked twice, made once."""
    if actor.account_id is None or here.id is None:
        return
    row = file_of(session, actor.account_id, asking, here, listed)
    if row is None:
        row = PeopleFile(
            account_id=actor.account_id,
            unit_id=here.id,
            requirement_id=asking.requirement.id,
            on=asking.on,
            standing=listed,
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
    moment: Callable[[datetime], str],
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
        words, listed = row.words, row.standing
        say = speaking(words["language"], moment, phone)
        found = _read(session, row, say, report)
    if found is None:
        return {}
    head, lines = found
    note = say.say(_MADE_OTHERS.get(listed, _MADE), moment=moment(made), count=len(lines))
    content = bind({**words, "preamble": [*words["preamble"], note]}, head, lines)
    with writing(), Session(engine) as session, session.begin():
        kept = session.execute(
            update(PeopleFile)
            .where(PeopleFile.id == file_id, PeopleFile.made_at.is_(None))
            .values(content=content, made_at=made, people=len(lines))
            .execution_options(synchronize_session=False)
        )
        return {"people": len(lines)} if touched(kept) else {}


def _read(session: Session, row: PeopleFile, words: Speaking, report: Report) -> Made | None:
    """The table that was asked for, or None when nobody wants it any more."""
    here = place(session, _EVERYBODY, row.unit_id, row.on)
    asked = {one.id: one for one in asked_in_unit(session, here.path, row.on)}
    asking = Asking(asked[row.requirement_id], row.on, _EVERYBODY)
    if row.standing == LATE:
        return _late(session, asking, here, words, report)
    if row.standing == WORK:
        return _work(session, asking, here, words, report)
    group = Group(row.standing) if row.standing else None
    return _people(session, asking, here, group, words=words, report=report)


def _late(
    session: Session, asking: Asking, here: Place, words: Speaking, report: Report
) -> Made | None:
    """All entries at once: each stretch would have to put all of them in order again."""
    page = late_entries(session, asking, here, last_moment(asking.on), limit=None)
    if not report(page.total, page.total):
        return None
    return late_head(words), [late_line(row, words) for row in page.rows]


def _work(
    session: Session, asking: Asking, here: Place, words: Speaking, report: Report
) -> Made | None:
    """All teams in need, with their leaders' telephones: who may have the list may call."""
    found = worklist(session, asking, here, phones=True)
    if not report(found.total, found.total):
        return None
    by_unit = not here.is_commune
    lines = [work_line(row, asking, words, by_unit=by_unit) for row in found.rows]
    return work_head(words, by_unit=by_unit), lines


def _people(
    session: Session,
    asking: Asking,
    here: Place,
    group: Group | None,
    *,
    words: Speaking,
    report: Report,
) -> Made | None:
    lines: list[list[Value]] = []
    while True:
        page = people_of_unit(
            session, asking, here, standing=group, limit=_STRETCH, offset=len(lines)
        )
        lines += people_lines(page.rows, asking, words)
        if not report(len(lines), page.total):
            return None
        if len(page.rows) < _STRETCH:
            return people_head(asking, words), lines


def forget_files(session: Session, *, now: datetime) -> int:
    """Remove files that were kept as long as was said, and requests as old."""
    since = func.coalesce(PeopleFile.made_at, PeopleFile.asked_at)
    gone = delete(PeopleFile).where(since < now - FILE_KEPT)
    return touched(session.execute(gone.execution_options(synchronize_session=False)))


def forget_every_file(session: Session) -> None:
    """Remove all files: somebody whom one may name is erased; who needs it has it made anew."""
    session.execute(delete(PeopleFile).execution_options(synchronize_session=False))
