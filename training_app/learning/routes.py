"""Screens for reading: all modules, and one lesson."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from training_app import clock
from training_app.access import Permission
from training_app.catalogue.queries import LessonPage, ModuleCard, lesson_page, published_modules
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.learning import queries, services
from training_app.learning.rules import law_lines
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, render, see_other

bp = Blueprint("learning", __name__, template_folder="templates")


@dataclass(frozen=True)
class ModuleLine:
    """A module in the list, with how far the reader is."""

    card: ModuleCard
    title: str
    read: int
    completed: bool


def _reader() -> int:
    """The person who reads; an account without a person finds nothing to read."""
    person_id = current_viewer().person_id
    if person_id is None:
        raise NotFound
    return person_id


@bp.get("/learn/")
@needs(Permission.LESSON_READ)
def module_list() -> ResponseReturnValue:
    """All published modules in the order of the curriculum, each with its state."""
    session, reader = current_session(), _reader()
    read = queries.lessons_read(session, reader)
    completed = queries.completed_modules(session, reader, clock.today())
    language = "en" if english() else "vi"
    lines = [
        ModuleLine(
            card, card.named(language), read.get(card.version_id, 0), card.module_id in completed
        )
        for card in published_modules(session)
    ]
    return render("learning/module_list.html", lines=lines)


@bp.get("/learn/<slug>/<lesson_slug>/")
@needs(Permission.LESSON_READ)
def lesson(slug: str, lesson_slug: str) -> ResponseReturnValue:
    """One lesson to read, with its law at the end (M5)."""
    page = _page(slug, lesson_slug)
    laws = law_lines(page.citations, clock.today(), english=english())
    title = page.module_title_en if english() and page.module_title_en else page.module_title
    return render("learning/lesson.html", page=page, laws=laws, module_title=title)


def _page(slug: str, lesson_slug: str) -> LessonPage:
    page = lesson_page(current_session(), slug, lesson_slug)
    if page is None:
        raise NotFound
    return page


@bp.post("/learn/<slug>/<lesson_slug>/read/")
@needs(Permission.LESSON_READ)
def read(slug: str, lesson_slug: str) -> Response:
    """Note that the lesson was read, and go on to the next one."""
    session, page = current_session(), _page(slug, lesson_slug)
    services.read_lesson(session, _reader(), page.lesson_id, now=clock.now())
    session.commit()
    if page.next_slug:
        return see_other("learning.lesson", slug=slug, lesson_slug=page.next_slug)
    return see_other("assessment.module", slug=slug)
