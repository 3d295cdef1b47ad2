"""What all screens of tests share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Blueprint
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from training_app.assessment.rules.attempts import Policy, Stakes
from training_app.errors import N_, InvalidInput
from training_app.questions.source import Kind

NAMES: Final = {
    Policy.BEST: N_("the best attempt"),
    Policy.LAST: N_("the last attempt"),
    Policy.FIRST: N_("the first attempt"),
}
STAKES: Final = {
    Stakes.NOTHING_LOST: N_("The best attempt counts: taking the test again loses nothing."),
    Stakes.LAST_OF_SEVERAL: N_(
        "If the test is taken again, the last attempt counts, even where it is worse."
    ),
    Stakes.FIRST_OF_SEVERAL: N_(
        "The first attempt counts. Later ones are for practice and do not change the result."
    ),
    Stakes.REPLACES: N_(
        "The last attempt counts: another one takes the place of this result, even where it is"
        " worse."
    ),
    Stakes.REPLACES_ONE_PASSED: N_(
        "The last attempt counts: another one takes the place of this result, even where it is"
        " worse or not passed. What stands in the record and the certificate stay."
    ),
    Stakes.PRACTICE: N_(
        "The first attempt counts: another one is for practice and does not change the result."
    ),
    Stakes.PRACTICE_CLASS_HELPS: N_(
        "The first attempt counts: another one is for practice and does not change the result."
        " A class can help; please ask the team leader or the trainer."
    ),
}

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
