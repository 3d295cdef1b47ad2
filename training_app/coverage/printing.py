"""What a list of people says of each of them, in words of a language, on a page or in a file."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from training_app.coverage.queries import Asking, PersonCoverage
from training_app.errors import N_
from training_app.programme.rules import (
    STANDING_MESSAGES,
    STATE_MESSAGES,
    Need,
    explain,
)

Value = str | int | float | date | None
TRANSLATIONS: Final = Path(__file__).parent.parent / "translations"
_LEADER: Final = N_("Leader")
_HEAD: Final = (
    N_("Name"),
    N_("Team"),
    N_("State"),
    N_("Until"),
    N_("Reason"),
    N_("Part"),
)


@dataclass(frozen=True)
class Speaking:
    """A language: ``say`` translates a message id with its values, ``day`` writes a date."""

    language: str
    say: Callable[..., str]
    day: Callable[[date | None], str]


def speaking(language: str) -> Speaking:
    """The words of a language outside any page; a message without a translation stays English."""
    found = gettext.translation("messages", TRANSLATIONS, [language], fallback=True)

    def say(message: str, **values: Any) -> str:
        told = found.gettext(message) if language != "en" else message
        return told % values if values else told

    def day(value: date | None) -> str:
        if value is None:
            return "–"
        return f"{value.day} {value:%b %Y}" if language == "en" else f"{value:%d/%m/%Y}"

    return Speaking(language, say, day)


def state_words(found: Need, say: Callable[..., str]) -> str:
    """The standing of a person in one word."""
    if found.covered:
        return say(STATE_MESSAGES[found.state])
    return say(STANDING_MESSAGES[found.standing])


def reason_words(found: Need, asking: Asking, speaking: Speaking) -> str:
    """Why, in one sentence."""
    names = asking.requirement.module_titles(speaking.language)
    english = speaking.language == "en"
    return explain(found, names, speaking.say, speaking.day, english=english)


def people_head(asking: Asking, speaking: Speaking) -> list[str]:
    """The head of the table in a file."""
    return [speaking.say(one) for one in _HEAD if asking.by_team or one != "Team"]


def people_lines(
    rows: Iterable[PersonCoverage], asking: Asking, speaking: Speaking
) -> list[list[Value]]:
    """One line per human being in a file, as the page says it."""
    return [
        [
            row.full_name,
            *([row.team_name] if asking.by_team else []),
            state_words(row.need, speaking.say),
            row.need.until,
            reason_words(row.need, asking, speaking),
            speaking.say(_LEADER) if row.leads else "",
        ]
        for row in rows
    ]
