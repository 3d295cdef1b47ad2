"""What may be written into the record, and how the law behind a text is shown on a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final, Protocol

from training_app.laws.rules import Ended, Force, InForce, NotYet

# Viet Nam keeps one time the whole year.
VIETNAM: Final = timezone(timedelta(hours=7))
# Law 35/2013/QH13 came into force: nothing in the record is older.
EARLIEST: Final = date(2014, 1, 1)


def local_day(moment: datetime) -> date:
    """The day in Viet Nam on which an aware moment lies."""
    return moment.astimezone(VIETNAM).date()


def may_have_happened(happened_on: date, now: datetime) -> bool:
    """Say whether a day is today or past in Viet Nam at an aware moment."""
    return happened_on <= local_day(now)


class Cited(Protocol):
    """A citation with the article behind it."""

    @property
    def vietnamese(self) -> str:
        """In Vietnamese words."""

    @property
    def english(self) -> str:
        """In English words."""

    @property
    def gist(self) -> str:
        """What it says, in short."""

    def force(self, on: date) -> Force:
        """Whether it holds on the day."""


@dataclass(frozen=True, slots=True)
class LawLine:
    """One line of a law block; ``state`` is in_force, ended, not_yet or unknown."""

    text: str
    gist: str
    state: str
    ended_on: date | None = None


def law_lines(cited: Iterable[Cited], on: date, *, english: bool) -> list[LawLine]:
    """One line per citation, in the reader's language, as the law stands on the day."""
    return [_line(one, on, english=english) for one in cited]


def _line(one: Cited, on: date, *, english: bool) -> LawLine:
    text = one.english if english else one.vietnamese
    match one.force(on):
        case InForce():
            return LawLine(text, one.gist, "in_force")
        case Ended(on=ended_on):
            return LawLine(text, one.gist, "ended", ended_on)
        case NotYet():
            return LawLine(text, one.gist, "not_yet")
        case _:
            return LawLine(text, one.gist, "unknown")
