"""Editors of lessons, questions and the head of a module, and of files as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

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
from training_app.authoring.routes.listing import KINDS
from training_app.authoring.routes.saying import beside, say
from training_app.authoring.rules import (
    ROWS,
    Unreadable,
    head_from,
    new_question,
    parts,
    question_from,
    question_named,
    read_table,
    test_from,
    tidy,
    with_question,
)
from training_app.authoring.rules.fields import head_field, question_field, topics
from training_app.catalogue.parsing import BANK, HEAD
from training_app.catalogue.queries import published_modules
from training_app.errors import NotFound
from training_app.extensions import current_session
from training_app.laws.parsing import write_toml
from training_app.questions.source import CLASSES, Kind
from training_app.web.guard import needs
from training_app.web.pages import render, see_other

READS = needs(Permission.CONTENT_DRAFT, Permission.CONTENT_REVIEW)
WRITES = needs(Permission.CONTENT_DRAFT)


# -- title, audience, test ---------------------------------------------------------------------


@bp.get("/authoring/<int:draft_id>/head/")
@READS
def head(draft_id: int) -> ResponseReturnValue:
    """Title, purpose, audience, objectives, and how the test is drawn."""
    at = opened(draft_id)
    if broken := _broken(at):
        return as_text(at, broken)
    data, bank = read_table(at.files.get(HEAD, "")), read_table(at.files.get(BANK, ""))
    checked = queries.checked(current_session(), at.draft, at.files)
    tests = [one for one in checked.of(BANK) if one.key.startswith("test")]
    told = say([*checked.of(HEAD), *tests], at.draft, at.files)
    return render(
        "authoring/head.html",
        at=at,
        draft=at.draft,
        head=data,
        test=bank.get("test", {}),
        topics=topics(bank),
        modules=[one for one in published_modules(current_session()) if one.slug != at.draft.slug],
        problems=told,
        beside=beside(told, head_field),
        cites=cited(data.get("cites", [])),
        picker=picker(at),
    )


@bp.post("/authoring/<int:draft_id>/head/")
@WRITES
def head_submit(draft_id: int) -> ResponseReturnValue:
    """Save the head and the settings of the test."""
    at = opened(draft_id, own=True)
    if broken := _broken(at):
        return as_text(at, broken)
    data, bank = read_table(at.files.get(HEAD, "")), read_table(at.files.get(BANK, ""))
    changes: dict[str, str | None] = {HEAD: write_toml(head_from(typed, data))}
    test = test_from(typed, bank.get("test", {}))
    if test != bank.get("test", {}):
        rest = {key: value for key, value in bank.items() if key != "test"}
        changes[BANK] = write_toml(({"test": test} if test else {}) | rest)
    answer = reopened("authoring.head", draft_id=draft_id)
    return save(at, changes, answer, _head_of)


def _head_of(files: Mapping[str, Any]) -> object:
    return files.get(HEAD), read_table(files.get(BANK, "")).get("test")


def _broken(at: Open) -> str:
    """The file of the two on this page that has to be mended as text; empty when both read."""
    for name in (HEAD, BANK):
        try:
            read_table(at.files.get(name, ""))
        except Unreadable:
            return name
    return ""


# -- questions ---------------------------------------------------------------------------------


@bp.post("/authoring/<int:draft_id>/questions/")
@WRITES
def new_question_submit(draft_id: int) -> ResponseReturnValue:
    """Add a question of the chosen kind."""
    at, kind = opened(draft_id, own=True), request.form.get("kind", "")
    try:
        bank = read_table(at.files.get(BANK, ""))
    except Unreadable:
        return as_text(at, BANK)
    chosen = Kind(kind) if kind in CLASSES else Kind.SINGLE
    question = new_question(bank, chosen, title_typed())
    key = question["id"]
    text = with_question(at.files.get(BANK, ""), key, question)
    answer = see_other("authoring.question", draft_id=draft_id, question_key=key)
    return save(at, {BANK: text}, answer, _question_of(key))


@bp.get("/authoring/<int:draft_id>/questions/<question_key>/")
@READS
def question(draft_id: int, question_key: str) -> ResponseReturnValue:
    """One question: stem, answers, explanation, citations."""
    at = opened(draft_id)
    try:
        data = question_named(read_table(file_text(at, BANK)), question_key)
    except Unreadable:
        return as_text(at, BANK)
    if data is None:
        raise NotFound
    if data.get("kind") not in CLASSES:
        return as_text(at, BANK)
    kind = Kind(data["kind"])
    checked = queries.checked(current_session(), at.draft, at.files)
    told = say(checked.of(BANK), at.draft, at.files)
    own = [one for one in told if one.href == request.path]
    return render(
        "authoring/question.html",
        at=at,
        draft=at.draft,
        key=question_key,
        question=data,
        kind=kind,
        kinds=KINDS,
        rows=ROWS.get(kind),
        lessons=parts.lessons(at.files),
        problems=own,
        beside=beside(own, question_field),
        cites=cited(data.get("cites", [])),
        picker=picker(at),
    )


@bp.post("/authoring/<int:draft_id>/questions/<question_key>/")
@WRITES
def question_submit(draft_id: int, question_key: str) -> ResponseReturnValue:
    """Save a question; id and kind stay what they are."""
    at = opened(draft_id, own=True)
    before = _question(at, question_key)
    text = with_question(file_text(at, BANK), question_key, question_from(typed, before))
    answer = reopened("authoring.question", draft_id=draft_id, question_key=question_key)
    return save(at, {BANK: text}, answer, _question_of(question_key))


@bp.post("/authoring/<int:draft_id>/questions/<question_key>/remove/")
@WRITES
def question_remove(draft_id: int, question_key: str) -> ResponseReturnValue:
    """Take a question out; published versions and what was answered keep it."""
    at = opened(draft_id, own=True)
    _question(at, question_key)
    text = with_question(file_text(at, BANK), question_key, None)
    answer = see_other("authoring.draft", draft_id=draft_id)
    return save(at, {BANK: text}, answer, _question_of(question_key))


def _question_of(key: str) -> Part:
    return lambda files: question_named(read_table(files.get(BANK, "")), key)


def _question(at: Open, key: str) -> dict[str, str]:
    try:
        found = question_named(read_table(file_text(at, BANK)), key)
    except Unreadable:
        raise NotFound from None
    if found is None or found.get("kind") not in CLASSES:
        raise NotFound
    return found


# -- files ------------------------------------------------------------------------------------


@bp.get("/authoring/<int:draft_id>/files/<file_name>/")
@READS
def file(draft_id: int, file_name: str) -> ResponseReturnValue:
    """The text of one file; with every problem in it."""
    at = opened(draft_id)
    text = file_text(at, file_name)
    checked = queries.checked(current_session(), at.draft, at.files)
    return render(
        "authoring/file.html",
        at=at,
        draft=at.draft,
        name=file_name,
        text=text,
        removable=file_name not in {HEAD, BANK},
        problems=say(checked.of(file_name), at.draft, at.files, as_file=True),
        numbered=list(enumerate(text.splitlines(), start=1)),
    )


@bp.post("/authoring/<int:draft_id>/files/<file_name>/")
@WRITES
def file_submit(draft_id: int, file_name: str) -> ResponseReturnValue:
    """Save the text of a file as it was typed."""
    at = opened(draft_id, own=True)
    file_text(at, file_name)
    text = tidy(request.form.get("text", "")).strip("\n") + "\n"
    answer = see_other("authoring.file", draft_id=draft_id, file_name=file_name)
    return save(at, {file_name: text}, answer)


@bp.post("/authoring/<int:draft_id>/files/<file_name>/remove/")
@WRITES
def file_remove(draft_id: int, file_name: str) -> ResponseReturnValue:
    """Take a lesson or a scenario out of the draft."""
    at = opened(draft_id, own=True)
    file_text(at, file_name)
    if file_name in {HEAD, BANK}:
        raise NotFound
    return save(at, {file_name: None}, see_other("authoring.draft", draft_id=draft_id))
