"""What all screens of authors share: the draft behind the address, saving, saying a problem."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from training_app import clock
from training_app.authoring import queries, services
from training_app.authoring.models import EDITABLE, Draft, DraftState, DraftVersion
from training_app.authoring.rules import Unreadable, questions, read_table, story, tidy
from training_app.authoring.services import Conflict
from training_app.catalogue.parsing import BANK, HEAD, LESSON_ENDING, PICTURES, SCENARIO_ENDING
from training_app.errors import N_, NotFound
from training_app.extensions import current_session
from training_app.laws.queries import articles_by_citation, register_articles
from training_app.laws.source import BadCitation, Citation, Problem
from training_app.vietnamese import clean, fold
from training_app.web.guard import current_viewer
from training_app.web.pages import format_moment, notice, render, see_other

bp = Blueprint("authoring", __name__, template_folder="../templates")

STATES: Final = {
    DraftState.DRAFT: (N_("being written"), ""),
    DraftState.IN_REVIEW: (N_("waiting for review"), "info"),
    DraftState.REFUSED: (N_("sent back"), "warning"),
    DraftState.PUBLISHED: (N_("published"), "success"),
    DraftState.WITHDRAWN: (N_("given up"), ""),
}
_QUESTION: Final = re.compile(r"question\[(\d+)\]")
_TURN: Final = re.compile(r"(node|ending)\[(\d+)\]")
LONGEST_TITLE: Final = 120
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


def file_text(at: Open, name: str) -> str:
    """The text of one file of the draft; another name is 404."""
    if name not in at.files:
        raise NotFound
    return str(at.files[name])


def as_text(at: Open, name: str) -> Response:
    """To the file itself, where a form cannot show it."""
    notice(N_("A form cannot read this yet. Mend the text of the file first."), "warning")
    return see_other("authoring.file", draft_id=at.draft.id, file_name=name)


def title_typed() -> str:
    """The title sent, on one line."""
    return clean(tidy(request.form.get("title", "")))[:LONGEST_TITLE]


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
    for name in changes:
        services.drop_unsaved(session, at.draft, name, actor=current_viewer())
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
    file: str = ""
    key: str = ""


def say(problems: Iterable[Problem], draft: Draft, files: Mapping[str, Any]) -> list[Said]:
    """The problems as a page shows them, errors first."""
    ids = _Ids(question_ids(files), turn_ids(files))
    told = [_said(problem, draft, ids) for problem in problems]
    return sorted(told, key=lambda one: one.warning)


def beside(told: Iterable[Said], field: Callable[[str], str]) -> dict[str, list[Said]]:
    """What is said, by the field that it concerns; ``field`` reads a problem's key."""
    found: dict[str, list[Said]] = {}
    for one in told:
        found.setdefault(field(one.key), []).append(one)
    return found


def question_ids(files: Mapping[str, Any]) -> list[str]:
    """Ids of the questions in the order of the bank; empty while it cannot be read."""
    try:
        return [str(one.get("id", "")) for one in questions(read_table(files.get(BANK, "")))]
    except Unreadable:
        return []


def turn_ids(files: Mapping[str, Any]) -> dict[tuple[str, str, int], str]:
    """Names of the turns of all scenarios, by file, kind and place from 1."""
    found: dict[tuple[str, str, int], str] = {}
    for name, text in files.items():
        if not name.endswith(SCENARIO_ENDING):
            continue
        try:
            turns = story.turns(story.read_story(text))
        except Unreadable:
            continue
        found |= {(name, one.kind, one.index + 1): one.name for one in turns}
    return found


@dataclass(frozen=True)
class _Ids:
    """What the parts of a draft are called where a problem only counts them."""

    questions: Sequence[str]
    turns: Mapping[tuple[str, str, int], str]


def _said(problem: Problem, draft: Draft, ids: _Ids) -> Said:
    place, href = _place(problem, draft.id, ids)
    return Said(
        place,
        href,
        problem.line,
        _in_words(problem.message, problem.params),
        _in_words(problem.remedy, problem.params),
        problem.warning,
        problem.file,
        problem.key,
    )


def _in_words(message: str, params: Mapping[str, Any]) -> str:
    return gettext(message, **params)


def _place(problem: Problem, draft_id: int, ids: _Ids) -> tuple[str, str]:
    """What the author calls the place, and its editor."""
    name, key, keys = problem.file, problem.key, ids.questions
    asked = _QUESTION.match(key)
    if name == BANK and asked and int(asked[1]) <= len(keys) and keys[int(asked[1]) - 1]:
        question = keys[int(asked[1]) - 1]
        href = url_for("authoring.question", draft_id=draft_id, question_key=question)
        return gettext("Question %(name)s", name=question), href
    if name == HEAD or (name == BANK and key.startswith("test")):
        return gettext("Title and test"), url_for("authoring.head", draft_id=draft_id)
    if name.endswith(LESSON_ENDING):
        slug = name.removesuffix(LESSON_ENDING)
        href = url_for("authoring.lesson", draft_id=draft_id, lesson_slug=slug)
        return gettext("Lesson %(name)s", name=slug), href
    if name.endswith(SCENARIO_ENDING):
        return _scenario_place(problem, draft_id, ids)
    if name == PICTURES:
        return gettext("Pictures"), url_for("authoring.pictures", draft_id=draft_id)
    return name, url_for("authoring.file", draft_id=draft_id, file_name=name)


def _scenario_place(problem: Problem, draft_id: int, ids: _Ids) -> tuple[str, str]:
    """A turn of a scenario where the problem stands in one, else the scenario."""
    slug = problem.file.removesuffix(SCENARIO_ENDING)
    inside = _TURN.match(problem.key)
    turn = ids.turns.get((problem.file, inside[1], int(inside[2]))) if inside else None
    if turn:
        href = url_for("authoring.turn", draft_id=draft_id, scenario_slug=slug, turn_name=turn)
        return gettext("Scenario %(name)s, turn %(turn)s", name=slug, turn=turn), href
    href = url_for("authoring.scenario", draft_id=draft_id, scenario_slug=slug)
    return gettext("Scenario %(name)s", name=slug), href


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


@dataclass(frozen=True)
class Picker:
    """The articles to pick from: by instrument, pairs of citation and words.

    ``asked`` is what was searched for; where nothing matched it, the whole register stands.
    """

    register: Mapping[str, Sequence[tuple[str, str]]]
    asked: str = ""
    found: int = 0


def picker(at: Open) -> Picker:
    """What may be cited, narrowed by what the author searched for; nothing for a reader."""
    if not at.writable:
        return Picker({})
    asked = clean(request.args.get("law", ""))[:LONGEST_TITLE]
    words = fold(asked).split()
    groups: dict[str, list[tuple[str, str]]] = {}
    matching: dict[str, list[tuple[str, str]]] = {}
    for one in register_articles(current_session()):
        label = f"{one.kind} {one.number} – {one.title}"
        line = (str(one.citation), f"Điều {one.citation.article}. {one.heading}")
        groups.setdefault(label, []).append(line)
        place = fold(f"{label} {line[1]} {one.gist}")
        if words and all(word in place for word in words):
            matching.setdefault(label, []).append(line)
    return Picker(matching or groups, asked, sum(map(len, matching.values())))


def reopened(endpoint: str, **values: Any) -> Response:
    """Back to the form; to its picker, narrowed, where an article was searched for."""
    if asked := clean(tidy(request.form.get("law", "")))[:LONGEST_TITLE]:
        return see_other(endpoint, **values, law=asked, _anchor="picker")
    return see_other(endpoint, **values)


def few(count: int) -> str:
    """A count of people; one to four are not told exactly."""
    return gettext("fewer than %(n)s", n=FEW) if 0 < count < FEW else str(count)
