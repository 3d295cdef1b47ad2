"""What the projector and the phones share."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, current_app
from flask_babel import gettext

from config import Settings
from training_app import clock
from training_app.extensions import current_session
from training_app.hall.rules import Way
from training_app.laws.queries import articles_by_citation
from training_app.laws.source import Citation
from training_app.learning.rules import LawLine, law_lines
from training_app.web.pages import english

bp = Blueprint("hall", __name__, template_folder="../templates")


def settings() -> Settings:
    """The settings of this deployment."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def words(way: Way) -> str:
    """A way in the reader's language where the words are the application's own."""
    return gettext(way.text) if way.own_words else way.text


def laws_of(citations: Iterable[Citation]) -> list[LawLine]:
    """Law lines for citations, as the law stands today."""
    wanted = list(dict.fromkeys(citations))
    cited = articles_by_citation(current_session(), wanted)
    known = [cited[citation] for citation in wanted if citation in cited]
    return law_lines(known, clock.today(), english=english())
