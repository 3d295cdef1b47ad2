"""What all screens of tests share."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from training_app.errors import N_, InvalidInput
from training_app.questions.source import Kind

bp = Blueprint("assessment", __name__, template_folder="../templates")


def say(kind: Kind, texts: Sequence[str]) -> list[str]:
    """An answer in words; "right" and "not right" are the application's own, the rest content."""
    if kind is Kind.TRUE_FALSE and texts:
        return [gettext(texts[0]), *texts[1:]]
    return list(texts)


def limited(values: MultiDict[str, str], name: str, limit: int) -> str:
    """The text of a field without blanks around it; InvalidInput when it is too long."""
    text = values.get(name, "").strip()
    if len(text) > limit:
        raise InvalidInput(
            N_("This is too long: write at most %(limit)d characters."), field=name, limit=limit
        )
    return text
