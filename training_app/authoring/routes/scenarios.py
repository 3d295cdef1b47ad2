"""Editors of a scenario: the table of its turns first, then a form for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from training_app import clock
from training_app.access import Permission
from training_app.authoring import queries
from training_app.authoring.routes.base import (
    Open,
    Part,
    as_text,
    bp,
    cited,
    file_text,
    opened,
    picker,
    reopened,
    save,
    title_typed,
    typed,
)
from training_app.authoring.routes.saying import Said, beside, say
from training_app.authoring.rules import Unreadable, new_scenario, slug_of, story, tidy
from training_app.catalogue.parsing import SCENARIO_ENDING
from training_app.errors import N_, NotFound
from training_app.extensions import current_session
from training_app.practice.rules.paths import COMPETENCY_NAMES
from training_app.vietnamese import fold
from training_app.web.guard import needs
from training_app.web.pages import notice, render, see_other

READS = needs(Permission.CONTENT_DRAFT, Permission.CONTENT_REVIEW)
WRITES = needs(Permission.CONTENT_DRAFT)
Opened: TypeAlias = tuple[Open, str, story.Story]

OUTCOMES: Final = {
    "good": N_("ends well"),
    "partial": N_("ends half well"),
    "harm": N_("ends with harm"),
}


def _opened(draft_id: int, slug: str, *, own: bool = False) -> Opened:
    """The draft, the file's name and its story. Raises :class:`Unreadable`."""
    at, name = opened(draft_id, own=own), slug + SCENARIO_ENDING
    return at, name, story.read_story(file_text(at, name))


def _as_text(draft_id: int, slug: str) -> Response:
    return as_text(opened(draft_id), slug + SCENARIO_ENDING)


@bp.post("/authoring/<int:draft_id>/scenarios/")
@WRITES
def new_scenario_submit(draft_id: int) -> ResponseReturnValue:
    """Add a scenario of one turn."""
    at, title = opened(draft_id, own=True), title_typed()
    slug = slug_of(fold(title))
    answer = see_other("authoring.scenario", draft_id=draft_id, scenario_slug=slug)
    if slug + SCENARIO_ENDING in at.files:
        return answer
    return save(at, {slug + SCENARIO_ENDING: new_scenario(title, clock.today())}, answer)


@bp.get("/authoring/<int:draft_id>/scenarios/<scenario_slug>/")
@READS
def scenario(draft_id: int, scenario_slug: str) -> ResponseReturnValue:
    """The table of turns with what is wrong in each, then title, beginning and feedback."""
    try:
        at, name, data = _opened(draft_id, scenario_slug)
    except Unreadable:
        return _as_text(draft_id, scenario_slug)
    told = _told(at, name)
    own = [one for one in told if one.href == request.path]
    return render(
        "authoring/scenario.html",
        at=at,
        draft=at.draft,
        slug=scenario_slug,
        name=name,
        story=data,
        turns=story.turns(data),
        unreached=story.unreached(data),
        dead_ends=story.dead_ends(data),
        outcomes=OUTCOMES,
        problems=told,
        beside=beside(own, story.field_of),
        cites=cited(data.get("cites", [])),
        picker=picker(at),
    )


@bp.post("/authoring/<int:draft_id>/scenarios/<scenario_slug>/")
@WRITES
def scenario_submit(draft_id: int, scenario_slug: str) -> ResponseReturnValue:
    """Save title, beginning, feedback and citations of the whole."""
    try:
        at, name, data = _opened(draft_id, scenario_slug, own=True)
    except Unreadable:
        return _as_text(draft_id, scenario_slug)
    answer = reopened("authoring.scenario", draft_id=draft_id, scenario_slug=scenario_slug)
    text = story.write_story(story.story_from(typed, data))
    return save(at, {name: text}, answer, lambda files: story.head(_story_in(files, name)))


@bp.post("/authoring/<int:draft_id>/scenarios/<scenario_slug>/turns/")
@WRITES
def new_turn(draft_id: int, scenario_slug: str) -> ResponseReturnValue:
    """Add an empty turn or ending at the end."""
    try:
        at, name, data = _opened(draft_id, scenario_slug, own=True)
    except Unreadable:
        return _as_text(draft_id, scenario_slug)
    kind: story.TurnKind = "ending" if request.form.get("kind") == "ending" else "node"
    changed, turn = story.added(data, kind)
    answer = _to_turn(draft_id, scenario_slug, turn)
    return save(at, {name: story.write_story(changed)}, answer, _turn_of(name, turn))


def _to_turn(draft_id: int, slug: str, turn: str) -> Response:
    return reopened("authoring.turn", draft_id=draft_id, scenario_slug=slug, turn_name=turn)


@bp.get("/authoring/<int:draft_id>/scenarios/<scenario_slug>/turns/<turn_name>/")
@READS
def turn(draft_id: int, scenario_slug: str, turn_name: str) -> ResponseReturnValue:
    """One turn: what happens, what is said, how one may respond; or one ending."""
    try:
        at, name, data = _opened(draft_id, scenario_slug)
    except Unreadable:
        return _as_text(draft_id, scenario_slug)
    found = _turn(data, turn_name)
    own = [one for one in _told(at, name) if one.href == request.path]
    choices = found.data.get("choice", [])
    return render(
        "authoring/turn.html",
        at=at,
        draft=at.draft,
        slug=scenario_slug,
        turn=found,
        one=found.data,
        title=data.get("title") or scenario_slug,
        rows=range(max(story.OFFERED, len(choices))),
        choices=choices,
        targets=[(one.name, _label(one)) for one in story.turns(data) if one.name],
        new_turn=story.NEW_TURN,
        competencies=COMPETENCY_NAMES,
        outcomes=OUTCOMES,
        alone=found.name in story.unreached(data),
        beside=beside(own, story.field_of),
        problems=own,
        cites=cited(found.data.get("cites", [])),
        chosen=[cited(one.get("cites", [])) for one in choices],
        picker=picker(at),
    )


@bp.post("/authoring/<int:draft_id>/scenarios/<scenario_slug>/turns/<turn_name>/")
@WRITES
def turn_submit(draft_id: int, scenario_slug: str, turn_name: str) -> ResponseReturnValue:
    """Save a turn or an ending; under another name wherever something leads to it."""
    try:
        at, name, data = _opened(draft_id, scenario_slug, own=True)
    except Unreadable:
        return _as_text(draft_id, scenario_slug)
    found = _turn(data, turn_name)
    read = story.node_from if found.kind == story.NODE else story.ending_from
    data = story.with_turn(data, found, read(typed, found.data))
    wanted = tidy(request.form.get("name", "")).strip() or found.name
    named = story.may_be_named(data, found, wanted)
    if named and wanted != found.name:
        data = story.renamed(data, found.name, wanted)
    answer = _to_turn(draft_id, scenario_slug, wanted if named else found.name)
    renaming = named and wanted != found.name
    part = None if renaming else _turn_of(name, found.name)
    saved = save(at, {name: story.write_story(data)}, answer, part)
    if not named:
        notice(NAME_REFUSED, "warning", name=wanted[:40])
    return saved


NAME_REFUSED: Final = N_(
    "The draft is saved, but “%(name)s” cannot be the short name: it is taken, or has other "
    "signs than small letters without accents, digits and hyphens."
)


@bp.post("/authoring/<int:draft_id>/scenarios/<scenario_slug>/turns/<turn_name>/remove/")
@WRITES
def turn_remove(draft_id: int, scenario_slug: str, turn_name: str) -> ResponseReturnValue:
    """Take a turn out; what led to it is told until it leads elsewhere."""
    try:
        at, name, data = _opened(draft_id, scenario_slug, own=True)
    except Unreadable:
        return _as_text(draft_id, scenario_slug)
    text = story.write_story(story.removed(data, _turn(data, turn_name)))
    answer = see_other("authoring.scenario", draft_id=draft_id, scenario_slug=scenario_slug)
    return save(at, {name: text}, answer, _turn_of(name, turn_name))


def _story_in(files: Mapping[str, Any], name: str) -> story.Story:
    return story.read_story(files.get(name, ""))


def _turn_of(name: str, turn_name: str) -> Part:
    """The turn as the files have it, for telling whether somebody else changed it."""

    def read(files: Mapping[str, Any]) -> object:
        found = story.turn_named(_story_in(files, name), turn_name)
        return found and (found.kind, found.data)

    return read


def _turn(data: story.Story, name: str) -> story.Turn:
    found = story.turn_named(data, name)
    if found is None:
        raise NotFound
    return found


def _label(turn: story.Turn) -> str:
    """A turn in a list to choose from: its name and how it begins."""
    words = str(turn.data.get("title") or turn.data.get("situation") or "").split()
    return f"{turn.name}. {' '.join(words[:10])}"


def _told(at: Open, name: str) -> list[Said]:
    checked = queries.checked(current_session(), at.draft, at.files)
    return say(checked.of(name), at.draft, at.files)
