"""Lists too long for a page's own file: asking for the file, and taking it along."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from training_app.access import Permission
from training_app.coverage import services
from training_app.coverage.models import PeopleFile
from training_app.coverage.queries import Place
from training_app.coverage.queries.files import LATE, WORK, file_of, job_of_file
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

# Teams in need whose members a page judges for a file in about a second.
MOST_TEAMS: Final = 1_000


@dataclass(frozen=True)
class Kept:
    """Which list a file is of: ``name`` is the page's endpoint and the name of the file."""

    name: str

    @property
    def other(self) -> bool:
        """Whether it lists something else than a group of people."""
        return self.name in {LATE, WORK}

    @property
    def most(self) -> int:
        """How many rows a page puts into a file of its own."""
        return MOST_TEAMS if self.name == WORK else MOST_EXPORTED

    def title(self) -> str:
        """What stands above the list."""
        return {
            LATE: gettext("Entered later"),
            WORK: gettext("Teams that still need training"),
        }.get(self.name) or gettext("List of people")

    def listed(self, question: Question) -> str:
        """What is listed, as it is kept beside the file."""
        group = question.form.group
        return self.name if self.other else group.value if group else ""

    def values(self, question: Question, here: Place) -> dict[str, Any]:
        """The list as arguments of an address."""
        standing = "" if self.other else self.listed(question)
        return filter_values(question, unit_id=here.id, standing=standing)

    def said(self, rows: int) -> str:
        """What is in the file."""
        if self.name == LATE:
            return ngettext(
                "The file is ready; it has %(num)s entry.",
                "The file is ready; it has %(num)s entries.",
                rows,
            )
        if self.name == WORK:
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


def with_file(kept: Kept, view: View, here: Place, total: int) -> View:
    """The list with the way to its file: at once, or made by the worker when it is long."""
    values = kept.values(view.question, here)
    if total <= kept.most:
        return replace(view, file_url=url_for(f"coverage.{kept.name}_table", **values))
    row = _own(kept, view.question, here)
    return replace(view, filing=_filing(kept, row, values), file_url="")


def _own(kept: Kept, question: Question, here: Place) -> PeopleFile | None:
    """The viewer's file of this list, while it is kept."""
    account_id = current_viewer().account_id
    if account_id is None or question.asking is None:
        return None
    row = file_of(current_session(), account_id, question.asking, here, kept.listed(question))
    gone = row is not None and row.made_at and row.made_at + services.FILE_KEPT < question.now
    return None if gone else row


def _filing(kept: Kept, row: PeopleFile | None, values: dict[str, Any]) -> Filing:
    action = url_for(f"coverage.ask_{kept.name}_file", **values)
    if row is None:
        return Filing(Preparing(action))
    if row.made_at is not None:
        until = format_date(row.made_at + services.FILE_KEPT)
        href = url_for(f"coverage.{kept.name}_file", **values)
        return Filing(Preparing(action), href, until, kept.said(row.people))
    job = job_of_file(current_session(), row)
    state = State(job.state) if job else None
    if job is not None and state in {State.WAITING, State.RUNNING}:
        again = url_for(f"coverage.{kept.name}", **values)
        waits = state is State.WAITING
        return Filing(Preparing("", again, "", waits, job.progress, job.total))
    return Filing(Preparing(action, "", (job.error_code if job else None) or "–"))


@bp.post("/coverage/units/<int:unit_id>/people/file/")
@needs(Permission.COVERAGE_NAMES)
def ask_people_file(unit_id: int) -> ResponseReturnValue:
    """Have a long list of people made as a file."""
    return _ask(Kept("people"), unit_id)


@bp.post("/coverage/units/<int:unit_id>/late/file/")
@needs(Permission.COVERAGE_NAMES)
def ask_late_file(unit_id: int) -> ResponseReturnValue:
    """Have a long list of what was entered later made as a file."""
    return _ask(Kept(LATE), unit_id)


@bp.post("/coverage/units/<int:unit_id>/worklist/file/")
@needs(Permission.COVERAGE_NAMES)
def ask_worklist_file(unit_id: int) -> ResponseReturnValue:
    """Have a long worklist made as a file."""
    return _ask(Kept(WORK), unit_id)


@bp.get("/coverage/units/<int:unit_id>/people/file.xlsx")
@needs(Permission.COVERAGE_NAMES)
def people_file(unit_id: int) -> ResponseReturnValue:
    """The list of people that the viewer asked for."""
    return _take(Kept("people"), unit_id)


@bp.get("/coverage/units/<int:unit_id>/late/file.xlsx")
@needs(Permission.COVERAGE_NAMES)
def late_file(unit_id: int) -> ResponseReturnValue:
    """The list of what was entered later that the viewer asked for."""
    return _take(Kept(LATE), unit_id)


@bp.get("/coverage/units/<int:unit_id>/worklist/file.xlsx")
@needs(Permission.COVERAGE_NAMES)
def worklist_file(unit_id: int) -> ResponseReturnValue:
    """The worklist that the viewer asked for."""
    return _take(Kept(WORK), unit_id)


def _ask(kept: Kept, unit_id: int) -> ResponseReturnValue:
    view, here = about(unit_id, Permission.COVERAGE_NAMES, kept.title())
    question = view.question
    if here is None or question.asking is None:
        raise NotFound
    session = current_session()
    # Words for the file say nothing of when they were asked for: the worker adds when it was made.
    above = said(replace(view, preparing=Preparing()))
    words = FileWords(
        language(),
        gettext("Coverage"),
        f"{kept.name}-{unit_id}-{question.on:%Y%m%d}",
        (view.heading, *above, *(gettext(one) for one in DEFINITION_MESSAGES)),
    )
    listed = kept.listed(question)
    services.ask_file(
        session, question.asking, here, listed, words, now=question.now, actor=current_viewer()
    )
    session.commit()
    return redirect(url_for(f"coverage.{kept.name}", **kept.values(question, here)), 303)


def _take(kept: Kept, unit_id: int) -> ResponseReturnValue:
    """The file; each time it is taken along is written down."""
    view, here = about(unit_id, Permission.COVERAGE_NAMES, kept.title())
    row = _own(kept, view.question, here) if here else None
    if row is None or row.made_at is None or row.content is None:
        # Gone, or never asked for: the list says how to have it made.
        values = {"unit_id": unit_id} if here is None else kept.values(view.question, here)
        return redirect(url_for(f"coverage.{kept.name}", **values), 303)
    note_names(view.question, row.people, kind="unit", object_id=unit_id, exported=True)
    return file_response(row.content, row.words["filename"])
