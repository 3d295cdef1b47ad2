"""The rows of a long list, as the worker reads them for a file: those of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from training_app.access import Scope
from training_app.coverage.models import PeopleFile
from training_app.coverage.printing import (
    Speaking,
    Value,
    complete_line,
    done_line,
    late_head,
    late_line,
    people_head,
    people_lines,
    support_line,
    target_head,
    work_head,
    work_line,
)
from training_app.coverage.queries import Asking, Place, people_of_unit, place, worklist
from training_app.coverage.queries.late import late_entries
from training_app.coverage.queries.places import NATION_PATH
from training_app.coverage.queries.targets import DoneQuestion, done_people, listed_teams
from training_app.coverage.rollups import last_moment
from training_app.coverage.rules import Group
from training_app.coverage.rules.files import LATE, WORK, TargetList
from training_app.coverage.rules.targets import TargetMeasure
from training_app.programme.queries import asked_in_unit

_STRETCH: Final = 2_000
_EVERYBODY: Final = Scope(everything=True, unit_paths=(NATION_PATH,))

Report = Callable[[int, int], bool]
# The head of a table and its lines.
Made = tuple[list[str], list[list[Value]]]


def read_list(
    session: Session, row: PeopleFile, listed: str, words: Speaking, report: Report
) -> Made | None:
    """The table that was asked for, or None when nobody wants it any more."""
    here = place(session, _EVERYBODY, row.unit_id, row.on)
    target = TargetList.read(listed)
    if target is not None and target.measure.of_teams:
        return _teams(session, here, target, words, report)
    if target is not None:
        return _done(session, here, target, words, report)
    asked = {one.id: one for one in asked_in_unit(session, here.path, row.on)}
    asking = Asking(asked[row.requirement_id], row.on, _EVERYBODY)
    if listed == LATE:
        return _late(session, asking, here, words, report)
    if listed == WORK:
        return _work(session, asking, here, words, report)
    group = Group(listed) if listed else None
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


def _teams(
    session: Session, here: Place, target: TargetList, words: Speaking, report: Report
) -> Made | None:
    found, by_team = listed_teams(session, _EVERYBODY, here, target)
    if not report(len(found), len(found)):
        return None
    head = target_head(target.measure, words)
    if target.measure is TargetMeasure.COMPLETE:
        return head, [complete_line(one, words) for one in found]
    return head, [support_line(one, by_team, words) for one in found]


def _done(
    session: Session, here: Place, target: TargetList, words: Speaking, report: Report
) -> Made | None:
    asked = DoneQuestion(target.measure, here, target.first, target.last, _EVERYBODY)
    lines: list[list[Value]] = []
    while True:
        rows, total = done_people(
            session, asked, done=target.done, limit=_STRETCH, offset=len(lines)
        )
        lines += [done_line(row) for row in rows]
        if not report(len(lines), total):
            return None
        if len(rows) < _STRETCH:
            return target_head(target.measure, words), lines
