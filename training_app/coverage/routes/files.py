"""Lists too long for a page's own file: asking for the file, and taking it along."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from training_app.access import Permission
from training_app.coverage import services
from training_app.coverage.models import PeopleFile
from training_app.coverage.queries import Place
from training_app.coverage.queries.files import (
    FileQuestion,
    file_of,
    job_of_file,
    no_requirement,
)
from training_app.coverage.routes.base import (
    Filing,
    Preparing,
    Question,
    View,
    as_data,
    bp,
    filter_values,
    language,
    note_names,
    said,
)
from training_app.coverage.routes.lists import MOST_EXPORTED, about
from training_app.coverage.routes.target_asked import about_target, target_asked, target_values
from training_app.coverage.rules import DEFINITION_MESSAGES
from training_app.coverage.rules.files import LATE, WORK, FileForm, FileKey
from training_app.coverage.services.filing import FileWords
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.web.exports import file_response
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import format_date
from training_app.work.rules import State

# Teams in need whose members a page judges for a file in about a second.
MOST_TEAMS: Final = 1_000


@dataclass(frozen=True)
class Kept:
    """Which list a file is of: ``page`` is its endpoint, ``name`` stands in the file's address."""

    name: str
    page: str

    @property
    def most(self) -> int:
        """How many rows a page puts into a file of its own."""
        return MOST_TEAMS if self is WORKLIST else MOST_EXPORTED

    def head(self, unit_id: int) -> tuple[View, Place | None]:
        """The head of the list, and the place while there is something to be listed."""
        if self is TARGETS:
            return about_target(unit_id)
        title = {
            LATE: gettext("Entered later"),
            WORK: gettext("Teams that still need training"),
        }.get(self.name)
        return about(unit_id, Permission.COVERAGE_NAMES, title or gettext("List of people"))

    def listed(self, question: Question) -> str:
        """What is listed, as it is kept beside the file."""
        if self is TARGETS:
            return target_asked(question).written
        group = question.form.group
        if self is PEOPLE:
            return group.value if group else ""
        return self.name

    def values(self, question: Question, unit_id: int) -> dict[str, Any]:
        """The list as arguments of an address."""
        if self is TARGETS:
            return target_values(unit_id)
        standing = self.listed(question) if self is PEOPLE else ""
        return filter_values(question, unit_id=unit_id, standing=standing)

    def asked(self, question: Question, here: Place, form: FileForm) -> FileQuestion | None:
        """Which file the viewer asks about; None where there is nothing to be listed."""
        requirement_id = question.requirement.id if question.requirement else None
        if self is TARGETS:
            requirement_id = no_requirement(current_session())
        if requirement_id is None or here.id is None:
            return None
        key = FileKey(self.listed(question), form)
        return FileQuestion(here.id, requirement_id, question.on, key)

    def said(self, question: Question, rows: int) -> str:
        """What is in the file."""
        if self is LATER:
            return ngettext(
                "The file is ready; it has %(num)s entry.",
                "The file is ready; it has %(num)s entries.",
                rows,
            )
        if self is WORKLIST or (self is TARGETS and target_asked(question).measure.of_teams):
            return ngettext(
                "The file is ready; it has %(num)s team.",
                "The file is ready; it has %(num)s teams.",
                rows,
            )
        return ngettext(
            "The file is ready; it names %(num)s person.",
            "The file is ready; it names %(num)s people.",
            rows,
        )


PEOPLE: Final = Kept("people", "people")
LATER: Final = Kept(LATE, "late")
WORKLIST: Final = Kept(WORK, "worklist")
TARGETS: Final = Kept("targets", "target_list")
_ALL: Final = {one.name: one for one in (PEOPLE, LATER, WORKLIST, TARGETS)}
_ADDRESS: Final = "/coverage/units/<int:unit_id>/<string:listed>/file"


def with_file(kept: Kept, view: View, here: Place, total: int) -> View:
    """The list with the way to its file: at once, or made by the worker when it is long."""
    values = kept.values(view.question, here.id or 0)
    if total <= kept.most:
        return replace(view, file_url=url_for(f"coverage.{kept.page}_table", **values))
    made = (_filing(kept, view.question, here, form) for form in FileForm)
    return replace(view, filings=tuple(one for one in made if one), file_url="")


def _own(asked: FileQuestion | None, question: Question) -> PeopleFile | None:
    """The viewer's file of this list, while it is kept."""
    account_id = current_viewer().account_id
    if account_id is None or asked is None:
        return None
    row = file_of(current_session(), account_id, asked)
    gone = row is not None and row.made_at and row.made_at + services.FILE_KEPT < question.now
    return None if gone else row


def _filing(kept: Kept, question: Question, here: Place, form: FileForm) -> Filing | None:
    asked = kept.asked(question, here, form)
    if asked is None:
        return None
    row, values = _own(asked, question), kept.values(question, asked.unit_id)
    file = {**values, "listed": kept.name}
    data, action = form is FileForm.DATA, url_for(f"coverage.ask_{form}", **file)
    if row is None:
        return Filing(data, Preparing(action))
    if row.made_at is not None:
        until = format_date(row.made_at + services.FILE_KEPT)
        href = url_for(f"coverage.take_{form}", **file)
        return Filing(data, Preparing(action), href, until, kept.said(question, row.people))
    job = job_of_file(current_session(), row)
    state = State(job.state) if job else None
    if job is not None and state in {State.WAITING, State.RUNNING}:
        again = url_for(f"coverage.{kept.page}", **values)
        waits = state is State.WAITING
        return Filing(data, Preparing("", again, "", waits, job.progress, job.total))
    return Filing(data, Preparing(action, "", (job.error_code if job else None) or "–"))


@bp.post(f"{_ADDRESS}.xlsx", endpoint="ask_xlsx")
@bp.post(f"{_ADDRESS}.json", endpoint="ask_json")
@needs(Permission.COVERAGE_NAMES)
def ask_file(unit_id: int, listed: str) -> ResponseReturnValue:
    """Have a long list made as a workbook, or as data."""
    kept, form = _named(listed)
    view, here = kept.head(unit_id)
    asked = kept.asked(view.question, here, form) if here else None
    if asked is None:
        raise NotFound
    session = current_session()
    words = _words(kept, view, unit_id)
    services.ask_file(session, asked, words, now=view.question.now, actor=current_viewer())
    session.commit()
    return redirect(url_for(f"coverage.{kept.page}", **kept.values(view.question, unit_id)), 303)


def _named(listed: str) -> tuple[Kept, FileForm]:
    """The list and the form that the address names. NotFound for a list that has no file."""
    if listed not in _ALL:
        raise NotFound
    return _ALL[listed], FileForm(request.path.rpartition(".")[2])


def _words(kept: Kept, view: View, unit_id: int) -> FileWords:
    """What the file says above its rows, except when it was made: the worker adds that."""
    view = replace(view, preparing=Preparing())
    definitions = (gettext(one) for one in DEFINITION_MESSAGES) if view.definitions else ()
    return FileWords(
        language(),
        gettext("Coverage"),
        f"{kept.name}-{unit_id}-{view.question.on:%Y%m%d}",
        (view.heading, *said(view), *definitions),
        as_data(view),
    )


@bp.get(f"{_ADDRESS}.xlsx", endpoint="take_xlsx")
@bp.get(f"{_ADDRESS}.json", endpoint="take_json")
@needs(Permission.COVERAGE_NAMES)
def take_file(unit_id: int, listed: str) -> ResponseReturnValue:
    """The file that the viewer asked for; each time it is taken along is written down."""
    kept, form = _named(listed)
    view, here = kept.head(unit_id)
    question = view.question
    row = _own(kept.asked(question, here, form), question) if here else None
    if row is None or row.made_at is None or row.content is None:
        # Gone, or never asked for: the list says how to have it made.
        return redirect(url_for(f"coverage.{kept.page}", **kept.values(question, unit_id)), 303)
    note_names(question, row.people, kind="unit", object_id=unit_id, exported=True)
    return file_response(row.content, row.words["filename"], form)
