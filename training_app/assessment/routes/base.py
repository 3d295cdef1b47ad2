"""What all screens of tests share."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint
from flask_babel import gettext

from training_app.questions.source import Kind

bp = Blueprint("assessment", __name__, template_folder="../templates")


def say(kind: Kind, texts: Sequence[str]) -> list[str]:
    """An answer in words; "right" and "not right" are the application's own, the rest content."""
    if kind is Kind.TRUE_FALSE and texts:
        return [gettext(texts[0]), *texts[1:]]
    return list(texts)
