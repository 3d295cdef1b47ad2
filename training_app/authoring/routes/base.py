"""What all screens of authors share: the draft behind the address, saving, citing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from training_app import clock
from training_app.authoring import queries, services
from training_app.authoring.models import EDITABLE, Draft, DraftState, DraftVersion
from training_app.authoring.rules import Unreadable, differences, tidy
from training_app.authoring.services import Conflict
from training_app.errors import N_, NotFound
from training_app.extensions import current_session
from training_app.laws.queries import articles_by_citation, register_articles
from training_app.laws.source import BadCitation, Citation
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


Part = Callable[[Mapping[str, Any]], object]


def save(
    at: Open,
    changes: Mapping[str, str | None],
    answer: ResponseReturnValue,
    part: Part | None = None,
) -> ResponseReturnValue:
    """Save the files and answer; a conflict shows both texts instead.

    ``part`` reads from the files what this form shows: who changed another part of the same file
    meanwhile is not in the way.
    """
    now, session, viewer = clock.now(), current_session(), current_viewer()
    try:
        services.save(session, at.draft, changes, _base(at, part), now=now, actor=viewer)
    except Conflict as conflict:
        session.rollback()
        before, mine = {conflict.name: conflict.theirs}, {conflict.name: conflict.mine}
        return render(
            "authoring/conflict.html",
            409,
            draft=at.draft,
            conflict=conflict,
            found=differences(before, mine),
            own=queries.newest(session, at.draft).saved_by == viewer.account_id,
            errors_in_title=True,
        )
    for name in changes:
        services.drop_unsaved(session, at.draft, name, actor=viewer)
    session.commit()
    notice(N_("Draft saved at %(moment)s."), moment=format_moment(now))
    return answer


def _base(at: Open, part: Part | None) -> int:
    """The version that was on the screen; the newest where the part shown is the same in both."""
    base = request.form.get("base", default=0, type=int)
    if part and base != at.last.number:
        shown = queries.version(current_session(), at.draft, base).files
        try:
            if part(shown) == part(at.files):
                return at.last.number
        except Unreadable:
            return base
    return base


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
