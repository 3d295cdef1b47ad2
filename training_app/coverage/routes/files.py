"""Lists of people too long for a page's own file: asking for the file, and taking it along."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app.access import Permission
from training_app.coverage import services
from training_app.coverage.models import PeopleFile
from training_app.coverage.queries import Place
from training_app.coverage.queries.files import file_of, job_of_file
from training_app.coverage.routes.base import (
    Filing,
    Preparing,
    Question,
    View,
    bp,
    filter_values,
    language,
    note_names,
    said,
)
from training_app.coverage.routes.lists import MOST_EXPORTED, about
from training_app.coverage.rules import DEFINITION_MESSAGES
from training_app.coverage.services.filing import FileWords
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.web.exports import file_response
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import format_date
from training_app.work.rules import State


def with_file(view: View, question: Question, here: Place, total: int) -> View:
    """The list with the way to its file: at once, or made by the worker when it is long."""
    values = _values(question, here)
    if total <= MOST_EXPORTED:
        return replace(view, file_url=url_for("coverage.people_table", **values))
    row = _own(question, here)
    return replace(view, filing=_filing(row, values), file_url="")


def _values(question: Question, here: Place) -> dict[str, Any]:
    group = question.form.group
    standing = group.value if group else ""
    return filter_values(question, unit_id=here.id, standing=standing)


def _own(question: Question, here: Place) -> PeopleFile | None:
    """The viewer's file of this list, while it is kept."""
    account_id = current_viewer().account_id
    if account_id is None or question.asking is None:
        return None
    row = file_of(current_session(), account_id, question.asking, here, question.form.group)
    gone = row is not None and row.made_at and row.made_at + services.FILE_KEPT < question.now
    return None if gone else row


def _filing(row: PeopleFile | None, values: dict[str, Any]) -> Filing:
    action = url_for("coverage.ask_people_file", **values)
    if row is None:
        return Filing(Preparing(action))
    if row.made_at is not None:
        until = format_date(row.made_at + services.FILE_KEPT)
        href = url_for("coverage.people_file", **values)
        return Filing(Preparing(action), href, until, row.people)
    job = job_of_file(current_session(), row)
    state = State(job.state) if job else None
    if job is not None and state in {State.WAITING, State.RUNNING}:
        again = url_for("coverage.people", **values)
        waits = state is State.WAITING
        return Filing(Preparing("", again, "", waits, job.progress, job.total))
    return Filing(Preparing(action, "", (job.error_code if job else None) or "–"))


@bp.post("/coverage/units/<int:unit_id>/people/file/")
@needs(Permission.COVERAGE_NAMES)
def ask_people_file(unit_id: int) -> ResponseReturnValue:
    """Have a long list of people made as a file."""
    view, here = about(unit_id, Permission.COVERAGE_NAMES, gettext("List of people"))
    question = view.question
    if here is None or question.asking is None:
        raise NotFound
    group, session = question.form.group, current_session()
    # Words for the file say nothing of when they were asked for: the worker adds when it was made.
    above = said(replace(view, preparing=Preparing()))
    words = FileWords(
        language(),
        gettext("Coverage"),
        f"people-{unit_id}-{question.on:%Y%m%d}",
        (view.heading, *above, *(gettext(one) for one in DEFINITION_MESSAGES)),
    )
    services.ask_file(
        session, question.asking, here, group, words, now=question.now, actor=current_viewer()
    )
    session.commit()
    return redirect(url_for("coverage.people", **_values(question, here)), 303)


@bp.get("/coverage/units/<int:unit_id>/people/file.xlsx")
@needs(Permission.COVERAGE_NAMES)
def people_file(unit_id: int) -> ResponseReturnValue:
    """The file that the viewer asked for; each time it is taken along is written down."""
    view, here = about(unit_id, Permission.COVERAGE_NAMES, gettext("List of people"))
    row = _own(view.question, here) if here else None
    if row is None or row.made_at is None or row.content is None:
        # Gone, or never asked for: the list says how to have it made.
        values = {"unit_id": unit_id} if here is None else _values(view.question, here)
        return redirect(url_for("coverage.people", **values), 303)
    note_names(view.question, row.people, kind="unit", object_id=unit_id, exported=True)
    return file_response(row.content, row.words["filename"])
