"""What all screens of practice share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext

from training_app import clock
from training_app.access import Permission, Scope
from training_app.errors import N_, InvalidInput
from training_app.extensions import current_session
from training_app.laws.queries import articles_by_citation
from training_app.laws.source import Citation
from training_app.learning.rules import LawLine, law_lines
from training_app.practice.models import CLIENT_KEY_LENGTH
from training_app.questions.rules import Response, Unreadable, mark, read_response
from training_app.questions.source import Kind, Question
from training_app.web.guard import current_viewer
from training_app.web.pages import english

bp = Blueprint("practice", __name__, template_folder="../templates")

# Practice shows everybody the same order; the seed of a test is its own.
SEED = "practice"
_CLIENT_KEY = re.compile(rf"[A-Za-z0-9_-]{{8,{CLIENT_KEY_LENGTH}}}")


def own_scope() -> Scope:
    """The viewer's own practice."""
    return current_viewer().scope(Permission.PRACTICE_TAKE)


def laws_of(citations: Iterable[Citation]) -> list[LawLine]:
    """Law lines for citations, as the law stands today."""
    wanted = list(dict.fromkeys(citations))
    cited = articles_by_citation(current_session(), wanted)
    known = [cited[citation] for citation in wanted if citation in cited]
    return law_lines(known, clock.today(), english=english())


def given_response(asked: Question) -> Response:
    """The answer in the form; InvalidInput when it is none."""
    response = read_response(asked, request.form.to_dict(flat=False))
    if isinstance(response, Unreadable):
        raise InvalidInput(response.message, response.field, **response.params)
    return response


def given_key() -> str:
    """The key that the page gave to this answer."""
    given = request.form.get("client_key", "")
    if not _CLIENT_KEY.fullmatch(given):
        raise InvalidInput(N_("The page was not complete. The choice is kept; press again."))
    return given


def explained(asked: Question, response: Response) -> dict[str, Any]:
    """The decision on an answer, with its reason and law, for a page."""
    decision, kind = mark(asked, response), Kind(asked.kind)
    return {
        "decision": decision,
        "unsure": response.dont_know,
        "ordered": kind is Kind.ORDER,
        "chosen": _say(kind, decision.chosen),
        "expected": _say(kind, decision.expected),
        "explanation": asked.explanation,
        "laws": laws_of(asked.cites),
    }


def _say(kind: Kind, texts: Sequence[str]) -> list[str]:
    """An answer in words; "right" and "not right" are the application's own, the rest content."""
    if kind is Kind.TRUE_FALSE and texts:
        return [gettext(texts[0]), *texts[1:]]
    return list(texts)
