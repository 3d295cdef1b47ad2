"""The blueprint, the question that a page asks, and the audit of names shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from training_app import clock
from training_app.access import Permission, Scope
from training_app.audit import services as audit
from training_app.audit.actions import Action
from training_app.coverage import queries
from training_app.coverage.forms import THEN, FilterForm
from training_app.coverage.printing import Speaking
from training_app.coverage.queries import Asking, Place
from training_app.coverage.routes.tables import Row, Table
from training_app.coverage.rules import DEFINITION_MESSAGES
from training_app.errors import N_
from training_app.extensions import current_session, db
from training_app.programme.queries import AskedRow, asked_in_unit
from training_app.web.asides import aside
from training_app.web.exports import xlsx_response
from training_app.web.guard import current_viewer
from training_app.web.pages import (
    MOST_ON_PAPER,
    PAGE_SIZE,
    Page,
    english,
    format_date,
    format_moment,
    format_phone,
    paginate,
    render,
)

bp = Blueprint("coverage", __name__, template_folder="../templates")

Crumb = tuple[str, str | None]
_LAST_PAGE = 100_000
_ANY_NUMBER = 987_654_321_098  # stands for the number in an address, and nowhere else
_FILTERS = ("requirement", "as_of", "standing", "page", "measure", "done", "first", "last")


@dataclass(frozen=True)
class Question:
    """What the reader asks, read from the address: the filter and when it was asked.

    ``asking`` is None when nothing is required here, or when the filter cannot be used.
    """

    form: FilterForm
    now: datetime
    on: date
    scope: Scope
    asking: Asking | None = None
    nation: bool = False

    @property
    def then(self) -> bool:
        """Whether the day is read as known then.

        For readers of totals only the nation, whose table hides what would tell about single
        people beside the other reading.
        """
        return self.form.then and (self.nation or not self.scope.totals_only)

    @property
    def requirement(self) -> AskedRow | None:
        """The requirement asked about."""
        return self.asking.requirement if self.asking else None


def language() -> str:
    """The reader's language, as titles are kept."""
    return "en" if english() else "vi"


def spoken() -> Speaking:
    """The reader's language, as the words of lists are put into it."""
    return Speaking(language(), gettext, ngettext, format_date, format_moment, format_phone)


def read_filter(permission: Permission) -> Question:
    """The filter as typed, before the place is known."""
    now = clock.now()
    form = FilterForm(request.args, clock.local_date(now))
    return Question(form, now, form.day, current_viewer().scope(permission))


def ask(question: Question, path: str) -> Question:
    """The question about a place: the requirement asked for, or the first that applies."""
    rows = asked_in_unit(current_session(), path, question.on)
    chosen = question.form.choose(rows, language())
    if chosen is None or question.form.failed:
        return question
    asking = Asking(chosen, question.on, question.scope)
    return replace(question, asking=asking)


def filter_values(question: Question, **more: Any) -> dict[str, Any]:
    """The filter as arguments of an address; defaults are left out."""
    values: dict[str, Any] = {}
    if question.requirement and request.args.get("requirement"):
        values["requirement"] = question.requirement.id
    if request.args.get("as_of"):
        values["as_of"] = question.on.isoformat()
    if question.then:
        values["known"] = THEN
    return values | {key: value for key, value in more.items() if value}


def addresses(endpoint: str, name: str, question: Question) -> Callable[[int], str]:
    """The address of a page for each number of ``name``, with the filter.

    Built once and the number put in: a table has some hundreds of them.
    """
    values = filter_values(question, **{name: _ANY_NUMBER})
    before, after = url_for(endpoint, **values).split(str(_ANY_NUMBER), 1)
    return lambda number: f"{before}{number}{after}"


# -- the way down --------------------------------------------------------------------------


def place_name(here: Place) -> str:
    """The name of a place; the nation has none of its own."""
    return here.name if here.id is not None else gettext("The whole country")


def place_url(here: Place, question: Question) -> str:
    """The coverage page of a place, with the same filter."""
    if here.id is None:
        return url_for("coverage.overview", **filter_values(question))
    return url_for("coverage.unit", unit_id=here.id, **filter_values(question))


def crumbs(here: Place, question: Question, *below: Crumb) -> list[Crumb]:
    """The way from the top of the scope down to this page."""
    way = queries.breadcrumb(current_session(), question.scope, here, question.on)
    line: list[Crumb] = [(place_name(one), place_url(one, question)) for one in way]
    line += below
    return [*line[:-1], (line[-1][0], None)] if line else []


# -- answers -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Preparing:
    """What a page says of a reading that is not ready: ``action`` asks for it."""

    action: str = ""
    again: str = ""
    code: str = ""
    waiting: bool = False
    done: int = 0
    whole: int = 0


@dataclass(frozen=True)
class Filing:
    """A file of names that the worker makes: how to ask, or ``href`` once it is there.

    ``data``: as data, and no workbook. ``until`` says until when it is kept, ``said`` what is in
    it.
    """

    data: bool
    asking: Preparing
    href: str = ""
    until: str = ""
    said: str = ""


@dataclass(frozen=True)
class View:
    """Everything that a page of coverage shows; its XLSX is made of the same."""

    heading: str
    question: Question
    crumbs: list[Crumb]
    table: Table | None = None
    notes: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    file_url: str = ""
    empty: str = ""
    definitions: bool = True
    groups: bool = False
    # The table can be read as it was known then, too.
    knowing: bool = False
    total: int | None = None
    # When ready counts were made, while what happened since is still being counted.
    counted_at: datetime | None = None
    # When the worker counted what was known then, or that it is still to do so.
    prepared_at: datetime | None = None
    preparing: Preparing | None = None
    # The list is too long for a file made at once: its file in each form.
    filings: tuple[Filing, ...] = ()


def show(view: View) -> ResponseReturnValue:
    """The page; 422 when the filter cannot be used, with what was typed."""
    failed = view.question.form.failed
    rows = len(view.table.rows) if view.table else 0
    page = paginate(view.total if view.total is not None else rows, most=MOST_ON_PAPER)
    return render(
        "coverage/page.html",
        422 if failed else 200,
        view=view,
        page=page,
        stretch=_stretch(view, page),
        said=said(view),
        definitions=[gettext(one) for one in DEFINITION_MESSAGES] if view.definitions else [],
        errors_in_title=failed,
    )


def _stretch(view: View, page: Page) -> Sequence[Any]:
    """The rows of this page; a list that was cut by its query is shown whole."""
    if view.table is None:
        return ()
    if view.total is not None:
        return view.table.rows
    return view.table.rows[page.offset : page.offset + page.size]


def said(view: View) -> list[str]:
    """The filter in words: what is asked, as of when, when it was counted."""
    question = view.question
    lines = []
    if question.requirement:
        title = question.requirement.named(language())
        lines.append(gettext("Requirement: %(title)s.", title=title))
        needed = "; ".join(question.requirement.module_titles(language()).values())
        if needed:
            lines.append(gettext("Modules: %(modules)s.", modules=needed))
    if view.preparing:
        return [*lines, gettext("As of %(day)s.", day=format_date(question.on)), *_known(view)]
    lines.append(
        gettext(
            "As of %(day)s; counted at %(moment)s.",
            day=format_date(question.on),
            moment=format_moment(view.counted_at or view.prepared_at or question.now),
        )
    )
    lines += _known(view)
    if view.counted_at:
        lines.append(gettext("What was entered since is being counted. Look again in a minute."))
    return [*lines, *view.notes]


def as_data(view: View) -> dict[str, Any]:
    """The same table as data: what its page and its XLSX show, each value by its kind.

    Days are written as in ISO 8601; ``total`` is the sum of ``rows`` and ``corrections``.
    """
    question, table = view.question, view.table
    return {
        "title": view.heading,
        "about": [*said(view), *([view.empty] if view.empty else [])],
        "definitions": [gettext(one) for one in DEFINITION_MESSAGES] if view.definitions else [],
        "requirement": question.requirement.id if question.requirement else None,
        "as_of": question.on.isoformat(),
        "known": THEN if view.knowing and question.then else "now",
        "columns": [column.text for column in table.head] if table else [],
        "rows": [_values(row) for row in table.rows] if table else [],
        "corrections": [_values(row) for row in table.corrections] if table else [],
        "total": _values(table.total) if table else [],
    }


def _values(row: Row) -> list[Any]:
    values = [cell.value for cell in row]
    return [one.isoformat() if isinstance(one, date) else one for one in values]


def _known(view: View) -> list[str]:
    return [gettext(AS_KNOWN_THEN)] if view.knowing and view.question.then else []


def download(view: View, name: str) -> ResponseReturnValue:
    """The table as XLSX, or as data; a filter that cannot be used answers with its page, 422."""
    if request.path.endswith(".json"):
        failed = [message for _, message in view.question.form.error_list()]
        return (jsonify({"errors": failed}), 422) if failed else jsonify(as_data(view))
    if view.table is None:
        return show(view)
    day = f"{view.question.on:%Y%m%d}"
    preamble = [view.heading, *said(view)]
    if view.definitions:
        preamble += [gettext(one) for one in DEFINITION_MESSAGES]
    return xlsx_response(view.table.sheet(gettext("Coverage"), f"{name}-{day}", preamble))


def asked_offset() -> int:
    """How many rows the page asked for by ``?page=`` leaves out before it."""
    asked = request.args.get("page", default=1, type=int)
    return (min(max(1, asked), _LAST_PAGE) - 1) * PAGE_SIZE


def last_offset(total: int) -> int:
    """How many rows stand before the last page of a list."""
    return max(0, (total - 1) // PAGE_SIZE * PAGE_SIZE)


AS_KNOWN_THEN = N_(
    "As known at the end of that day: what was entered later is left out, and what was taken back"
    " later is counted. Only two things are as known now: what Article 12 asks about a person (sex,"
    " ethnic minority), and a requirement that nobody had set by then."
)
NOTHING_REQUIRED = N_("Nothing is required here on that day.")


# -- names ---------------------------------------------------------------------------------


def names_file(endpoint: str, values: dict[str, Any]) -> str:
    """The address of a file of names; none for who may look at them but not take them along."""
    return url_for(endpoint, **values) if current_viewer().may(Permission.COVERAGE_NAMES) else ""


def note_names(
    question: Question,
    count: int,
    *,
    kind: str,
    object_id: int | None,
    exported: bool = False,
) -> None:
    """Write down that staff saw or took names: which list, which filter, how many."""
    viewer = current_viewer()
    if not viewer.staff or not count:
        return
    detail: dict[str, Any] = {
        "filter": {key: request.args[key][:40] for key in _FILTERS if key in request.args},
        "count": count,
        "as_of": question.on.isoformat(),
    }
    with aside(db.engine) as session:
        audit.record(
            session,
            Action.NAMES_EXPORTED if exported else Action.NAMES_VIEWED,
            actor=viewer,
            now=question.now,
            object_kind=kind,
            object_id=object_id,
            detail=detail,
        )
