"""What pages of names have in common: the head, the stretch shown, the file, and the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app.access import Permission
from training_app.coverage.queries import Place
from training_app.coverage.routes.base import (
    NOTHING_REQUIRED,
    Question,
    View,
    ask,
    asked_offset,
    crumbs,
    download,
    last_offset,
    note_names,
    place_name,
    read_filter,
    show,
)
from training_app.coverage.routes.places import NOT_YET, find_place
from training_app.errors import N_, RuleBroken
from training_app.web.pages import MOST_ON_PAPER, PAGE_SIZE, wants_all_rows

MOST_EXPORTED = 5_000
TOO_LONG = N_(
    "This list has %(count)s rows, too many for a file made at once. Open the list itself: there"
    " its file can be made in the background."
)

# A page and how many people it names.
Named = tuple[View, int]


class Reader(Protocol):
    """Reads a stretch of a list."""

    def __call__(self, object_id: int, /, *, limit: int, offset: int) -> Named:
        """What stands between ``offset`` and ``limit`` rows on."""


def fifty_or_all(read: Reader, object_id: int) -> Named:
    """The page asked for, or all rows where they are asked for and not too many for paper."""
    if wants_all_rows():
        found = read(object_id, limit=MOST_ON_PAPER, offset=0)
        if (found[0].total or 0) <= MOST_ON_PAPER:
            return found
    found = read(object_id, limit=PAGE_SIZE, offset=asked_offset())
    view = found[0]
    if view.total and not (view.table and view.table.rows):
        return read(object_id, limit=PAGE_SIZE, offset=last_offset(view.total))
    return found


@dataclass(frozen=True)
class Listed:
    """A list of names about something: what the audit calls it, and what its file is named."""

    kind: str
    name: str

    def page(self, object_id: int, read: Callable[[int], Named]) -> ResponseReturnValue:
        """The list as a page."""
        view, count = read(object_id)
        note_names(view.question, count, kind=self.kind, object_id=object_id)
        return show(view)

    def file(self, object_id: int, read: Callable[[int], Named]) -> ResponseReturnValue:
        """The list as XLSX."""
        view, count = read(object_id)
        note_names(view.question, count, kind=self.kind, object_id=object_id, exported=True)
        return download(view, f"{self.name}-{object_id}")

    def stretch(self, object_id: int, read: Reader) -> ResponseReturnValue:
        """Fifty rows of a long list, or all of them for paper; beyond its end the last page."""
        return self.page(object_id, lambda one: fifty_or_all(read, one))

    def whole(self, object_id: int, read: Reader, *, most: int) -> ResponseReturnValue:
        """All of a long list as XLSX, or as data. RuleBroken for more than ``most`` rows."""

        def everything(one: int) -> Named:
            found = read(one, limit=most, offset=0)
            total = found[0].total or 0
            if total > most:
                raise RuleBroken(TOO_LONG, count=total)
            return found

        return self.file(object_id, everything)


def about(
    unit_id: int,
    permission: Permission,
    title: str,
    *,
    groups: bool = False,
    find: Callable[[Question, int], Place | None] = find_place,
) -> tuple[View, Place | None]:
    """The head of a page about a place, and the place while there is something to be counted."""
    question = read_filter(permission)
    here = find(question, unit_id)
    if here is None:
        return View(title, question, [], empty=gettext(NOT_YET), definitions=False), None
    question = ask(question, here.path)
    heading = f"{title} – {place_name(here)}"
    view = View(heading, question, crumbs(here, question, (title, "")), groups=groups)
    if question.asking is None:
        return replace(view, empty=gettext(NOTHING_REQUIRED), definitions=False), None
    return view, here
