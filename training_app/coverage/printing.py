"""What a list of people says of each of them, in words of a language, on a page or in a file."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from training_app.coverage.queries import Asking, PersonCoverage
from training_app.coverage.queries.late import LateKind, LateRow
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
_LATE_HEAD: Final = (N_("Name"), N_("What"), N_("Date"), N_("Entered at"), N_("Entered by"))
_KINDS: Final = {
    LateKind.FACT: N_("Learned: %(title)s"),
    LateKind.WITHDRAWAL: N_("Entry withdrawn: %(title)s"),
    LateKind.JOINED: N_("Joined: %(title)s"),
    LateKind.LEFT: N_("Left: %(title)s"),
    LateKind.TAKEN_BACK: N_("Joining, leaving or leading taken back: %(title)s"),
    LateKind.LED: N_("Elected leader: %(title)s"),
    LateKind.UNLED: N_("No longer leader: %(title)s"),
    LateKind.EXEMPTED: N_("Exemption granted"),
    LateKind.REVOKED: N_("Exemption ended before its time"),
    LateKind.LINKED: N_("Two records found to be of one person"),
    LateKind.PARTED: N_("Records of one person found to be of two"),
    LateKind.TEAM_CAME: N_("Team set up, moved here or named anew"),
    LateKind.TEAM_WENT: N_("Team ended, moved away or named anew"),
}
_BY_ITSELF: Final = N_("the system")


@dataclass(frozen=True)
class Speaking:
    """A language: ``say`` translates a message id with its values; it writes dates and moments."""

    language: str
    say: Callable[..., str]
    day: Callable[[date | None], str]
    moment: Callable[[datetime], str]


def speaking(language: str, moment: Callable[[datetime], str]) -> Speaking:
    """The words of a language outside any page; a message without a translation stays English."""
    found = gettext.translation("messages", TRANSLATIONS, [language], fallback=True)

    def say(message: str, **values: Any) -> str:
        told = found.gettext(message) if language != "en" else message
        return told % values if values else told

    def day(value: date | None) -> str:
        if value is None:
            return "–"
        return f"{value.day} {value:%b %Y}" if language == "en" else f"{value:%d/%m/%Y}"

    return Speaking(language, say, day, moment)


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


# -- what was entered later ----------------------------------------------------------------


def late_head(speaking: Speaking) -> list[str]:
    """The head of the table."""
    return [speaking.say(one) for one in _LATE_HEAD]


def late_line(row: LateRow, speaking: Speaking) -> list[Value]:
    """One line per entry, as the page and the file say it."""
    title = row.title_en if speaking.language == "en" else row.title
    return [
        row.full_name,
        speaking.say(_KINDS[row.kind], title=title),
        row.happened_on,
        speaking.moment(row.recorded_at),
        row.recorded_by or speaking.say(_BY_ITSELF),
    ]
