"""What all screens of authors share: the draft behind the address, saving, saying a problem."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from training_app import clock
from training_app.authoring import queries, services
from training_app.authoring.models import EDITABLE, Draft, DraftState, DraftVersion
from training_app.authoring.rules import Unreadable, questions, read_table
from training_app.authoring.services import Conflict
from training_app.catalogue.parsing import BANK, HEAD, LESSON_ENDING, SCENARIO_ENDING
from training_app.errors import N_
from training_app.extensions import current_session
from training_app.laws.queries import articles_by_citation, register_articles
from training_app.laws.source import BadCitation, Citation, Problem
from training_app.web.guard import current_viewer
from training_app.web.pages import format_moment, notice, render

bp = Blueprint("authoring", __name__, template_folder="../templates")

STATES: Final = {
    DraftState.DRAFT: (N_("being written"), ""),
    DraftState.IN_REVIEW: (N_("waiting for review"), "info"),
    DraftState.REFUSED: (N_("sent back"), "warning"),
    DraftState.PUBLISHED: (N_("published"), "success"),
    DraftState.WITHDRAWN: (N_("given up"), ""),
}
_QUESTION: Final = re.compile(r"question\[(\d+)\]")
FEW: Final = 5


@dataclass(frozen=True)
class Open:
    """A draft with its newest version, and whether this viewer may change it now."""

    draft: Draft
    last: DraftVersion
    author: bool

    @property
    def writable(self) -> bool:
        """Whether the page offers to save."""
        return self.author and self.draft.state in EDITABLE

    @property
    def files(self) -> dict[str, Any]:
        """The files as saved last."""
        return self.last.files


def opened(draft_id: int, *, own: bool = False) -> Open:
    """The draft that the viewer may see, or (``own``) write in; another one is 404."""
    session, viewer = current_session(), current_viewer()
    fetch = queries.own_draft if own else queries.draft_in_scope
    draft = fetch(session, viewer, draft_id)
    author = own or queries.is_author(session, viewer, draft)
    return Open(draft, queries.newest(session, draft), author)


def typed(name: str) -> Sequence[str]:
    """Everything sent under one name."""
    return request.form.getlist(name)


def save(
    at: Open, changes: Mapping[str, str | None], answer: ResponseReturnValue
) -> ResponseReturnValue:
    """Save the files and answer; a conflict shows both texts instead."""
    now, session = clock.now(), current_session()
    base = request.form.get("base", default=0, type=int)
    try:
        services.save(session, at.draft, changes, base, now=now, actor=current_viewer())
    except Conflict as conflict:
        session.rollback()
        return render(
            "authoring/conflict.html",
            409,
            draft=at.draft,
            conflict=conflict,
            errors_in_title=True,
        )
    session.commit()
    notice(N_("Draft saved at %(moment)s."), moment=format_moment(now))
    return answer


# -- saying problems ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """A problem in the reader's language, where it stands, and the page that mends it."""

    place: str
    href: str
    line: int
    what: str
    remedy: str
    warning: bool


def say(problems: Iterable[Problem], draft: Draft, files: Mapping[str, Any]) -> list[Said]:
    """The problems as a page shows them, errors first."""
    ids = question_ids(files)
    told = [_said(problem, draft, ids) for problem in problems]
    return sorted(told, key=lambda one: one.warning)


def question_ids(files: Mapping[str, Any]) -> list[str]:
    """Ids of the questions in the order of the bank; empty while it cannot be read."""
    try:
        return [str(one.get("id", "")) for one in questions(read_table(files.get(BANK, "")))]
    except Unreadable:
        return []


def _said(problem: Problem, draft: Draft, ids: Sequence[str]) -> Said:
    place, href = _place(problem, draft.id, ids)
    return Said(
        place,
        href,
        problem.line,
        _in_words(problem.message, problem.params),
        _in_words(problem.remedy, problem.params),
        problem.warning,
    )


def _in_words(message: str, params: Mapping[str, Any]) -> str:
    return gettext(message, **params)


def _place(problem: Problem, draft_id: int, ids: Sequence[str]) -> tuple[str, str]:
    """What the author calls the place, and its editor."""
    name, key = problem.file, problem.key
    asked = _QUESTION.match(key)
    if name == BANK and asked and int(asked[1]) <= len(ids) and ids[int(asked[1]) - 1]:
        question = ids[int(asked[1]) - 1]
        href = url_for("authoring.question", draft_id=draft_id, question_key=question)
        return gettext("Question %(name)s", name=question), href
    if name == HEAD or (name == BANK and key.startswith("test")):
        return gettext("Title and test"), url_for("authoring.head", draft_id=draft_id)
    if name.endswith(LESSON_ENDING):
        slug = name.removesuffix(LESSON_ENDING)
        href = url_for("authoring.lesson", draft_id=draft_id, lesson_slug=slug)
        return gettext("Lesson %(name)s", name=slug), href
    href = url_for("authoring.file", draft_id=draft_id, file_name=name)
    if name.endswith(SCENARIO_ENDING):
        slug = name.removesuffix(SCENARIO_ENDING)
        return gettext("Scenario %(name)s", name=slug), href
    return name, href


# -- citations ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cited:
    """A citation as a box to untick, and the place in words where the register knows it."""

    value: str
    words: str


def cited(values: Iterable[Any]) -> list[Cited]:
    """The citations of a part, in words."""
    texts = [str(value) for value in values] if isinstance(values, list | tuple) else []
    parsed = {text: one for text in texts if (one := _citation(text))}
    found = articles_by_citation(current_session(), parsed.values())
    return [
        Cited(text, found[parsed[text]].vietnamese if parsed.get(text) in found else text)
        for text in texts
    ]


def _citation(text: str) -> Citation | None:
    try:
        return Citation.parse(text)
    except BadCitation:
        return None


def register_choices() -> dict[str, list[tuple[str, str]]]:
    """Articles to pick, by instrument: pairs of citation and words."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in register_articles(current_session()):
        label = f"{one.kind} {one.number} – {one.title}"
        article = f"Điều {one.citation.article}. {one.heading}"
        groups.setdefault(label, []).append((str(one.citation), article))
    return groups


def few(count: int) -> str:
    """A count of people; one to four are not told exactly."""
    return gettext("fewer than %(n)s", n=FEW) if 0 < count < FEW else str(count)
